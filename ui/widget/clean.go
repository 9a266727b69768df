package widget

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

// The most a text from outside may hold after cleaning, in bytes and in lines:
// far more than a screen shows.
const (
	maxLineBytes = 4 << 10
	maxTextBytes = 256 << 10
	maxTextLines = 4000
)

// Clean makes one harmless line of what a hub, a device, a log or a file says.
// Escape sequences, control characters and characters that reorder or hide text
// are taken out; line breaks and tabs become blanks; long text is cut.
func Clean(s string) string { return clean(s, maxLineBytes) }

// CleanLong is Clean for a line that may be as long as a whole text: for
// copying, not for drawing.
func CleanLong(s string) string { return clean(s, maxTextBytes) }

// CleanLines is Clean for text of several lines.
func CleanLines(s string) []string {
	s, cut := bound(s, maxTextBytes)
	s = strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\t", "    ")
	lines := strings.Split(strings.TrimRight(s, "\r\n"), "\n")
	if len(lines) > maxTextLines {
		lines, cut = lines[:maxTextLines], true
	}
	for i, line := range lines {
		lines[i] = clean(line, maxLineBytes)
	}
	if cut {
		lines = append(lines, "…")
	}
	return lines
}

func clean(s string, limit int) string {
	if plain(s) && len(s) <= limit {
		return s
	}
	s, cut := bound(s, limit)
	s = strings.Map(printable, ansi.Strip(strings.ToValidUTF8(s, "\uFFFD")))
	if cut {
		s += "…"
	}
	return s
}

// plain reports whether s is printable ASCII, as nearly everything is.
func plain(s string) bool {
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

// bound cuts s at a rune's border.
func bound(s string, limit int) (string, bool) {
	if len(s) <= limit {
		return s, false
	}
	for limit > 0 && !utf8.RuneStart(s[limit]) {
		limit--
	}
	return s[:limit], true
}
