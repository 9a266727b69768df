package logparse

import (
	"math"
	"math/bits"
	"slices"
)

// bucketTable counts rows by stretch of time.
type bucketTable struct {
	width   int64 // nanoseconds
	byStart map[int64]*bucket
	last    *bucket // rows mostly come in the order of time
}

type bucket struct {
	start  int64
	count  int64
	errors int64
	codes  tally
	sole   uint32 // the one device that failed, plus one; 0 for none, manyDevices for several
	seen   *deviceSet
}

// manyDevices says that not only one device failed in a bucket.
const manyDevices = math.MaxUint32

// deviceSet estimates how many different devices it was shown, by linear
// counting: a bit per hash. Exact for a few, some percent off for hundreds.
type deviceSet [8]uint64

const deviceSetBits = 512

func (s *deviceSet) add(id []byte) {
	// The hash must be the same in every run, so that the numbers are. FNV-1a.
	h := uint64(14695981039346656037)
	for _, c := range id {
		h = (h ^ uint64(c)) * 1099511628211
	}
	h ^= h >> 29
	s[h%8] |= 1 << (h >> 3 % 64)
}

func (s *deviceSet) estimate() int64 {
	set := 0
	for _, w := range s {
		set += bits.OnesCount64(w)
	}
	if set == deviceSetBits {
		set-- // all bits set: at least this many
	}
	return int64(math.Round(-deviceSetBits * math.Log1p(-float64(set)/deviceSetBits)))
}

// at is the bucket for a time.
func (t *bucketTable) at(time int64) *bucket {
	if b := t.last; b != nil && time >= b.start && time-b.start < t.width {
		return b
	}
	start := time - time%t.width // times are never negative
	b := t.byStart[start]
	if b == nil {
		if t.byStart == nil {
			t.byStart = map[int64]*bucket{}
		}
		b = &bucket{start: start}
		t.byStart[start] = b
	}
	t.last = b
	return b
}

// fail counts a failure of the device with the given number and id.
func (b *bucket) fail(code uint32, device uint32, id []byte) {
	b.errors++
	b.codes.add(code, 1)
	b.failing(device)
	if b.seen == nil {
		b.seen = new(deviceSet)
	}
	b.seen.add(id)
}

// failing notes which device failed; manyDevices for one that is not known.
func (b *bucket) failing(device uint32) {
	switch {
	case device == manyDevices:
		b.sole = manyDevices
	case b.sole == 0:
		b.sole = device + 1
	case b.sole != device+1:
		b.sole = manyDevices
	}
}

// devices is about how many devices failed in the bucket.
func (b *bucket) devices() int64 {
	if b.seen == nil {
		return 0
	}
	return b.seen.estimate()
}

// merge adds o, whose codes and devices are numbered differently; sole is what
// o.sole is here.
func (b *bucket) merge(o *bucket, code []uint32, sole uint32) {
	b.count += o.count
	b.errors += o.errors
	for _, c := range o.codes.list {
		b.codes.add(code[c.code], c.count)
	}
	switch sole {
	case 0:
	case manyDevices:
		b.failing(manyDevices)
	default:
		b.failing(sole - 1)
	}
	if o.seen == nil {
		return
	}
	if b.seen == nil {
		b.seen = new(deviceSet)
	}
	for i, w := range o.seen {
		b.seen[i] |= w
	}
}

// sorted is all buckets in the order of time.
func (t *bucketTable) sorted() []*bucket {
	list := make([]*bucket, 0, len(t.byStart))
	for _, b := range t.byStart {
		list = append(list, b)
	}
	slices.SortFunc(list, func(a, b *bucket) int { return int(min(max(a.start-b.start, -1), 1)) })
	return list
}
