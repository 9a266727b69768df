package ui

import (
	"strings"

	"charm.land/bubbles/v2/help"
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"

	"methodical/ui/nav"
	"methodical/ui/widget"
)

// The rows above and below the body, and the size under which a line says that
// the terminal is small.
const (
	headRows  = 4 // header, stepper (2), rule
	footRows  = 1
	minWidth  = 60
	minHeight = 20
	// tinyHeight is where the stepper gives way to the body.
	tinyHeight = 10
)

func (m *Model) headRows() int {
	if m.size.Height < tinyHeight {
		return 1
	}
	return headRows
}

// bodySize is the area that is left for a screen.
func (m *Model) bodySize() nav.Size {
	return nav.Size{Width: max(m.size.Width, 0), Height: max(m.size.Height-m.headRows()-footRows, 0)}
}

// drawSize is the area a screen is told to draw on: on a terminal of a few cells
// it is larger than what is left, so that no screen has to care, and the rest is
// cut off.
func (m *Model) drawSize() nav.Size {
	const leastWidth, leastHeight = 20, 4
	body := m.bodySize()
	return nav.Size{Width: max(body.Width, leastWidth), Height: max(body.Height, leastHeight)}
}

// View draws the frame around the screen in front.
func (m *Model) View() tea.View {
	v := tea.NewView("")
	v.AltScreen = true
	v.MouseMode = tea.MouseModeCellMotion
	if m.size.Width <= 0 || m.size.Height <= 0 {
		return v
	}
	frame := m.shown()
	lines := make([]string, 0, m.size.Height)
	lines = append(lines, m.head(frame)...)
	body := m.bodySize()
	drawn := strings.Split(frame.Body, "\n")
	for i := range body.Height {
		line := ""
		if i < len(drawn) {
			line = drawn[i]
		}
		lines = append(lines, line)
	}
	lines = append(lines, m.foot())
	lines = lines[:min(len(lines), m.size.Height)]
	for i, line := range lines {
		if ansi.StringWidth(line) > m.size.Width {
			lines[i] = ansi.Truncate(line, m.size.Width, "…")
		}
	}
	v.SetContent(strings.Join(lines, "\n"))
	if c := frame.Cursor; c != nil && c.Y < body.Height && c.X < body.Width {
		at := *c
		at.Y += m.headRows()
		v.Cursor = &at
	}
	return v
}

// shown is what is drawn in the body: an overlay, or the screen.
func (m *Model) shown() nav.Frame {
	if m.overlay != nil {
		return m.overlay.view(m.theme, m.drawSize())
	}
	if m.top() == nil {
		return nav.Frame{}
	}
	return m.top().View(m.canvas())
}

// foot is the keys that work now, or the sentence that is shown until the next
// key.
func (m *Model) foot() string {
	if m.toast.Text != "" {
		style, glyph := m.theme.Info, "• "
		if m.toast.Bad {
			style, glyph = m.theme.Warning, "! "
		}
		return style.Render(widget.Truncate(glyph+widget.Clean(m.toast.Text), m.size.Width))
	}
	if m.overlay != nil {
		return m.keyLine(m.overlay.keys, m.size.Width)
	}
	typing := m.top() != nil && m.top().Typing()
	right := m.keyLine(m.keys.footer(typing, m.size.Width), m.size.Width)
	left, between := "", m.theme.Dim.Render(keyGap)
	if m.top() != nil {
		room := m.size.Width - ansi.StringWidth(right) - ansi.StringWidth(keyGap)
		left = m.keyLine(m.top().Keys().ShortHelp(), room)
	}
	if left == "" {
		return right
	}
	return left + between + right
}

// keyGap stands between two keys of the footer.
const keyGap = " · "

// keyLine draws as many keys as fit; all of them are on the page of all keys.
func (m *Model) keyLine(keys []key.Binding, width int) string {
	for n := len(keys); n > 0; n-- {
		if line := m.helper().ShortHelpView(keys[:n]); ansi.StringWidth(line) <= width {
			return line
		}
	}
	return ""
}

// helper draws keys in the colours of the theme.
func (m *Model) helper() help.Model {
	h := help.New()
	h.ShortSeparator = keyGap
	h.Styles = help.Styles{
		Ellipsis: m.theme.Dim, ShortKey: m.theme.Key, ShortDesc: m.theme.Text, ShortSeparator: m.theme.Dim,
		FullKey: m.theme.Key, FullDesc: m.theme.Text, FullSeparator: lipgloss.NewStyle(),
	}
	return h
}

func blanks(n int) string { return strings.Repeat(" ", max(n, 0)) }
