package ui

import (
	"fmt"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/exp/golden"

	"methodical/checks"
	"methodical/models"
	"methodical/ui/internal/uitest"
	"methodical/ui/nav"
)

// look compares the whole frame with its golden files, in every size and theme.
func look(t *testing.T, r *rig, name string) {
	t.Helper()
	t.Run(name, func(t *testing.T) {
		for _, th := range uitest.Themes() {
			for _, size := range uitest.Sizes() {
				t.Run(fmt.Sprintf("%s-%dx%d", th.Name, size.Width, size.Height), func(t *testing.T) {
					r.m.theme, r.m.size = th, size
					got := r.m.View().Content
					uitest.Fits(t, got, size)
					golden.RequireEqual(t, got)
				})
			}
		}
	})
}

// midWalk is a rig in the middle of a walk, every step in another state.
func midWalk(t *testing.T) *rig {
	r := started(t, nil)
	w := &r.m.walk
	w.Step = models.StepTry
	w.Inputs.Target = models.Target{DeviceID: "pump-7"}
	w.Case.Client.ClockOffsetSeconds = models.Ptr(-95.0)
	for id, result := range map[string]models.CheckResult{
		checks.CheckContact: models.ResultOK, checks.CheckIdentity: models.ResultWarning, checks.CheckCall: models.ResultFailed,
		checks.CheckComparison: models.ResultOK, checks.CheckComparisonCall: models.ResultSkipped,
		checks.CheckLimits: models.ResultUnknown,
	} {
		w.Reports[id] = models.CheckReport{ID: id, Result: result}
	}
	w.InFlight = []models.Request{{
		ID: 99, Check: checks.CheckLogs, Target: w.Inputs.Target, Started: uitest.Noon().Add(-12 * time.Second),
	}}
	r.m.diagnosis.Verdict = models.VerdictFault
	r.m.now = uitest.Noon()
	r.do(r.m.enter())
	return r
}

func TestFrameGolden(t *testing.T) {
	r := newRig(t, nil)
	r.m.Init()
	look(t, r, "first")
	look(t, midWalk(t), "walk")

	r = midWalk(t)
	r.send(nav.ToastMsg{Text: "Pick a device\x1b[2J first.", Bad: true})
	look(t, r, "toast")

	r = midWalk(t)
	r.press("?")
	look(t, r, "keys")

	r = midWalk(t)
	r.press("d")
	look(t, r, "documents")

	r = midWalk(t)
	r.m.walk.InFlight[0].Call = &models.Call{Target: models.Target{DeviceID: "pump-7"}, Method: "reboot"}
	r.press("q")
	look(t, r, "quit")
}

func TestAddressesAreLinksWhereTheTerminalAllows(t *testing.T) {
	const address = "https://learn.microsoft.com/azure/iot-hub/iot-hub-devguide-direct-methods"
	for _, allowed := range []bool{true, false} {
		r := midWalk(t)
		r.m.links = allowed
		r.press("d")
		content := r.m.View().Content
		if got := strings.Contains(content, ";"+address+"\x07") || strings.Contains(content, ";"+address+"\x1b\\"); got != allowed {
			t.Errorf("allowed %v: linked %v", allowed, got)
		}
		r.shows(address)
	}
}

func TestSmallTerminalsSayIt(t *testing.T) {
	r := midWalk(t)
	for _, size := range []nav.Size{{Width: 59, Height: 30}, {Width: 100, Height: 19}, {Width: 30, Height: 12}} {
		r.send(tea.WindowSizeMsg{Width: size.Width, Height: size.Height})
		r.shows("Small terminal")
		r.shows("the screen of try")
		uitest.Fits(t, r.m.View().Content, size)
	}
	r.send(tea.WindowSizeMsg{Width: 20, Height: 3})
	r.shows("the screen of try")
}

func TestTheCursorIsWhereTheScreenPutsIt(t *testing.T) {
	r := started(t, nil)
	at := tea.NewCursor(3, 2)
	r.screens[models.StepConnect].frame.Cursor = at
	if got := r.m.View().Cursor; got == nil || got.X != 3 || got.Y != 2+headRows {
		t.Errorf("got %v", got)
	}
	if at.Y != 2 {
		t.Error("the screen's own cursor was moved")
	}
	r.press("?")
	if r.m.View().Cursor != nil {
		t.Error("the cursor shows through an overlay")
	}
}
