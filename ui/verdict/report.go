package verdict

import (
	"bytes"
	"fmt"

	tea "charm.land/bubbletea/v2"

	"methodical/checks"
	"methodical/models"
	"methodical/ui/nav"
	"methodical/ui/page"
	"methodical/ui/report"
	"methodical/ui/theme"
)

// copyReport copies the walk as plain text, for a ticket.
func copyReport(c nav.Canvas) tea.Cmd {
	return nav.Send(nav.CopyMsg{What: "the report", Text: reportText(c)})
}

// ticketWidth leaves wrapping to whatever shows the ticket: a command that is
// broken over lines cannot be pasted.
const ticketWidth = 2000

// reportText is what was asked, what was done, what was found, and the verdict.
func reportText(c nav.Canvas) string {
	var b bytes.Buffer
	w := c.State.Walk
	out := report.Text{W: &b, Width: ticketWidth}
	out.Line(fmt.Sprintf("Direct methods to %s on %s, as of %s UTC", w.Inputs.Target, w.Case.Hub.HostName, c.Now.UTC().Format("2006-01-02 15:04")))
	if calls := w.Case.Invocations; len(calls) > 0 {
		out.Heading("Calls")
		for _, inv := range calls {
			out.Line("  " + callLine(w.Case, inv))
		}
	}
	for _, step := range checks.Steps() {
		heading := false
		for _, check := range checks.ForStep(checks.All(), step.Step) {
			rep, ok := w.Reports[check.ID]
			if !ok {
				continue
			}
			if !heading {
				out.Heading(step.Title)
				heading = true
			}
			out.CheckReport(rep)
		}
	}
	out.Diagnosis(c.State.Diagnosis)
	return b.String()
}

func callLine(c models.Case, inv models.Invocation) string {
	device, _ := c.Device(inv.Target())
	outcome := checks.ReadOutcomeFor(inv, device)
	line := fmt.Sprintf("%s UTC  %s %s, connect %.0f s, response %.0f s: %s after %s",
		inv.Time.UTC().Format("15:04:05"), inv.MethodName, inv.Target(), inv.ConnectTimeout().Seconds(), inv.ResponseTimeout().Seconds(),
		page.HeadlineOf(theme.NoColour(), inv, outcome), page.ElapsedWords(inv))
	for _, id := range outcome.Error.TrackingIDs {
		line += ", tracking id " + id
	}
	return line
}
