package logs

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"methodical/checks"
	"methodical/models"
	"methodical/ui/internal/uitest"
	"methodical/ui/internal/walktest"
	"methodical/ui/nav"
)

func empty() models.Walk {
	w := walktest.Live()
	w.Step = models.StepLogs
	return w
}

// read is a walk whose logs were read.
func read() models.Walk {
	w := empty()
	w.Inputs.LogFiles = []string{"insights/PT1H.json", "more.csv"}
	s := &models.LogSummary{
		Records: 1234567, Errors: 38062, DeviceCount: 412,
		Skipped: models.LogSkipped{Malformed: 3, OtherCategory: 120},
		From:    uitest.Noon().Add(-2 * time.Hour), To: uitest.Noon(),
		Codes: []models.LogCode{
			{Code: "404103", Name: "DeviceNotOnline", Count: 38012, Devices: 411, First: uitest.Noon().Add(-2 * time.Hour), Last: uitest.Noon()},
			{Code: "504101", Name: "GatewayTimeout", Count: 50, Devices: 2, First: uitest.Noon().Add(-time.Hour), Last: uitest.Noon()},
			{Code: "0", Count: 1196505, Devices: 400, First: uitest.Noon().Add(-2 * time.Hour), Last: uitest.Noon()},
		},
		Devices: []models.LogDevice{
			{DeviceID: walktest.Pump, Count: 912, Errors: 40, Alone: 38, Codes: map[string]int64{"404103": 38, "504101": 2}},
			{DeviceID: walktest.Hostile, Count: 3, Errors: 1, Codes: map[string]int64{walktest.Hostile: 1}},
			{DeviceID: walktest.Other, Count: 700},
		},
		Durations: models.LogDurations{Count: 1234567, P50: 79, P90: 305, P99: 1204, Max: 30001},
		Connections: []models.LogConnections{
			{DeviceID: walktest.Pump, Connects: 31, Disconnects: 30, FlapsPerHour: 15, Codes: map[string]int64{"400027": 30, "0": 31},
				MaskedAddresses: []string{"10.1.2.XXX", "10.9.9.XXX"}, SDKs: []string{"sdk/1", "sdk/2"}, Protocols: []string{"Mqtt"}, DuplicateIdentity: true},
			{DeviceID: walktest.Other, Connects: 2, Disconnects: 2, Renewals: 2, PeriodMinutes: 65},
		},
		Findings: []models.Finding{{Code: "DM-605", Severity: models.SeverityWarning, Text: "61 failures in the minute of 11:00."}},
		Damaged:  []models.LogPlace{{File: "more.csv", Line: 17, Reason: "ends in the middle"}},
	}
	for i := range 120 {
		b := models.LogBucket{Time: uitest.Noon().Add(time.Duration(i-120) * time.Minute), Count: int64(100 + i), Codes: map[string]int64{}}
		if i%3 == 0 {
			b.Errors, b.Codes = int64(i), map[string]int64{"404103": int64(i)}
		}
		s.Buckets = append(s.Buckets, b)
	}
	w.Summary = s
	w.Case.Logs = []models.LogRecord{
		{Time: uitest.Noon().Add(-time.Minute), Category: models.CategoryDirectMethods, OperationName: "send", Properties: `{"deviceId":"pump-7"}`, DurationMs: "80"},
		{Time: uitest.Noon(), Category: models.CategoryDirectMethods, OperationName: "send", ResultType: "404103", ResultDescription: "DeviceNotOnline", Properties: `{"deviceId":"pump-7"}`, DurationMs: "12"},
		{Time: uitest.Noon(), Category: models.CategoryDirectMethods, OperationName: "send", ResultType: "504101", Properties: `{"deviceId":"pump-2"}`},
	}
	return walktest.Report(w, checks.CheckLogs, models.ResultWarning,
		models.Finding{Code: "DM-510", Severity: models.SeverityWarning, Text: "The log has 38 rows 404103 for pump-7."})
}

func press(m *Model, c nav.Canvas, keys ...string) []tea.Msg {
	var sent []tea.Msg
	for _, k := range keys {
		_, cmd := m.Update(uitest.Press(k), c)
		sent = uitest.Run(cmd)
	}
	return sent
}

func shows(m *Model, w models.Walk) string {
	c := walktest.Canvas(w)
	c.Size.Height = 60
	return strings.Join(strings.Fields(ansi.Strip(m.View(c).Body)), " ")
}

func filesChosen(t *testing.T, sent []tea.Msg) []string {
	t.Helper()
	if len(sent) != 1 {
		t.Fatalf("sent %v, want the files", sent)
	}
	return sent[0].(nav.EventMsg).Event.(checks.LogFilesChosen).Files
}

func TestSplitPaths(t *testing.T) {
	tests := []struct {
		line string
		want []string
	}{
		{``, nil},
		{`  `, nil},
		{`a.json b.csv`, []string{"a.json", "b.csv"}},
		{`"my logs/a.json" 'my logs/b.json'`, []string{"my logs/a.json", "my logs/b.json"}},
		{`my\ logs/a.json`, []string{"my logs/a.json"}},
		{`it\'s.json`, []string{"it's.json"}},
		{`"say \"hi\".json"`, []string{`say "hi".json`}},
		{`'a\ b'`, []string{`a\ b`}},
		{`C:\logs\a.json`, []string{`C:\logs\a.json`}},
		{`file:///logs/my%20file.json`, []string{"/logs/my file.json"}},
		{`logs/*.json`, []string{"logs/*.json"}},
		{`"unclosed quote`, []string{"unclosed quote"}},
		{`""`, []string{""}},
		{`a"b c"d`, []string{"ab cd"}},
	}
	for _, tt := range tests {
		if got := splitPaths(tt.line); !slices.Equal(got, tt.want) {
			t.Errorf("splitPaths(%s) = %q, want %q", tt.line, got, tt.want)
		}
	}
}

func FuzzPathsSurviveTheField(f *testing.F) {
	f.Add("my logs/it's \"a\".json", `C:\x\`)
	f.Fuzz(func(t *testing.T, a, b string) {
		if strings.HasPrefix(a, "file://") || strings.HasPrefix(b, "file://") {
			t.Skip("an address is read as a path")
		}
		want := []string{a, b}
		if got := splitPaths(joinPaths(want)); !slices.Equal(got, want) {
			t.Errorf("%q came back as %q from %s", want, got, joinPaths(want))
		}
	})
}

func TestDroppedFilesOpenTheField(t *testing.T) {
	m, c := New(), walktest.Canvas(empty())
	for _, text := range []string{"/tmp/one.json", "'/my logs/two.json'", "/my logs/three.json\n/my logs/four.json\n"} {
		m.Update(tea.PasteMsg{Content: text}, c)
	}
	got := filesChosen(t, press(m, c, "enter"))
	want := []string{"/tmp/one.json", "/my logs/two.json", "/my logs/three.json", "/my logs/four.json"}
	if !slices.Equal(got, want) {
		t.Errorf("chose %q, want %q", got, want)
	}
	if m.Typing() {
		t.Error("enter keeps the keys")
	}
}

func TestNoFilesAreRefusedOnlyWhereTheHubHasNoRowsOfItsOwn(t *testing.T) {
	m, c := New(), walktest.Canvas(empty())
	if toast, ok := press(m, c, "e", "enter")[0].(nav.ToastMsg); !ok || !toast.Bad {
		t.Error("reading nothing was not refused")
	}
	w := walktest.Emulated()
	w.Step = models.StepLogs
	m, c = New(), walktest.Canvas(w)
	if got := filesChosen(t, press(m, c, "e", "enter")); len(got) != 0 {
		t.Errorf("chose %q", got)
	}
}

func TestPathsOfAResumedWalkAreInTheField(t *testing.T) {
	m, c := New(), walktest.Canvas(read())
	press(m, c, "e")
	if m.files.Value() != "insights/PT1H.json more.csv" {
		t.Errorf("the field holds %q", m.files.Value())
	}
}

func TestViewsAndZoom(t *testing.T) {
	w := read()
	m, c := New(), walktest.Canvas(w)
	if got := shows(m, w); !strings.Contains(got, "What") && !strings.Contains(got, "404103 DeviceNotOnline: Nobody was listening") {
		t.Errorf("the selected code is not explained: %s", got)
	}
	press(m, c, "down", "down")
	if got := shows(m, w); !strings.Contains(got, "its own status is not in the logs") {
		t.Errorf("success is not explained: %s", got)
	}
	press(m, c, "right", "right")
	if m.tab != byDevice {
		t.Fatalf("at %s", m.tab)
	}
	press(m, c, "enter")
	if got := shows(m, w); !strings.Contains(got, "38 of the failures came while no other device failed") ||
		!strings.Contains(got, "404103 DeviceNotOnline") || strings.Contains(got, "pump-2") {
		t.Errorf("one device shows %s", got)
	}
	if !m.WantsEsc() {
		t.Error("esc does not lead back to all devices")
	}
	press(m, c, "esc")
	if m.zoom != "" || m.WantsEsc() {
		t.Error("esc stays at one device")
	}
	press(m, c, "z")
	if m.zoom != walktest.Pump {
		t.Errorf("z looks at %q", m.zoom)
	}
}

func TestACodeIsExplainedInFull(t *testing.T) {
	sent := press(New(), walktest.Canvas(read()), "enter")
	if len(sent) != 1 {
		t.Fatalf("sent %v", sent)
	}
	got := sent[0].(nav.ExplainMsg)
	if got.Title != "404103 DeviceNotOnline" || !strings.Contains(got.Text, "lost its subscription") || !strings.Contains(got.Text, "1. Look at") {
		t.Errorf("explains %+v", got)
	}
}

func TestTurningLogsOnIsOneKeyAway(t *testing.T) {
	m, c := New(), walktest.Canvas(empty())
	if sent := press(m, c, "o"); sent[0] != tea.Msg(nav.DocMsg{ID: docEnable}) {
		t.Errorf("o sends %v", sent)
	}
	if sent := press(m, c, "c"); !strings.HasPrefix(sent[0].(nav.CopyMsg).Text, "az monitor") {
		t.Errorf("c sends %v", sent)
	}
	know, err := uitest.Know()
	if err != nil {
		t.Fatal(err)
	}
	if d, ok := know.Catalogue.Doc(docEnable); !ok || d.Command == "" {
		t.Errorf("the catalogue has no document %q with a command", docEnable)
	}
}

func TestMergeKeepsEveryCallAndEveryPause(t *testing.T) {
	at := func(minute int, count, errors int64) models.LogBucket {
		return models.LogBucket{Time: uitest.Noon().Add(time.Duration(minute) * time.Minute), Count: count, Errors: errors}
	}
	buckets := []models.LogBucket{at(0, 5, 1), at(1, 7, 0), at(59, 3, 3)}
	for rows := 1; rows < 70; rows++ {
		got, width := merge(buckets, rows)
		var count, errors int64
		for _, b := range got {
			count, errors = count+b.Count, errors+b.Errors
		}
		if len(got) > rows || count != 15 || errors != 4 || width < time.Minute {
			t.Errorf("%d rows: %d buckets of %v with %d calls, %d failed", rows, len(got), width, count, errors)
		}
	}
	if got, _ := merge(buckets, 60); len(got) != 60 || got[30].Count != 0 {
		t.Error("a stretch without calls is not shown")
	}
}

func TestGolden(t *testing.T) {
	off := empty()
	off.Case.Hub.DirectMethodLogs = "off"
	failed := empty()
	failed.Inputs.LogFiles = []string{walktest.Hostile}
	failed.Reports = map[string]models.CheckReport{checks.CheckLogs: {ID: checks.CheckLogs, Result: models.ResultUnknown, Reason: fmt.Sprintf("cannot read the log: open %s: no such file", walktest.Hostile)}}
	partial := read()
	s := *partial.Summary
	s.Partial, s.Connections, partial.Summary = true, nil, &s
	tests := []struct {
		name string
		walk models.Walk
		keys []string
	}{
		{"nothing", empty(), nil},
		{"switched-off", off, nil},
		{"failed", failed, nil},
		{"typing", empty(), []string{"e", "a", ".", "j"}},
		{"reading", walktest.Running(read(), checks.CheckLogs, 3*time.Second, nil), nil},
		{"codes", read(), nil},
		{"findings", read(), []string{"right"}},
		{"devices", read(), []string{"right", "right", "down"}},
		{"time", read(), []string{"left", "left"}},
		{"time-table", read(), []string{"left", "left", "g", "space"}},
		{"connections", read(), []string{"left"}},
		{"no-connections", partial, []string{"left"}},
		{"one-device", read(), []string{"z"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			uitest.Golden(t, walktest.Canvas(tt.walk), walktest.Harmless(t, func(c nav.Canvas) nav.Frame {
				m := New()
				press(m, c, tt.keys...)
				return m.View(c)
			}))
		})
	}
}

func TestRandomKeysDoNoHarm(t *testing.T) {
	walktest.Storm(t, func() nav.Screen { return New() }, empty(), read())
}
