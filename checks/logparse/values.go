package logparse

import (
	"bytes"

	"github.com/go-json-experiment/json/jsontext"
)

// values frames JSON that does not keep to lines: wrappers with records,
// arrays, pretty-printed objects, one after another. Between two records it
// passes over whatever punctuation, wrapper or scalar there is; a record is an
// object that is not itself a wrapper.
func values(p *parser, b []byte, from, limit int, final bool) int {
	for {
		from = between(b, from)
		if from >= limit || from == len(b) {
			return from
		}
		if b[from] == '"' { // a name or a string beside the records
			end := stringEnd(b, from)
			if end < 0 {
				if !final && len(b)-from < maxRecord {
					return from
				}
				if end = from + 1; p.rework > maxRework {
					end = objectAfter(b, end)
				}
				p.rework += len(b) - from
			}
			from = end
			continue
		}
		next, ok := p.element(b, from, final)
		if !ok {
			return from
		}
		from = next
	}
}

// between skips what lies between records, up to an object or a string.
func between(b []byte, from int) int {
	for from < len(b) && b[from] != '{' && b[from] != '"' {
		from++
	}
	return from
}

// stringEnd is the offset behind the string that starts at b[from:], -1 when it
// is not complete.
func stringEnd(b []byte, from int) int {
	for i := from + 1; i < len(b); i++ {
		switch b[i] {
		case '"':
			return i + 1
		case '\\':
			i++
		}
	}
	return -1
}

// element reads the object at b[from:] and returns where to go on; ok is false
// when it is not complete.
func (p *parser) element(b []byte, from int, final bool) (next int, ok bool) {
	if l, end := p.json.fit(p, b, from); end > 0 {
		p.commit(l)
		return end, true
	}
	if inside, is := wrapperHead(b[from:]); is {
		return from + inside, true
	}
	end, bad := p.readObject(b[from:])
	if bad == nil && p.vals[fRecords].kind == array || bad != nil && bad.short {
		if inside, is := longWrapperHead(b[from:]); is {
			return from + inside, true
		}
	}
	if bad == nil && end <= maxRecord {
		p.learn(b[from:from+end], p.emit())
		return from + end, true
	}
	if !final && (bad != nil && bad.short && len(b)-from <= maxRecord || len(b)-from < resyncWindow) {
		return from, false
	}
	if bad == nil || bad.short && len(b)-from > maxRecord {
		bad = &damage{at: maxRecord, reason: tooLong}
	}
	p.damaged(b, from, bad.reason)
	if p.rework += bad.at; p.rework > maxRework {
		return objectAfter(b, from+max(bad.at, 1)), true
	}
	return resync(b, from, from+bad.at), true
}

// isWrapper reports whether b, which need not be complete, starts like
// {"records":[.
func isWrapper(b []byte) bool {
	_, is := wrapperHead(b)
	return is
}

// wrapperHead reports whether b starts with {"records":[ and how far in the
// list starts.
func wrapperHead(b []byte) (inside int, is bool) {
	i := 0
	for _, want := range [...]string{"{", `"records"`, ":", "["} {
		for i < len(b) && isSpace(b[i]) {
			i++
		}
		if !bytes.HasPrefix(b[i:], []byte(want)) {
			return 0, false
		}
		i += len(want)
	}
	return i, true
}

// longWrapperHead is wrapperHead for a wrapper that says other things before
// its records.
func longWrapperHead(b []byte) (inside int, is bool) {
	dec := jsontext.NewDecoder(bytes.NewBuffer(b), strictOptions)
	if token, err := dec.ReadToken(); err != nil || token.Kind() != jsontext.KindBeginObject {
		return 0, false
	}
	for {
		name, err := dec.ReadToken()
		if err != nil || name.Kind() != jsontext.KindString {
			return 0, false
		}
		if recordField([]byte(name.String())) == fRecords && dec.PeekKind() == jsontext.KindBeginArray {
			if _, err := dec.ReadToken(); err != nil {
				return 0, false
			}
			return int(dec.InputOffset()), true
		}
		if dec.SkipValue() != nil {
			return 0, false
		}
	}
}

// maxRework is how much of a block may be read in vain before damage costs the
// records next to it: a file made for the purpose could be nothing but records
// in records that never end.
const maxRework = 1 << 20

// resyncWindow is how far behind a damaged record its neighbour is looked for.
const resyncWindow = 64 << 10

// resync finds a record behind the damaged one at b[from:], whose fault is at
// b[fault:]: the next object that opens like the damaged one did, otherwise the
// next object behind the fault.
func resync(b []byte, from, fault int) int {
	near := b[from:min(len(b), from+resyncWindow)]
	if end := stringEnd(near, max(bytes.IndexByte(near, '"'), 0)); end > 0 && end < 48 {
		if at := bytes.Index(near[1:], near[:end]); at >= 0 {
			return from + 1 + at
		}
	}
	return objectAfter(b, max(fault, from+1))
}

// objectAfter is where the next object may start.
func objectAfter(b []byte, from int) int {
	from = min(from, len(b))
	if at := bytes.IndexByte(b[from:], '{'); at >= 0 {
		return from + at
	}
	return len(b)
}
