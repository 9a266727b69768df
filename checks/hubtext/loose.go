package hubtext

import (
	"encoding/json"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// loose reads a literal that is not JSON but means the same: what Python's
// repr, Node's inspect and Go's %q print, and JSON that was cut off. It goes
// over the text once.
type loose struct {
	s    string
	at   int
	deep bool // gave up: nested too deeply
}

// parseLoose reads the literal at the start of s. n is how much of it was gone
// over; ok is false when it does not look like a structure at all. A literal that
// ends too early is taken as far as it goes.
func parseLoose(s string) (node any, n int, ok bool) {
	p := &loose{s: s}
	node = p.value(0)
	return node, p.at, !p.deep && telling(node)
}

// telling reports whether a node is more than loose words in brackets.
func telling(node any) bool {
	switch v := node.(type) {
	case object:
		for _, m := range v {
			if m.key != "" || telling(m.value) {
				return true
			}
		}
	case list:
		for _, item := range v {
			if telling(item) {
				return true
			}
		}
	case string:
		return strings.ContainsAny(v, "{:")
	}
	return false
}

func (p *loose) space() {
	for p.at < len(p.s) && strings.IndexByte(" \t\r\n", p.s[p.at]) >= 0 {
		p.at++
	}
}

// peek returns the next byte that is not space, 0 at the end.
func (p *loose) peek() byte {
	p.space()
	if p.at >= len(p.s) {
		return 0
	}
	return p.s[p.at]
}

func (p *loose) value(nesting int) any {
	if nesting > maxNesting {
		p.deep, p.s = true, p.s[:p.at] // nothing more to read
		return nil
	}
	switch c := p.peek(); c {
	case 0:
		return nil
	case '{':
		p.at++
		return p.object(nesting)
	case '[', '(':
		p.at++
		return p.list(nesting)
	case '"', '\'', '`':
		return p.strings(false)
	case 'b', 'B', 'u', 'U', 'r', 'R':
		if p.at+1 < len(p.s) && (p.s[p.at+1] == '"' || p.s[p.at+1] == '\'') {
			p.at++
			return p.strings(c == 'b' || c == 'B')
		}
	}
	word := p.word()
	if c := p.peek(); word != nil && (c == '{' || c == '(') {
		return p.value(nesting + 1) // a class name before its members
	}
	return word
}

func (p *loose) object(nesting int) object {
	members := object{}
	for {
		switch p.peek() {
		case 0:
			return members
		case '}':
			p.at++
			return members
		case ',', ';':
			p.at++
			continue
		}
		start := p.at
		name := p.value(nesting + 1)
		if c := p.peek(); c == ':' || c == '=' {
			p.at++
			if c == '=' && p.peek() == '>' {
				p.at++
			}
			text, _ := name.(string)
			members = append(members, member{text, p.value(nesting + 1)})
		} else {
			members = append(members, member{"", name})
		}
		if p.at == start {
			p.at++ // a stray closing bracket
		}
	}
}

func (p *loose) list(nesting int) list {
	items := list{}
	for {
		switch p.peek() {
		case 0:
			return items
		case ']', ')':
			p.at++
			return items
		case ',', ';':
			p.at++
			continue
		}
		start := p.at
		items = append(items, p.value(nesting+1))
		if p.at == start {
			p.at++
		}
	}
}

// word reads a bare name or number.
func (p *loose) word() any {
	start := p.at
	for p.at < len(p.s) && strings.IndexByte(" \t\r\n,;:={}[]()\"'`", p.s[p.at]) < 0 {
		p.at++
	}
	w := p.s[start:p.at]
	switch w {
	case "true", "True":
		return true
	case "false", "False":
		return false
	case "null", "None", "undefined", "":
		return nil
	}
	if _, err := strconv.ParseFloat(w, 64); err == nil {
		return json.Number(w)
	}
	return w
}

// strings reads a quoted string and those that Node joins to it with a plus.
func (p *loose) strings(raw bool) string {
	var b strings.Builder
	for {
		quote := p.s[p.at]
		text, n := unquote(p.s[p.at+1:], quote, raw)
		b.WriteString(text)
		p.at += 1 + n
		end := p.at
		if p.peek() == '+' {
			p.at++
			if c := p.peek(); c == '"' || c == '\'' || c == '`' {
				continue
			}
		}
		p.at = end
		return strings.ToValidUTF8(b.String(), "\uFFFD")
	}
}

// unquote undoes one level of escapes up to the closing quote or the end; n is
// the length with the quote. In a string of raw bytes \x stands for a byte,
// elsewhere for a character.
func unquote(s string, quote byte, raw bool) (text string, n int) {
	var b strings.Builder
	for n < len(s) {
		c := s[n]
		switch {
		case c == quote:
			return b.String(), n + 1
		case c != '\\' || n+1 == len(s):
			b.WriteByte(c)
			n++
		default:
			n += 1 + unescape(&b, s[n+1:], raw)
		}
	}
	return b.String(), n
}

// unescape writes what the escape after a backslash stands for and returns its
// length.
func unescape(b *strings.Builder, s string, raw bool) int {
	switch s[0] {
	case 'n':
		b.WriteByte('\n')
	case 't':
		b.WriteByte('\t')
	case 'r':
		b.WriteByte('\r')
	case 'b', 'f', 'a', 'v', '0':
		b.WriteByte(' ')
	case 'x':
		if v, ok := hex(s[1:], 2); ok {
			if raw {
				b.WriteByte(byte(v))
			} else {
				b.WriteRune(v)
			}
			return 3
		}
		b.WriteString(`\x`)
	case 'u':
		v, ok := hex(s[1:], 4)
		if !ok {
			b.WriteString(`\u`)
			return 1
		}
		if utf16.IsSurrogate(v) && len(s) >= 11 && s[5] == '\\' && s[6] == 'u' {
			if low, ok := hex(s[7:], 4); ok {
				b.WriteRune(utf16.DecodeRune(v, low))
				return 11
			}
		}
		b.WriteRune(v)
		return 5
	default:
		// \\ \" \' \/ and anything unknown: the character itself.
		_, size := utf8.DecodeRuneInString(s)
		b.WriteString(s[:size])
		return size
	}
	return 1
}

func hex(s string, digits int) (rune, bool) {
	if len(s) < digits {
		return 0, false
	}
	v, err := strconv.ParseUint(s[:digits], 16, 32)
	return rune(v), err == nil
}
