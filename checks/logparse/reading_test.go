package logparse_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"testing"

	"methodical/checks/logparse"
	"methodical/checks/logparse/bench"
	"methodical/models"
)

func TestCancelledReadingIsPartial(t *testing.T) {
	text, _ := made(t, bench.Config{Size: 1_000_000, Seed: 1})
	ctx, cancel := context.WithCancel(t.Context())
	r, w := io.Pipe() // is never closed: the reading must not wait for it
	go func() {
		w.Write(text)
		cancel()
	}()
	s, err := logparse.Read(ctx, logparse.Options{Sources: []logparse.Source{{Name: "pipe", Reader: r}}})
	if err != nil {
		t.Fatal(err)
	}
	if !s.Partial || len(s.Findings) == 0 || s.Findings[0].Code != logparse.FindingPartial {
		t.Errorf("a cancelled reading must say that it is partial: %v %+v", s.Partial, s.Findings)
	}
}

func TestProgressAndSnapshots(t *testing.T) {
	text, truth := made(t, bench.Config{Size: 3_000_000, Seed: 1})
	path := file(t, "log", append([]byte("\ufeff"), text...))
	var last logparse.Progress
	o := logparse.Options{Sources: sources(t, path), Progress: func(p logparse.Progress) {
		if p.Done < last.Done || p.Done > p.Total {
			t.Errorf("%+v after %+v", p, last)
		}
		last = p
	}}
	check(t, read(t, o), truth)
	if want := int64(len(text) + 3); last.Done != want || last.Total != want {
		t.Errorf("in the end %+v, want all of %d", last, want)
	}

	// The stream goes on when a snapshot was taken.
	r, w := io.Pipe()
	taken := make(chan models.LogSummary, 1)
	go func() {
		half := bytes.LastIndexByte(text[:len(text)/2], '\n') + 1
		w.Write(text[:half])
		s := <-taken
		for s.Records == 0 {
			s = <-taken
		}
		if !s.Partial || s.Records >= truth.Records {
			t.Errorf("a snapshot with %d records, partial %v", s.Records, s.Partial)
		}
		w.Write(text[half:])
		w.Close()
	}()
	o = logparse.Options{Sources: []logparse.Source{{Name: "pipe", Reader: r}}}
	o.Snapshot = func(s models.LogSummary) {
		select {
		case taken <- s:
		default:
		}
	}
	check(t, read(t, o), truth)
}

// TestVeryManyCodes reads more codes than any hub has, all of one device.
func TestVeryManyCodes(t *testing.T) {
	const codes = 30_000
	var b strings.Builder
	for i := range 3 * codes {
		b.WriteString(row("2026-03-02T10:00:00Z", "a", fmt.Sprint(100_000+i*7919%codes)) + "\n")
	}
	s := read(t, logparse.Options{Sources: sources(t, file(t, "log", []byte(b.String()))), Workers: 3})
	if len(s.Codes) != codes || len(s.Devices[0].Codes) != codes || len(s.Buckets[0].Codes) != codes {
		t.Fatalf("got %d, %d and %d codes, want %d", len(s.Codes), len(s.Devices[0].Codes), len(s.Buckets[0].Codes), codes)
	}
	for _, counts := range []map[string]int64{s.Devices[0].Codes, s.Buckets[0].Codes} {
		for code, n := range counts {
			if n != 3 {
				t.Fatalf("%s: %d times, want 3", code, n)
			}
		}
	}
}

// TestJSONHasTheNamesOfTheContract marshals what scripts read.
func TestJSONHasTheNamesOfTheContract(t *testing.T) {
	text := row("2026-03-02T10:00:30Z", "pump-7", "404103") + "\n" + row("2026-03-02T10:01:00.5Z", "pump-8", "") + "\n{"
	got, err := json.Marshal(read(t, logparse.Options{Sources: stream(text)}))
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{
		`{"version":1,"records":2,`, `"skipped":{"malformed":1,"otherCategory":0,"blank":0,"duplicate":0}`,
		`"from":"2026-03-02T10:00:30Z","to":"2026-03-02T10:01:00.5Z"`,
		`{"code":"404103","name":"DeviceNotOnline","count":1,"devices":1,"first":"2026-03-02T10:00:30Z","last":"2026-03-02T10:00:30Z"}`,
		`{"deviceId":"pump-7","count":1,"errors":1,"codes":{"404103":1}`,
		`{"deviceId":"pump-8","count":1,"errors":0,"codes":{}}`,
		`{"time":"2026-03-02T10:00:00Z","count":1,"errors":1,"codes":{"404103":1}`,
		`"durations":{"count":2,"p50":5,"p90":5,"p99":5,"max":5}`, `"connections":[]`, `"findings":[`,
	} {
		if !bytes.Contains(got, []byte(part)) {
			t.Errorf("no %s in %s", part, got)
		}
	}
}
