package logparse

import "bytes"

// maxRecord is the longest record that is read; a longer one counts as
// malformed. A hub's own are a few hundred bytes.
const maxRecord = 1 << 20

const tooLong = "the record is longer than a megabyte"

// A framer finds the records that start in b[from:limit] and has them read. It
// stops at the first that is not complete in b, unless final says that nothing
// follows, and returns where the next record starts or the rest begins.
type framer func(p *parser, b []byte, from, limit int, final bool) (next int)

// lines frames JSON Lines: a newline always ends a record, so whatever is
// damaged, the next line is whole again. It counts the line ends before limit
// in p.lineEnds.
func lines(p *parser, b []byte, from, limit int, final bool) int {
	for from < limit {
		if l, end := p.json.fit(p, b, from); end > 0 && end < len(b) {
			if b[end] == '\r' && end+1 < len(b) {
				end++
			}
			if b[end] == '\n' {
				p.commit(l)
				if end < limit {
					p.lineEnds++
				}
				from = end + 1
				continue
			}
		}
		end := bytes.IndexByte(b[from:], '\n')
		switch {
		case end >= 0:
			if end += from; end < limit {
				p.lineEnds++
			}
		case final:
			end = len(b)
		default:
			return from
		}
		p.line(b, from, end)
		from = min(end+1, len(b))
	}
	return from
}

// line reads the line b[from:to].
func (p *parser) line(b []byte, from, to int) {
	line := trim(b[from:to])
	switch {
	case len(line) == 0:
		p.batch.blank++
	case line[0] == '[':
		p.nested(b, from, line)
	case to-from > maxRecord && !isWrapper(line):
		p.damaged(b, from, tooLong)
	default:
		bad := p.readLine(line)
		switch {
		case bad == nil && p.vals[fRecords].kind == array, bad != nil && isWrapper(line):
			p.nested(b, from, line)
		case bad == nil:
			p.learn(line, p.emit())
		default:
			p.damaged(b, from, bad.reason)
		}
	}
}

// nested reads a line that holds many records.
func (p *parser) nested(b []byte, from int, line []byte) {
	p.outer, p.outerAt = b, from
	values(p, line, 0, len(line), true)
	p.outer = nil
}

// trim cuts white space from both ends, and a byte order mark, which files put
// together from several have in their middle.
func trim(b []byte) []byte {
	b = trimLeft(b)
	for len(b) > 0 && isSpace(b[len(b)-1]) {
		b = b[:len(b)-1]
	}
	return b
}

func trimLeft(b []byte) []byte {
	b = bytes.TrimPrefix(b, []byte(utf8BOM))
	for len(b) > 0 && isSpace(b[0]) {
		b = b[1:]
	}
	return b
}

// isSpace knows the white space of JSON.
func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\r' || c == '\n' }

// damaged counts a record at b[at:] that could not be read.
func (p *parser) damaged(b []byte, at int, reason string) {
	p.batch.malformed++
	if len(p.batch.places) == maxPlaces {
		return
	}
	if p.outer != nil {
		b, at = p.outer, p.outerAt
	}
	newlines := int64(bytes.Count(b[p.start:at], []byte{'\n'}))
	p.batch.places = append(p.batch.places, place{newlines, reason})
}
