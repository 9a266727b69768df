package ui

import (
	"errors"
	"fmt"
	"testing"

	tea "charm.land/bubbletea/v2"

	"methodical/checks"
	"methodical/models"
	"methodical/ui/internal/uitest"
	"methodical/ui/nav"
)

func TestEventsWaitForTheKnowledge(t *testing.T) {
	r := newRig(t, nil)
	r.do(r.m.open("emulator", nil))
	if r.m.session != nil {
		t.Fatal("a hub was taken in before the knowledge")
	}
	r.tell(checks.CallComposed{Method: "reboot", ResponseTimeoutSeconds: 30})
	know, err := uitest.Know()
	r.send(knowMsg{know, err})
	if r.m.session == nil {
		t.Error("the hub that was opened is lost")
	}
	if r.m.walk.Inputs.Method != "reboot" {
		t.Error("the event is lost")
	}
}

func TestAnswersOfAHubThatWasLeftAreDropped(t *testing.T) {
	r := started(t, nil)
	r.pick("pump-7")
	_, running := r.m.Update(nav.EventMsg{Event: checks.CheckRequested{Check: checks.CheckCall, At: uitest.Noon()}})
	r.send(nav.OpenMsg{Choice: "contoso"})
	r.do(running)
	if n := len(r.m.walk.Case.Invocations); n != 0 {
		t.Errorf("%d calls of the other hub are in the case", n)
	}
	if r.m.walk.Case.Hub.HostName != "contoso.azure-devices.net" || !r.m.walk.Inputs.Target.IsZero() {
		t.Error("the walk is still about the other hub")
	}
	if r.conn.Closed != 1 {
		t.Errorf("%d sessions were closed, want 1", r.conn.Closed)
	}
}

func TestOpeningTheSameHubAgainKeepsTheCase(t *testing.T) {
	r := started(t, nil)
	r.pick("pump-7")
	r.tell(checks.CheckRequested{Check: checks.CheckCall, At: uitest.Noon()})
	r.send(nav.OpenMsg{Choice: "emulator"})
	if len(r.m.walk.Case.Invocations) != 1 || r.m.walk.Inputs.Target.DeviceID != "pump-7" {
		t.Error("the case is lost")
	}
}

func TestAResumedWalkRunsWhatWaitedForTheHub(t *testing.T) {
	walk := checks.NewWalk("w1", uitest.Noon())
	walk.Case.Hub = models.Hub{HostName: "emulator.local", Emulator: true, SKU: "S1"}
	walk.Inputs.Target = models.Target{DeviceID: "pump-7"}
	walk.Step = models.StepTry
	r := newRig(t, func(d *Deps) { d.Walk = walk })
	know, err := uitest.Know()
	if err != nil {
		t.Fatal(err)
	}
	opening := r.m.Init()
	r.send(knowMsg{know, nil})
	r.tell(checks.CheckRequested{Check: checks.CheckCall, At: uitest.Noon()})
	if len(r.m.held) != 1 {
		t.Fatalf("%d checks are held, want 1", len(r.m.held))
	}
	r.do(opening)
	if len(r.m.walk.Case.Invocations) != 1 {
		t.Error("the call that waited was not made")
	}
	if r.m.walk.Case.Hub.SKU != "S1" {
		t.Error("what was known of the hub is lost")
	}
}

func TestAHubThatDoesNotOpenSaysWhy(t *testing.T) {
	r := started(t, nil)
	r.send(nav.OpenMsg{Choice: "broken"})
	if r.m.openError == "" || r.m.session == nil {
		t.Errorf("error %q, session %v", r.m.openError, r.m.session)
	}
	r = newRig(t, func(d *Deps) { d.Connector.(*uitest.Connector).Hubs = nil })
	opening := r.m.Init()
	know, err := uitest.Know()
	if err != nil {
		t.Fatal(err)
	}
	r.send(knowMsg{know, nil})
	r.tell(checks.CheckRequested{Check: checks.CheckContact, At: uitest.Noon()})
	r.do(opening)
	if len(r.m.walk.InFlight) > 0 {
		t.Error("a check waits for ever")
	}
	if got := r.m.walk.Reports[checks.CheckContact].Reason; got != errNoHub(struct{}{}).Error() {
		t.Errorf("reason %q", got)
	}
}

func TestOpeningCanBeCancelled(t *testing.T) {
	r := newRig(t, nil)
	opening := r.m.Init()
	r.press("esc")
	if r.m.opening != nil {
		t.Fatal("still opening")
	}
	r.do(opening)
	if r.m.session != nil || r.conn.Closed > 1 {
		t.Error("a hub that was given up was taken in")
	}
}

func TestTicksOnlyWhileSomethingIsUnderWay(t *testing.T) {
	r := started(t, nil)
	idle := len(r.timers)
	r.press("2", "1", "x", "?", "esc")
	r.send(tickMsg{})
	if len(r.timers) != idle {
		t.Errorf("%d ticks while idle", len(r.timers)-idle)
	}
	r.pick("pump-7")
	if len(r.timers) == idle {
		t.Error("no tick while a check was in flight")
	}
}

func TestOneSaveAtATimeAndTheNewestLast(t *testing.T) {
	var saved []string
	failing := false
	r := started(t, func(d *Deps) {
		d.Save = func(w models.Walk) error {
			saved = append(saved, w.Inputs.Method)
			if failing {
				return errors.New("the disk is full")
			}
			return nil
		}
	})
	compose := func(method string) tea.Cmd {
		_, cmd := r.m.Update(nav.EventMsg{Event: checks.CallComposed{Method: method}})
		return cmd
	}
	saved = nil
	first := compose("one")
	second, third := compose("two"), compose("three")
	r.do(second)
	r.do(third)
	if len(saved) != 0 {
		t.Fatalf("saved %q beside a save that runs", saved)
	}
	r.do(first)
	if fmt.Sprint(saved) != "[one three]" {
		t.Errorf("saved %q", saved)
	}
	failing = true
	r.do(compose("four"))
	r.shows("the disk is full")
	if err := r.m.close(); err == nil || saved[len(saved)-1] != "four" {
		t.Errorf("at the end saved %q, error %v", saved, err)
	}
}
