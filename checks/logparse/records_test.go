package logparse_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"methodical/checks/logparse"
	"methodical/checks/logparse/bench"
	"methodical/models"
)

func TestRecordsOfOneDevice(t *testing.T) {
	var rows []string
	for i := range 50 {
		rows = append(rows, row(fmt.Sprintf("2026-03-02T10:%02d:00Z", (i*7)%50), "a", "404103"), row("2026-03-02T10:00:00Z", "b", ""))
	}
	rows = append(rows, event(start(), "a", "deviceConnect", "", "1.2.3.XXX", "sdk"), `{"category":"Routes"}`, "{")
	o := logparse.Options{Sources: stream(strings.Join(rows, "\n")), Devices: []string{"a"}, Names: bench.Names()}
	list, total, err := logparse.Records(t.Context(), o, 10, nil)
	if err != nil {
		t.Fatal(err)
	}
	if total != 51 || len(list) != 10 {
		t.Fatalf("got %d of %d, want 10 of 51", len(list), total)
	}
	for i, r := range list {
		if want := fmt.Sprintf("10:%02d", 40+i); r.Time.Format("15:04") != want {
			t.Errorf("row %d is of %v, want %s: the newest in order", i, r.Time, want)
		}
	}
	if r := list[0]; r.Category != models.CategoryDirectMethods || r.ResultType != "404103" || r.DurationMs != "5" || r.Level != "Error" ||
		r.OperationName != "send" || r.Properties != `{"deviceId":"a"}` {
		t.Errorf("got %+v", r)
	}

	o.Sources = stream(strings.Join(rows, "\n"))
	list, total, err = logparse.Records(t.Context(), o, 10, func(r models.LogRecord) bool { return r.Category == models.CategoryConnections })
	if err != nil || total != 1 || len(list) != 1 || list[0].OperationName != "deviceConnect" {
		t.Errorf("got %+v of %d, %v; want the one connection", list, total, err)
	}
}

func TestSummarizeIsRead(t *testing.T) {
	text, _ := made(t, bench.Config{Size: 300_000, Seed: 8, Devices: 50, Odd: 0.2})
	text = append(text, strings.Join(renewals("a", 4), "\n")...)
	o := logparse.Options{Sources: stream(string(text)), Names: bench.Names()}
	want := read(t, o)
	o.Sources = stream(string(text))
	records, total, err := logparse.Records(t.Context(), o, 1<<30, nil)
	if err != nil || total != want.Records+12 {
		t.Fatalf("got %d records, %v; want %d", total, err, want.Records+12)
	}
	slices.Reverse(records)
	got, err := logparse.Summarize(records, o)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}
