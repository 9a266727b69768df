package hubtext

import (
	"strings"
	"time"
	"unicode/utf8"
)

// clip cuts s to at most limit bytes, at a whole character, and marks the cut.
func clip(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	cut := limit - len("…")
	for cut > 0 && !utf8.RuneStart(s[cut]) {
		cut--
	}
	return s[:cut] + "…"
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func isLetter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }

func isWordByte(c byte) bool { return isDigit(c) || isLetter(c) || c == '_' }

// isCode reports whether s has the shape of a hub's code: six digits that
// start as an HTTP status of failure does.
func isCode(s string) bool {
	if len(s) != 6 || s[0] < '4' || s[0] > '5' {
		return false
	}
	for i := range len(s) {
		if !isDigit(s[i]) {
			return false
		}
	}
	return true
}

// isName reports whether s has the shape of a symbolic name.
func isName(s string) bool {
	if s == "" || len(s) > maxWord || !isLetter(s[0]) {
		return false
	}
	for i := range len(s) {
		if !isWordByte(s[i]) {
			return false
		}
	}
	return true
}

// httpStatus reads three digits as an HTTP status.
func httpStatus(s string) (int, bool) {
	if len(s) != 3 || s[0] < '1' || s[0] > '5' || !isDigit(s[1]) || !isDigit(s[2]) {
		return 0, false
	}
	return int(s[0]-'0')*100 + int(s[1]-'0')*10 + int(s[2]-'0'), true
}

// isWait reports whether s has the shape of a .NET time span.
func isWait(s string) bool {
	if len(s) > 32 || strings.Count(s, ":") != 2 {
		return false
	}
	for i := range len(s) {
		if !isDigit(s[i]) && s[i] != ':' && s[i] != '.' {
			return false
		}
	}
	return true
}

// parseTime reads the ways in which hubs and exports write a time; one without
// a zone is UTC.
func parseTime(s string) (time.Time, bool) {
	s = strings.TrimSpace(s)
	for _, layout := range []string{
		time.RFC3339Nano,
		"2006-01-02T15:04:05.999999999",
		"01/02/2006 15:04:05",
		"2006-01-02 15:04:05.999999999Z07:00",
		"2006-01-02 15:04:05.999999999",
		"1/2/2006, 3:04:05.999 PM",
	} {
		if t, err := time.Parse(layout, s); err == nil {
			return t.UTC(), true
		}
	}
	return time.Time{}, false
}

// hasPrefixFold reports whether s starts with prefix (lower case ASCII).
func hasPrefixFold(s, prefix string) bool {
	return len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix)
}
