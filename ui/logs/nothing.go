package logs

import (
	tea "charm.land/bubbletea/v2"

	"methodical/checks"
	"methodical/models"
	"methodical/ui/nav"
	"methodical/ui/page"
)

// docEnable is the document on how to turn the logs on, by its id in assets.
const docEnable = "logs-on"

// nothing is the screen without any rows: how to get some.
func nothing(c nav.Canvas) []string {
	doc := page.NewDoc(c.Theme, c.Size.Width)
	th, w := c.Theme, c.State.Walk
	if w.Running(checks.CheckLogs) {
		return doc.Lines()
	}
	if w.Case.Hub.DirectMethodLogs == "off" {
		doc.Lead("! ", th.Warning, th.Text, "The hub writes no DirectMethods logs: they are switched off. Turn them on now, and the next failure will be there.")
	} else {
		doc.Text(th.Text, "No log rows yet. Export the category DirectMethods, and Connections with it, and name the files here.")
	}
	doc.Blank()
	doc.Lead("  e ", th.Key, th.Text, "names files: exported JSON, JSON lines or CSV, packed or not; folders and patterns too. Or drop them on the terminal.")
	doc.Lead("  o ", th.Key, th.Text, "tells how to turn the logs on.")
	if d, ok := page.Document(c.State.Know, docEnable); ok && d.Command != "" {
		doc.Lead("  c ", th.Key, th.Text, "copies the command that does it:")
		doc.Command(4, d.Command)
	}
	doc.Blank()
	omissions(doc)
	return doc.Lines()
}

// omissions says openly what these logs cannot tell.
func omissions(doc *page.Doc) {
	doc.Text(doc.Theme.Dim, "These logs hold no method name, no payload and no caller: only the device, the time, the code and the duration. They are best effort: minutes late, out of order, some rows lost.")
}

func copyEnable(k *checks.Knowledge) tea.Cmd {
	d, ok := page.Document(k, docEnable)
	if !ok || d.Command == "" {
		return nav.Toast("There is no command to copy.", true)
	}
	return nav.Send(nav.CopyMsg{What: "the command", Text: d.Command})
}

// rowsOf are the rows of one device that the case keeps.
func rowsOf(c models.Case, device string) []models.LogRecord {
	var out []models.LogRecord
	for _, r := range c.Logs {
		if deviceIn(r) == device {
			out = append(out, r)
		}
	}
	return out
}
