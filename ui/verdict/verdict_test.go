package verdict

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"methodical/checks"
	"methodical/models"
	"methodical/ui/internal/uitest"
	"methodical/ui/internal/walktest"
	"methodical/ui/nav"
)

// fault is a diagnosis with two causes worth naming and a test to propose.
func fault() models.Diagnosis {
	return models.Diagnosis{
		Version: 1, Verdict: models.VerdictFault,
		Summary: "pump-7 is connected but nothing on it listens for direct methods. Evidence: the hub refused at once; pump-7 was active 4 s ago.",
		Causes: []models.RankedCause{
			{ID: models.CauseNotSubscribed, Probability: 0.83, Title: "Connected, but not listening for methods", Explanation: "Telemetry may flow while methods do not arrive.",
				Evidence: []models.Evidence{
					{For: true, Text: "The hub refused at once (404103).", Finding: "DM-104"},
					{For: false, Text: "No other device of the model fails.", Finding: "DM-301"},
				},
				Fix: []string{
					"Restart the client on pump-7, or make it subscribe again.",
					"Call again to see that it is back: az iot hub invoke-device-method --hub-name contoso --device-id pump-7 --method-name reboot",
				},
				Links: []models.Link{{Title: "Handle a direct method on a device", URL: "https://learn.example/handle"}}},
			{ID: models.CauseDeviceOffline, Probability: 0.12, Title: "The device is offline", Fix: []string{"Get it online."},
				Evidence: []models.Evidence{{For: false, Text: "pump-7 was active 4 s ago.", Finding: "DM-207"}}},
			{ID: models.CauseNoFault, Probability: 0.01, Title: "Nothing is wrong now"},
		},
		Contributing: []models.Contribution{{Finding: "DM-402", Cause: models.CauseQuotaExhausted, Text: "92 % of the daily quota are used."}},
		Missing:      []string{"The resource logs were not read."},
		Next:         &models.NextTest{Test: checks.CheckLongerConnect, Why: "A device that only sleeps comes online while the hub waits."},
	}
}

func canvas(w models.Walk, d models.Diagnosis) nav.Canvas {
	c := walktest.Canvas(w)
	c.State.Diagnosis = d
	return c
}

func walk() models.Walk {
	w := walktest.Live()
	w.Step = models.StepVerdict
	return walktest.With(w, walktest.NotOnline(w, w.Inputs.Target))
}

func press(m *Model, c nav.Canvas, keys ...string) []tea.Msg {
	m.Update(nav.StateMsg{}, c)
	var sent []tea.Msg
	for _, k := range keys {
		_, cmd := m.Update(uitest.Press(k), c)
		sent = uitest.Run(cmd)
	}
	return sent
}

func shows(m *Model, c nav.Canvas) string {
	c.Size.Height = 80
	return strings.Join(strings.Fields(ansi.Strip(m.View(c).Body)), " ")
}

func events(sent []tea.Msg) []checks.Event {
	var out []checks.Event
	for _, msg := range sent {
		if e, ok := msg.(nav.EventMsg); ok {
			out = append(out, e.Event)
		}
	}
	return out
}

func TestEnterDoesTheNextBestTest(t *testing.T) {
	moved := func(step models.Step) checks.Event { return checks.Moved{To: step, At: uitest.Noon()} }
	asked := func(id string) checks.Event { return checks.CheckRequested{Check: id, At: uitest.Noon()} }
	paired := walk()
	paired.Inputs.CompareWith = models.Target{DeviceID: walktest.Other}
	tests := []struct {
		test string
		walk models.Walk
		want []checks.Event
	}{
		{checks.CheckCall, walk(), []checks.Event{moved(models.StepTry), asked(checks.CheckCall)}},
		{checks.CheckIdentity, walk(), []checks.Event{moved(models.StepDevice), asked(checks.CheckIdentity)}},
		{checks.CheckLongerConnect, walk(), []checks.Event{moved(models.StepTry), asked(checks.CheckLongerConnect)}},
		{checks.CheckLongerResponse, walk(), []checks.Event{moved(models.StepTry)}}, // the last call was refused
		{checks.CheckComparisonCall, walk(), []checks.Event{moved(models.StepCompare)}},
		{checks.CheckComparisonCall, paired, []checks.Event{moved(models.StepCompare), asked(checks.CheckComparisonCall)}},
		{checks.CheckThirdDevice, paired, []checks.Event{moved(models.StepCompare), asked(checks.CheckThirdDevice)}},
		{checks.CheckLimits, walk(), []checks.Event{moved(models.StepLimits)}},
		{checks.CheckLogs, walk(), []checks.Event{moved(models.StepLogs)}},
		{"real-method", walk(), []checks.Event{moved(models.StepTry)}},
		{"payload-kinds", walk(), []checks.Event{moved(models.StepTry)}},
		{testCallModule, walk(), []checks.Event{moved(models.StepDevice)}},
	}
	for _, tt := range tests {
		d := fault()
		d.Next.Test = tt.test
		got := events(press(New(), canvas(tt.walk, d), "enter"))
		if len(got) != len(tt.want) {
			t.Errorf("%s: events %v, want %v", tt.test, got, tt.want)
			continue
		}
		for i := range got {
			if got[i] != tt.want[i] {
				t.Errorf("%s: event %v, want %v", tt.test, got[i], tt.want[i])
			}
		}
	}
}

func TestRepeatingTheProbeComposesIt(t *testing.T) {
	w := walk()
	w.Inputs.Method = "reboot"
	d := fault()
	d.Next.Test = testRepeatProbe
	got := events(press(New(), canvas(w, d), "enter"))
	if len(got) != 3 || got[1].(checks.CallComposed).Method != models.SafeProbeMethod {
		t.Errorf("events %v", got)
	}
}

func TestATestThatCallsARealMethodIsAskedFor(t *testing.T) {
	w := walk()
	w.Inputs.Method = "reboot"
	w.Inputs.CompareWith = models.Target{DeviceID: walktest.Other}
	for _, test := range []string{checks.CheckCall, checks.CheckComparisonCall, checks.CheckThirdDevice} {
		d := fault()
		d.Next.Test = test
		m, c := New(), canvas(w, d)
		if got := press(m, c, "enter"); len(got) != 0 || !m.Typing() {
			t.Errorf("%s: sent %v without asking", test, got)
		}
		if got := events(press(m, c, "y")); len(got) != 2 {
			t.Errorf("%s: after yes %v", test, got)
		}
	}
}

func TestEveryTestOfTheDiagnosisLeadsSomewhere(t *testing.T) {
	know, err := uitest.Know()
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range know.Causes.Tests() {
		d := fault()
		d.Next.Test = test.ID
		w := walk()
		w.Case.Hub.Emulator = true
		c := canvas(w, d)
		c.State.Know = know
		if got := events(press(New(), c, "enter")); len(got) == 0 {
			t.Errorf("enter does nothing for the test %s", test.ID)
		}
		if label := nextLabel(know, test.ID); label == test.ID || label == "" {
			t.Errorf("the test %s has no words", test.ID)
		}
	}
}

func TestSelectingACauseShowsItsEvidenceAndFix(t *testing.T) {
	m, c := New(), canvas(walk(), fault())
	if got := shows(m, c); !strings.Contains(got, "The hub refused at once (404103). (DM-104)") || strings.Contains(got, "Get it online.") {
		t.Errorf("the first cause is not open: %s", got)
	}
	press(m, c, "down", "down", "down")
	if got := shows(m, c); !strings.Contains(got, "− against pump-7 was active 4 s ago. (DM-207)") || !strings.Contains(got, "1. Get it online.") {
		t.Errorf("the second cause is not open: %s", got)
	}
	if sent := press(m, c, "c"); sent[0].(nav.CopyMsg).Text != "Get it online." {
		t.Errorf("c copies %v", sent)
	}
	m.Update(pickMsg(0), c)
	if m.selected != 0 {
		t.Error("a click does not select")
	}
	d := fault()
	d.Causes = d.Causes[:1]
	m.Update(pickMsg(1), c)
	m.Update(nav.StateMsg{}, canvas(walk(), d))
	if m.selected != 0 {
		t.Error("the selection points behind the causes")
	}
}

func TestClicksLandOnTheCauses(t *testing.T) {
	m, c := New(), canvas(walk(), fault())
	frame := m.View(c)
	lines := strings.Split(ansi.Strip(frame.Body), "\n")
	if len(frame.Hits) != 2 {
		t.Fatalf("%d places to click, want one for each cause", len(frame.Hits))
	}
	for i, title := range []string{"Connected, but not", "The device is offline"} {
		if line := lines[frame.Hits[i].Y]; !strings.Contains(line, title) {
			t.Errorf("hit %d is on %q", i, line)
		}
	}
}

func TestACallThatMayHaveRunIsWarnedOf(t *testing.T) {
	w := walk()
	w.Inputs.Method = "open-valve"
	w = walktest.With(w, walktest.Silent(w, w.Inputs.Target))
	if got := shows(New(), canvas(w, fault())); !strings.Contains(got, `"open-valve" may have run on pump-7`) {
		t.Errorf("no warning: %s", got)
	}
	probe := walktest.With(walk(), walktest.Silent(walk(), walk().Inputs.Target))
	if got := shows(New(), canvas(probe, fault())); strings.Contains(got, "may have run") {
		t.Errorf("the probe is warned of: %s", got)
	}
}

func TestTheReportSaysWhatATicketNeeds(t *testing.T) {
	w := walktest.Report(walk(), checks.CheckCall, models.ResultFailed,
		models.Finding{Code: "DM-104", Severity: models.SeverityError, Text: "The hub refused at once."})
	sent := press(New(), canvas(w, fault()), "y")
	got := sent[0].(nav.CopyMsg).Text
	for _, want := range []string{
		"contoso.azure-devices.net", "pump-7", "404103 DeviceNotOnline", "aa761f96e9174d0e849c96a8b2e10a8c", "DM-104",
		"not-subscribed", "Restart the client", "2026-11-22 12:00 UTC",
	} {
		if !strings.Contains(strings.Join(strings.Fields(got), " "), want) {
			t.Errorf("%q is not in the report:\n%s", want, got)
		}
	}
	if strings.Contains(got, "\x1b") {
		t.Error("the report holds an escape sequence")
	}
}

func TestWithoutAProposedTestEnterSaysSo(t *testing.T) {
	d := fault()
	d.Next = nil
	m, c := New(), canvas(walk(), d)
	if toast, ok := press(m, c, "enter")[0].(nav.ToastMsg); !ok || toast.Text == "" {
		t.Error("enter says nothing")
	}
	for _, k := range m.Keys().ShortHelp() {
		if k.Enabled() && k.Help().Key == "enter" {
			t.Error("the footer offers a test there is not")
		}
	}
}

func TestThePortalIsOneOfTheDocuments(t *testing.T) {
	if got := shows(New(), canvas(walk(), fault())); !strings.Contains(got, "open contoso, then Devices, then pump-7 https://portal.example/hubs") {
		t.Errorf("no portal: %s", got)
	}
	w := walk()
	w.Case.Hub = models.Hub{HostName: "127.0.0.1:8443", Emulator: true}
	if got := shows(New(), canvas(w, fault())); strings.Contains(got, "portal") {
		t.Errorf("a portal for the emulator: %s", got)
	}
}

func TestACallUnderWayIsMentioned(t *testing.T) {
	w := walk()
	call := w.Inputs.Call(w.Inputs.Target)
	if got := shows(New(), canvas(walktest.Running(w, checks.CheckCall, 1, &call), fault())); !strings.Contains(got, "its answer may change this") {
		t.Errorf("shows %s", got)
	}
}

func TestGolden(t *testing.T) {
	open := models.Diagnosis{
		Verdict: models.VerdictUndetermined, Summary: "What is wrong with pump-7 could not be determined.",
		Causes: []models.RankedCause{
			{ID: models.CauseNotSubscribed, Probability: 0.41, Title: "Connected, but not listening for methods"},
			{ID: models.CauseDeviceOffline, Probability: 0.38, Title: "The device is offline"},
		},
		Missing: []string{"The registry could not be read: 401002."},
		Next:    &models.NextTest{Test: checks.CheckCall, Why: "One call shows how far it gets."},
	}
	healthy := models.Diagnosis{Verdict: models.VerdictHealthy, Summary: "pump-7 answered with status 200 in 90 ms.",
		Causes: []models.RankedCause{{ID: models.CauseNoFault, Probability: 0.95, Title: "Nothing is wrong now"}}}
	solved := fault()
	solved.Next = nil
	hostile := fault()
	hostile.Summary, hostile.Next.Why = walktest.Hostile, walktest.Hostile
	for i := range hostile.Causes {
		hostile.Causes[i].Title = walktest.Hostile
		hostile.Causes[i].Fix = []string{walktest.Hostile}
	}
	ran := walk()
	ran.Inputs.Method = "open-valve"
	ran = walktest.With(ran, walktest.Silent(ran, ran.Inputs.Target))
	real := walk()
	real.Inputs.Method = "open-valve"
	for _, tt := range []struct {
		name string
		walk models.Walk
		d    models.Diagnosis
		keys []string
	}{
		{"nothing-yet", walk(), models.Diagnosis{Verdict: models.VerdictUndetermined}, nil},
		{"undetermined", walk(), open, nil},
		{"fault", walk(), fault(), nil},
		{"second-cause", walk(), fault(), []string{"down"}},
		{"second-page", walk(), fault(), []string{"space"}},
		{"no-more-tests", walk(), solved, nil},
		{"may-have-run", ran, fault(), nil},
		{"question", real, fault(), []string{"enter"}},
		{"healthy", walk(), healthy, nil},
		{"hostile", walk(), hostile, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			uitest.Golden(t, canvas(tt.walk, tt.d), walktest.Harmless(t, func(c nav.Canvas) nav.Frame {
				m := New()
				press(m, c, tt.keys...)
				return m.View(c)
			}))
		})
	}
}

func TestRandomKeysDoNoHarm(t *testing.T) {
	for _, d := range []models.Diagnosis{{}, fault()} {
		walktest.Storm(t, func() nav.Screen { return diagnosed{New(), d} }, walk(), walktest.Live())
	}
}

// diagnosed gives a screen its diagnosis with every canvas.
type diagnosed struct {
	*Model
	d models.Diagnosis
}

func (s diagnosed) Update(msg tea.Msg, c nav.Canvas) (nav.Screen, tea.Cmd) {
	c.State.Diagnosis = s.d
	_, cmd := s.Model.Update(msg, c)
	return s, cmd
}

func (s diagnosed) View(c nav.Canvas) nav.Frame {
	c.State.Diagnosis = s.d
	return s.Model.View(c)
}
