package verdict

import (
	tea "charm.land/bubbletea/v2"

	"methodical/checks"
	"methodical/models"
	"methodical/ui/nav"
)

// The tests of the diagnosis that are no checks of their own.
const (
	testRepeatProbe = "repeat-probe"
	testCallModule  = "call-module"
)

// runNext does what the diagnosis proposes: it runs the check, or goes to the
// step where the person can do what no check does alone.
func (m *Model) runNext(c nav.Canvas) tea.Cmd {
	next := c.State.Diagnosis.Next
	if next == nil {
		return nav.Toast("No further test would tell more.", false)
	}
	w := c.State.Walk
	if next.Test == testRepeatProbe {
		probe := models.DefaultInputs()
		return tea.Sequence(goTo(models.StepTry, c), nav.Tell(checks.CallComposed{
			Method: probe.Method, Payload: probe.Payload,
			ConnectTimeoutSeconds: probe.ConnectTimeoutSeconds, ResponseTimeoutSeconds: probe.ResponseTimeoutSeconds,
		}), request(checks.CheckCall, c))
	}
	check, ok := checks.Find(checks.All(), next.Test)
	if !ok {
		return goTo(stepFor(next.Test), c)
	}
	if check.Applies != nil {
		ok, _ = check.Applies(w, c.State.Know)
	}
	if !ok || check.Step == models.StepLimits || check.Step == models.StepLogs {
		return goTo(check.Step, c)
	}
	run := tea.Sequence(goTo(check.Step, c), request(check.ID, c))
	if check.ID == checks.CheckThirdDevice {
		return m.consent.Ask(w, w.Inputs.Call(models.Target{}), run)
	}
	if check.Call == nil {
		return run
	}
	call, ok := check.Call(w, c.State.Know)
	if !ok {
		return goTo(check.Step, c)
	}
	return m.consent.Ask(w, call, run)
}

func goTo(step models.Step, c nav.Canvas) tea.Cmd {
	return nav.Tell(checks.Moved{To: step, At: c.Now})
}

func request(check string, c nav.Canvas) tea.Cmd {
	return nav.Tell(checks.CheckRequested{Check: check, At: c.Now})
}

// stepFor is where a test is done that is no check: nearly all of them are
// another call.
func stepFor(test string) models.Step {
	if test == testCallModule {
		return models.StepDevice
	}
	return models.StepTry
}

// nextLabel names the proposed test as the data of the diagnosis does.
func nextLabel(k *checks.Knowledge, id string) string {
	if k != nil && k.Causes != nil {
		if test, ok := k.Causes.Test(id); ok && test.Title != "" {
			return test.Title
		}
	}
	return id
}
