// Command gen writes made-up exported resource logs of any size, the same for
// the same seed, and prints what is in them.
//
//	go run ./checks/logparse/bench/gen -size 1GB -seed 1 -o FILE
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"strconv"
	"strings"

	"methodical/checks/logparse/bench"
)

func main() {
	log.SetFlags(0)
	var c bench.Config
	size := flag.String("size", "1MB", "how large, with kB, MB or GB (powers of ten)")
	flag.Uint64Var(&c.Seed, "seed", 1, "the same seed gives the same bytes")
	flag.IntVar(&c.Devices, "devices", 100_000, "how many devices")
	flag.StringVar(&c.Format, "format", "lines", "lines, records, csv or tables")
	flag.Float64Var(&c.Odd, "odd", 0, "share of records spelled in unusual ways, 0 to 1 (lines and records)")
	flag.Float64Var(&c.Damaged, "damaged", 0, "share of lines cut short, 0 to 1 (lines)")
	flag.Float64Var(&c.Days, "days", 1, "days that the rows are spread over")
	out := flag.String("o", "-", "the file to write, - for standard output without the truth")
	flag.Parse()
	var err error
	if c.Size, err = parseSize(*size); err != nil {
		log.Fatal(err)
	}
	if err := write(*out, c); err != nil {
		log.Fatal(err)
	}
}

func write(name string, c bench.Config) error {
	if name == "-" {
		_, err := bench.Write(os.Stdout, c)
		return err
	}
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	truth, err := bench.Write(f, c)
	if closing := f.Close(); err == nil {
		err = closing
	}
	if err != nil {
		return err
	}
	return tell(os.Stdout, &truth)
}

func tell(w io.Writer, t *bench.Truth) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	return enc.Encode(map[string]any{
		"records": t.Records, "errors": t.Errors, "malformed": len(t.Damaged), "devices": len(t.Devices),
		"from": t.From, "to": t.To, "codes": t.Codes, "durations": t.Durations(), "topDevices": t.Top(5),
	})
}

func parseSize(s string) (int64, error) {
	for _, unit := range []struct {
		suffix string
		bytes  int64
	}{{"GB", 1e9}, {"MB", 1e6}, {"kB", 1e3}, {"", 1}} {
		if digits, ok := strings.CutSuffix(s, unit.suffix); ok {
			n, err := strconv.ParseInt(digits, 10, 64)
			if err != nil || n < 1 {
				return 0, fmt.Errorf("%q is not a size: use 500kB, 100MB, 1GB", s)
			}
			return n * unit.bytes, nil
		}
	}
	return 0, fmt.Errorf("%q is not a size", s)
}
