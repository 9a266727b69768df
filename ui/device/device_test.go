package device

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"methodical/checks"
	"methodical/models"
	"methodical/ui/internal/uitest"
	"methodical/ui/nav"
	"methodical/ui/theme"
)

// rig is a picker over a fake hub, with the timers it asked for.
type rig struct {
	t      *testing.T
	s      *Screen
	c      nav.Canvas
	hub    *uitest.Hub
	events []checks.Event
	toasts []string
	timers []nav.AfterMsg
}

func fleet() []models.Device {
	var list []models.Device
	for i := range 30 {
		d := uitest.Device(fmt.Sprintf("pump-%02d", i))
		d.LastActivityTime = uitest.Noon().Add(-time.Duration(1+i*i*i) * 7 * time.Second)
		d.Tags = []byte(fmt.Sprintf(`{"site":"berlin","unit":{"line":%d}}`, i%4))
		switch {
		case i%5 == 1:
			d.ConnectionState = models.StateDisconnected
		case i%7 == 2:
			d.Status = models.StatusDisabled
		case i == 3:
			d.IoTEdge = models.Ptr(true)
		case i == 4:
			d.LastActivityTime, d.ConnectionState = time.Time{}, models.StateDisconnected
		case i == 5:
			d.DeviceID, d.Tags = "evil\x1b[31m-pump\u202e", []byte(`{"x":"\u001b]0;title\u0007y"}`)
		}
		list = append(list, d)
	}
	return list
}

func newRig(t *testing.T) *rig {
	r := &rig{t: t, s: New(), hub: &uitest.Hub{Host: "emulator.local", List: fleet()}}
	module := func(id string) models.Device { d := uitest.Device("pump-03"); d.ModuleID = id; return d }
	r.hub.Mods = map[string][]models.Device{"pump-03": {module("$edgeAgent"), module("filter")}}
	r.c = nav.Canvas{
		Size: nav.Size{Width: 80, Height: 19}, Theme: theme.NoColour(), Now: uitest.Noon(),
		State: nav.State{Walk: checks.NewWalk("w", uitest.Noon())},
	}
	return r
}

// opened is a rig whose first page is in.
func opened(t *testing.T, change func(*uitest.Hub)) *rig {
	r := newRig(t)
	if change != nil {
		change(r.hub)
	}
	r.c.State.Hub, r.c.State.Session = r.hub, 1
	r.send(nav.StateMsg{})
	return r
}

func (r *rig) do(cmd tea.Cmd) {
	for _, msg := range uitest.Run(cmd) {
		switch msg := msg.(type) {
		case nav.EventMsg:
			r.events = append(r.events, msg.Event)
		case nav.ToastMsg:
			r.toasts = append(r.toasts, msg.Text)
		case nav.AfterMsg:
			r.timers = append(r.timers, msg)
		default:
			r.send(msg)
		}
	}
}

func (r *rig) send(msg tea.Msg) {
	_, cmd := r.s.Update(msg, r.c)
	r.do(cmd)
}

func (r *rig) press(keys ...string) {
	for _, k := range keys {
		r.send(uitest.Press(k))
	}
}

func (r *rig) write(text string) {
	for _, c := range text {
		r.press(string(c))
	}
}

// wait lets the time pass that the newest timer asked for.
func (r *rig) wait() {
	r.t.Helper()
	if len(r.timers) == 0 {
		r.t.Fatal("nothing is waited for")
	}
	last := r.timers[len(r.timers)-1]
	r.c.Now = r.c.Now.Add(last.Wait)
	for _, timer := range r.timers {
		r.send(timer.Msg)
	}
	r.timers = nil
}

func (r *rig) text() string { return ansi.Strip(r.s.View(r.c).Body) }

func (r *rig) shows(want string) {
	r.t.Helper()
	if !strings.Contains(r.text(), want) {
		r.t.Errorf("%q is not shown:\n%s", want, r.text())
	}
}

func (r *rig) wants(events ...checks.Event) {
	r.t.Helper()
	if fmt.Sprint(r.events) != fmt.Sprint(events) {
		r.t.Errorf("told %v, want %v", r.events, events)
	}
}

func target(s string) models.Target {
	t, err := models.ParseTarget(s)
	if err != nil {
		panic(err)
	}
	return t
}

func TestGolden(t *testing.T) {
	first := opened(t, func(h *uitest.Hub) { h.PageRows = 20 })
	t.Run("first", func(t *testing.T) { uitest.Golden(t, first.c, first.s.View) })

	modules := opened(t, nil)
	modules.press("down", "down", "down", "m")
	t.Run("modules", func(t *testing.T) { uitest.Golden(t, modules.c, modules.s.View) })

	filtered := opened(t, nil)
	filtered.press("/")
	filtered.write("pu2")
	t.Run("filtered", func(t *testing.T) { uitest.Golden(t, filtered.c, filtered.s.View) })

	failed := opened(t, func(h *uitest.Hub) {
		h.Err = &models.HubFailure{Op: "list the devices", HTTPStatus: 401, Hub: models.HubError{Code: "401002", Name: "AuthenticationFailed", Message: "the policy lacks the registry read right"}}
	})
	t.Run("failed", func(t *testing.T) { uitest.Golden(t, failed.c, failed.s.View) })

	reading := newRig(t)
	reading.c.State.Hub, reading.c.State.Session = reading.hub, 1
	reading.s.Update(nav.StateMsg{}, reading.c)
	reading.c.Now = reading.c.Now.Add(3 * time.Second)
	t.Run("reading", func(t *testing.T) { uitest.Golden(t, reading.c, reading.s.View) })

	missing := opened(t, nil)
	missing.c.State.Walk.Inputs.Target = target("Pump-07")
	missing.c.State.Walk.Case.PutDevice(models.Device{
		DeviceID: "Pump-07", Registered: models.Ptr(false), NearMisses: []string{"pump-07", "pump-01\x1b[2J"},
	})
	missing.send(nav.StateMsg{})
	t.Run("missing", func(t *testing.T) { uitest.Golden(t, missing.c, missing.s.View) })
}

func TestNothingIsReadBeforeAHubIsOpen(t *testing.T) {
	r := newRig(t)
	r.send(nav.StateMsg{})
	r.press("enter", "n", "m", "r", "/", "x", "enter")
	r.wants()
	r.press("backspace")
	r.shows("No hub is open yet.")
}

func TestReadsTheFirstPageOnce(t *testing.T) {
	r := opened(t, nil)
	r.send(nav.StateMsg{})
	r.send(nav.StateMsg{})
	if n := len(r.hub.Queries); n != 1 {
		t.Errorf("%d queries, want 1", n)
	}
	r.shows("30 devices, all loaded")
	r.shows("never")
}

func TestAnotherHubEmptiesTheList(t *testing.T) {
	r := opened(t, nil)
	r.c.State.Hub, r.c.State.Session = &uitest.Hub{Host: "other", List: []models.Device{uitest.Device("fan-1")}}, 2
	r.send(nav.StateMsg{})
	r.shows("fan-1")
	if strings.Contains(r.text(), "pump") {
		t.Error("devices of the other hub are shown")
	}
}

func TestEnterPicksTheRow(t *testing.T) {
	r := opened(t, nil)
	r.press("down", "down", "enter")
	r.wants(checks.TargetChosen{Target: target("pump-02"), At: uitest.Noon()}, checks.Moved{To: models.StepTry, At: uitest.Noon()})
}

func TestClickPicksTheRow(t *testing.T) {
	r := opened(t, nil)
	hits := r.s.View(r.c).Hits
	r.send(hits[1].Msg)
	r.wants()
	r.send(hits[1].Msg)
	r.wants(checks.TargetChosen{Target: target("pump-01"), At: uitest.Noon()}, checks.Moved{To: models.StepTry, At: uitest.Noon()})
}

func TestModulesUnfold(t *testing.T) {
	r := opened(t, nil)
	r.press("down", "down", "down", "right")
	r.shows("└ $edgeAgent")
	r.press("down", "down", "enter")
	r.wants(checks.TargetChosen{Target: target("pump-03/filter"), At: uitest.Noon()}, checks.Moved{To: models.StepTry, At: uitest.Noon()})
	r.press("left")
	if strings.Contains(r.text(), "edgeAgent") {
		t.Error("the modules do not fold up")
	}
	if row, _ := r.s.list.row(r.s.pager.Cursor); row.target != target("pump-03") {
		t.Errorf("the cursor is at %s", row.target)
	}
	r.press("up", "m")
	if len(r.toasts) != 1 || r.toasts[0] != "pump-02 has no modules." {
		t.Errorf("toasts %q", r.toasts)
	}
}

func TestFilterNarrowsAtOnceAndKeepsItsText(t *testing.T) {
	r := opened(t, nil)
	r.press("/")
	r.write("p-21")
	r.shows("1 of 30 devices")
	if n := len(r.hub.Queries); n != 1 {
		t.Errorf("a complete list was searched at the hub: %d queries", n)
	}
	r.press("tab")
	if r.s.Typing() || !r.s.WantsEsc() {
		t.Error("tab does not lead back to the list, filter kept")
	}
	r.press("esc")
	r.shows("30 devices")
}

func TestSearchesTheHubAfterAPauseAndNotTooOften(t *testing.T) {
	r := opened(t, func(h *uitest.Hub) { h.PageRows = 10 })
	r.press("/")
	r.write("pump-2")
	if n := len(r.hub.Queries); n != 1 {
		t.Fatalf("searched while typing: %d queries", n)
	}
	if wait := r.timers[len(r.timers)-1].Wait; wait != betweenQueries {
		t.Errorf("waits %s after the last query, want %s", wait, betweenQueries)
	}
	r.wait()
	if n := len(r.hub.Queries); n != 2 || r.hub.Queries[1].Prefix != "pump-2" {
		t.Fatalf("queries %v", r.hub.Queries)
	}
	r.shows("pump-29")
	r.c.Now = r.c.Now.Add(time.Minute)
	r.write("9")
	if len(r.timers) != 0 {
		t.Error("searches for what the last search covered")
	}
	r.press("backspace", "backspace", "1")
	if wait := r.timers[len(r.timers)-1].Wait; wait != typingPause {
		t.Errorf("waits %s, want %s", wait, typingPause)
	}
}

func TestStaleAnswersAreDropped(t *testing.T) {
	r := newRig(t)
	r.c.State.Hub, r.c.State.Session = r.hub, 1
	_, first := r.s.Update(nav.StateMsg{}, r.c)
	stale := uitest.Run(first)
	r.c.State.Hub, r.c.State.Session = &uitest.Hub{List: []models.Device{uitest.Device("fan-1")}}, 2
	r.send(nav.StateMsg{})
	for _, msg := range stale {
		r.send(msg)
	}
	if strings.Contains(r.text(), "pump") || !strings.Contains(r.text(), "fan-1") {
		t.Errorf("an answer of the hub before is shown:\n%s", r.text())
	}
}

func TestMoreIsReadOnRequestAndPaced(t *testing.T) {
	r := opened(t, func(h *uitest.Hub) { h.PageRows = 20 })
	r.shows("20 devices so far, n loads more")
	r.press("n", "n")
	if n := len(r.hub.Queries); n != 1 {
		t.Errorf("read too early: %d queries", n)
	}
	r.wait()
	r.shows("30 devices, all loaded")
	r.press("n")
	if n := len(r.hub.Queries); n != 2 {
		t.Errorf("%d queries, want 2", n)
	}
}

func TestGoingDownPastTheEndReadsMore(t *testing.T) {
	r := opened(t, func(h *uitest.Hub) { h.PageRows = 5 })
	r.c.Now = r.c.Now.Add(time.Minute)
	r.press("end", "down")
	r.shows("10 devices so far")
}

func TestErrorsAreSaidAndRetried(t *testing.T) {
	r := opened(t, func(h *uitest.Hub) { h.Err = errors.New("the hub\x1b[2J is busy") })
	r.shows("✗ failed · r tries again")
	r.shows("the hub is busy. If you know")
	r.hub.Err = &models.HubFailure{Op: "list devices", Transport: "no such host"}
	r.press("r")
	r.shows("could not list devices: no such host. Connect (step 1) says what is wrong")
	r.hub.Err = nil
	r.press("r")
	r.shows("30 devices")
}

func TestEscCancelsARead(t *testing.T) {
	r := newRig(t)
	r.c.State.Hub, r.c.State.Session = r.hub, 1
	_, cmd := r.s.Update(nav.StateMsg{}, r.c)
	r.shows("reading devices")
	if !r.s.WantsEsc() {
		t.Fatal("esc is not wanted")
	}
	r.press("esc")
	r.do(cmd)
	r.shows("Nothing is loaded. r reads the list.")
}

func TestAnIdThatIsNotLoadedIsAskedFor(t *testing.T) {
	r := opened(t, func(h *uitest.Hub) { h.PageRows = 10 })
	r.press("/")
	r.write("pump-1") // resembles loaded rows
	r.press("6", "enter")
	r.wants(checks.TargetChosen{Target: target("pump-16"), At: uitest.Noon()}, checks.Moved{To: models.StepTry, At: uitest.Noon()})
}

func TestAPartOfAnIdIsNotTakenForOne(t *testing.T) {
	r := opened(t, func(h *uitest.Hub) { h.PageRows = 10 })
	r.press("/")
	r.write("pump-0")
	r.press("enter")
	r.wants()
	if len(r.toasts) != 1 || !strings.Contains(r.toasts[0], "knows no pump-0") {
		t.Errorf("toasts %q", r.toasts)
	}
	r.press("down", "enter")
	r.wants(checks.TargetChosen{Target: target("pump-01"), At: uitest.Noon()}, checks.Moved{To: models.StepTry, At: uitest.Noon()})
}

func TestATypedIdGoesOnOnceTheHubKnowsIt(t *testing.T) {
	r := opened(t, nil)
	r.press("/")
	r.write("pump-03/custom")
	r.shows("as typed")
	r.press("enter")
	chosen := checks.TargetChosen{Target: target("pump-03/custom"), At: uitest.Noon()}
	r.wants(chosen)

	walk := &r.c.State.Walk
	walk.Inputs.Target = target("pump-03/custom")
	walk.InFlight = []models.Request{{ID: 1, Check: checks.CheckIdentity}}
	r.send(nav.StateMsg{})
	r.wants(chosen)
	walk.InFlight = nil
	walk.Reports[checks.CheckIdentity] = models.CheckReport{ID: checks.CheckIdentity}
	walk.Case.PutDevice(models.Device{DeviceID: "pump-03", ModuleID: "custom", Registered: models.Ptr(true)})
	r.send(nav.StateMsg{})
	r.wants(chosen, checks.Moved{To: models.StepTry, At: uitest.Noon()})
}

func TestATypedIdThatIsNotRegisteredStaysWithItsNearMisses(t *testing.T) {
	r := opened(t, nil)
	r.press("/")
	r.write("Pmup-07")
	r.press("enter")
	walk := &r.c.State.Walk
	walk.Inputs.Target = target("Pmup-07")
	walk.Reports[checks.CheckIdentity] = models.CheckReport{ID: checks.CheckIdentity}
	walk.Case.PutDevice(models.Device{DeviceID: "Pmup-07", Registered: models.Ptr(false), NearMisses: []string{"pump-07"}})
	r.events = nil
	r.send(nav.StateMsg{})
	r.wants()
	r.shows("Pmup-07 is not registered at this hub.")
	r.shows("did you mean?")
	r.press("enter")
	r.wants(checks.TargetChosen{Target: target("pump-07"), At: uitest.Noon()}, checks.Moved{To: models.StepTry, At: uitest.Noon()})
}

func TestAnImpossibleIdIsSaidAtOnce(t *testing.T) {
	r := opened(t, nil)
	r.press("/")
	r.write("pump 7")
	r.shows(`the device id holds ' '`)
}

func TestHostileTextIsCleaned(t *testing.T) {
	r := opened(t, nil)
	body := r.s.View(r.c).Body
	for _, bad := range []string{"\x1b[31m", "\x1b]0;", "\u202e", "\x07"} {
		if strings.Contains(body, bad) {
			t.Errorf("%q is drawn", bad)
		}
	}
	r.shows("evil-pump")
}
