package compare

import (
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

var pump, other = models.Target{DeviceID: walktest.Pump}, models.Target{DeviceID: walktest.Other}

// pair is a walk at Compare with a device to compare with.
func pair(w models.Walk) models.Walk {
	w.Step = models.StepCompare
	w.Inputs.CompareWith = other
	d := uitest.Device(walktest.Other)
	d.Tags = []byte(`{"site":"north","firmware":"2.4.1"}`)
	w.Case.PutDevice(d)
	return walktest.Report(w, checks.CheckComparison, models.ResultOK)
}

func press(m *Model, c nav.Canvas, keys ...string) []tea.Msg {
	var sent []tea.Msg
	for _, k := range keys {
		_, cmd := m.Update(uitest.Press(k), c)
		sent = uitest.Run(cmd)
	}
	return sent
}

func checksAsked(sent []tea.Msg) []string {
	var out []string
	for _, msg := range sent {
		if e, ok := msg.(nav.EventMsg); ok {
			if req, ok := e.Event.(checks.CheckRequested); ok {
				out = append(out, req.Check)
			}
		}
	}
	return out
}

func shows(m *Model, w models.Walk) string {
	c := walktest.Canvas(w)
	c.Size.Height = 60
	return strings.Join(strings.Fields(ansi.Strip(m.View(c).Body)), " ")
}

func TestEnterCallsBothAlike(t *testing.T) {
	w := pair(walktest.Emulated())
	m, c := New(), walktest.Canvas(w)
	if got := checksAsked(press(m, c, "enter")); len(got) != 2 || got[0] != checks.CheckCall || got[1] != checks.CheckComparisonCall {
		t.Errorf("with neither called: %v", got)
	}
	c = walktest.Canvas(walktest.With(w, walktest.NotOnline(w, pump)))
	if got := checksAsked(press(m, c, "r")); len(got) != 1 || got[0] != checks.CheckComparisonCall {
		t.Errorf("with the target called alike: %v", got)
	}
}

func TestARealMethodOnTheOtherDeviceIsAskedFor(t *testing.T) {
	w := pair(walktest.Live())
	w.Inputs.Method = "reboot"
	w = walktest.With(w, walktest.NotOnline(w, pump))
	for _, key := range []string{"enter", "t"} {
		m, c := New(), walktest.Canvas(w)
		if got := press(m, c, key); len(got) != 0 || !m.Typing() {
			t.Fatalf("%s sent %v without asking", key, got)
		}
		if !strings.Contains(shows(m, w), "not the device in trouble") {
			t.Errorf("%s: the question does not say that another device is meant:\n%s", key, shows(m, w))
		}
		if got := checksAsked(press(m, c, "y")); len(got) != 1 {
			t.Errorf("%s: after yes %v", key, got)
		}
	}
}

func TestAnotherDeviceCanBeNamed(t *testing.T) {
	m, c := New(), walktest.Canvas(pair(walktest.Live()))
	press(m, c, "e", "ctrl+u", "x", "/", "y")
	if !m.Typing() {
		t.Fatal("not typing")
	}
	sent := press(m, c, "enter")
	want := checks.ComparisonChosen{Target: models.Target{DeviceID: "x", ModuleID: "y"}, At: uitest.Noon()}
	if len(sent) != 1 || sent[0].(nav.EventMsg).Event != checks.Event(want) {
		t.Errorf("sent %v", sent)
	}
	sent = press(m, c, "e", "ctrl+u", "a", " ", "b", "enter")
	if toast, ok := sent[0].(nav.ToastMsg); !ok || !toast.Bad || !m.Typing() {
		t.Errorf("an id with a blank was taken: %v", sent)
	}
	press(m, c, "esc")
	if m.Typing() || m.other.Value() != "a b" {
		t.Errorf("esc keeps the keys, or loses what was typed: %q", m.other.Value())
	}
}

func TestWithoutADeviceEnterLooksAgain(t *testing.T) {
	w := walktest.Live()
	w.Step = models.StepCompare
	m := New()
	if got := checksAsked(press(m, walktest.Canvas(w), "enter")); len(got) != 1 || got[0] != checks.CheckComparison {
		t.Errorf("asked for %v", got)
	}
	if sent := press(m, walktest.Canvas(w), "t"); len(checksAsked(sent)) != 0 {
		t.Errorf("a third device before a second: %v", sent)
	}
}

func TestTheConclusionSaysWhatDiffers(t *testing.T) {
	base := pair(walktest.Live())
	ok := func(target models.Target) models.Invocation {
		return walktest.Call(base, target, 90*time.Millisecond, 200, `{"status":501,"payload":null}`)
	}
	same := base
	d, _ := base.Case.Device(pump)
	twin := d
	twin.DeviceID = walktest.Other
	same.Case.Devices = []models.Device{d, twin}
	tests := []struct {
		name string
		walk models.Walk
		want string
	}{
		{"not called", walktest.With(base, walktest.NotOnline(base, pump)), "Not called yet"},
		{"target not called", walktest.With(base, ok(other)), "has not been called yet"},
		{"one fails", walktest.With(base, walktest.NotOnline(base, pump), ok(other)),
			"pump-7 fails, pump-2 answers. Of what is known they differ only in tag firmware (2.3.9 · 2.4.1)."},
		{"no difference", walktest.With(same, walktest.NotOnline(same, pump), ok(other)), "pump-2 answers. Nothing else that is known tells them apart."},
		{"both fail", walktest.With(base, walktest.NotOnline(base, pump), walktest.NotOnline(base, other)), "Both fail alike"},
		{"both answer", walktest.With(base, ok(pump), ok(other)), "Both answer."},
		{"each its own", walktest.With(base, walktest.NotOnline(base, pump), walktest.Silent(base, other)), "each in its own way"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := shows(New(), tt.walk); !strings.Contains(got, tt.want) {
				t.Errorf("%q is not in\n%s", tt.want, got)
			}
		})
	}
}

func TestLikeIsComparedWithLike(t *testing.T) {
	w := pair(walktest.Live())
	longer := w
	longer.Inputs.ConnectTimeoutSeconds = 30
	w = walktest.With(w, walktest.NotOnline(w, pump), walktest.NotOnline(longer, pump), walktest.NotOnline(w, other))
	if got := shows(New(), w); strings.Contains(got, "not alike") {
		t.Errorf("the like call before the newest was not taken:\n%s", got)
	}
	w.Case.Invocations = w.Case.Invocations[1:]
	if got := shows(New(), w); !strings.Contains(got, "not alike in the timeouts") {
		t.Errorf("unlike calls are compared without a word:\n%s", got)
	}
}

func TestAPayloadIsTheSameAfterOnlyItsHashWasKept(t *testing.T) {
	w := pair(walktest.Live())
	w.Inputs.Payload, _ = models.ParsePayload([]byte(`{"a":1}`))
	kept := walktest.NotOnline(w, pump)
	redacted := models.Case{Invocations: []models.Invocation{kept}}.WithoutPayloads().Invocations[0]
	if got := calledAlike(kept, redacted); got != "" {
		t.Errorf("differ in %s", got)
	}
	w.Inputs.Payload = models.NoPayload()
	if got := calledAlike(kept, walktest.NotOnline(w, pump)); got != "the payload" {
		t.Errorf("absent and an object differ in %q", got)
	}
}

func TestFlattenReadsTwins(t *testing.T) {
	got := flatten([]byte(`{"a":{"b":"x","c":1},"$metadata":{"d":1},"e":[1,2],"f":null}`))
	want := map[string]string{"a.b": "x", "a.c": "1", "e": "[1,2]", "f": "null"}
	if len(got) != len(want) {
		t.Errorf("got %v", got)
	}
	for name, value := range want {
		if got[name] != value {
			t.Errorf("%s is %q, want %q", name, got[name], value)
		}
	}
	if got := flatten([]byte("not json")); len(got) != 0 {
		t.Errorf("no JSON gives %v", got)
	}
}

func TestGolden(t *testing.T) {
	w := pair(walktest.Live())
	answered := walktest.Call(w, other, 90*time.Millisecond, 200, `{"status":501,"payload":null}`)
	both := walktest.Report(walktest.With(w, walktest.NotOnline(w, pump), answered), checks.CheckComparisonCall, models.ResultOK,
		models.Finding{Code: "DM-301", Severity: models.SeverityInfo, Text: "pump-2 with the same site answers."})
	third := walktest.With(both, walktest.Call(w, models.Target{DeviceID: "pump-9"}, 90*time.Millisecond, 200, `{"status":200,"payload":1}`))
	nobody := walktest.Live()
	nobody.Step = models.StepCompare
	call := w.Inputs.Call(other)
	hostile := walktest.Live()
	hostile.Inputs.Target, hostile.Inputs.CompareWith = models.Target{DeviceID: walktest.Hostile}, models.Target{DeviceID: "b" + walktest.Hostile}
	for _, id := range []string{walktest.Hostile, "b" + walktest.Hostile} {
		d := uitest.Device(id)
		d.SDK, d.Tags = id, []byte(`{"`+strings.Repeat("long", 30)+`":"\u001b[2J`+strings.Repeat("value ", 40)+`"}`)
		hostile.Case.PutDevice(d)
	}
	real := pair(walktest.Live())
	real.Inputs.Method = "reboot"
	for _, tt := range []struct {
		name string
		walk models.Walk
		keys []string
	}{
		{"nobody", nobody, nil},
		{"looking", walktest.Running(nobody, checks.CheckComparison, 2*time.Second, nil), nil},
		{"suggested", walktest.With(w, walktest.NotOnline(w, pump)), nil},
		{"typing", w, []string{"e", "ctrl+u", "p", " "}},
		{"question", walktest.With(real, walktest.NotOnline(real, pump)), []string{"enter"}},
		{"running", walktest.Running(walktest.With(w, walktest.NotOnline(w, pump)), checks.CheckComparisonCall, 2*time.Second, &call), nil},
		{"both", both, nil},
		{"third", third, nil},
		{"hostile", hostile, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m, c := New(), walktest.Canvas(tt.walk)
			press(m, c, tt.keys...)
			uitest.Golden(t, c, walktest.Harmless(t, m.View))
		})
	}
}

func TestRandomKeysDoNoHarm(t *testing.T) {
	walktest.Storm(t, func() nav.Screen { return New() }, walktest.Live(), pair(walktest.Live()), walktest.With(pair(walktest.Emulated()), walktest.NotOnline(walktest.Live(), pump), walktest.Silent(walktest.Live(), other)))
}
