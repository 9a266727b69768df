package logparse

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"methodical/checks/logparse/bench"
	"methodical/models"
)

// readBlocks reads a file in blocks of the given size.
func readBlocks(t *testing.T, path string, workers, block int) models.LogSummary {
	t.Helper()
	s, err := Expand([]string{path}, nil)
	if err != nil {
		t.Fatal(err)
	}
	o, err := Options{Sources: s, Workers: workers, Names: bench.Names()}.withDefaults()
	if err != nil {
		t.Fatal(err)
	}
	summary, err := newReading(t.Context(), o, block).read()
	if err != nil {
		t.Fatal(err)
	}
	return summary
}

// TestWhereBlocksEndPlaysNoPart reads damaged files of all formats in blocks
// of many sizes, some smaller than a record.
func TestWhereBlocksEndPlaysNoPart(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for round := range 24 {
		c := bench.Config{
			Seed: uint64(round), Size: 40_000, Devices: 20, Odd: float64(round%3) / 4,
			Format: [...]string{"lines", "records", "csv"}[round%3],
		}
		var text bytes.Buffer
		if _, err := bench.Write(&text, c); err != nil {
			t.Fatal(err)
		}
		b := text.Bytes()
		for range round / 3 * 3 { // the first three are whole
			const damage = `"\{}[],:0` + "\n\xff"
			b[200+rng.IntN(len(b)-200)] = damage[rng.IntN(len(damage))]
		}
		path := filepath.Join(t.TempDir(), "log")
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		want := readBlocks(t, path, 1, 1<<20)
		for _, block := range []int{64, 300, 1000, 4096, 10_001} {
			for _, workers := range []int{1, 4} {
				if got := readBlocks(t, path, workers, block); !reflect.DeepEqual(got, want) {
					t.Fatalf("round %d, %s, blocks of %d, %d workers:\ngot  %+v\nwant %+v", round, c.Format, block, workers, short(got), short(want))
				}
			}
		}
	}
}

func short(s models.LogSummary) string {
	return fmt.Sprintf("%d records %+v %+v", s.Records, s.Skipped, s.Damaged)
}

// TestHostileNesting reads what would take for ever if every beginning of a
// record that never ends were read to the end of the file.
func TestHostileNesting(t *testing.T) {
	for _, unit := range []string{`{"time":[1,`, `{"time":`, `{"a":1,"b":{`, `{"records":[`, `[`, `"`, `\"`, `{"time":"\"`} {
		text := `{"time":1}` + "\n" + strings.Repeat(unit, (2<<20)/len(unit))
		path := filepath.Join(t.TempDir(), "log")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		readBlocks(t, path, 2, blockSize)
		path += ".json"
		if err := os.WriteFile(path, []byte("["+text), 0o600); err != nil {
			t.Fatal(err)
		}
		readBlocks(t, path, 2, blockSize)
	}
}
