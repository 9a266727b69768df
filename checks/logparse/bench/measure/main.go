// Command measure times the reading of a log file against other programs that
// only count its lines, search it or unpack it, turn by turn in one run, so that
// a busy machine slows all of them alike. Only the ratios mean something.
//
//	go run ./checks/logparse/bench/measure [-rounds 7] [-jq] FILE [BASE]
//
// With a BASE the reading of that file is another of the others.
package main

import (
	"bufio"
	"bytes"
	"context"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"

	"github.com/klauspost/compress/gzip"

	"methodical/checks/logparse"
	"methodical/checks/logparse/bench"
)

func main() {
	log.SetFlags(0)
	rounds := flag.Int("rounds", 7, "how often each program runs")
	jq := flag.Bool("jq", false, "compare with jq, once")
	child := flag.String("child", "", "what to do as a child: read, inflate or handover")
	flag.Parse()
	var err error
	switch {
	case *child == "read":
		err = read(flag.Arg(0))
	case *child == "inflate":
		err = inflate(flag.Arg(0), func(b []byte) []byte { return b })
	case *child == "handover":
		err = handOver(flag.Arg(0))
	case flag.NArg() < 1:
		log.Fatal("name a file")
	default:
		err = compare(*rounds, *jq, flag.Arg(0), flag.Arg(1))
	}
	if err != nil {
		log.Fatal(err)
	}
}

// read reads a file as the logs command does.
func read(path string) error {
	sources, err := logparse.Expand([]string{path}, os.Stdin)
	if err != nil {
		return err
	}
	s, err := logparse.Read(context.Background(), logparse.Options{Sources: sources, Top: 20, Names: bench.Names()})
	if err != nil {
		return err
	}
	fmt.Println(s.Records, s.Errors, s.Skipped, s.DeviceCount, s.Durations)
	return nil
}

// inflate unpacks a gzip file and gives every full buffer away for another.
func inflate(path string, swap func([]byte) []byte) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	r, err := gzip.NewReader(bufio.NewReaderSize(f, 64<<10))
	if err != nil {
		return err
	}
	b := make([]byte, handedOver)
	for err == nil {
		if _, err = io.ReadFull(r, b); err == nil {
			b = swap(b)
		}
	}
	if err != io.EOF && err != io.ErrUnexpectedEOF {
		return err
	}
	return nil
}

// handedOver is how much is unpacked at a time.
const handedOver = 1 << 20

// handOver unpacks a gzip file and has another core look at all of it: what any
// reading that unpacks and counts at the same time takes at least.
func handOver(path string) error {
	full, empty := make(chan []byte, 3), make(chan []byte, 3)
	empty <- make([]byte, handedOver)
	empty <- make([]byte, handedOver)
	go func() {
		for b := range full {
			bytes.Count(b, []byte{'\n'})
			empty <- b
		}
	}()
	return inflate(path, func(b []byte) []byte {
		full <- b
		return <-empty
	})
}

// program is one of those compared.
type program struct {
	name    string
	args    []string
	elapsed []float64 // seconds
	cpu     []float64
	peak    int64 // kilobytes
}

func compare(rounds int, jq bool, path, base string) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	programs := []*program{{name: "read", args: []string{self, "-child", "read", path}}}
	if base != "" {
		programs = append(programs, &program{name: "read " + base, args: []string{self, "-child", "read", base}})
	}
	if strings.HasSuffix(path, ".gz") {
		programs = append(programs,
			&program{name: "inflate", args: []string{self, "-child", "inflate", path}},
			&program{name: "inflate, hand over", args: []string{self, "-child", "handover", path}})
	} else {
		programs = append(programs,
			&program{name: "wc -l", args: []string{"wc", "-l", path}},
			&program{name: "grep -c", args: []string{"grep", "-c", "404103", path}})
	}
	for range rounds {
		for _, p := range programs {
			if err := p.run(); err != nil {
				return err
			}
		}
	}
	if jq {
		p := &program{name: "jq (once)", args: []string{"jq", "-r", "[.resultType, (.properties|fromjson.deviceId), .durationMs, .time[0:16]] | @tsv", path}}
		if err := p.run(); err != nil {
			return err
		}
		programs = append(programs, p)
	}
	ours := programs[0]
	fmt.Printf("%-24s %8s %8s %8s %8s   %s\n", "", "min s", "median s", "cpu s", "MB", "read takes, times this: min of each, median of turns")
	for _, p := range programs {
		var turns []float64
		for i, e := range p.elapsed {
			turns = append(turns, ours.elapsed[i]/e)
		}
		fmt.Printf("%-24s %8.3f %8.3f %8.3f %8.1f   %.2f %.2f\n", p.name, slices.Min(p.elapsed), median(p.elapsed), slices.Min(p.cpu),
			float64(p.peak)/1000, slices.Min(ours.elapsed)/slices.Min(p.elapsed), median(turns))
	}
	return nil
}

func (p *program) run() error {
	cmd := exec.Command(p.args[0], p.args[1:]...)
	cmd.Stderr = os.Stderr
	cmd.Stdout = struct{ io.Writer }{io.Discard} // a pipe: grep stops at once when it writes to /dev/null
	began := time.Now()
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%s: %w", p.name, err)
	}
	p.elapsed = append(p.elapsed, time.Since(began).Seconds())
	p.cpu = append(p.cpu, (cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()).Seconds())
	p.peak = max(p.peak, peak(cmd.ProcessState))
	return nil
}

func median(list []float64) float64 {
	list = slices.Sorted(slices.Values(list))
	return list[len(list)/2]
}
