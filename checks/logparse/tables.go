package logparse

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/go-json-experiment/json/jsontext"
)

// tableReader reads the answer of the Log Analytics query API, row by row:
// {"tables":[{"columns":[{"name":…}],"rows":[[…]]}]}.
type tableReader struct {
	p       *parser
	dec     *jsontext.Decoder
	lines   *lineCounter
	flush   func() error // called when the batch is large enough
	columns []int        // field by column, -1 for columns that are not read
}

// tableBatch is how many rows are read before they are counted.
const tableBatch = 1024

// tables reads a whole answer. flush is called for every batch, and ends the
// reading with the error it returns.
func (p *parser) tables(r io.Reader, flush func() error) error {
	lines := &lineCounter{r: r, left: maxBetweenRows}
	t := tableReader{p: p, dec: jsontext.NewDecoder(lines, strictOptions), lines: lines, flush: flush}
	p.tabular = true
	defer func() { p.tabular = false }()
	p.startBlock()
	err := t.answer()
	var syntax *jsontext.SyntacticError
	switch {
	case errors.Is(err, errLongRow):
		t.damaged(tooLong)
		err = nil
	case errors.Is(err, io.EOF) || cutShort(err) || errors.As(err, &syntax):
		t.damaged("the Log Analytics answer ends early or is not valid JSON")
		err = nil
	}
	return errors.Join(err, flush())
}

// lineCounter counts the line ends that pass through it, and lets only so much
// through between two rows: the decoder would keep all of a row, however long.
type lineCounter struct {
	r    io.Reader
	n    int64
	left int
}

// maxBetweenRows is how much may come between the ends of two rows.
const maxBetweenRows = 4 * maxRecord

var errLongRow = errors.New("a row is longer than a megabyte")

func (c *lineCounter) Read(b []byte) (int, error) {
	if c.left <= 0 {
		return 0, errLongRow
	}
	n, err := c.r.Read(b)
	c.left -= n
	c.n += int64(bytes.Count(b[:n], []byte{'\n'}))
	return n, err
}

// damaged counts what could not be read; its place counts lines from the start
// of the file.
func (t *tableReader) damaged(reason string) {
	t.p.batch.malformed++
	if len(t.p.batch.places) < maxPlaces {
		unread := int64(bytes.Count(t.dec.UnreadBuffer(), []byte{'\n'}))
		t.p.batch.places = append(t.p.batch.places, place{t.lines.n - unread, reason})
	}
}

func (t *tableReader) answer() error {
	return t.members(func(name string) error {
		if recordField([]byte(name)) != fTables || t.dec.PeekKind() != jsontext.KindBeginArray {
			return t.dec.SkipValue()
		}
		return t.elements(t.table)
	})
}

// members reads an object and has f read the value of each member.
func (t *tableReader) members(f func(name string) error) error {
	if _, err := t.dec.ReadToken(); err != nil {
		return err
	}
	for t.dec.PeekKind() != jsontext.KindEndObject {
		name, err := t.dec.ReadToken()
		if err != nil {
			return err
		}
		if err := f(name.String()); err != nil {
			return err
		}
	}
	_, err := t.dec.ReadToken()
	return err
}

// elements reads an array and has f read each element.
func (t *tableReader) elements(f func() error) error {
	if _, err := t.dec.ReadToken(); err != nil {
		return err
	}
	for t.dec.PeekKind() != jsontext.KindEndArray {
		if t.dec.PeekKind() == 0 { // nothing more can be read; ReadToken says why
			break
		}
		if err := f(); err != nil {
			return err
		}
	}
	_, err := t.dec.ReadToken()
	return err
}

func (t *tableReader) table() error {
	t.columns = nil
	if t.dec.PeekKind() != jsontext.KindBeginObject {
		return t.dec.SkipValue()
	}
	return t.members(func(name string) error {
		isArray := t.dec.PeekKind() == jsontext.KindBeginArray
		switch {
		case name == "columns" && isArray:
			return t.elements(t.column)
		case name == "rows" && isArray:
			if t.columns == nil {
				t.damaged("the rows come before the columns")
				return t.dec.SkipValue()
			}
			return t.elements(t.row)
		default:
			return t.dec.SkipValue()
		}
	})
}

func (t *tableReader) column() error {
	field := -1
	if t.dec.PeekKind() != jsontext.KindBeginObject {
		t.columns = append(t.columns, field)
		return t.dec.SkipValue()
	}
	err := t.members(func(name string) error {
		if name != "name" || t.dec.PeekKind() != jsontext.KindString {
			return t.dec.SkipValue()
		}
		token, err := t.dec.ReadToken()
		if err == nil {
			field = recordField([]byte(token.String()))
		}
		return err
	})
	t.columns = append(t.columns, field)
	return err
}

func (t *tableReader) row() error {
	if t.dec.PeekKind() != jsontext.KindBeginArray {
		err := t.dec.SkipValue()
		if err == nil {
			t.damaged("a row is not an array")
		}
		return err
	}
	raw, err := t.dec.ReadValue()
	if err != nil {
		return err
	}
	t.lines.left = maxBetweenRows
	// The decoder's buffer is used again, while the values live on.
	p := t.p
	from := len(p.scratch)
	p.scratch = append(p.scratch, raw...)
	if n := t.cells(p.scratch[from:len(p.scratch):len(p.scratch)]); n != len(t.columns) {
		t.damaged(fmt.Sprintf("the row has %d fields, the table %d columns", n, len(t.columns)))
		return nil
	}
	p.emit()
	if b := &p.batch; len(b.rows)+len(b.events)+len(b.records) >= tableBatch {
		err := t.flush()
		p.startBlock()
		return err
	}
	return nil
}

// cells reads the values of a row, which is a valid array, and returns how
// many there are.
func (t *tableReader) cells(row []byte) (n int) {
	vals := t.p.vals[:]
	clear(vals)
	var v value
	for i := space(row, 1); row[i] != ']'; n++ {
		end := -1
		if !t.p.plain {
			end = t.p.scan.value(row, i, &v)
		}
		if end < 0 { // the scanner is not sure of it
			raw := firstValue(row[i:])
			v, end = t.p.strict.value(raw), i+len(raw)
		}
		if n < len(t.columns) && t.columns[n] >= 0 && vals[t.columns[n]].kind == absent {
			vals[t.columns[n]] = v
		}
		if i = space(row, end); row[i] == ',' {
			i = space(row, i+1)
		}
	}
	return n
}

// firstValue is the JSON value that b, which is valid, starts with.
func firstValue(b []byte) []byte {
	dec := jsontext.NewDecoder(bytes.NewBuffer(b), strictOptions)
	raw, err := dec.ReadValue()
	if err != nil {
		return b[:1] // cannot be: the whole row was valid
	}
	return raw
}
