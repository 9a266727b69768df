package ui

import (
	"fmt"
	"math"
	"strings"

	"charm.land/bubbles/v2/help"
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

// bodySize is the area a screen draws on.
func (m *Model) bodySize() nav.Size {
	return nav.Size{Width: max(m.size.Width, 0), Height: max(m.size.Height-m.headRows()-footRows, 0)}
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
	v.WindowTitle = m.windowTitle()
	return v
}

// shown is what is drawn in the body: an overlay, or the screen.
func (m *Model) shown() nav.Frame {
	if m.overlay != nil {
		return m.overlay.view(m.theme, m.bodySize())
	}
	if m.top() == nil {
		return nav.Frame{}
	}
	return m.top().View(m.canvas())
}

func (m *Model) windowTitle() string {
	if host := m.walk.Case.Hub.HostName; host != "" {
		return "methodical · " + widget.Clean(host)
	}
	return "methodical"
}

func (m *Model) head(frame nav.Frame) []string {
	if m.headRows() == 1 {
		return []string{m.header()}
	}
	names, states := m.stepper()
	return []string{m.header(), names, states, m.rule(frame)}
}

// header says where we are: which hub, real or not, and who is asking.
func (m *Model) header() string {
	th, hub, client := m.theme, m.walk.Case.Hub, m.walk.Case.Client
	parts := []string{th.Title.Render("methodical")}
	if m.session != nil {
		mark := th.Live.Render(" LIVE ")
		if hub.Emulator {
			mark = th.Emulator.Render("EMULATOR")
		}
		parts = append(parts, mark, th.Text.Render(widget.Clean(hub.HostName)))
		if who := credential(client.Credential, client.Policy); who != "" {
			parts = append(parts, th.Dim.Render(widget.Clean(who)))
		}
		if offset := client.ClockOffsetSeconds; offset != nil {
			parts = append(parts, m.clockWord(*offset))
		}
	} else {
		parts = append(parts, th.Dim.Render("no hub open"))
	}
	return widget.Truncate(strings.Join(parts, "  "), m.size.Width)
}

// worryingOffset is where a clock that is off starts to matter: SAS tokens are
// judged by the hub's time. In seconds.
const worryingOffset = 60

func (m *Model) clockWord(offset float64) string {
	style := m.theme.Dim
	if math.Abs(offset) >= worryingOffset {
		style = m.theme.Warning
	}
	if math.Abs(offset) < 1 {
		return style.Render("clock agrees")
	}
	way := "ahead"
	if offset < 0 {
		way = "behind"
	}
	return style.Render(fmt.Sprintf("clock %.0f s %s", math.Abs(offset), way))
}

func credential(kind, policy string) string {
	switch {
	case policy != "":
		return "policy " + policy
	case kind == "sas-token":
		return "SAS token"
	case kind == "entra":
		return "Entra ID"
	default:
		return kind
	}
}

// stepper names the steps, and under each says how it stands.
func (m *Model) stepper() (names, states string) {
	var top, under strings.Builder
	for i, row := range m.steps {
		width := m.stepColumn(i+1) - m.stepColumn(i)
		mark := m.mark(row.Step)
		name, word := fmt.Sprintf("%d %s", i+1, row.Title), mark.word
		if width < 11 {
			word = mark.short
		}
		name = widget.Truncate(name, width-1)
		style := m.theme.Dim
		if row.Step == m.walk.Step {
			style = m.theme.Selected
		}
		top.WriteString(style.Render(name) + blanks(width-ansi.StringWidth(name)))
		state := widget.Truncate(strings.TrimSpace(mark.glyph+" "+word), width-1)
		under.WriteString(mark.style.Render(state) + blanks(width-ansi.StringWidth(state)))
	}
	return top.String(), under.String()
}

// stepColumn is where the i-th step starts.
func (m *Model) stepColumn(i int) int { return i * m.size.Width / len(m.steps) }

// rule is the line over the body: the title of what is shown, and what runs
// elsewhere.
func (m *Model) rule(frame nav.Frame) string {
	th, w := m.theme, m.size.Width
	if m.size.Width < minWidth || m.size.Height < minHeight {
		return th.Warning.Render(widget.Pad(fmt.Sprintf("Small terminal: %d×%d shows everything.", minWidth, minHeight), w))
	}
	title := frame.Title
	if title == "" {
		for _, row := range m.steps {
			if row.Step == m.walk.Step {
				title = row.About
			}
		}
	}
	left := widget.Truncate(widget.Clean(title), w-4)
	right := m.elsewhere()
	fill := w - ansi.StringWidth(left) - 4
	if right != "" && ansi.StringWidth(right)+2 < fill {
		fill -= ansi.StringWidth(right) + 2
	} else {
		right = ""
	}
	out := th.Border.Render("─ ") + th.Title.Render(left) + th.Border.Render(" "+strings.Repeat("─", max(fill, 0)))
	if right != "" {
		out += " " + th.Info.Render(right) + " "
	}
	return out + th.Border.Render("─")
}

// elsewhere says what is in flight that the screen in front does not show.
func (m *Model) elsewhere() string {
	for _, req := range m.walk.InFlight {
		if !m.belongsTo(m.walk.Step, req.Check) {
			return fmt.Sprintf("… %s %s", req.Check, widget.Seconds(m.now.Sub(req.Started)))
		}
	}
	return ""
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
		return m.helper(m.size.Width).ShortHelpView(m.overlay.keys)
	}
	typing := m.top() != nil && m.top().Typing()
	right := m.helper(0).ShortHelpView(m.keys.footer(typing))
	room := m.size.Width - ansi.StringWidth(right) - 3
	left := ""
	if m.top() != nil && room > 0 {
		left = m.helper(room).ShortHelpView(m.top().Keys().ShortHelp())
	}
	if left == "" {
		return right
	}
	return left + m.theme.Dim.Render(" · ") + right
}

// helper draws keys in the colours of the theme.
func (m *Model) helper(width int) help.Model {
	h := help.New()
	h.ShortSeparator = " · "
	h.Styles = help.Styles{
		Ellipsis: m.theme.Dim, ShortKey: m.theme.Key, ShortDesc: m.theme.Text, ShortSeparator: m.theme.Dim,
		FullKey: m.theme.Key, FullDesc: m.theme.Text, FullSeparator: lipgloss.NewStyle(),
	}
	h.SetWidth(width)
	return h
}

func blanks(n int) string { return strings.Repeat(" ", max(n, 0)) }
