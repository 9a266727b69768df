package ui

import (
	"fmt"
	"math"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"methodical/ui/nav"
	"methodical/ui/widget"
)

// head is the rows over the body: where we are, the steps, and a rule with the
// title of what is shown.
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

// fullColumn is the room a step needs for its number and a whole word.
const fullColumn = 11

// stepper names the steps, and under each says how it stands.
func (m *Model) stepper() (names, states string) {
	var top, under strings.Builder
	for i, row := range m.steps {
		width := m.stepColumn(i+1) - m.stepColumn(i)
		mark := m.mark(row.Step)
		name, word := fmt.Sprintf("%d %s", i+1, row.Title), mark.word
		if width < fullColumn {
			name, word = row.Title, mark.short
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
