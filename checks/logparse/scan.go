package logparse

import "bytes"

// scanner reads objects in one pass. It accepts nothing that the strict
// decoder would not accept, and says the same of what it accepts; what it is
// not sure of it refuses: names with escapes, surrogates, deep nesting and
// whatever is not valid.
type scanner struct {
	scratch []byte // unescaped strings
}

// maxDepth is how deep values may be nested before the scanner refuses.
const maxDepth = 32

// object reads the object that starts b into vals and returns the offset
// behind it; ok is false when it refuses.
func (s *scanner) object(b []byte, find lookup, vals []value) (end int, ok bool) {
	clear(vals)
	i := space(b, 0)
	if i >= len(b) || b[i] != '{' {
		return 0, false
	}
	i = space(b, i+1)
	if i < len(b) && b[i] == '}' {
		return i + 1, true
	}
	for i < len(b) && b[i] == '"' {
		stop, plain, ok := stringTail(b, i+1)
		if !ok || !plain {
			return 0, false
		}
		field := find(b[i+1 : stop-1])
		if i = space(b, stop); i >= len(b) || b[i] != ':' {
			return 0, false
		}
		i = space(b, i+1)
		if field < 0 {
			i = skip(b, i, 0)
		} else {
			i = s.value(b, i, &vals[field])
		}
		if i < 0 {
			return 0, false
		}
		if i = space(b, i); i >= len(b) {
			return 0, false
		}
		if b[i] == '}' {
			return i + 1, true
		}
		if b[i] != ',' {
			return 0, false
		}
		i = space(b, i+1)
	}
	return 0, false
}

// only reads b as one object with nothing but white space around it.
func (s *scanner) only(b []byte, find lookup, vals []value) bool {
	end, ok := s.object(b, find, vals)
	return ok && space(b, end) == len(b)
}

// value reads the value at b[i:] into v and returns the offset behind it, -1
// when it refuses.
func (s *scanner) value(b []byte, i int, v *value) int {
	if i >= len(b) {
		return -1
	}
	switch b[i] {
	case '"':
		end, plain, ok := stringTail(b, i+1)
		if !ok {
			return -1
		}
		*v = value{b[i+1 : end-1], text}
		if !plain {
			v.raw = s.unescape(v.raw)
		}
		return end
	case '{', '[':
		end := skip(b, i, 0)
		if end < 0 {
			return -1
		}
		*v = value{b[i:end], object}
		if b[i] == '[' {
			v.kind = array
		}
		return end
	}
	end := scalarTail(b, i)
	if end < 0 {
		return -1
	}
	switch *v = (value{b[i:end], number}); b[i] {
	case 't', 'f':
		v.kind = boolean
	case 'n':
		*v = value{kind: null}
	}
	return end
}

// space skips white space.
func space(b []byte, i int) int {
	for i < len(b) && b[i] <= ' ' && isSpace(b[i]) {
		i++
	}
	return i
}

// skip returns the offset behind the value at b[i:], -1 when it refuses.
func skip(b []byte, i, depth int) int {
	if i >= len(b) || depth > maxDepth {
		return -1
	}
	switch b[i] {
	case '"':
		end, _, ok := stringTail(b, i+1)
		if !ok {
			return -1
		}
		return end
	case '{':
		return skipList(b, i, depth, '}')
	case '[':
		return skipList(b, i, depth, ']')
	default:
		return scalarTail(b, i)
	}
}

// skipList skips an object or an array.
func skipList(b []byte, i, depth int, closing byte) int {
	if i = space(b, i+1); i < len(b) && b[i] == closing {
		return i + 1
	}
	for {
		if closing == '}' {
			if i >= len(b) || b[i] != '"' {
				return -1
			}
			end, _, ok := stringTail(b, i+1)
			if !ok {
				return -1
			}
			if i = space(b, end); i >= len(b) || b[i] != ':' {
				return -1
			}
			i = space(b, i+1)
		}
		if i = skip(b, i, depth+1); i < 0 {
			return -1
		}
		if i = space(b, i); i >= len(b) {
			return -1
		}
		if b[i] == closing {
			return i + 1
		}
		if b[i] != ',' {
			return -1
		}
		i = space(b, i+1)
	}
}

// scalarTail returns the offset behind the number or name at b[i:], -1 for
// anything else.
func scalarTail(b []byte, i int) int {
	for _, name := range [...]string{"true", "false", "null"} {
		if b[i] == name[0] {
			if !bytes.HasPrefix(b[i:], []byte(name)) {
				return -1
			}
			return i + len(name)
		}
	}
	return numberTail(b, i)
}

// numberTail returns the offset behind the number at b[i:], -1 when there is
// none. The caller sees what follows it.
func numberTail(b []byte, i int) int {
	if i < len(b) && b[i] == '-' {
		i++
	}
	whole := digitsTail(b, i)
	if whole == i || b[i] == '0' && whole > i+1 {
		return -1
	}
	i = whole
	if i < len(b) && b[i] == '.' {
		end := digitsTail(b, i+1)
		if end == i+1 {
			return -1
		}
		i = end
	}
	if i < len(b) && b[i]|0x20 == 'e' {
		i++
		if i < len(b) && (b[i] == '+' || b[i] == '-') {
			i++
		}
		end := digitsTail(b, i)
		if end == i {
			return -1
		}
		i = end
	}
	return i
}

func digitsTail(b []byte, i int) int {
	for i < len(b) && b[i]-'0' <= 9 {
		i++
	}
	return i
}
