package limits

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

// hubOf is a walk at Limits on a hub of that tier.
func hubOf(sku string, units int) models.Walk {
	w := walktest.Live()
	w.Step = models.StepLimits
	w.Case.Hub.SKU, w.Case.Hub.Units = sku, units
	return w
}

func press(m *Model, c nav.Canvas, keys ...string) []tea.Msg {
	var sent []tea.Msg
	for _, k := range keys {
		_, cmd := m.Update(uitest.Press(k), c)
		sent = uitest.Run(cmd)
	}
	return sent
}

func stated(t *testing.T, sent []tea.Msg) checks.LoadStated {
	t.Helper()
	if len(sent) == 1 {
		if e, ok := sent[0].(nav.EventMsg); ok {
			if load, ok := e.Event.(checks.LoadStated); ok {
				return load
			}
		}
	}
	t.Fatalf("sent %v, want the load", sent)
	return checks.LoadStated{}
}

func shows(m *Model, w models.Walk) string {
	c := walktest.Canvas(w)
	c.Size.Height = 60
	return strings.Join(strings.Fields(ansi.Strip(m.View(c).Body)), " ")
}

func TestTheLoadIsStated(t *testing.T) {
	m, c := New(), walktest.Canvas(hubOf("S1", 1))
	press(m, c, "e")
	if !m.Typing() {
		t.Fatal("e does not open the fields")
	}
	press(m, c, "1", "2", ".", "5", "tab", "5", "1", "2")
	got := stated(t, press(m, c, "enter"))
	if got.Load != (models.Load{CallsPerSecond: 12.5, PayloadBytes: 512}) || got.SKU != "" {
		t.Errorf("stated %+v", got)
	}
	if m.Typing() {
		t.Error("enter keeps the keys")
	}
}

func TestALoadIsToldWhenTheStepIsLeft(t *testing.T) {
	w := hubOf("S1", 1)
	m := New()
	press(m, walktest.Canvas(w), "e", "7")
	w.Step = models.StepLogs
	_, cmd := m.Update(nav.StateMsg{}, walktest.Canvas(w))
	if got := stated(t, uitest.Run(cmd)); got.Load.CallsPerSecond != 7 {
		t.Errorf("stated %+v", got)
	}
	w.Inputs.Load.CallsPerSecond = 7
	if _, cmd = m.Update(nav.StateMsg{}, walktest.Canvas(w)); cmd != nil {
		t.Errorf("told again: %v", uitest.Run(cmd))
	}
}

func TestTheTierIsAskedForOnlyWhereItCannotBeRead(t *testing.T) {
	m, c := New(), walktest.Canvas(hubOf("S1", 1))
	press(m, c, "e", "tab", "tab")
	if m.form.at != 0 {
		t.Errorf("the keys go to place %d of a hub whose tier was read", m.form.at)
	}
	m, c = New(), walktest.Canvas(hubOf("", 0))
	press(m, c, "e", "tab", "tab", "left", "left", "left", "tab", "backspace", "3")
	got := stated(t, press(m, c, "enter"))
	if got.SKU != "S1" || got.Units != 3 {
		t.Errorf("stated %+v", got)
	}
}

func TestWhatIsNotValidIsNotStated(t *testing.T) {
	for _, keys := range [][]string{{"x"}, {"-", "1"}, {"tab", "9", "9", "9", "9", "9", "9"}, {"N", "a", "N"}} {
		m, c := New(), walktest.Canvas(hubOf("S1", 1))
		press(m, c, append([]string{"e"}, keys...)...)
		sent := press(m, c, "enter")
		if toast, ok := sent[0].(nav.ToastMsg); !ok || !toast.Bad || !m.Typing() {
			t.Errorf("%v was taken: %v", keys, sent)
		}
		if sent = press(m, c, "esc"); len(sent) != 0 || m.Typing() {
			t.Errorf("%v: esc sent %v", keys, sent)
		}
	}
}

func TestRoom(t *testing.T) {
	tier := func(sku string) models.Tier {
		found, ok := walktest.Know().Catalogue.Tier(sku)
		if !ok {
			t.Fatalf("no tier %s", sku)
		}
		return found
	}
	tests := []struct {
		name     string
		room     room
		carries  float64
		messages int64
		lasts    time.Duration
		whatIf   string
	}{
		{"S1", room{tier("S1"), 1, models.Load{CallsPerSecond: 10}}, 40, 2, 20000 * time.Second, "One more unit: 80"},
		{"a large payload", room{tier("S1"), 1, models.Load{CallsPerSecond: 10, PayloadBytes: 5000}}, 20, 3, 13333 * time.Second, "4 KB or less: 40"},
		{"over the limit", room{tier("S1"), 1, models.Load{CallsPerSecond: 100}}, 40, 2, 2000 * time.Second, "To carry 100 calls a second: 3 units."},
		{"all day", room{tier("S3"), 1, models.Load{CallsPerSecond: 1}}, 6144, 2, day, "One more unit"},
		{"small messages", room{tier("F1"), 1, models.Load{CallsPerSecond: 1, PayloadBytes: 1000}}, 40, 3, 2666 * time.Second, "the most of F1"},
		{"the largest payload", room{tier("S1"), 1, models.Load{PayloadBytes: models.MaxPayloadBytes}}, 1.25, 33, 0, "4 KB or less: 40"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.room.carries(); got != tt.carries {
				t.Errorf("carries %v, want %v", got, tt.carries)
			}
			if got := tt.room.messages(); got != tt.messages {
				t.Errorf("a call costs %d messages, want %d", got, tt.messages)
			}
			if got, _ := tt.room.lasts(); got.Truncate(time.Second) != tt.lasts {
				t.Errorf("the quota lasts %v, want %v", got, tt.lasts)
			}
			if got := strings.Join(tt.room.whatIf(), " "); !strings.Contains(got, tt.whatIf) {
				t.Errorf("%q is not in %q", tt.whatIf, got)
			}
		})
	}
}

func TestABasicTierSaysThatItHasNoMethods(t *testing.T) {
	if got := shows(New(), hubOf("B1", 2)); !strings.Contains(got, "it has no direct methods") || strings.Contains(got, "The hub carries") {
		t.Errorf("shows %s", got)
	}
}

func TestReadAgain(t *testing.T) {
	sent := press(New(), walktest.Canvas(hubOf("S1", 1)), "r")
	if len(sent) != 1 || sent[0].(nav.EventMsg).Event != checks.Event(checks.CheckRequested{Check: checks.CheckLimits, At: uitest.Noon()}) {
		t.Errorf("sent %v", sent)
	}
}

func TestGolden(t *testing.T) {
	unread := hubOf("", 0)
	unread.Case.Hub.ReadError = "the credential has no right on the resource " + walktest.Hostile
	read := hubOf("S1", 2)
	read.Case.Hub.State = "Active"
	read.Case.Hub.QuotaUsed, read.Case.Hub.QuotaMax = models.Ptr(int64(650000)), models.Ptr(int64(800000))
	read.Case.Hub.TotalDevices, read.Case.Hub.ConnectedDevices = models.Ptr(int64(12345)), models.Ptr(int64(9876))
	read = walktest.Report(read, checks.CheckLimits, models.ResultOK,
		models.Finding{Code: "DM-401", Severity: models.SeverityOK, Text: "The hub is of tier S1, which has direct methods."})
	loaded := read
	loaded.Inputs.Load = models.Load{CallsPerSecond: 60, PayloadBytes: 5000}
	loaded = walktest.Report(loaded, checks.CheckLimits, models.ResultFailed,
		models.Finding{Code: "DM-403", Severity: models.SeverityError, Text: "60 calls a second are planned or seen; the hub carries 40 (2 units × S1)."})
	statedTier := unread
	statedTier.Case.Hub = models.Hub{HostName: "contoso.azure-devices.net", SKU: "S1", Units: 3, Stated: true}
	statedTier.Inputs.SKU, statedTier.Inputs.Units = "S1", 3
	for _, tt := range []struct {
		name string
		walk models.Walk
		keys []string
	}{
		{"unread", unread, nil},
		{"reading", walktest.Running(hubOf("", 0), checks.CheckLimits, 3*time.Second, nil), nil},
		{"read", read, nil},
		{"typing", unread, []string{"e", "1", "2", "tab", "x"}},
		{"loaded", loaded, nil},
		{"stated", statedTier, nil},
		{"basic", hubOf("B1", 1), nil},
		{"second-page", read, []string{"space"}},
	} {
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
	walktest.Storm(t, func() nav.Screen { return New() }, hubOf("", 0), hubOf("S1", 2), hubOf("B1", 1), hubOf("?", 3))
}
