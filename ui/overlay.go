package ui

import (
	"fmt"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"methodical/checks"
	"methodical/models"
	"methodical/ui/nav"
	"methodical/ui/theme"
	"methodical/ui/widget"
)

// overlay lies over the screen until esc: something to read, or one question.
type overlay struct {
	title string
	// lines draws all of it, w cells wide; it is shown a page at a time.
	lines func(th theme.Styles, w int) []string
	keys  []key.Binding
	// confirm says that y leaves the program.
	confirm bool
	page    int
}

func closeKeys() []key.Binding {
	return []key.Binding{
		key.NewBinding(key.WithKeys("esc", "q", "enter"), key.WithHelp("esc", "close")),
		key.NewBinding(key.WithKeys("space", "pgdown", "down", "j"), key.WithHelp("space", "next page")),
		key.NewBinding(key.WithKeys("pgup", "up", "k", "b"), key.WithHelp("pgup", "page before")),
	}
}

// overlayKey handles a key while something lies over the screen. esc always
// closes it.
func (m *Model) overlayKey(msg tea.KeyPressMsg) tea.Cmd {
	o := m.overlay
	switch s := msg.String(); {
	case s == "ctrl+l":
		return tea.ClearScreen
	case s == "ctrl+c" && o.confirm, s == "y" && o.confirm:
		return tea.Quit
	case s == "ctrl+c":
		m.overlay = nil
		return m.quit()
	case s == "esc", s == "q", s == "enter", s == "n" && o.confirm, s == "?", s == "f1":
		m.overlay = nil
	case s == "space", s == "pgdown", s == "down", s == "j":
		o.turn(1, m.theme, m.bodySize())
	case s == "pgup", s == "up", s == "k", s == "b":
		o.turn(-1, m.theme, m.bodySize())
	}
	return nil
}

// wheel turns pages with the mouse wheel.
func (o *overlay) wheel(msg tea.Msg, th theme.Styles, size nav.Size) {
	wheel, ok := msg.(tea.MouseWheelMsg)
	switch {
	case !ok:
	case wheel.Button == tea.MouseWheelDown:
		o.turn(1, th, size)
	case wheel.Button == tea.MouseWheelUp:
		o.turn(-1, th, size)
	}
}

// textWidth keeps lines short enough to read on wide terminals.
func textWidth(size nav.Size) int { return max(min(size.Width-2, 100), 1) }

func (o *overlay) turn(by int, th theme.Styles, size nav.Size) {
	lines := o.lines(th, textWidth(size))
	o.page = max(min(o.page+by, pages(len(lines), size.Height)-1), 0)
}

func pages(lines, height int) int {
	if lines <= height {
		return 1
	}
	rows := max(height-1, 1)
	return (lines + rows - 1) / rows
}

func (o *overlay) view(th theme.Styles, size nav.Size) nav.Frame {
	lines := o.lines(th, textWidth(size))
	count := pages(len(lines), size.Height)
	if count > 1 {
		rows := max(size.Height-1, 1)
		page := min(o.page, count-1)
		shown := lines[page*rows : min((page+1)*rows, len(lines))]
		out := append([]string(nil), shown...)
		for len(out) < rows {
			out = append(out, "")
		}
		lines = append(out, th.Dim.Render(fmt.Sprintf("page %d of %d · space turns", page+1, count)))
	}
	for i, line := range lines {
		lines[i] = " " + line
	}
	return nav.Frame{Body: strings.Join(lines, "\n"), Title: o.title}
}

// explainOverlay shows a text.
func explainOverlay(msg nav.ExplainMsg) *overlay {
	return &overlay{title: msg.Title, keys: closeKeys(), lines: func(th theme.Styles, w int) []string {
		var out []string
		for _, line := range widget.CleanLines(msg.Text) {
			out = append(out, widget.Wrap(line, w)...)
		}
		return out
	}}
}

// quitOverlay asks before a call is left alone.
func quitOverlay(req models.Request) *overlay {
	keys := []key.Binding{
		key.NewBinding(key.WithKeys("y", "ctrl+c"), key.WithHelp("y", "quit")),
		key.NewBinding(key.WithKeys("n", "esc"), key.WithHelp("esc", "stay")),
	}
	return &overlay{title: "Quit?", confirm: true, keys: keys, lines: func(th theme.Styles, w int) []string {
		text := fmt.Sprintf("A call of %s to %s is in flight. Quitting does not take it back: the device may still carry it out, and its answer will be lost.",
			widget.Clean(req.Call.Method), widget.Clean(req.Target.String()))
		out := []string{""}
		for _, line := range widget.Wrap(text, w) {
			out = append(out, th.Warning.Render(line))
		}
		return append(out, "", th.Key.Render("y")+" quit    "+th.Key.Render("esc")+" stay and wait")
	}}
}

// helpOverlay lists every key that works now.
func (m *Model) helpOverlay() *overlay {
	screen := m.top()
	typing := screen != nil && screen.Typing()
	global := m.keys.all(typing)
	return &overlay{title: "All keys", keys: closeKeys(), lines: func(th theme.Styles, w int) []string {
		var out []string
		if screen != nil {
			out = append(out, th.Title.Render("On this screen"))
			for i, group := range screen.Keys().FullHelp() {
				if i > 0 && len(group) > 0 {
					out = append(out, "")
				}
				out = append(out, keyLines(th, w, group)...)
			}
			out = append(out, "")
		}
		out = append(out, th.Title.Render("Everywhere"))
		out = append(out, keyLines(th, w, global)...)
		out = append(out, "", th.Title.Render("Signs"))
		for _, r := range []models.CheckResult{
			models.ResultOK, models.ResultWarning, models.ResultFailed, models.ResultUnknown, models.ResultSkipped,
		} {
			out = append(out, widget.Marked(th.Result(r), th.Text, w, theme.Glyph(r)+" "+string(r), resultMeaning(r))...)
		}
		out = append(out, "")
		return append(out, widget.Wrap("The mouse works too: click a step or a row. To select text, hold shift (option on a Mac) while dragging.", w)...)
	}}
}

func resultMeaning(r models.CheckResult) string {
	switch r {
	case models.ResultOK:
		return "nothing wrong here"
	case models.ResultWarning:
		return "works, but look at it"
	case models.ResultFailed:
		return "something is wrong here"
	case models.ResultUnknown:
		return "could not be determined: neither a pass nor a failure"
	default:
		return "not done; the reason is given"
	}
}

const keyColumn = 14

func keyLines(th theme.Styles, w int, bindings []key.Binding) []string {
	var out []string
	for _, b := range bindings {
		if b.Enabled() && b.Help().Key != "" {
			out = append(out, widget.Truncate("  "+th.Key.Render(widget.Pad(b.Help().Key, keyColumn))+b.Help().Desc, w))
		}
	}
	return out
}

// documentsOverlay lists the documents worth reading at a step, with their
// addresses.
func documentsOverlay(know *checks.Knowledge, step models.Step, links bool) *overlay {
	return documentList("Documents for this step", stepDocuments(know, step), links)
}

// docOverlay shows one document's address.
func docOverlay(know *checks.Knowledge, id string, links bool) *overlay {
	return documentList("Document", documentByID(know, id), links)
}
