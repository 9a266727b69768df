package logs

import (
	"fmt"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"methodical/checks"
	"methodical/models"
	"methodical/ui/nav"
	"methodical/ui/page"
	"methodical/ui/theme"
	"methodical/ui/widget"
)

const labels = 10

// View draws what was read above, and one way to look at it below.
func (m *Model) View(c nav.Canvas) nav.Frame {
	head, cursor := m.head(c)
	frame := nav.Frame{Title: "Logs: what the hub wrote under DirectMethods", Cursor: cursor}
	room := max(c.Size.Height-len(head), 3)
	var body []string
	switch s := c.State.Walk.Summary; {
	case s == nil, m.tab == byFinding && m.zoom == "":
		body = m.reader.View(c.Theme, m.prose(c), c.Size.Width, room)
	case m.zoom != "":
		body = m.reader.View(c.Theme, m.zoomLines(c), c.Size.Width, room)
	default:
		body = m.tabLines(c, *s, room)
	}
	body = body[:min(len(body), room)]
	frame.Body = strings.Join(append(head, body...), "\n")
	return frame
}

func (m *Model) room(c nav.Canvas) int {
	head, _ := m.head(c)
	return max(c.Size.Height-len(head), 3)
}

// head is where the rows came from, what was read and what was not, and the
// choice of views.
func (m *Model) head(c nav.Canvas) ([]string, *tea.Cursor) {
	doc := page.NewDoc(c.Theme, c.Size.Width)
	w := c.State.Walk
	var cursor *tea.Cursor
	if m.files.Focused() {
		cursor = doc.Field(m.files)
		doc.Text(c.Theme.Dim, "Paste or drop files here. Quotes keep blanks together. Packed files are read too.")
	} else {
		doc.Fact("Read from", labels, c.Theme.Text, widget.Truncate(widget.Clean(source(w)), c.Size.Width-labels))
	}
	if req, ok := w.Request(checks.CheckLogs); ok {
		doc.Lead("… ", c.Theme.Accent, c.Theme.Text, "Reading, "+widget.Seconds(c.Now.Sub(req.Started))+" so far. esc stops, and keeps what was read.")
	}
	trouble(doc, w)
	if w.Summary != nil {
		counts(doc, *w.Summary, c.Size.Height)
		doc.Blank()
		if m.zoom == "" {
			doc.Line(tabLine(c.Theme, m.tab))
		}
	} else {
		doc.Blank()
	}
	return doc.Lines(), cursor
}

// source says where the rows come from.
func source(w models.Walk) string {
	switch n := len(w.Inputs.LogFiles); {
	case n == 0 && w.Case.Hub.Emulator:
		return "the emulator's own rows"
	case n == 0:
		return "no files yet"
	case n == 1:
		return w.Inputs.LogFiles[0]
	default:
		return fmt.Sprintf("%s and %d more", w.Inputs.LogFiles[0], n-1)
	}
}

// trouble says why nothing, or not everything, was read.
func trouble(doc *page.Doc, w models.Walk) {
	rep, ok := w.Reports[checks.CheckLogs]
	if !ok || rep.Reason == "" || rep.Result == models.ResultSkipped {
		return
	}
	doc.Lead(theme.Glyph(rep.Result)+" ", doc.Theme.Result(rep.Result), doc.Theme.Text, rep.Reason)
}

// roomy is the height from which the durations have their line.
const roomy = 18

// counts is what was read, what was passed over, and from when to when.
func counts(doc *page.Doc, s models.LogSummary, height int) {
	th := doc.Theme
	text := fmt.Sprintf("%s calls, %s failed", page.Count(s.Records), page.Count(failures(s)))
	if s.DeviceCount > 0 {
		text += fmt.Sprintf(", %s devices", page.Count(s.DeviceCount))
	}
	if !s.From.IsZero() {
		text += ", " + stretch(s.From.UTC(), s.To.UTC())
	}
	doc.Fact("Rows", labels, th.Text, text)
	if d := s.Durations; d.Count > 0 && height >= roomy {
		doc.Fact("Took", labels, th.Text, fmt.Sprintf("half within %s, 90 %% %s, 99 %% %s, longest %s", ms(d.P50), ms(d.P90), ms(d.P99), ms(d.Max)))
	}
	var passed []string
	for _, p := range []struct {
		n    int64
		what string
	}{
		{s.Skipped.Malformed, "malformed"}, {s.Skipped.OtherCategory, "of other categories"},
		{s.Skipped.Duplicate, "duplicate"}, {s.Skipped.Filtered, "filtered"},
	} {
		if p.n > 0 {
			passed = append(passed, page.Count(p.n)+" "+p.what)
		}
	}
	if s.Skipped.Files > 0 {
		passed = append(passed, widget.Count(int(s.Skipped.Files), "file")+" that are no logs")
	}
	if len(passed) > 0 {
		style := th.Dim
		if s.Skipped.Malformed > 0 {
			style = th.Warning
		}
		doc.Fact("Passed by", labels, style, strings.Join(passed, ", "))
	}
	if s.Partial {
		doc.Lead("! ", th.Warning, th.Warning, "Reading was stopped: these are the rows read until then.")
	}
}

// stretch is a stretch of time in words.
func stretch(from, to time.Time) string {
	const moment = "Jan 2 15:04"
	if from.Format(time.DateOnly) == to.Format(time.DateOnly) {
		return from.Format(moment) + "–" + to.Format("15:04 UTC")
	}
	return from.Format(moment) + " – " + to.Format(moment) + " UTC"
}

// failures is the calls with a code other than success, also where the summary
// was written before it counted them.
func failures(s models.LogSummary) int64 {
	if s.Errors > 0 {
		return s.Errors
	}
	var n int64
	for _, c := range s.Codes {
		if c.Code != success {
			n += c.Count
		}
	}
	return n
}

// success is the code of a call that was answered.
const success = "0"

func ms(v int64) string {
	const second = 1000
	if v < second {
		return fmt.Sprintf("%d ms", v)
	}
	return fmt.Sprintf("%.1f s", float64(v)/second)
}

func tabLine(th theme.Styles, at tab) string {
	parts := make([]string, tabs)
	for t := range tabs {
		if t == at {
			parts[t] = th.Selected.Render("[" + t.String() + "]")
		} else {
			parts[t] = " " + th.Dim.Render(t.String()) + " "
		}
	}
	return strings.Join(parts, " ") + th.Dim.Render("   ←/→")
}
