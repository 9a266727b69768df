package widget

import (
	tea "charm.land/bubbletea/v2"

	"methodical/ui/theme"
)

// Lines shows a text of lines a page at a time: exactly height lines, the last
// of them saying which page it is when there are several. height is at least 2.
func (p *Pager) Lines(th theme.Styles, lines []string, height int) []string {
	height = max(height, 2)
	out := make([]string, 0, height)
	rows := textRows(len(lines), height)
	page := p.Page(len(lines), rows)
	out = append(out, lines[page.From:page.To]...)
	for len(out) < rows {
		out = append(out, "")
	}
	if page.Count > 1 {
		out = append(out, th.Dim.Render(page.String()+turns(page)))
	}
	return out
}

// TurnLines turns the page of a text of lines if the key does that, and reports
// whether it did.
func (p *Pager) TurnLines(msg tea.KeyPressMsg, total, height int) bool {
	rows := textRows(total, max(height, 2))
	switch msg.String() {
	case "pgdown", "space":
		if p.Page(total, rows).To < total {
			p.Turn(1, total, rows)
		}
	case "pgup":
		p.Turn(-1, total, rows)
	case "home":
		p.Cursor = 0
	case "end":
		p.Move(total, total)
	default:
		return false
	}
	return true
}

// textRows is how many lines of text a page has: the last row says which page it
// is, if there are several.
func textRows(total, height int) int {
	if total <= height {
		return height
	}
	return height - 1
}

func turns(p Page) string {
	switch {
	case p.Number == 1:
		return " · space next page"
	case p.Number == p.Count:
		return " · pgup page before"
	default:
		return " · space next page · pgup page before"
	}
}
