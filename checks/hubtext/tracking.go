package hubtext

import (
	"strings"
	"time"
)

// scanTrackingID reads the tracking id at the start of s: letters and digits,
// then any number of the marks that the gateways add (-G:5, -G2:, :0,
// -TimeStamp:…), which may come twice. n is its length, 0 when there is none;
// the time is that of the last mark.
func scanTrackingID(s string) (n int, at time.Time) {
	for n < len(s) && (isWordByte(s[n]) || s[n] == '*') {
		n++
	}
	if n == 0 {
		return 0, at
	}
	for {
		m, t := scanMark(s[n:])
		if m == 0 {
			return n, at
		}
		if n += m; !t.IsZero() {
			at = t
		}
	}
}

// scanMark reads one mark of a tracking id.
func scanMark(s string) (n int, at time.Time) {
	switch {
	case hasPrefixFold(s, "-timestamp:"):
		n = len("-timestamp:")
		m, t := scanTime(s[n:])
		if m == 0 {
			return 0, at
		}
		return n + m, t
	case hasPrefixFold(s, "-g"):
		n = len("-g")
		for n < len(s) && isDigit(s[n]) {
			n++
		}
		if n == len(s) || s[n] != ':' {
			return 0, at
		}
		return n + 1 + countDigits(s[n+1:]), at
	case strings.HasPrefix(s, ":") && countDigits(s[1:]) > 0:
		return 1 + countDigits(s[1:]), at
	case strings.HasPrefix(s, "-"):
		// A GUID's groups, which some gateways write.
		for n = 1; n < len(s) && isWordByte(s[n]); n++ {
		}
		if n == 1 {
			return 0, at
		}
		return n, at
	}
	return 0, at
}

// scanTime reads "08/24/2018 17:49:33" or "2025-07-01T12:59:54.653313718Z".
func scanTime(s string) (n int, at time.Time) {
	for n < len(s) && n < 40 && (isDigit(s[n]) || strings.IndexByte("/-:.+TZ* ", s[n]) >= 0) {
		if s[n] == '-' && n+1 < len(s) && !isDigit(s[n+1]) {
			break // the next mark
		}
		n++
	}
	n = len(strings.TrimRight(s[:n], " .:-+"))
	at, _ = parseTime(s[:n])
	return n, at
}

func countDigits(s string) int {
	n := 0
	for n < len(s) && isDigit(s[n]) {
		n++
	}
	return n
}
