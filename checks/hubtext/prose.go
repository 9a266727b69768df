package hubtext

import "strings"

// prose reads a layer that no parser takes as a whole: the text of an
// exception, a line of a log, or no more than a code. Structures in it are
// read as layers of their own; the rest is searched for labels.
func (r *reader) prose(s string, depth int) {
	var plain strings.Builder
	attempts := 0
	for s != "" {
		at := strings.IndexByte(s, '{')
		if at < 0 || attempts >= maxAttempts || r.work <= 0 {
			break
		}
		attempts++
		from, n := r.structure(s, at, depth)
		plain.WriteString(s[:from])
		plain.WriteByte(' ')
		s = s[from+n:]
	}
	plain.WriteString(s)
	r.plain(plain.String())
}

// structure reads the structure that opens at the brace s[at], and the quotes
// or escapes around it. It was s[from:from+n]; without success that is the
// brace alone, so that a reader always gets on.
func (r *reader) structure(s string, at, depth int) (from, n int) {
	if depth >= maxDepth {
		return at, 1
	}
	// Quoted: undo the quotes of whatever language first.
	if at > 0 && strings.IndexByte("\"'`", s[at-1]) >= 0 {
		text, n := unquote(s[at:], s[at-1], at > 1 && s[at-2] == 'b')
		if looksInside(text) {
			r.text(text, depth+1)
			return at - 1, 1 + n
		}
	}
	// Escaped without quotes: a copy from the middle of a string.
	if at+1 < len(s) && s[at+1] == '\\' {
		text, n := unquote(s[at:], '"', false)
		r.text(text, depth+1)
		return at, n
	}
	node, n, err := parseJSON(s[at:])
	r.work -= n
	if err != nil {
		var ok bool
		node, n, ok = parseLoose(s[at:])
		r.work -= n
		if !ok {
			return at, 1
		}
	}
	r.value(node, depth)
	return at, n
}

// looksInside reports whether unquoted text is a structure and not the end of
// a sentence: '{' followed by a name.
func looksInside(text string) bool {
	rest := strings.TrimLeft(text, "{[ \t\r\n")
	return rest != "" && strings.IndexByte("\"'\\", rest[0]) >= 0
}
