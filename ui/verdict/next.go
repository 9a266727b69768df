package verdict

import (
	"bytes"

	tea "charm.land/bubbletea/v2"

	"methodical/checks"
	"methodical/models"
	"methodical/ui/nav"
	"methodical/ui/report"
)

// runNext does what the diagnosis proposes: it runs the check, or goes to the
// step where the person can do what no check does alone.
func (m *Model) runNext(c nav.Canvas) tea.Cmd {
	next := c.State.Diagnosis.Next
	if next == nil {
		return nav.Toast("No further test would tell more.", false)
	}
	check, ok := checks.Find(checks.All(), next.Test)
	if !ok || check.Step == models.StepLimits || check.Step == models.StepLogs {
		return nav.Tell(checks.Moved{To: stepFor(next.Test, check.Step), At: c.Now})
	}
	run := tea.Sequence(
		nav.Tell(checks.Moved{To: check.Step, At: c.Now}),
		nav.Tell(checks.CheckRequested{Check: check.ID, At: c.Now}),
	)
	if check.Call == nil {
		return run
	}
	call, ok := check.Call(c.State.Walk, c.State.Know)
	if !ok {
		return run
	}
	return m.consent.Ask(c.State.Walk, call, run)
}

// stepFor is where a test is done that is not a check: nearly all of them are
// another call.
func stepFor(test string, step models.Step) models.Step {
	if step != "" {
		return step
	}
	return models.StepTry
}

// nextLabel names the proposed test: a check by its title, any other by its id.
func nextLabel(test string) string {
	if check, ok := checks.Find(checks.All(), test); ok {
		return check.Title
	}
	return test
}

// copyReport copies the verdict as plain text, for a ticket.
func copyReport(c nav.Canvas) tea.Cmd {
	var b bytes.Buffer
	text := report.Text{W: &b}
	text.Diagnosis(c.State.Diagnosis)
	return nav.Send(nav.CopyMsg{What: "the report", Text: b.String()})
}
