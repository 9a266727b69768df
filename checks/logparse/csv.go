package logparse

import (
	"bytes"
	"fmt"
	"slices"
)

// table is the layout of a CSV file: what its heading says.
type table struct {
	heading   []byte // as written, to know it again where files were put together
	separator byte
	fields    []int // field by column, -1 for columns that are not read
	dayFirst  bool  // dates are 31/12/2026 rather than 12/31/2026
}

// cell is one field of a CSV row.
type cell struct {
	from, to int  // its content, without the outer quotes
	quoted   bool // it has outer quotes
	doubled  bool // there are doubled quotes within
}

// rowState says how reading a CSV row ended.
type rowState uint8

const (
	rowRead rowState = iota
	rowShort
	rowBroken
)

// csvRow reads the row at b[from:] into cells: RFC 4180, and a quote within an
// unquoted field stands for itself. It returns where the next row starts.
func csvRow(b []byte, from int, separator byte, final bool, cells []cell) (_ []cell, next int, _ rowState) {
	cells = cells[:0]
	for i := from; ; {
		var c cell
		if i < len(b) && b[i] == '"' {
			end, doubled := quoted(b, i+1)
			if end < 0 {
				return cells, len(b), rowShort
			}
			c = cell{i + 1, end, true, doubled}
			i = end + 1
			if i < len(b) && b[i] == '\r' && i+1 < len(b) && b[i+1] == '\n' {
				i++
			}
			if i < len(b) && b[i] != separator && b[i] != '\n' {
				return cells, i, rowBroken
			}
		} else {
			start := i
			for i < len(b) && b[i] != separator && b[i] != '\n' {
				i++
			}
			c = cell{from: start, to: i}
		}
		if i == len(b) && !final {
			return cells, i, rowShort
		}
		if i == len(b) || b[i] == '\n' {
			if !c.quoted && c.to > c.from && b[c.to-1] == '\r' {
				c.to--
			}
			return append(cells, c), min(i+1, len(b)), rowRead
		}
		cells = append(cells, c)
		i++
	}
}

// quoted finds the quote that closes the field at b[i:], -1 when there is none.
func quoted(b []byte, i int) (end int, doubled bool) {
	for {
		n := bytes.IndexByte(b[i:], '"')
		if n < 0 {
			return -1, doubled
		}
		i += n
		if i+1 == len(b) || b[i+1] != '"' {
			return i, doubled
		}
		doubled = true
		i += 2
	}
}

// rows is the framer for the table's rows.
func (t *table) rows(p *parser, b []byte, from, limit int, final bool) int {
	p.tabular, p.clock.dayFirst = true, t.dayFirst
	defer func() { p.tabular, p.clock.dayFirst = false, false }()
	if p.csvOf != t {
		p.csvOf, p.csv = t, layouts{}
	}
	for from < limit {
		if l, end := p.csv.fit(p, b, from); end > 0 {
			if next := rowEnd(b, end, final); next > 0 {
				p.commit(l)
				from = next
				continue
			}
		}
		cells, next, state := csvRow(b, from, t.separator, final, p.cells)
		p.cells = cells
		switch {
		case state == rowShort && !final && len(b)-from <= maxRecord:
			return from
		case next-from > maxRecord:
			p.damaged(b, from, tooLong)
			next = lineAfter(b, from)
		case state != rowRead:
			p.damaged(b, from, "a quoted field does not end where it should")
			next = lineAfter(b, from)
		default:
			t.row(p, b, from, next, cells)
		}
		from = next
	}
	return from
}

// rowEnd is where the row after one that ends with b[:end] starts, 0 when the
// row does not end there.
func rowEnd(b []byte, end int, final bool) int {
	if end < len(b) && b[end] == '\r' {
		end++
	}
	switch {
	case end < len(b) && b[end] == '\n':
		return end + 1
	case end == len(b) && final:
		return end
	default:
		return 0
	}
}

// row reads one row.
func (t *table) row(p *parser, b []byte, from, next int, cells []cell) {
	raw := trim(b[from:next])
	switch {
	case len(raw) == 0:
		p.batch.blank++
	case len(cells) != len(t.fields):
		p.damaged(b, from, fmt.Sprintf("the row has %d fields, the heading %d", len(cells), len(t.fields)))
	case bytes.Equal(raw, t.heading):
	default:
		clear(p.vals[:])
		for i, field := range t.fields {
			if c := cells[i]; field >= 0 && c.to > c.from {
				p.vals[field] = value{p.cell(b, c), text}
			}
		}
		p.learnCells(t, b[from:next], from, cells, p.emit())
	}
}

// cell is the content of c.
func (p *parser) cell(b []byte, c cell) []byte {
	raw := b[c.from:c.to]
	if !c.doubled {
		return raw
	}
	from := len(p.scratch)
	for {
		n := bytes.IndexByte(raw, '"')
		if n < 0 {
			break
		}
		p.scratch = append(p.scratch, raw[:n+1]...)
		raw = raw[n+2:]
	}
	p.scratch = append(p.scratch, raw...)
	return p.scratch[from:len(p.scratch):len(p.scratch)]
}

// lineAfter is the start of the line after b[from].
func lineAfter(b []byte, from int) int {
	if n := bytes.IndexByte(b[from:], '\n'); n >= 0 {
		return from + n + 1
	}
	return len(b)
}

// newTable reads a heading; ok is false when it is not that of a log.
func newTable(line []byte) (t *table, ok bool) {
	line = trim(line)
	for _, separator := range []byte(",;\t") {
		cells, _, state := csvRow(line, 0, separator, true, nil)
		if state != rowRead || len(cells) < 2 {
			continue
		}
		t = &table{heading: bytes.Clone(line), separator: separator}
		var has [fieldCount]bool
		for _, c := range cells {
			field := headingField(line[c.from:c.to])
			if field >= 0 && has[field] {
				field = -1 // the first of two columns with one meaning
			}
			if field >= 0 {
				has[field] = true
			}
			t.fields = append(t.fields, field)
		}
		if has[fTime] && (has[fCategory] || has[fResultType] || has[fOperation] || has[fProperties]) {
			return t, true
		}
	}
	return nil, false
}

// learnDates looks whether the dates in the first rows put the day first. Where
// no day is over 12 the month is taken to be first, as the portal's English
// has it.
func (t *table) learnDates(rows []byte) {
	column := slices.Index(t.fields, fTime)
	var cells []cell
	for from := 0; from < len(rows); {
		next, state := 0, rowRead
		if cells, next, state = csvRow(rows, from, t.separator, false, cells); state != rowRead {
			return
		}
		if len(cells) == len(t.fields) {
			cell := rows[cells[column].from:cells[column].to]
			n, digits := integer(cell)
			if rest := cell[digits:]; n > 12 && n < 32 && len(rest) > 0 && rest[0] != ':' {
				t.dayFirst = true
				return
			}
		}
		from = next
	}
}

// headingField is the field of a column. The portal adds the time zone to its
// name: "TimeGenerated [UTC]".
func headingField(name []byte) int {
	name, _, _ = bytes.Cut(name, []byte(" ["))
	return recordField(bytes.TrimSpace(name))
}
