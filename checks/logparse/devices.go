package logparse

import (
	"bytes"
	"hash/maphash"
)

// deviceTable counts rows by device. It is a hash table of fixed-size entries
// in pages, without pointers: with a million devices a Go map of structs costs
// twice the memory, and its growth is what the collector then has to walk.
type deviceTable struct {
	seed  maphash.Seed
	slots []uint64 // the upper half of a hash, then an entry's number plus one; 0 is free
	pages []*[devicePage]device
	count int
	long  []string     // ids that don't fit into an entry
	codes []deviceCode // failures by code, chained from the entries
}

const (
	devicePage = 1024
	inlineID   = 40
)

// device is one entry: one cache line.
type device struct {
	count  int64
	errors int64
	codes  int32 // first of its chain in codes, plus one
	length uint8 // of the id; longID when it is in long
	_      [3]byte
	id     [inlineID]byte
}

// longID marks an id that is kept aside; its number is in the first bytes.
const longID = 255

type deviceCode struct {
	code  uint32
	next  int32 // plus one
	count int64
}

func newDeviceTable(seed maphash.Seed) deviceTable {
	return deviceTable{seed: seed, slots: make([]uint64, 1<<10)}
}

// at is entry number i.
func (t *deviceTable) at(i uint32) *device { return &t.pages[i/devicePage][i%devicePage] }

// id is the id of entry number i, valid while the table is.
func (t *deviceTable) id(i uint32) []byte {
	d := t.at(i)
	if d.length == longID {
		return []byte(t.long[t.longIndex(d)])
	}
	return d.id[:d.length]
}

func (t *deviceTable) longIndex(d *device) int {
	return int(d.id[0]) | int(d.id[1])<<8 | int(d.id[2])<<16 | int(d.id[3])<<24
}

// find returns the number of the entry for id, which it makes when it is new.
func (t *deviceTable) find(id []byte) uint32 {
	return t.findHashed(id, maphash.Bytes(t.seed, id))
}

func (t *deviceTable) findHashed(id []byte, hash uint64) uint32 {
	mask := uint64(len(t.slots) - 1)
	tag := hash &^ 0xffffffff
	for at := hash >> 32 & mask; ; at = (at + 1) & mask {
		slot := t.slots[at]
		if slot == 0 {
			return t.add(id, at, tag)
		}
		if slot&^0xffffffff != tag {
			continue
		}
		i := uint32(slot) - 1
		if d := t.at(i); d.length != longID && bytes.Equal(d.id[:d.length], id) {
			return i
		} else if d.length == longID && t.long[t.longIndex(d)] == string(id) {
			return i
		}
	}
}

func (t *deviceTable) add(id []byte, at, tag uint64) uint32 {
	i := uint32(t.count)
	if t.count%devicePage == 0 {
		t.pages = append(t.pages, new([devicePage]device))
	}
	t.count++
	d := t.at(i)
	if len(id) <= inlineID {
		d.length = uint8(len(id))
		copy(d.id[:], id)
	} else {
		n := len(t.long)
		d.length = longID
		d.id[0], d.id[1], d.id[2], d.id[3] = byte(n), byte(n>>8), byte(n>>16), byte(n>>24)
		t.long = append(t.long, string(id))
	}
	t.slots[at] = tag | uint64(i+1)
	if t.count*4 > len(t.slots)*3 {
		t.grow()
	}
	return i
}

func (t *deviceTable) grow() {
	old := t.slots
	t.slots = make([]uint64, 2*len(old))
	mask := uint64(len(t.slots) - 1)
	for _, slot := range old {
		if slot == 0 {
			continue
		}
		at := slot >> 32 & mask
		for t.slots[at] != 0 {
			at = (at + 1) & mask
		}
		t.slots[at] = slot
	}
}

// fail counts n failures of entry i with the given code.
func (t *deviceTable) fail(i uint32, code uint32, n int64) {
	d := t.at(i)
	d.errors += n
	for at := d.codes; at != 0; at = t.codes[at-1].next {
		if c := &t.codes[at-1]; c.code == code {
			c.count += n
			return
		}
	}
	t.codes = append(t.codes, deviceCode{code: code, next: d.codes, count: n})
	d.codes = int32(len(t.codes))
}

// failures calls f for every code that entry i failed with.
func (t *deviceTable) failures(i uint32, f func(code uint32, count int64)) {
	for at := t.at(i).codes; at != 0; at = t.codes[at-1].next {
		f(t.codes[at-1].code, t.codes[at-1].count)
	}
}
