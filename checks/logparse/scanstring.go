package logparse

import (
	"bytes"
	"encoding/binary"
	"math/bits"
	"unicode/utf8"
)

const (
	ones = 0x0101010101010101
	tops = 0x8080808080808080
)

// plainRun returns the offset of the first byte at or behind b[i] that is a
// quote, a backslash, a control character or not ASCII, or len(b).
func plainRun(b []byte, i int) int { return run(b, i, '\\') }

// run is plainRun with another byte for the backslash.
func run(b []byte, i int, stop byte) int {
	stops := uint64(stop) * ones
	for ; i+8 <= len(b); i += 8 {
		// Eight bytes at a time. A borrow may mark a byte too much, but only
		// above one that is rightly marked.
		x := binary.LittleEndian.Uint64(b[i:])
		quote, other := x^('"'*ones), x^stops
		hit := ((x - ' '*ones) | x | (quote-ones)&^quote | (other-ones)&^other) & tops
		if hit != 0 {
			return i + bits.TrailingZeros64(hit)>>3
		}
	}
	for i < len(b) && b[i] >= ' ' && b[i] < 0x80 && b[i] != '"' && b[i] != stop {
		i++
	}
	return i
}

// stringTail returns the offset behind the closing quote of the string whose
// content starts at b[i:]. plain says that it holds no escapes.
func stringTail(b []byte, i int) (end int, plain, ok bool) {
	plain = true
	for {
		if i = plainRun(b, i); i >= len(b) {
			return 0, false, false
		}
		switch c := b[i]; {
		case c == '"':
			return i + 1, plain, true
		case c == '\\':
			plain = false
			n := escapeLen(b[i:])
			if n == 0 {
				return 0, false, false
			}
			i += n
		case c >= 0x80:
			r, size := utf8.DecodeRune(b[i:])
			if r == utf8.RuneError && size == 1 {
				return 0, false, false
			}
			i += size
		default:
			return 0, false, false
		}
	}
}

// escapeLen is the length of the escape that starts b, 0 when it is refused.
func escapeLen(b []byte) int {
	if len(b) < 2 {
		return 0
	}
	switch b[1] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return 2
	case 'u':
		if r := hex4(b); r >= 0 && (r < 0xd800 || r > 0xdfff) {
			return 6
		}
	}
	return 0
}

// hex4 is the number in an escape like \u00e4, -1 when there is none.
func hex4(b []byte) rune {
	if len(b) < 6 {
		return -1
	}
	var r rune
	for _, c := range b[2:6] {
		switch {
		case c-'0' <= 9:
			c -= '0'
		case c|0x20 >= 'a' && c|0x20 <= 'f':
			c = c | 0x20 - 'a' + 10
		default:
			return -1
		}
		r = r<<4 | rune(c)
	}
	return r
}

// unescape resolves the escapes of a string that stringTail has accepted.
func (s *scanner) unescape(raw []byte) []byte {
	from := len(s.scratch)
	out := s.scratch
	for {
		n := bytes.IndexByte(raw, '\\')
		if n < 0 {
			out = append(out, raw...)
			break
		}
		out = append(out, raw[:n]...)
		raw = raw[n:]
		switch c := raw[1]; c {
		case 'u':
			out = utf8.AppendRune(out, hex4(raw))
			raw = raw[6:]
			continue
		case 'b':
			out = append(out, '\b')
		case 'f':
			out = append(out, '\f')
		case 'n':
			out = append(out, '\n')
		case 'r':
			out = append(out, '\r')
		case 't':
			out = append(out, '\t')
		default:
			out = append(out, c)
		}
		raw = raw[2:]
	}
	s.scratch = out
	return out[from:len(out):len(out)]
}
