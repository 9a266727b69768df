package device

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

func indexOf(ids ...string) *index {
	x := &index{}
	for _, id := range ids {
		x.add(id)
	}
	return x
}

func (x *index) names(text string) []string {
	var out []string
	for _, at := range x.find(text) {
		out = append(out, x.ids[at])
	}
	return out
}

// The scores are those of fzf 0.65.2, FuzzyMatchV2.
func TestScoresAreThoseOfFzf(t *testing.T) {
	for _, c := range []struct {
		id, text string
		score    int
	}{
		{"pump-1", "pump", 114}, {"valve_line-7:691117", "v6911", 105}, {"SEA-lockDoor-29079", "sor-2", 109},
		{"dev128747.berlin", "12brl", 103}, {"pump-100041", "pup100", 144}, {"pump_plant04:100537", "pup100", 147},
		{"plant04-meter-71428", "p-7", 70}, {"pump-788407", "p-7", 64}, {"valve_SEA:56", "sea5", 102}, {"SEA-pump-50554", "sea5", 104},
	} {
		var s scorer
		if got, ok := s.best(c.id, c.text); !ok || got != c.score {
			t.Errorf("%q in %q scores %d, want %d", c.text, c.id, got, c.score)
		}
	}
	var s scorer
	if _, ok := s.best("pump", "pumps"); ok {
		t.Error("an id without all the letters scores")
	}
}

func TestFindRanks(t *testing.T) {
	x := indexOf("valve-pump", "Pump-12", "pump-1", "p-u-m-p", "sump", "fan")
	if got := fmt.Sprint(x.names("pump")); got != "[pump-1 Pump-12 valve-pump p-u-m-p]" {
		t.Errorf("got %s", got)
	}
	if got := fmt.Sprint(x.names("")); got != "[valve-pump Pump-12 pump-1 p-u-m-p sump fan]" {
		t.Errorf("got %s", got)
	}
	if got := x.names("zzz"); len(got) != 0 {
		t.Errorf("got %s", got)
	}
}

func randomIDs(n int) []string {
	random := rand.New(rand.NewPCG(1, 2))
	kinds := []string{"pump", "valve", "Sensor", "gateway", "meter"}
	ids := make([]string, n)
	for i := range ids {
		switch random.IntN(3) {
		case 0:
			ids[i] = fmt.Sprintf("%s-%06d", kinds[random.IntN(len(kinds))], i)
		case 1:
			ids[i] = fmt.Sprintf("site%02d_%s:%d", random.IntN(40), kinds[random.IntN(len(kinds))], i)
		default:
			ids[i] = fmt.Sprintf("%08x-%04x", random.Uint32(), i&0xffff)
		}
	}
	return ids
}

// holds is the plain meaning of a match: the letters in their order.
func holds(id, text string) bool {
	id = strings.ToLower(id)
	for _, c := range []byte(text) {
		at := strings.IndexByte(id, c)
		if at < 0 {
			return false
		}
		id = id[at+1:]
	}
	return true
}

func TestFindMissesNothingAndNarrowsLikeAFreshSearch(t *testing.T) {
	ids := randomIDs(45_000) // enough for several workers
	typed := indexOf(ids...)
	for _, text := range []string{"pump-0001", "s12v9", "7f3", "zq", "e-0"} {
		for n := 1; n <= len(text); n++ {
			part := text[:n]
			got := typed.names(part)
			want := 0
			for _, id := range ids {
				if holds(id, part) {
					want++
				}
			}
			if len(got) != want {
				t.Errorf("%q finds %d, want %d", part, len(got), want)
			}
			if n == len(text) && !slices.Equal(got, indexOf(ids...).names(part)) {
				t.Errorf("%q typed letter by letter gives another order than at once", part)
			}
			seen := map[string]bool{}
			for _, id := range got {
				if seen[id] || !holds(id, part) {
					t.Fatalf("%q gives %q, seen before: %v", part, id, seen[id])
				}
				seen[id] = true
			}
		}
	}
}

func TestTheBestComeFirst(t *testing.T) {
	ids := randomIDs(30_000)
	x := indexOf(ids...)
	for _, text := range []string{"pump-02", "s1m", "7", "me9"} {
		var s scorer
		best := -1
		for _, id := range ids {
			if score, ok := s.best(id, text); ok {
				best = max(best, score)
			}
		}
		first := x.names(text)[0]
		if got, _ := s.best(first, text); got != best {
			t.Errorf("%q gives %q with %d first, the best has %d", text, first, got, best)
		}
	}
}

// BenchmarkFind is one key in a list of a million ids.
func BenchmarkFind(b *testing.B) {
	x := indexOf(randomIDs(1_000_000)...)
	for _, text := range []string{"7", "p", "pu1", "site7", "me99"} {
		b.Run(text, func(b *testing.B) {
			for b.Loop() {
				x.find(text)
				x.text = "" // search all of them again
			}
		})
	}
}
