package logparse

import (
	"hash/maphash"
	"slices"
)

// deviceTable counts rows by device. It is a hash table of fixed-size entries
// in pages, without pointers: with a million devices a Go map of structs costs
// twice the memory, and its growth is what the collector then has to walk.
type deviceTable struct {
	seed  maphash.Seed
	slots []uint64 // the upper half of a hash, then an entry's number plus one; 0 is free
	pages []*[devicePage]device
	count int
	long  []string // ids that don't fit into an entry
	// Failures by code, chained from the entries, in pages.
	codes  []*[devicePage]deviceCode
	failed int
	many   map[uint64]int32 // links of entries with very many codes, by entry and code

	// See warm.
	entries []uint32
	warmth  uint8
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
	return deviceTable{seed: seed, slots: make([]uint64, 1<<12)}
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
func (t *deviceTable) find(id []byte, hash uint64) uint32 {
	mask := uint64(len(t.slots) - 1)
	tag := hash &^ 0xffffffff
	for at := hash >> 32 & mask; ; at = (at + 1) & mask {
		slot := t.slots[at]
		if slot == 0 {
			return t.add(id, at, tag)
		}
		if slot&^0xffffffff == tag {
			i := uint32(slot) - 1
			d := t.at(i)
			if int(d.length) == len(id) && string(d.id[:len(id)]) == string(id) ||
				d.length == longID && t.long[t.longIndex(d)] == string(id) {
				return i
			}
		}
	}
}

// warm fetches what finding ids with these hashes will need. A table of many
// devices is larger than the fast caches, and memory answers many questions at
// once as fast as one: here they don't wait for each other.
func (t *deviceTable) warm(hashes []uint64) {
	mask := uint64(len(t.slots) - 1)
	t.entries = slices.Grow(t.entries[:0], len(hashes))[:len(hashes)]
	for i, hash := range hashes {
		t.entries[i] = uint32(t.slots[hash>>32&mask])
	}
	sum := uint8(0)
	for _, entry := range t.entries {
		if entry > 0 {
			sum += t.at(entry - 1).length
		}
	}
	t.warmth = sum // so that the reads above are not left out
}

// hash is the hash of an id.
func (t *deviceTable) hash(id []byte) uint64 { return maphash.Bytes(t.seed, id) }

// merge adds the counts of o, whose codes are numbered differently. It returns
// the numbers of o's entries in t.
func (t *deviceTable) merge(o *deviceTable, code []uint32) (number []uint32) {
	number = make([]uint32, o.count)
	var hashes [devicePage]uint64
	for first := 0; first < o.count; first += devicePage {
		page := number[first:min(first+devicePage, o.count)]
		for i := range page {
			hashes[i] = t.hash(o.id(uint32(first + i)))
		}
		t.warm(hashes[:len(page)])
		for i := range page {
			from := uint32(first + i)
			page[i] = t.find(o.id(from), hashes[i])
			t.at(page[i]).count += o.at(from).count
			o.failures(from, func(c uint32, n int64) { t.fail(page[i], code[c], n) })
		}
	}
	return number
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
	t.slots = make([]uint64, 4*len(old))
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

// codeAt is the link with a number as chains have it: plus one.
func (t *deviceTable) codeAt(at int32) *deviceCode {
	return &t.codes[(at-1)/devicePage][(at-1)%devicePage]
}

// fail counts n failures of entry i with the given code.
func (t *deviceTable) fail(i uint32, code uint32, n int64) {
	d := t.at(i)
	d.errors += n
	links := 0
	for at := d.codes; at != 0 && links < fewCodes; links++ {
		c := t.codeAt(at)
		if c.code == code {
			c.count += n
			return
		}
		at = c.next
	}
	if links == fewCodes {
		if at, ok := t.many[manyKey(i, code)]; ok {
			t.codeAt(at).count += n
			return
		}
	}
	if t.failed%devicePage == 0 {
		t.codes = append(t.codes, new([devicePage]deviceCode))
	}
	t.failed++
	at := int32(t.failed)
	*t.codeAt(at) = deviceCode{code: code, next: d.codes, count: n}
	d.codes = at
	if links == fewCodes {
		t.indexCodes(i)
	}
}

// indexCodes makes the first links of entry i's chain known to many. Those
// behind them are known since they were the first.
func (t *deviceTable) indexCodes(i uint32) {
	if t.many == nil {
		t.many = map[uint64]int32{}
	}
	at := t.at(i).codes
	for range fewCodes + 1 {
		c := t.codeAt(at)
		t.many[manyKey(i, c.code)] = at
		at = c.next
	}
}

func manyKey(i, code uint32) uint64 { return uint64(i)<<32 | uint64(code) }

// failures calls f for every code that entry i failed with.
func (t *deviceTable) failures(i uint32, f func(code uint32, count int64)) {
	for at := t.at(i).codes; at != 0; {
		c := t.codeAt(at)
		f(c.code, c.count)
		at = c.next
	}
}
