package report

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

const (
	maxCleanBytes = 1 << 20 // what is looked at of one foreign text
	maxShown      = 2000    // what is shown of it, in cells
)

// Clean makes foreign text safe to print, as CleanTo does, and bounds what is
// shown of it.
func Clean(s string) string { return ansi.Truncate(CleanTo(s, maxCleanBytes), maxShown, "…") }

// CleanTo makes one harmless line of what a hub, a device, a log or a file says.
// Escape sequences, control characters and characters that reorder or hide text
// are taken out; line breaks and tabs become blanks; text over limit bytes is
// cut. Screens and reports share it, so that nothing is safe in one and not in
// the other.
func CleanTo(s string, limit int) string {
	if IsPlain(s) && len(s) <= limit {
		return s
	}
	s, cut := Bound(s, limit)
	s = strings.Map(printable, ansi.Strip(strings.ToValidUTF8(s, "\uFFFD")))
	if cut {
		s += "…"
	}
	return s
}

// IsPlain reports whether s is printable ASCII, as nearly everything is.
func IsPlain(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

func printable(r rune) rune {
	switch {
	case r == '\n' || r == '\r' || r == '\t':
		return ' '
	case unicode.IsControl(r):
		return -1
	case unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Co, unicode.Cs, unicode.Variation_Selector):
		return -1
	default:
		return r
	}
}

// Bound cuts s to limit bytes at a rune's border, and says whether it did.
func Bound(s string, limit int) (string, bool) {
	if len(s) <= limit {
		return s, false
	}
	for limit > 0 && !utf8.RuneStart(s[limit]) {
		limit--
	}
	return s[:limit], true
}
