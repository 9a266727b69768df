package logparse_test

import (
	"encoding/binary"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"methodical/checks/logparse"
	"methodical/checks/logparse/bench"
)

func write(t *testing.T, path string, b []byte) string {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestContainerFolderGlobAndFileTogether(t *testing.T) {
	dir := t.TempDir()
	hour := "resourceId=/SUBSCRIPTIONS/S/RESOURCEGROUPS/R/PROVIDERS/MICROSOFT.DEVICES/IOTHUBS/H/y=2026/m=03/d=02/h=1"
	one := row("2026-03-02T10:00:00Z", "a", "404103")
	write(t, filepath.Join(dir, "container", hour+"0/m=00/PT1H.json"), []byte(one+"\n"))
	write(t, filepath.Join(dir, "container", hour+"1/m=00/PT1H.json"), []byte(`{"records":[`+one+","+one+`]}`))
	write(t, filepath.Join(dir, "container", hour+"2/m=00/PT1H.json"), nil)
	write(t, filepath.Join(dir, "container", "package.json"), []byte(`{"name":"x","version":"1"}`))
	write(t, filepath.Join(dir, "container", "picture.png"), []byte("not looked at"))
	write(t, filepath.Join(dir, "a.csv.gz"), gzipped([]byte("TimeGenerated [UTC],Category,ResultType\n2026-03-02T10:00:00Z,DirectMethods,404103\n")))
	single := write(t, filepath.Join(dir, "b.jsonl"), []byte(one))
	s := read(t, logparse.Options{Sources: sources(t, filepath.Join(dir, "container"), filepath.Join(dir, "*.gz"), single, single)})
	if s.Records != 5 || s.Skipped.Files != 1 {
		t.Errorf("got %d records and %d files left out, want 5 and 1", s.Records, s.Skipped.Files)
	}
}

func TestExpandSaysWhatIsWrong(t *testing.T) {
	dir := t.TempDir()
	for _, c := range []struct{ name, arg, want string }{
		{"missing", filepath.Join(dir, "none.json"), "no such file"},
		{"glob", filepath.Join(dir, "*.json"), "no file matches"},
		{"empty folder", dir, "holds no log"},
	} {
		if _, err := logparse.Expand([]string{c.arg}, nil); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want an error with %q", c.name, err, c.want)
		}
	}
	if _, err := logparse.Expand(nil, nil); err == nil {
		t.Error("no argument must be an error")
	}
}

func TestFileThatIsNoLog(t *testing.T) {
	for _, c := range []struct{ text, looksLike string }{
		{"PK\x03\x04rest", "ZIP"},
		{"<!DOCTYPE html><html>", "web page"},
		{"Obj\x01\x04", "Avro"},
		{"hello there\nall is well\n", "plain text"},
		{"id,name,price\n1,x,2\n", "CSV without"},
		{`{"name":"x","version":"1"}`, "JSON without"},
		{"[1,2,3]", "JSON without"},
		{"\x00\x01\x02", "binary"},
	} {
		_, err := logparse.Read(t.Context(), logparse.Options{Sources: stream(c.text)})
		var notLog *logparse.NotLogError
		if !errors.As(err, &notLog) || !strings.Contains(notLog.LooksLike, c.looksLike) {
			t.Errorf("%q: got %v, want it to look like %s", c.text, err, c.looksLike)
		} else if !strings.Contains(err.Error(), "Expected") {
			t.Errorf("%q does not say what is expected", err)
		}
	}
}

func TestUTF16(t *testing.T) {
	text := row("2026-03-02T10:00:00Z", "a", "404103") + "\r\n" + line(`"category":"DirectMethods"`, `"level":"größer 😀"`) + "\r\n"
	for _, order := range []binary.AppendByteOrder{binary.LittleEndian, binary.BigEndian} {
		var b []byte
		for _, u := range utf16.Encode([]rune("\ufeff" + text)) {
			b = order.AppendUint16(b, u)
		}
		s := read(t, logparse.Options{Sources: sources(t, file(t, "log.json", b))})
		if s.Records != 2 || s.Skipped.Malformed != 0 {
			t.Errorf("%v: got %d records, %d malformed; want 2, 0", order, s.Records, s.Skipped.Malformed)
		}
	}
}

func TestPackedDataThatEndsEarly(t *testing.T) {
	text, truth := made(t, bench.Config{Size: 500_000, Seed: 4})
	for name, packed := range map[string][]byte{"gz": gzipped(text), "zst": zstdded(t, text)} {
		s := read(t, logparse.Options{Sources: sources(t, file(t, "log."+name, packed[:len(packed)/2]))})
		if s.Records == 0 || s.Records >= truth.Records {
			t.Errorf("%s: got %d of %d records, want some", name, s.Records, truth.Records)
		}
		if s.Skipped.Malformed == 0 || len(s.Damaged) == 0 {
			t.Errorf("%s: the damage is not told: %+v", name, s.Damaged)
		}
	}
}

// TestSameNumbersAnyWay reads the same rows by any number of workers, from
// files in any order.
func TestSameNumbersAnyWay(t *testing.T) {
	var paths []string
	for i, format := range []string{"lines", "records", "lines", "csv"} {
		text, _ := made(t, bench.Config{Size: 700_000, Seed: uint64(i), Devices: 300, Format: format, Odd: float64(i%2) / 5})
		paths = append(paths, file(t, "log", append(text, connectionRows(i)...)))
	}
	want := read(t, logparse.Options{Sources: sources(t, paths...), Workers: 1})
	if want.Records == 0 || len(want.Connections) == 0 {
		t.Fatalf("nothing to compare: %d records, %d connections", want.Records, len(want.Connections))
	}
	for _, workers := range []int{1, 2, 5} {
		rand.New(rand.NewPCG(1, uint64(workers))).Shuffle(len(paths), func(i, j int) { paths[i], paths[j] = paths[j], paths[i] })
		if got := read(t, logparse.Options{Sources: sources(t, paths...), Workers: workers}); !reflect.DeepEqual(got, want) {
			t.Errorf("%d workers: got %+v", workers, got)
		}
	}
}

func connectionRows(i int) []byte {
	if i%2 == 1 {
		return nil
	}
	return []byte("\n" + strings.Join(renewals("a", 3+i), "\n"))
}

func TestDedupe(t *testing.T) {
	text, truth := made(t, bench.Config{Size: 400_000, Seed: 5, Devices: 100})
	wrapped := `{"records":[` + strings.Join(strings.Split(strings.TrimSpace(string(text)), "\n"), ",") + `]}`
	// The same row with its properties as an object, and white space.
	odd := []string{
		row("2030-01-01T00:00:00Z", "a", "404103"),
		strings.Replace(row("2030-01-01T00:00:00.000Z", "a", "404103"), `"{\"deviceId\":\"a\"}"`, `{ "deviceId" : "a" }`, 1),
		row("2030-01-01T00:00:00Z", "b", "404103"),
	}
	paths := []string{file(t, "a", text), file(t, "b", []byte(wrapped)), file(t, "c", []byte(strings.Join(odd, "\n")))}
	s := read(t, logparse.Options{Sources: sources(t, paths...), Dedupe: true})
	if s.Records != truth.Records+2 || s.Skipped.Duplicate != truth.Records+1 {
		t.Errorf("got %d records, %d duplicates; want %d, %d", s.Records, s.Skipped.Duplicate, truth.Records+2, truth.Records+1)
	}
	s = read(t, logparse.Options{Sources: sources(t, paths...)})
	if s.Records != 2*truth.Records+3 || s.Skipped.Duplicate != 0 {
		t.Errorf("without asking: got %d records, %d duplicates; want %d, 0", s.Records, s.Skipped.Duplicate, 2*truth.Records+3)
	}
}

// TestLinesOfAnyLength has wrappers that are longer than a block and than any
// record among ordinary lines.
func TestLinesOfAnyLength(t *testing.T) {
	wrapped, truth := made(t, bench.Config{Size: 3_000_000, Seed: 6, Format: "records"})
	one := row("2026-03-02T10:00:00Z", "a", "404103")
	text := strings.Join([]string{one, string(wrapped), one, "{" + strings.Repeat(" ", 2_000_000) + "}", `{"broken`, one, ""}, "\n")
	for name, s := range map[string][]logparse.Source{"file": sources(t, file(t, "log", []byte(text))), "stream": stream(text)} {
		got := read(t, logparse.Options{Sources: s})
		if got.Records != truth.Records+3 {
			t.Errorf("%s: got %d records, want %d", name, got.Records, truth.Records+3)
		}
		if name != "file" {
			continue // a stream with so long a line is read as values, whose damage ends elsewhere
		}
		var lines []int64
		for _, p := range got.Damaged {
			lines = append(lines, p.Line)
		}
		if !slices.Equal(lines, []int64{4, 5}) {
			t.Errorf("%s: damaged lines %v, want 4 and 5", name, lines)
		}
	}
}

func TestPortalTimes(t *testing.T) {
	for _, c := range []struct{ heading, cell, want string }{
		{"TimeGenerated", "2026-01-06T10:00:00.5Z", "2026-01-06T10:00:00.5Z"},
		{"TimeGenerated [UTC]", `"1/6/2026, 10:00:00.250 PM"`, "2026-01-06T22:00:00.25Z"},
		{"TimeGenerated [UTC]", `"13/6/2026, 00:30:00"`, "2026-06-13T00:30:00Z"},
		{"TimeGenerated [UTC]", `"6.1.2026 10:00"`, "2026-06-01T10:00:00Z"},
		{"TimeGenerated [UTC]", `"1/6/2026, 12:00:00.000 AM"`, "2026-01-06T00:00:00Z"},
	} {
		text := c.heading + ",Category,ResultType\n" + c.cell + ",DirectMethods,404103\n"
		s := read(t, logparse.Options{Sources: stream(text)})
		if s.Records != 1 || s.From.Format("2006-01-02T15:04:05.999Z07:00") != c.want {
			t.Errorf("%s: got %d records from %v, want %s", c.cell, s.Records, s.From, c.want)
		}
	}
}
