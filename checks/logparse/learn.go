package logparse

import (
	"bytes"

	"methodical/models"
)

// span is a value in a sample that may become a slot.
type span struct {
	from, to int
	kind     slotKind
	slot     slot
	volatile bool // it is a slot
}

// learn makes a layout of the record b, which was read in general and did not
// fit any. p.vals and, for a row, the last of p.batch.rows say what it is.
func (p *parser) learn(b []byte, category string) {
	if !p.json.wants(p) || category == models.CategoryConnections || p.vals[fCategory].kind != text {
		return
	}
	if l := newLayout(b, category == models.CategoryDirectMethods); l != nil {
		p.describe(l)
		p.json.add(l)
	}
}

// describe notes what the record that a layout is made from says.
func (p *parser) describe(l *layout) {
	if !l.isRow {
		return
	}
	l.row = p.batch.rows[len(p.batch.rows)-1]
	l.row.device, l.row.flags = nil, 0
	l.uncoded = p.uncoded()
	l.errLevel = isErrorLevel(p.vals[fLevel])
}

// build makes the segments from the spans.
func (l *layout) build() {
	l.segments = l.segments[:0]
	at := 0
	for _, s := range l.spans {
		if s.volatile {
			l.segments = append(l.segments, segment{constant: l.sample[at:s.from], kind: s.kind, slot: s.slot})
			at = s.to
		}
	}
	l.tail = l.sample[at:]
}

// widen makes slots of the values in which l differs from a layout of the same
// form. It reports whether the form is the same.
func (l *layout) widen(o *layout) bool {
	if len(l.spans) != len(o.spans) {
		return false
	}
	at, oat := 0, 0
	for i, s := range l.spans {
		t := o.spans[i]
		if s.kind != t.kind || s.slot != t.slot || !bytes.Equal(l.sample[at:s.from], o.sample[oat:t.from]) {
			return false
		}
		at, oat = s.to, t.to
	}
	if !bytes.Equal(l.sample[at:], o.sample[oat:]) {
		return false
	}
	for i, s := range l.spans {
		t := o.spans[i]
		if !bytes.Equal(l.sample[s.from:s.to], o.sample[t.from:t.to]) {
			l.spans[i].volatile = true
		}
	}
	l.build()
	return true
}

// newLayout finds the spans of a record; nil when it is of a kind that is
// better read in general.
func newLayout(b []byte, isRow bool) *layout {
	s := surveyor{layout: &layout{sample: bytes.Clone(b), isRow: isRow}}
	if !s.record() || isRow && !s.hasDevice {
		return nil
	}
	return s.layout
}

// surveyor walks through a record that is known to be valid.
type surveyor struct {
	*layout
	seen      [fieldCount]bool
	seenProp  [propertyCount]bool
	hasDevice bool
}

// record walks through all members.
func (s *surveyor) record() bool {
	b := s.sample
	i := space(b, space(b, 0)+1)
	for i < len(b) && b[i] == '"' {
		end, plain, ok := stringTail(b, i+1)
		if !ok || !plain {
			return false
		}
		field := recordField(b[i+1 : end-1])
		if field >= 0 && s.seen[field] {
			return false // the last counts, and a slot knows no order
		}
		i = space(b, space(b, end)+1)
		if field >= 0 {
			s.seen[field] = true
		}
		if i = s.member(field, i); i < 0 {
			return false
		}
		if i = space(b, i); i < len(b) && b[i] == '}' {
			return i+1 == len(b)
		}
		i = space(b, i+1)
	}
	return false
}

// member walks through the value at b[i:] and returns the offset behind it, -1
// to give up.
func (s *surveyor) member(field, i int) int {
	b := s.sample
	end := skip(b, i, 0)
	if end < 0 {
		return -1
	}
	isText, isNumber := b[i] == '"', b[i]-'0' <= 9
	switch field {
	case fRecords, fTables, fDevice:
		return -1
	case fCategory: // a constant, which decides what the record is
		return end
	case fProperties:
		switch {
		case isText && s.properties(i+1, end-1, `\"`, innerSlot):
		case b[i] == '{' && s.properties(i, end, `"`, stringSlot):
		case s.isRow:
			return -1
		}
		return end
	}
	known, volatile := slotOf(field)
	switch {
	case isText && plainRun(b, i+1) == end-1:
		s.spans = append(s.spans, span{i + 1, end - 1, stringSlot, known, volatile})
	case isNumber && digitsTail(b, i) == end && field != fTime:
		s.spans = append(s.spans, span{i, end, numberSlot, known, volatile})
	case volatile && b[i] != 'n': // null says nothing, and stays a constant
		return -1
	}
	return end
}

// slotOf is the slot for a field, and whether its value is expected to change
// from record to record.
func slotOf(field int) (s slot, volatile bool) {
	switch field {
	case fTime:
		return slotTime, true
	case fOperation:
		return slotOperation, false
	case fLevel:
		return slotLevel, true
	case fResultType:
		return slotResultType, true
	case fDuration:
		return slotDuration, true
	case fDescription, fCorrelation:
		return slotOther, true
	default:
		return slotOther, false
	}
}

// properties walks through the object in b[i:to], whose quotes are written as
// given, and reports whether it is a simple one.
func (s *surveyor) properties(i, to int, quote string, kind slotKind) bool {
	b := s.sample[:to]
	before := len(s.spans)
	if !s.flatObject(b, i, quote, kind) {
		s.spans = s.spans[:before]
		return false
	}
	return true
}

func (s *surveyor) flatObject(b []byte, i int, quote string, kind slotKind) bool {
	if i = space(b, i); i >= len(b) || b[i] != '{' {
		return false
	}
	for i = space(b, i+1); ; i = space(b, i+1) {
		name, next := plainString(b, i, quote)
		if next < 0 {
			return false
		}
		field := propertyField(b[name:next])
		if field == pModule || field >= 0 && s.seenProp[field] {
			return false
		}
		if field >= 0 {
			s.seenProp[field] = true
		}
		if i = space(b, next+len(quote)); i >= len(b) || b[i] != ':' {
			return false
		}
		i = space(b, i+1)
		if from, end := plainString(b, i, quote); end >= 0 {
			known := slotOther
			if field == pDevice {
				known, s.hasDevice = slotDevice, true
			}
			s.spans = append(s.spans, span{from, end, kind, known, field == pDevice})
			i = end + len(quote)
		} else if end := scalarEnd(b, i); end > 0 && field != pDevice {
			if digitsTail(b, i) == end {
				s.spans = append(s.spans, span{i, end, numberSlot, slotOther, true})
			}
			i = end
		} else {
			return false
		}
		if i = space(b, i); i >= len(b) {
			return false
		}
		if b[i] == '}' {
			return space(b, i+1) == len(b)
		}
		if b[i] != ',' {
			return false
		}
	}
}

// scalarEnd is scalarTail for bytes that may be anything.
func scalarEnd(b []byte, i int) int {
	if i >= len(b) {
		return -1
	}
	return scalarTail(b, i)
}

// plainString finds the content of the string at b[i:] whose quotes are written as
// given; end is -1 when there is none without escapes.
func plainString(b []byte, i int, quote string) (from, end int) {
	if i > len(b) || !bytes.HasPrefix(b[i:], []byte(quote)) {
		return 0, -1
	}
	from = i + len(quote)
	end = plainRun(b, from)
	if !bytes.HasPrefix(b[end:], []byte(quote)) {
		return 0, -1
	}
	return from, end
}
