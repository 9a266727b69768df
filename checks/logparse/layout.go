package logparse

import (
	"bytes"
	"slices"
)

// A layout is what records of one exporter have in common: stretches of bytes
// that never change, and between them slots, whose content is looked at. A
// record that fits a layout is read by comparing and by scanning the slots
// only. It means exactly what the general reading would say, because the
// layout was made from a record that was read in general, and a slot takes
// nothing that could end it, be escaped or be invalid.
type layout struct {
	segments []segment
	tail     []byte // what follows the last slot

	isRow    bool // a DirectMethods record; otherwise one of a category that is only counted
	row      row  // what the constant stretches say
	uncoded  bool // there is no resultType
	errLevel bool // the level is constant and means an error

	separator byte // of CSV

	sample []byte // the record it was made from
	spans  []span
	hits   int
}

// segment is a constant stretch and the slot behind it.
type segment struct {
	constant []byte
	kind     slotKind
	slot     slot
}

// slotKind says how the end of a slot is found.
type slotKind uint8

const (
	stringSlot slotKind = iota // up to a quote
	innerSlot                  // up to an escaped quote, in a string that holds JSON
	numberSlot                 // digits, without a leading zero
	cellSlot                   // up to the separator or the end of the line, in CSV
)

// slot says what a slot's content is.
type slot uint8

const (
	slotOther slot = iota
	slotTime
	slotOperation
	slotLevel
	slotResultType
	slotDuration
	slotDevice
)

// fit reads the record at b[from:] into r if it has the layout, and returns
// where it ends, 0 when it does not fit.
func (l *layout) fit(p *parser, b []byte, from int, r *row) (end int) {
	i := from
	*r = l.row
	errLevel, uncoded := l.errLevel, l.uncoded
	for k := range l.segments {
		s := &l.segments[k]
		if len(b)-i < len(s.constant) || !bytes.Equal(b[i:i+len(s.constant)], s.constant) {
			return 0
		}
		i += len(s.constant)
		if s.slot == slotTime {
			// Most times are read without looking for their end first.
			if t, n := p.clock.fast(b[i:]); n > 0 {
				r.time = t
				i += n
				continue
			}
		}
		start := i
		switch s.kind {
		case stringSlot:
			if i = plainRun(b, i); i >= len(b) || b[i] != '"' {
				return 0
			}
		case innerSlot:
			if i = plainRun(b, i); i >= len(b) || b[i] != '\\' {
				return 0 // the constant behind it sees whether a quote is escaped
			}
		case cellSlot:
			if i = run(b, i, l.separator); i < len(b) && b[i] == '"' {
				return 0
			}
		default:
			if i = digitsTail(b, i); i == start || b[start] == '0' && i > start+1 {
				return 0
			}
		}
		content := b[start:i]
		switch s.slot {
		case slotTime:
			r.time = p.clock.parse(content)
		case slotDevice:
			r.device = boundedID(content)
		case slotDuration:
			r.duration = duration(value{content, text})
		case slotResultType:
			r.code = p.code(value{content, text})
			uncoded = len(content) == 0
		case slotOperation:
			r.op = p.operation(value{content, text})
		case slotLevel:
			errLevel = isErrorLevel(value{content, text})
		}
	}
	if len(b)-i < len(l.tail) || !bytes.Equal(b[i:i+len(l.tail)], l.tail) {
		return 0
	}
	if i += len(l.tail); i-from > maxRecord {
		return 0
	}
	if errLevel && uncoded {
		r.flags |= uncodedError
	}
	return i
}

// layouts are those that a parser knows of one format.
type layouts struct {
	list   []*layout // the most frequent first
	misses int       // records that fitted none
}

const (
	// maxLayouts is how many layouts are known at a time.
	maxLayouts = 8
	// The first misses are all learned from, later ones now and then: a file
	// whose records are all different gains nothing from layouts.
	eagerMisses = 64
	learnEvery  = 64
)

// fit reads the record at b[from:] if it fits a layout. It returns the layout
// and where the record ends; p.commit then takes the record.
func (s *layouts) fit(p *parser, b []byte, from int) (l *layout, end int) {
	rows := slices.Grow(p.batch.rows, 1)
	p.batch.rows = rows
	r := &rows[:len(rows)+1][len(rows)]
	for k, l := range s.list {
		if end := l.fit(p, b, from, r); end > 0 {
			if l.hits++; k > 0 && l.hits > s.list[k-1].hits {
				s.list[k-1], s.list[k] = l, s.list[k-1]
			}
			return l, end
		}
	}
	return nil, 0
}

// wants reports whether a record that fitted none is worth learning from.
func (s *layouts) wants(p *parser) bool {
	s.misses++
	return !p.plain && !p.withKeys && p.wanted == nil && (s.misses <= eagerMisses || s.misses%learnEvery == 0)
}

// add takes a new layout, or widens a known one of the same form.
func (s *layouts) add(l *layout) {
	for _, known := range s.list {
		if known.isRow == l.isRow && known.widen(l) {
			return
		}
	}
	if len(s.list) == maxLayouts { // the rarest one makes room
		s.list = s.list[:maxLayouts-1]
	}
	l.build()
	s.list = append(s.list, l)
}

// commit takes the record that a layout has read last.
func (p *parser) commit(l *layout) {
	if l.isRow {
		p.batch.rows = p.batch.rows[:len(p.batch.rows)+1]
	} else {
		p.batch.other++
	}
}
