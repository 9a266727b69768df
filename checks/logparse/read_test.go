package logparse_test

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"methodical/checks/logparse"
	"methodical/checks/logparse/bench"
	"methodical/models"
)

// made is a made-up log with its truth.
func made(t *testing.T, c bench.Config) ([]byte, bench.Truth) {
	t.Helper()
	var b bytes.Buffer
	truth, err := bench.Write(&b, c)
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes(), truth
}

func file(t *testing.T, name string, b []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func sources(t *testing.T, args ...string) []logparse.Source {
	t.Helper()
	s, err := logparse.Expand(args, nil)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func read(t *testing.T, o logparse.Options) models.LogSummary {
	t.Helper()
	if o.Names == nil {
		o.Names = bench.Names()
	}
	s, err := logparse.Read(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func gzipped(b []byte) []byte {
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	w.Write(b)
	w.Close()
	return out.Bytes()
}

func zstdded(t *testing.T, b []byte) []byte {
	w, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	return w.EncodeAll(b, nil)
}

// check compares a summary with the truth.
func check(t *testing.T, s models.LogSummary, truth bench.Truth) {
	t.Helper()
	same := func(what string, got, want any) {
		t.Helper()
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %v, want %v", what, got, want)
		}
	}
	same("records", s.Records, truth.Records)
	same("errors", s.Errors, truth.Errors)
	same("malformed", s.Skipped.Malformed, int64(len(truth.Damaged)))
	same("from", s.From, truth.From)
	same("to", s.To, truth.To)
	same("durations", s.Durations, truth.Durations())
	same("device count", s.DeviceCount, int64(len(truth.Devices)))
	codes := map[string]int64{}
	for _, c := range s.Codes {
		codes[c.Code] = c.Count
	}
	same("codes", codes, truth.Codes)
	var top []string
	for _, d := range s.Devices {
		top = append(top, d.DeviceID)
		same("device "+d.DeviceID, bench.Counts{Count: d.Count, Errors: d.Errors}, truth.Devices[d.DeviceID])
	}
	same("top devices", top, truth.Top(len(top)))
	minutes := map[time.Time]bench.Counts{}
	for _, b := range s.Buckets {
		minutes[b.Time] = bench.Counts{Count: b.Count, Errors: b.Errors}
	}
	same("minutes", minutes, truth.Minutes)
	var lines []int64
	for _, p := range s.Damaged {
		lines = append(lines, p.Line)
	}
	same("damaged lines", lines, truth.Damaged[:min(len(truth.Damaged), 20)])
}

func TestReadEveryFormat(t *testing.T) {
	const size = 1_500_000 // several blocks
	for _, c := range []struct {
		name   string
		config bench.Config
	}{
		{"lines", bench.Config{}},
		{"odd lines", bench.Config{Odd: 0.5}},
		{"only odd lines", bench.Config{Odd: 1}},
		{"damaged lines", bench.Config{Damaged: 0.002, Odd: 0.1}},
		{"records", bench.Config{Format: "records"}},
		{"odd records", bench.Config{Format: "records", Odd: 0.3}},
		{"csv", bench.Config{Format: "csv"}},
		{"tables", bench.Config{Format: "tables"}},
	} {
		c.config.Size, c.config.Seed, c.config.Devices = size, 3, 500
		text, truth := made(t, c.config)
		for packing, pack := range map[string]func([]byte) []byte{
			"plain": bytes.Clone,
			"gz":    gzipped,
			"zst":   func(b []byte) []byte { return zstdded(t, b) },
		} {
			for _, workers := range []int{1, 3} {
				t.Run(fmt.Sprintf("%s/%s/%d", c.name, packing, workers), func(t *testing.T) {
					path := file(t, "log", pack(text))
					check(t, read(t, logparse.Options{Sources: sources(t, path), Workers: workers, Top: 20}), truth)
				})
			}
		}
		t.Run(c.name+"/stream", func(t *testing.T) {
			s := logparse.Source{Name: "stream", Reader: onlyReader{bytes.NewReader(text)}}
			check(t, read(t, logparse.Options{Sources: []logparse.Source{s}}), truth)
		})
	}
}

type onlyReader struct{ io.Reader }

// text puts rows of a log together.
func line(fields ...string) string { return "{" + strings.Join(fields, ",") + "}" }

func row(at, device, code string) string {
	s := []string{
		`"time":"` + at + `"`, `"category":"DirectMethods"`, `"operationName":"send"`, `"durationMs":"5"`,
		`"properties":"{\"deviceId\":\"` + device + `\"}"`,
	}
	if code != "" {
		s = append(s, `"resultType":"`+code+`"`, `"level":"Error"`)
	}
	return line(s...)
}

func stream(text string) []logparse.Source {
	return []logparse.Source{{Name: "log", Reader: strings.NewReader(text)}}
}

func TestWhatCountsAsWhat(t *testing.T) {
	const base = `"time":"2026-03-02T10:00:00Z","category":"DirectMethods"`
	for _, c := range []struct {
		name, text string
		want       map[string]int64 // codes
	}{
		{"absent", line(base), map[string]int64{"0": 1}},
		{"null", line(base, `"resultType":null`), map[string]int64{"0": 1}},
		{"empty", line(base, `"resultType":""`), map[string]int64{"0": 1}},
		{"zero", line(base, `"resultType":0`), map[string]int64{"0": 1}},
		{"success by name", line(base, `"resultType":"Succeeded"`), map[string]int64{"0": 1}},
		{"number", line(base, `"resultType":404103`), map[string]int64{"404103": 1}},
		{"number with a point", line(base, `"resultType":404103.0`), map[string]int64{"404103": 1}},
		{"name", line(base, `"resultType":"DEVICENOTONLINE"`), map[string]int64{"404103": 1}},
		{"unknown name", line(base, `"resultType":"Novel"`), map[string]int64{"Novel": 1}},
		{"twice", line(base, `"resultType":"404103"`, `"resultType":"504101"`), map[string]int64{"504101": 1}},
		{"twice, then null", line(base, `"resultType":"404103"`, `"resultType":null`), map[string]int64{"0": 1}},
		{"escaped name", line(base, `"r\u0065sultType":"404103"`), map[string]int64{"404103": 1}},
		{"Log Analytics names", line(`"TimeGenerated":"2026-03-02T10:00:00Z"`, `"Category":"DirectMethods"`, `"ResultType":"404103"`),
			map[string]int64{"404103": 1}},
		{"wrapper on one line", `{"records":[` + row("2026-03-02T10:00:00Z", "a", "404103") + `,` + row("2026-03-02T10:00:00Z", "a", "") + `]}`,
			map[string]int64{"404103": 1, "0": 1}},
		{"wrappers line by line", strings.Repeat(`{"records":[`+row("2026-03-02T10:00:00Z", "a", "404103")+`]}`+"\n", 3), map[string]int64{"404103": 3}},
		{"wrapper with more in it", `{"count":1,"records":[` + row("2026-03-02T10:00:00Z", "a", "404103") + `],"next":"{x}"}`, map[string]int64{"404103": 1}},
		{"wrapper over several lines", "{\n \"records\": [\n" + row("2026-03-02T10:00:00Z", "a", "404103") + ",\n" + row("2026-03-02T10:00:00Z", "b", "404103") + "\n]\n}\n",
			map[string]int64{"404103": 2}},
		{"array", "[" + row("2026-03-02T10:00:00Z", "a", "404103") + ",\n" + row("2026-03-02T10:00:00Z", "a", "") + "]", map[string]int64{"404103": 1, "0": 1}},
		{"empty array", "[ ]\n" + row("2026-03-02T10:00:00Z", "a", "404103"), map[string]int64{"404103": 1}},
		{"pretty object", "{\n  \"time\": \"2026-03-02T10:00:00Z\",\n  \"category\": \"DirectMethods\",\n  \"resultType\": 504101\n}\n", map[string]int64{"504101": 1}},
		{"byte order marks", "\ufeff" + row("2026-03-02T10:00:00Z", "a", "404103") + "\r\n\ufeff" + row("2026-03-02T10:00:00Z", "a", "404103") + "\r\n",
			map[string]int64{"404103": 2}},
		{"query answer of the az command", `[{"TableName":"PrimaryResult","TimeGenerated":"2026-03-02T10:00:00Z","deviceId":"a","ResultType":"404103"}]`,
			map[string]int64{"404103": 1}},
		{"query without category", "TimeGenerated,deviceId,ResultType\n2026-03-02T10:00:00Z,a,404103\n", map[string]int64{"404103": 1}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := read(t, logparse.Options{Sources: stream(c.text)})
			got := map[string]int64{}
			for _, code := range s.Codes {
				got[code.Code] = code.Count
			}
			if !reflect.DeepEqual(got, c.want) || s.Skipped.Malformed != 0 {
				t.Errorf("got %v and %d malformed, want %v\n%s", got, s.Skipped.Malformed, c.want, c.text)
			}
		})
	}
}

func TestSkippedRowsAreCountedAndLocated(t *testing.T) {
	text := strings.Join([]string{
		row("2026-03-02T10:00:00Z", "a", ""),
		"",
		`{"time":"2026-03-02T10:00:00Z","category":"Routes"}`,
		`{"time":"2026-03-02T10:00:00Z","category":"Conn`,
		"   ",
		row("2026-03-02T10:00:00Z", "a", "404103") + "x",
		row("2026-03-02T10:00:00Z", "a", "404103"),
		`{"time":"2026-03-02T10:00:00Z","category":"DirectMethods","resultType":"` + "\xff" + `"}`,
	}, "\n")
	s := read(t, logparse.Options{Sources: stream(text)})
	want := models.LogSkipped{Malformed: 3, OtherCategory: 1, Blank: 2}
	if s.Records != 2 || s.Skipped != want {
		t.Errorf("got %d records and %+v, want 2 and %+v", s.Records, s.Skipped, want)
	}
	var lines []int64
	for _, p := range s.Damaged {
		if p.File != "log" || p.Reason == "" {
			t.Errorf("place %+v names no file or reason", p)
		}
		lines = append(lines, p.Line)
	}
	if !reflect.DeepEqual(lines, []int64{4, 6, 8}) {
		t.Errorf("damaged lines %v, want 4, 6 and 8", lines)
	}
}

func TestFilters(t *testing.T) {
	text := strings.Join([]string{
		row("2026-03-02T09:59:59.9999999Z", "a", "404103"),
		row("2026-03-02T10:00:00Z", "a", "404103"),
		row("2026-03-02T11:00:00+01:00", "a/camera", ""),
		row("2026-03-02 10:00:30", "ab", "504101"),
		row("2026-03-02T10:01:00Z", "a", "504101"),
		row("not a time", "a", "504101"),
	}, "\n")
	at := func(s string) time.Time {
		v, err := time.Parse(time.RFC3339, s)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	for _, c := range []struct {
		name     string
		o        logparse.Options
		records  int64
		filtered int64
	}{
		{"none", logparse.Options{}, 6, 0},
		{"since is inclusive", logparse.Options{Since: at("2026-03-02T10:00:00Z")}, 4, 2},
		{"until is exclusive", logparse.Options{Until: at("2026-03-02T10:01:00Z")}, 4, 2},
		{"both", logparse.Options{Since: at("2026-03-02T10:00:00Z"), Until: at("2026-03-02T10:01:00Z")}, 3, 3},
		{"device with its modules", logparse.Options{Devices: []string{"a"}}, 5, 1},
		{"module", logparse.Options{Devices: []string{"a/camera"}}, 1, 5},
		{"code", logparse.Options{Code: "504101"}, 3, 3},
		{"code by name", logparse.Options{Code: "GatewayTimeout"}, 3, 3},
		{"success", logparse.Options{Code: "0"}, 1, 5},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.o.Sources = stream(text)
			s := read(t, c.o)
			if s.Records != c.records || s.Skipped.Filtered != c.filtered {
				t.Errorf("got %d records, %d filtered; want %d, %d", s.Records, s.Skipped.Filtered, c.records, c.filtered)
			}
		})
	}
}

func TestSummaryIsTheContract(t *testing.T) {
	text := row("2026-03-02T10:00:30Z", "pump-7", "404103") + "\n" + row("2026-03-02T10:01:00Z", "pump-8", "")
	s := read(t, logparse.Options{Sources: stream(text)})
	at := time.Date(2026, 3, 2, 10, 0, 30, 0, time.UTC)
	later := at.Add(30 * time.Second)
	want := models.LogSummary{
		Version: 1, Records: 2, Errors: 1, ErrorRate: 0.5, From: at, To: later, DeviceCount: 2,
		Codes: []models.LogCode{
			{Code: "0", Name: "Success", Count: 1, Devices: 1, First: later, Last: later},
			{Code: "404103", Name: "DeviceNotOnline", Count: 1, Devices: 1, First: at, Last: at},
		},
		Devices: []models.LogDevice{
			{DeviceID: "pump-7", Count: 1, Errors: 1, Codes: map[string]int64{"404103": 1}, Alone: 1},
			{DeviceID: "pump-8", Count: 1, Codes: map[string]int64{}},
		},
		Operations: []models.LogOperation{{Name: "send", Count: 2, Errors: 1}},
		Buckets: []models.LogBucket{
			{Time: at.Truncate(time.Minute), Count: 1, Errors: 1, Codes: map[string]int64{"404103": 1}, FailingDevices: 1},
			{Time: later, Count: 1, Codes: map[string]int64{}},
		},
		Durations:   models.LogDurations{Count: 2, P50: 5, P90: 5, P99: 5, Max: 5},
		Connections: []models.LogConnections{}, Findings: []models.Finding{},
	}
	if !reflect.DeepEqual(s, want) {
		t.Errorf("got  %+v\nwant %+v", s, want)
	}
}
