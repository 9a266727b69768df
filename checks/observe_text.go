package checks

import (
	"fmt"
	"math"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// How much of a hostile text a finding repeats, in characters.
const (
	maxNameText     = 140 // ids: a hub allows 128
	maxEvidenceText = 240
)

// clean makes text from a hub, a device, a log or a file fit for a sentence: no
// control or format characters, one line, bounded.
func clean(s string, limit int) string {
	plain := len(s) <= limit
	for i := 0; plain && i < len(s); i++ {
		plain = s[i] >= 0x20 && s[i] < 0x7f
	}
	if plain {
		return s
	}
	var b strings.Builder
	n := 0
	for _, r := range s {
		switch {
		case unicode.IsSpace(r):
			r = ' '
		case r == utf8.RuneError, unicode.IsControl(r), unicode.Is(unicode.Cf, r), !unicode.IsPrint(r):
			continue
		}
		if n == limit {
			b.WriteString("…")
			break
		}
		b.WriteRune(r)
		n++
	}
	return b.String()
}

func cleanName(s string) string { return clean(s, maxNameText) }

// quoted is a bounded, cleaned piece of somebody else's text in quotation
// marks; "" stays "".
func quoted(s string) string {
	s = strings.TrimSpace(clean(s, maxEvidenceText))
	if s == "" {
		return ""
	}
	return "“" + s + "”"
}

// inWords writes a length of time as a person says it.
func inWords(d time.Duration) string {
	d = max(d, 0)
	switch {
	case d < time.Second:
		return fmt.Sprintf("%d ms", d.Milliseconds())
	case d < 10*time.Second:
		if s := d.Seconds(); s != math.Trunc(s) {
			return fmt.Sprintf("%.1f s", s)
		}
		return fmt.Sprintf("%.0f s", d.Seconds())
	case d < 2*time.Minute:
		return fmt.Sprintf("%.0f s", d.Seconds())
	case d < 2*time.Hour:
		return fmt.Sprintf("%.0f min", d.Minutes())
	case d < 48*time.Hour:
		return fmt.Sprintf("%.0f h", d.Hours())
	default:
		return fmt.Sprintf("%.0f days", d.Hours()/24)
	}
}

// atTime writes an instant in UTC.
func atTime(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05Z") }

// times writes a count of calls: "once", "twice", "5 times".
func times(n int) string {
	switch n {
	case 1:
		return "once"
	case 2:
		return "twice"
	default:
		return fmt.Sprintf("%d times", n)
	}
}

// plural writes a count with its noun.
func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// listed joins a few names, cleaned, with the number left out.
func listed(names []string, most int) string {
	shown := make([]string, 0, most)
	for _, n := range names[:min(len(names), most)] {
		shown = append(shown, cleanName(n))
	}
	s := strings.Join(shown, ", ")
	if more := len(names) - most; more > 0 {
		s += fmt.Sprintf(" and %d more", more)
	}
	return s
}

// number writes a figure without needless decimals.
func number(f float64) string {
	if f == math.Trunc(f) && math.Abs(f) < 1e15 {
		return fmt.Sprintf("%.0f", f)
	}
	return fmt.Sprintf("%.1f", f)
}
