package page

import (
	"strconv"
	"strings"
)

// Count writes a whole number with its digits in groups: 1,234,567.
func Count(n int64) string {
	digits := strconv.FormatInt(n, 10)
	sign := ""
	if n < 0 {
		sign, digits = "-", digits[1:]
	}
	var b strings.Builder
	for i, d := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(d)
	}
	return sign + b.String()
}

// Rate writes a rate: whole from ten upwards, two digits after the point below.
func Rate(v float64) string {
	const whole = 10
	if v >= whole {
		return Count(int64(v + 0.5))
	}
	return strings.TrimRight(strings.TrimRight(strconv.FormatFloat(v, 'f', 2, 64), "0"), ".")
}
