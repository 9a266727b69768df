package logparse

import (
	"encoding/binary"
	"hash/maphash"
	"slices"
)

// deviceTable counts rows by device. It is a hash table of small entries in
// pages, without pointers: with a million devices a Go map of structs costs
// several times the memory, and touching memory for the first time is what
// reading a log of many devices spends most on.
type deviceTable struct {
	seed  maphash.Seed
	slots []uint64 // the upper half of a hash, then an entry's number plus one; 0 is free
	pages []*[devicePage]device
	count int
	long  arena // ids that don't fit into an entry
	// Failures by code, chained from the entries, in pages.
	codes  []*[devicePage]deviceCode
	failed int
	many   map[uint64]int32 // links of entries with very many codes, by entry and code

	// See warm.
	entries []uint32
	warmth  uint16
}

const (
	devicePage = 1024
	inlineID   = 16
)

// device is one entry.
type device struct {
	count  int64
	codes  int32  // first of its chain in codes, plus one
	length uint16 // of the id
	id     [inlineID]byte
	// A longer id is in the arena, at the offset that the first bytes say.
}

type deviceCode struct {
	code  uint32
	next  int32 // plus one
	count int64
}

// arena keeps bytes in pages that never move.
type arena struct {
	pages []*[arenaPage]byte
	used  int // of the last page
}

const arenaPage = 64 << 10

// add keeps b, which is shorter than a page, and returns its offset.
func (a *arena) add(b []byte) uint64 {
	if len(a.pages) == 0 || a.used+len(b) > arenaPage {
		a.pages, a.used = append(a.pages, new([arenaPage]byte)), 0
	}
	last := len(a.pages) - 1
	offset := uint64(last)*arenaPage + uint64(a.used)
	a.used += copy(a.pages[last][a.used:], b)
	return offset
}

// at is what was kept at an offset.
func (a *arena) at(offset uint64, length int) []byte {
	return a.pages[offset/arenaPage][offset%arenaPage:][:length]
}

func newDeviceTable(seed maphash.Seed) deviceTable {
	return deviceTable{seed: seed, slots: make([]uint64, 1<<11)}
}

// at is entry number i.
func (t *deviceTable) at(i uint32) *device { return &t.pages[i/devicePage][i%devicePage] }

// id is the id of entry number i, valid while the table is.
func (t *deviceTable) id(i uint32) []byte { return t.idOf(t.at(i)) }

func (t *deviceTable) idOf(d *device) []byte {
	if d.length <= inlineID {
		return d.id[:d.length]
	}
	return t.long.at(binary.LittleEndian.Uint64(d.id[:]), int(d.length))
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
			if d := t.at(i); int(d.length) == len(id) && string(t.idOf(d)) == string(id) {
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
	sum := uint16(0)
	for _, entry := range t.entries {
		if entry > 0 {
			sum += t.at(entry - 1).length
		}
	}
	t.warmth = sum // so that the reads above are not left out
}

// hash is the hash of an id.
func (t *deviceTable) hash(id []byte) uint64 { return maphash.Bytes(t.seed, id) }

// merge adds the counts of o, whose codes are numbered differently.
func (t *deviceTable) merge(o *deviceTable, code []uint32) {
	var hashes [devicePage]uint64
	for first := 0; first < o.count; first += devicePage {
		n := min(devicePage, o.count-first)
		for i := range n {
			hashes[i] = t.hash(o.id(uint32(first + i)))
		}
		t.warm(hashes[:n])
		for i := range n {
			from := uint32(first + i)
			to := t.find(o.id(from), hashes[i])
			t.at(to).count += o.at(from).count
			o.failures(from, func(c uint32, n int64) { t.fail(to, code[c], n) })
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
	if d.length = uint16(len(id)); len(id) <= inlineID {
		copy(d.id[:], id)
	} else {
		binary.LittleEndian.PutUint64(d.id[:], t.long.add(id))
	}
	t.slots[at] = tag | uint64(i+1)
	if t.count*5 > len(t.slots)*4 {
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

// codeAt is the link with a number as chains have it: plus one.
func (t *deviceTable) codeAt(at int32) *deviceCode {
	return &t.codes[(at-1)/devicePage][(at-1)%devicePage]
}

// fail counts n failures of entry i with the given code.
func (t *deviceTable) fail(i uint32, code uint32, n int64) {
	d := t.at(i)
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

// errors is how many of entry i's rows failed.
func (t *deviceTable) errors(i uint32) (n int64) {
	t.failures(i, func(_ uint32, count int64) { n += count })
	return n
}
