package logparse

import (
	"bytes"
	"hash/maphash"
	"sync"
)

// filter says which rows are counted.
type filter struct {
	since, until int64 // noTime for open; inclusive, exclusive
	devices      [][]byte
	code         string // "" for any
}

func newFilter(o *Options, book codebook) filter {
	f := filter{since: noTime, until: noTime}
	if !o.Since.IsZero() {
		f.since = o.Since.UnixNano()
	}
	if !o.Until.IsZero() {
		f.until = o.Until.UnixNano()
	}
	for _, d := range o.Devices {
		f.devices = append(f.devices, []byte(d))
	}
	if o.Code != "" {
		f.code = book.code([]byte(o.Code))
	}
	return f
}

// inTime reports whether a time is within the filter. A row whose time cannot
// be read is only counted when no time is asked for.
func (f *filter) inTime(time int64) bool {
	if f.since != noTime && time < f.since {
		return false
	}
	return f.until == noTime || time != noTime && time < f.until
}

// hasDevice reports whether the filter lets a target through. A device stands
// for its modules too.
func (f *filter) hasDevice(target []byte) bool {
	if len(f.devices) == 0 {
		return true
	}
	for _, d := range f.devices {
		if rest, ok := bytes.CutPrefix(target, d); ok && (len(rest) == 0 || rest[0] == '/') {
			return true
		}
	}
	return false
}

// aggregate is what one worker has counted. The lock is held for a block at a
// time, so that a snapshot can be taken in between.
type aggregate struct {
	mu sync.Mutex

	filter filter
	codes  *interner // the worker's parser's
	ops    *interner
	// The names behind the numbers in the tables below. A parser may already
	// know more.
	codeNames, opNames []string

	noCounts map[string]int64 // always empty

	dups *dupSet // nil unless duplicates are removed

	records, errors                              int64
	malformed, other, blank, duplicate, filtered int64
	untimed, nameless, uncoded                   int64
	from, to                                     int64

	perCode []codeTotal
	perOp   []opTotal

	devices     deviceTable
	hashes      []uint64 // of the batch at hand
	buckets     bucketTable
	durations   durations
	connections connectionTable
}

type codeTotal struct {
	count       int64
	first, last int64
}

type opTotal struct{ count, errors int64 }

func newAggregate(width int64, f filter, codes, ops *interner, seed maphash.Seed, dups *dupSet) *aggregate {
	return &aggregate{
		filter: f, codes: codes, ops: ops, dups: dups, noCounts: map[string]int64{}, from: noTime, to: noTime,
		devices: newDeviceTable(seed), buckets: bucketTable{width: width}, connections: connectionTable{},
	}
}

// add counts a batch.
func (a *aggregate) add(b *batch) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.malformed += b.malformed
	a.other += b.other
	a.blank += b.blank
	a.learnNames()
	a.hashes = a.hashes[:0]
	for i := range b.rows {
		a.hashes = append(a.hashes, a.devices.hash(b.rows[i].device))
	}
	a.devices.warm(a.hashes)
	for i := range b.rows {
		r := &b.rows[i]
		if !a.filter.inTime(r.time) || !a.filter.hasDevice(r.device) ||
			a.filter.code != "" && a.filter.code != a.codeNames[r.code] {
			a.filtered++
			continue
		}
		if a.dups != nil && !a.dups.add(b.rowKeys[i]) {
			a.duplicate++
			continue
		}
		a.addRow(r, a.hashes[i])
	}
	for i := range b.events {
		e := &b.events[i]
		if !a.filter.inTime(e.time) || !a.filter.hasDevice(e.device) {
			continue
		}
		if a.dups == nil || a.dups.add(b.eventKeys[i]) {
			a.connections.add(e, a.codeNames[e.code])
		}
	}
}

// learnNames makes room for the codes and operations the parser has met.
func (a *aggregate) learnNames() {
	a.codeNames, a.opNames = a.codes.names, a.ops.names
	for len(a.perCode) < len(a.codeNames) {
		a.perCode = append(a.perCode, codeTotal{first: noTime, last: noTime})
	}
	for len(a.perOp) < len(a.opNames) {
		a.perOp = append(a.perOp, opTotal{})
	}
}

func (a *aggregate) addRow(r *row, hash uint64) {
	a.records++
	failed := r.code != 0
	code := &a.perCode[r.code]
	code.count++
	op := &a.perOp[r.op]
	op.count++
	if r.duration != noDuration {
		a.durations.add(r.duration)
	}
	if r.flags&uncodedError != 0 {
		a.uncoded++
	}
	device := uint32(manyDevices)
	if len(r.device) > 0 {
		device = a.devices.find(r.device, hash)
		a.devices.at(device).count++
	} else {
		a.nameless++
	}
	if failed {
		a.errors++
		op.errors++
		if len(r.device) > 0 {
			a.devices.fail(device, r.code, 1)
		}
	}
	if r.time == noTime {
		a.untimed++
		return
	}
	spread(&code.first, &code.last, r.time)
	spread(&a.from, &a.to, r.time)
	b := a.buckets.at(r.time)
	b.count++
	if failed {
		b.fail(r.code, device, r.device)
	}
}

// spread widens [first, last] to hold time.
func spread(first, last *int64, time int64) {
	if *first == noTime || time < *first {
		*first = time
	}
	*last = max(*last, time)
}

// merge adds o, which another worker has counted.
func (a *aggregate) merge(o *aggregate) {
	a.records += o.records
	a.errors += o.errors
	a.malformed += o.malformed
	a.other += o.other
	a.blank += o.blank
	a.duplicate += o.duplicate
	a.filtered += o.filtered
	a.untimed += o.untimed
	a.nameless += o.nameless
	a.uncoded += o.uncoded
	if o.from != noTime {
		spread(&a.from, &a.to, o.from)
		spread(&a.from, &a.to, o.to)
	}
	code := translate(a.codes, o.codeNames)
	op := translate(a.ops, o.opNames)
	a.learnNames()
	for i, from := range o.perCode {
		to := &a.perCode[code[i]]
		to.count += from.count
		if from.first != noTime {
			spread(&to.first, &to.last, from.first)
			spread(&to.first, &to.last, from.last)
		}
	}
	for i, from := range o.perOp {
		a.perOp[op[i]].count += from.count
		a.perOp[op[i]].errors += from.errors
	}
	a.devices.merge(&o.devices, code)
	for start, from := range o.buckets.byStart {
		sole := from.sole
		if sole != 0 && sole != manyDevices {
			id := o.devices.id(sole - 1)
			sole = a.devices.find(id, a.devices.hash(id)) + 1
		}
		a.buckets.at(start).merge(from, code, sole)
	}
	a.durations.merge(&o.durations)
	a.connections.merge(o.connections, code)
}

// translate numbers names that another interner has numbered.
func translate(n *interner, names []string) []uint32 {
	number := make([]uint32, len(names))
	for i, name := range names {
		number[i] = n.id(name)
	}
	return number
}
