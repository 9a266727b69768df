package ui

import (
	"fmt"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

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
	pager   widget.Pager
	docs    []models.Document // those that can be copied from here
}

func closeKeys() []key.Binding {
	return []key.Binding{
		key.NewBinding(key.WithKeys("esc", "q", "enter"), key.WithHelp("esc", "close")),
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
	default:
		if text, ok := o.copyKey(s); ok {
			return m.copy(text)
		}
		o.turn(msg, m.theme, m.drawSize())
	}
	return nil
}

// wheel turns pages with the mouse wheel.
func (o *overlay) wheel(msg tea.Msg, th theme.Styles, size nav.Size) {
	wheel, ok := msg.(tea.MouseWheelMsg)
	switch {
	case !ok:
	case wheel.Button == tea.MouseWheelDown:
		o.turn(tea.KeyPressMsg{Code: tea.KeyPgDown}, th, size)
	case wheel.Button == tea.MouseWheelUp:
		o.turn(tea.KeyPressMsg{Code: tea.KeyPgUp}, th, size)
	}
}

func (o *overlay) turn(msg tea.KeyPressMsg, th theme.Styles, size nav.Size) {
	o.pager.TurnLines(msg, len(o.lines(th, textWidth(size))), size.Height)
}

// textWidth keeps lines short enough to read on wide terminals.
func textWidth(size nav.Size) int { return max(min(size.Width-2, 100), 1) }

func (o *overlay) view(th theme.Styles, size nav.Size) nav.Frame {
	lines := o.pager.Lines(th, o.lines(th, textWidth(size)), size.Height)
	for i, line := range lines {
		lines[i] = strings.TrimRight(" "+line, " ")
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
