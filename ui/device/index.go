package device

import (
	"slices"
	"strings"
)

// index finds ids that hold the letters of a text in their order. Ids that
// start with the text come first, then those that hold it in one piece, then
// those that hold it spread out; among equals, the shorter and earlier.
type index struct {
	ids []string // lower case
}

func (x *index) add(id string) { x.ids = append(x.ids, strings.ToLower(id)) }

type match struct{ at, score int }

// find returns the places of the matching ids, best first; all of them in
// their order for an empty text.
func (x *index) find(text string) []int {
	text = strings.ToLower(text)
	var found []match
	for i, id := range x.ids {
		if score, ok := score(id, text); ok {
			found = append(found, match{i, score})
		}
	}
	if text != "" {
		slices.SortStableFunc(found, func(a, b match) int { return a.score - b.score })
	}
	out := make([]int, len(found))
	for i, m := range found {
		out[i] = m.at
	}
	return out
}

// score is lower for a better match.
func score(id, text string) (int, bool) {
	const spread, inside = 2000, 1000
	if at := strings.Index(id, text); at == 0 {
		return len(id), true
	} else if at > 0 {
		return inside + at + len(id), true
	}
	at, first := 0, -1
	for i := range len(text) {
		next := strings.IndexByte(id[at:], text[i])
		if next < 0 {
			return 0, false
		}
		if first < 0 {
			first = next
		}
		at += next + 1
	}
	return spread + (at - first) + len(id), true
}
