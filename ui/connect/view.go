package connect

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"methodical/checks"
	"methodical/models"
	"methodical/ui/nav"
	"methodical/ui/widget"
)

// sheet is a screen being drawn: lines, and where the cursor and the places to
// click are.
type sheet struct {
	c      nav.Canvas
	w      int
	lines  []string
	hits   []nav.Hit
	cursor *tea.Cursor
}

// View draws the choices and what came of the one that was opened.
func (s *Screen) View(c nav.Canvas) nav.Frame {
	p := newSheet(c)
	for i, choice := range c.State.Choices {
		s.drawChoice(p, i, choice)
	}
	p.add("")
	top := len(p.lines)
	if s.pasting {
		s.drawSecret(p)
	} else {
		drawProgress(p)
	}
	shown := append(p.lines[:top:top], s.pager.Lines(c.Theme, p.lines[top:], max(c.Size.Height-top, leastRows))...)
	for i, line := range shown {
		shown[i] = strings.TrimRight(" "+line, " ")
	}
	return nav.Frame{Body: strings.Join(shown, "\n"), Cursor: p.cursor, Title: "Which hub?", Hits: p.hits}
}

// choiceRows is how many rows the choices take.
func (s *Screen) choiceRows(c nav.Canvas) int {
	p := newSheet(c)
	for i, choice := range c.State.Choices {
		s.drawChoice(p, i, choice)
	}
	return len(p.lines) + 1
}

// progress is what came of the chosen hub, without the choices above it.
func progress(c nav.Canvas) []string {
	p := newSheet(c)
	drawProgress(p)
	return p.lines
}

// leastRows is the room that what came of the choice gets at least: a row of
// text and one for the page's number.
const leastRows = 2

func newSheet(c nav.Canvas) *sheet { return &sheet{c: c, w: max(c.Size.Width-2, 1)} }

func (p *sheet) add(lines ...string) { p.lines = append(p.lines, lines...) }

func (s *Screen) drawChoice(p *sheet, i int, choice checks.Choice) {
	th, top := p.c.Theme, len(p.lines)
	title := widget.Clean(choice.Title)
	front := "  "
	if i == s.at(p.c.State) {
		front, title = th.Accent.Render("›")+" ", th.Selected.Render(title)
	}
	word := ""
	switch choice.ID {
	case p.c.State.Opening:
		word = "  " + th.Info.Render("… opening")
	case p.c.State.Opened:
		word = "  " + th.OK.Render("✓ open")
		if p.c.State.Walk.Reports[checks.CheckContact].Result == models.ResultFailed {
			word = "  " + th.Error.Render("✗ not reached")
		}
	}
	p.add(widget.Truncate(front+title+word, p.w))
	if i == s.at(p.c.State) {
		for _, line := range widget.Wrap(widget.Clean(choice.Detail), max(p.w-4, 1)) {
			p.add("    " + th.Dim.Render(line))
		}
	}
	p.hits = append(p.hits, nav.Hit{X: 0, Y: top, Width: p.c.Size.Width, Height: len(p.lines) - top, Msg: clickMsg{i}})
}

func (s *Screen) drawSecret(p *sheet) {
	th := p.c.Theme
	label := "Connection string  "
	// A fixed number of dots: even the length of a secret is shown only in words.
	dots := ""
	if !s.secret.empty() {
		dots = "••••••••"
	}
	p.cursor = widget.SteadyCursor(1+len(label)+len([]rune(dots)), len(p.lines))
	line := th.Accent.Render(label) + dots
	if !s.secret.empty() {
		line += th.Dim.Render(fmt.Sprintf("  %d characters, not shown", len(s.secret.text)))
	}
	p.add(widget.Truncate(line, p.w))
	if about := s.secret.about(); about != "" {
		p.add(widget.Truncate("for "+about, p.w))
	}
	p.add("")
	if problem := s.secret.problem(); problem != "" {
		p.wrap(problem)
	} else {
		p.wrap(th.Key.Render("enter") + " opens it. It is used for this session only and never written anywhere.")
	}
}

func (p *sheet) wrap(text string) { p.add(widget.Wrap(text, p.w)...) }

// drawProgress says how the opening or the first contact stands.
func drawProgress(p *sheet) {
	th, st := p.c.Theme, p.c.State
	switch {
	case st.Opening != "":
		p.add(th.Info.Render("…") + " Opening the hub, " + widget.Seconds(p.c.Now.Sub(st.OpeningSince)) + ". " +
			th.Key.Render("esc") + " cancels.")
		return
	case st.OpenError != "":
		p.add(widget.Marked(th.Error, th.Text, p.w, "✗ failed", widget.Clean(st.OpenError))...)
		p.add("", th.Key.Render("enter")+" tries again.")
		return
	case st.Hub == nil:
		p.add(th.Key.Render("enter") + " opens the selected hub.")
		return
	}
	if req, ok := st.Walk.Request(checks.CheckContact); ok {
		p.add(th.Info.Render("…") + " Asking the hub for a first answer, " + widget.Seconds(p.c.Now.Sub(req.Started)) + ". " +
			th.Key.Render("esc") + " cancels.")
		return
	}
	report, ok := st.Walk.Reports[checks.CheckContact]
	if !ok {
		return
	}
	drawContact(p, report)
}

// drawContact says what the first contact came to, and what to do when it
// failed.
func drawContact(p *sheet, report models.CheckReport) {
	th := p.c.Theme
	p.add(widget.Report(th, p.w, report)...)
	if report.Result == models.ResultOK {
		p.add(facts(p)...)
	} else {
		for _, step := range whatToDo(p.c.State) {
			p.add(widget.Marked(th.Accent, th.Text, p.w, "→ do", widget.Clean(step))...)
		}
	}
	p.add("")
	next := th.Key.Render("enter") + " goes on to the device."
	if report.Result == models.ResultFailed || report.Result == models.ResultUnknown {
		next = th.Key.Render("r") + " asks again. " + next
	}
	p.add(next)
}

// facts is what is known of the way to the hub.
func facts(p *sheet) []string {
	client, hub := p.c.State.Walk.Case.Client, p.c.State.Walk.Case.Hub
	pairs := [][2]string{
		{"hub", widget.Clean(hub.HostName)},
		{"credential", widget.Clean(strings.TrimSpace(client.Credential + " " + client.Policy))},
		{"certificate", widget.Clean(client.TLSIssuer)},
		{"proxy", widget.Clean(client.Proxy)},
		{"token expires", widget.Clean(client.TokenExpiry)},
	}
	var out []string
	for _, line := range widget.KeyValue(p.c.Theme, max(p.w-10, 1), pairs) {
		out = append(out, strings.Repeat(" ", 10)+line)
	}
	return out
}

// whatToDo is the fix of the likeliest cause, if the diagnosis has one.
func whatToDo(st nav.State) []string {
	top, ok := st.Diagnosis.Top()
	if !ok || top.ID == models.CauseNoFault || st.Diagnosis.Verdict != models.VerdictFault {
		return nil
	}
	const enough = 3
	return top.Fix[:min(len(top.Fix), enough)]
}
