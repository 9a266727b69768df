package verdict

import (
	"fmt"
	"slices"
	"strings"

	"charm.land/lipgloss/v2"

	"methodical/models"
	"methodical/ui/nav"
	"methodical/ui/page"
	"methodical/ui/theme"
	"methodical/ui/widget"
)

// wide is the width from which the causes and what is known of the selected one
// stand side by side.
const (
	wide = 110
	gap  = 3
)

// View draws the verdict: what it is and what to do next stay in sight, the
// rest is read by pages.
func (m *Model) View(c nav.Canvas) nav.Frame {
	head := m.head(c)
	lines, causesAt := m.body(c)
	room := m.room(c)
	body := m.reader.View(c.Theme, lines, c.Size.Width, room)
	from, to := m.reader.Range(lines, room)
	var hits []nav.Hit
	for i := range shown(c.State.Diagnosis) {
		if line := causesAt + i; line >= from && line < to {
			hits = append(hits, nav.Hit{Y: len(head) + line - from, Width: c.Size.Width, Height: 1, Msg: pickMsg(i)})
		}
	}
	return nav.Frame{Title: "Verdict", Body: strings.Join(append(head, body...), "\n"), Hits: hits}
}

// room is the number of lines under the head.
func (m *Model) room(c nav.Canvas) int { return max(c.Size.Height-len(m.head(c)), 3) }

// head says the verdict and the next test, or asks the open question.
func (m *Model) head(c nav.Canvas) []string {
	d := c.State.Diagnosis
	doc := page.NewDoc(c.Theme, c.Size.Width)
	glyph, word, style := verdictWord(c.Theme, d.Verdict)
	lead := glyph + " " + word + "  "
	title := ""
	switch top, ok := d.Top(); {
	case ok && d.Verdict == models.VerdictFault:
		title = fmt.Sprintf("%s (%s)", top.Title, percent(top.Probability))
	case ok && d.Verdict == models.VerdictHealthy:
		title = top.Title
	}
	doc.Lead(lead, style, c.Theme.Title, title)
	switch next := d.Next; {
	case m.consent.Asking():
		m.consent.Draw(doc)
	case next != nil:
		doc.Lead("→ enter ", c.Theme.Key, c.Theme.Text, nextLabel(c.State.Know, next.Test)+": "+next.Why)
	case d.Verdict == models.VerdictFault:
		doc.Lead("→ ", c.Theme.Key, c.Theme.Text, "No further test would tell more. When it is fixed, call again at Try it.")
	}
	for _, req := range c.State.Walk.InFlight {
		if req.Call != nil && !req.Cancelled {
			doc.Lead("… ", c.Theme.Info, c.Theme.Text, fmt.Sprintf("%s on %s is under way: its answer may change this.", req.Call.Method, req.Target))
			break
		}
	}
	doc.Blank()
	return doc.Lines()
}

func verdictWord(th theme.Styles, v models.Verdict) (glyph, word string, style lipgloss.Style) {
	switch v {
	case models.VerdictFault:
		return "✗", "FAULT", th.Error
	case models.VerdictHealthy:
		return "✓", "HEALTHY", th.OK
	default:
		return "?", "UNDETERMINED", th.Unknown
	}
}

// body is the lines to page through, and which of them is the first cause.
func (m *Model) body(c nav.Canvas) (lines []string, causesAt int) {
	if c.Size.Width < wide {
		doc := page.NewDoc(c.Theme, c.Size.Width)
		causesAt = overview(doc, c.State, m.selected)
		m.detail(doc, c.State)
		rest(doc, c.State.Diagnosis)
		return doc.Lines(), causesAt
	}
	left := (c.Size.Width - gap) * 2 / 5
	a, b := page.NewDoc(c.Theme, left), page.NewDoc(c.Theme, c.Size.Width-gap-left)
	causesAt = overview(a, c.State, m.selected)
	rest(a, c.State.Diagnosis)
	m.detail(b, c.State)
	return page.Columns(a.Lines(), b.Lines(), left, gap), causesAt
}

// overview sums up, warns of calls that may have run, and ranks the causes. It
// returns the line of the first cause.
func overview(doc *page.Doc, s nav.State, selected int) (causesAt int) {
	th, d := doc.Theme, s.Diagnosis
	if d.Summary == "" {
		doc.Text(th.Text, "There is nothing to judge by yet: pick a device and send it a call.")
	} else {
		doc.Text(th.Text, d.Summary)
	}
	if warning := mayHaveRun(s.Walk.Case); warning != "" {
		doc.Lead("! ", th.Warning, th.Warning, warning)
	}
	if d.Verdict != models.VerdictFault && len(d.Missing) > 0 {
		doc.Heading("What is missing for an answer")
		for _, fact := range d.Missing {
			doc.Lead("  ? ", th.Unknown, th.Text, fact)
		}
	}
	causes := shown(d)
	if len(causes) == 0 {
		return doc.Len()
	}
	doc.Heading("Causes, most likely first")
	causesAt = doc.Len()
	for i, cause := range causes {
		doc.Line(causeLine(th, doc.Width, cause, i == selected))
	}
	return causesAt
}

func causeLine(th theme.Styles, width int, c models.RankedCause, selected bool) string {
	bar := min(max(width/5, 8), 20)
	sign, style := "  ", th.Text
	if selected {
		sign, style = th.Accent.Render("›")+" ", th.Accent
	}
	return sign + widget.Bar(th, bar, c.Probability) +
		widget.PadLeft(percent(c.Probability), 6) + "  " + style.Render(widget.Clean(c.Title))
}

// detail is what is known of the selected cause: the fix, the evidence on both
// sides, how it comes about, the documents.
func (m *Model) detail(doc *page.Doc, s nav.State) {
	cause, ok := m.current(s.Diagnosis)
	if !ok {
		return
	}
	th := doc.Theme
	doc.Blank()
	title := widget.Truncate(widget.Clean(cause.Title), max(doc.Width-len(cause.ID)-2, doc.Width/2))
	doc.Line(th.Accent.Render(title) + "  " + th.Dim.Render(widget.Clean(cause.ID)))
	if len(cause.Fix) > 0 {
		doc.Text(th.Title, "Fix")
	}
	for i, step := range cause.Fix {
		doc.Lead(fmt.Sprintf("  %d. ", i+1), th.OK, th.Text, step)
	}
	if len(cause.Evidence) > 0 {
		doc.Heading("Evidence")
	}
	for _, e := range cause.Evidence {
		lead, style := "  + for      ", th.OK
		if !e.For {
			lead, style = "  − against  ", th.Warning
		}
		text := e.Text
		if e.Finding != "" {
			text += " (" + e.Finding + ")"
		}
		doc.Lead(lead, style, th.Text, text)
	}
	if cause.Explanation != "" {
		doc.Heading("How it comes about")
		doc.Text(th.Text, cause.Explanation)
	}
	links := append(slices.Clone(cause.Links), portal(s)...)
	if len(links) > 0 {
		doc.Heading("Read")
	}
	for _, l := range links {
		doc.Lead("  • ", th.Dim, th.Text, l.Title)
		doc.Lead("    ", th.Dim, th.Dim, l.URL)
	}
}

// portal is the closest page of the right portal to the hub's devices. It is
// none for the emulator and for clouds whose portal is not known.
func portal(s nav.State) []models.Link {
	if s.Know == nil || s.Know.Catalogue == nil {
		return nil
	}
	host := s.Walk.Case.Hub.HostName
	cloud, ok := s.Know.Catalogue.CloudForHost(host)
	if !ok {
		return nil
	}
	name, _, _ := strings.Cut(host, ".")
	address := s.Know.Catalogue.Clouds().PortalURL(cloud, models.PortalPlace{Hub: name})
	if address == "" {
		return nil
	}
	return []models.Link{{Title: fmt.Sprintf("The portal: open %s, then Devices, then %s", name, s.Walk.Inputs.Target), URL: address}}
}

// rest is what the first cause does not explain, and what could not be read.
func rest(doc *page.Doc, d models.Diagnosis) {
	if len(d.Contributing) > 0 {
		doc.Heading("Also found, with a cause of its own")
	}
	for _, c := range d.Contributing {
		doc.Lead("  ! ", doc.Theme.Warning, doc.Theme.Text, fmt.Sprintf("%s (%s, %s)", c.Text, c.Cause, c.Finding))
	}
	if d.Verdict == models.VerdictFault && len(d.Missing) > 0 {
		doc.Heading("Not known")
		for _, fact := range d.Missing {
			doc.Lead("  ? ", doc.Theme.Unknown, doc.Theme.Text, fact)
		}
	}
}

// mayHaveRun warns when a call got no answer that the device may have acted on.
func mayHaveRun(c models.Case) string {
	for _, inv := range c.Invocations {
		if inv.MayHaveRun != models.RunPossible || inv.SafeProbe || inv.MethodName == models.SafeProbeMethod {
			continue
		}
		return fmt.Sprintf("%q may have run on %s although no answer came: look at the device before sending it again.", inv.MethodName, inv.Target())
	}
	return ""
}

func percent(p float64) string { return fmt.Sprintf("%.0f %%", p*100) }
