package device

import (
	"cmp"
	"runtime"
	"slices"
	"strings"
	"sync"
)

// index finds the ids that hold the letters of a text in their order, best
// first. It is made for a million ids: they lie one after the other in one
// piece of memory, a mask of the letters each holds rules most out at a glance,
// a longer text is looked for among the hits of the shorter one only, and only
// the hits that look best are scored with care.
type index struct {
	ids   []string // as written
	lower []byte   // lower case, one after the other
	ends  []uint32 // where each ends in lower
	masks []uint64 // which letters each holds

	text   string  // of the last query
	hits   []int32 // of the last query, in the order of the ids
	looks  []uint16
	result []int32
}

const (
	// careful is how many hits are scored with care and put in order. The rest
	// follow as they come: nobody pages that far.
	careful = 4096
	// enough is how many ids make another worker worth while.
	enough = 20_000
	// mostWorkers leaves other cores to others.
	mostWorkers = 4
)

func (x *index) add(id string) {
	x.ids = append(x.ids, id)
	var mask uint64
	for i := range len(id) {
		c := lower(id[i])
		x.lower = append(x.lower, c)
		mask |= letterBit(c)
	}
	x.ends = append(x.ends, uint32(len(x.lower)))
	x.masks = append(x.masks, mask)
	x.text = ""
}

// letterBit gives each letter and digit a bit of its own, and shares the others
// among the rest of the characters.
func letterBit(c byte) uint64 {
	const letters, digits = 26, 10
	switch {
	case c >= 'a' && c <= 'z':
		return 1 << (c - 'a')
	case c >= '0' && c <= '9':
		return 1 << (letters + c - '0')
	default:
		return 1 << (letters + digits + int(c)%(64-letters-digits))
	}
}

func (x *index) id(i int32) []byte {
	from := uint32(0)
	if i > 0 {
		from = x.ends[i-1]
	}
	return x.lower[from:x.ends[i]]
}

// find returns the places of the matching ids, best first; all ids in their
// order for an empty text. The result is good until the next call.
func (x *index) find(text string) []int32 {
	text = strings.ToLower(text)
	if text == "" || x.text == "" || !strings.HasPrefix(text, x.text) {
		x.hits = x.hits[:0]
		for i := range len(x.ids) {
			x.hits = append(x.hits, int32(i))
		}
	}
	x.text = text
	if text == "" {
		return x.hits
	}
	x.narrow([]byte(text))
	return x.order(x.promising(), text)
}

// narrow keeps the hits that hold the text, and notes how good each looks.
func (x *index) narrow(text []byte) {
	workers := min(len(x.hits)/enough+1, runtime.GOMAXPROCS(0), mostWorkers)
	x.looks = slices.Grow(x.looks[:0], len(x.hits))[:len(x.hits)]
	kept := make([]int, workers)
	var wg sync.WaitGroup
	part := func(w int) (from, to int) { return w * len(x.hits) / workers, (w + 1) * len(x.hits) / workers }
	for w := range workers {
		from, to := part(w)
		wg.Go(func() { kept[w] = x.scan(x.hits[from:to], x.looks[from:to], text) })
	}
	wg.Wait()
	n := kept[0]
	for w := 1; w < workers; w++ {
		from, _ := part(w)
		copy(x.hits[n:], x.hits[from:from+kept[w]])
		copy(x.looks[n:], x.looks[from:from+kept[w]])
		n += kept[w]
	}
	x.hits, x.looks = x.hits[:n], x.looks[:n]
}

// scan moves the hits that hold the text to the front and counts them.
func (x *index) scan(hits []int32, looks []uint16, text []byte) (n int) {
	var need uint64
	for _, c := range text {
		need |= letterBit(c)
	}
	for _, at := range hits {
		if x.masks[at]&need != need {
			continue
		}
		id := x.id(at)
		if score, ok := glance(id, text); ok {
			hits[n], looks[n] = at, look(score, len(id))
			n++
		}
	}
	return n
}

// A look packs a rough score and an id's length: the higher, the better.
const (
	lookLengths = 32
	mostLook    = 1<<16 - 1
)

func look(score, length int) uint16 {
	return uint16(min(score, mostLook/lookLengths)*lookLengths + max(lookLengths-1-length, 0))
}

// promising returns the hits that look best.
func (x *index) promising() []int32 {
	var counts [mostLook + 1]int32
	for _, l := range x.looks {
		counts[l]++
	}
	least, room := mostLook, int32(careful)
	for ; least > 0 && counts[least] <= room; least-- {
		room -= counts[least]
	}
	best := make([]int32, 0, min(careful, len(x.hits)))
	for i, at := range x.hits {
		switch l := int(x.looks[i]); {
		case l > least:
			best = append(best, at)
		case l == least && room > 0:
			best = append(best, at)
			room--
		}
	}
	return best
}

// order scores the given hits with care and puts them before the others.
func (x *index) order(best []int32, text string) []int32 {
	type scored struct {
		at    int32
		score int
	}
	var s scorer
	ranked := make([]scored, len(best))
	for i, at := range best {
		score := 0
		if len(text) == 1 {
			score, _ = glanceOne(x.id(at), text[0]) // which is exact
		} else {
			score, _ = s.best(x.ids[at], text)
		}
		ranked[i] = scored{at, score}
	}
	slices.SortFunc(ranked, func(a, b scored) int {
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(len(x.ids[a.at]), len(x.ids[b.at])), cmp.Compare(a.at, b.at))
	})
	x.result = slices.Grow(x.result[:0], len(x.hits))
	for _, r := range ranked {
		x.result = append(x.result, r.at)
	}
	for _, at := range x.hits {
		if len(best) > 0 && at == best[0] {
			best = best[1:]
			continue
		}
		x.result = append(x.result, at)
	}
	return x.result
}
