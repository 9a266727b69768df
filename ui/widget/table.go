package widget

import (
	"strings"

	"charm.land/lipgloss/v2"

	"methodical/ui/theme"
)

// Column is one column of a table.
type Column struct {
	Title string
	// Width is the column's cells. 0 shares the room that is left with the other
	// columns of width 0.
	Width int
	// Min is the fewest cells of a column of width 0. A table too narrow for its
	// columns leaves out those with the highest Rank first, never rank 0.
	Min, Rank int
	Right     bool // align to the right
}

// Cell is one field of a table. The text must be clean; the zero Style is
// ordinary text.
type Cell struct {
	Text  string
	Style lipgloss.Style
}

// Table draws rows in aligned columns over the full width. The row under the
// cursor is marked by a sign and by reversing its first cell alone: reversing
// whole rows would cost several times the bytes per key.
type Table struct {
	Columns []Column
	// Row gives a row's cells. It is asked only for rows on the page.
	Row      func(i int) []Cell
	Selected int // -1 for none
}

const (
	tableGap    = 2 // between columns
	tableMargin = 2 // for the sign before the selected row
)

// View draws the header and the rows of one page, none wider than w cells.
func (t Table) View(th theme.Styles, w int, p Page) []string {
	shown, widths := t.layout(w - tableMargin)
	out := make([]string, 0, p.To-p.From+1)
	header := make([]string, len(shown))
	for i, c := range shown {
		header[i] = align(t.Columns[c].Title, widths[i], t.Columns[c].Right)
	}
	out = append(out, th.Dim.Render(strings.TrimRight(Truncate(spaces(tableMargin)+strings.Join(header, spaces(tableGap)), w), " ")))
	for row := p.From; row < p.To; row++ {
		out = append(out, t.row(th, w, row, shown, widths))
	}
	return out
}

func (t Table) row(th theme.Styles, w, row int, shown, widths []int) string {
	cells := t.Row(row)
	var b strings.Builder
	selected := row == t.Selected
	if selected {
		b.WriteString(th.Accent.Render("›") + " ")
	} else {
		b.WriteString(spaces(tableMargin))
	}
	for i, c := range shown {
		if i > 0 {
			b.WriteString(spaces(tableGap))
		}
		var cell Cell
		if c < len(cells) {
			cell = cells[c]
		}
		text := Truncate(cell.Text, widths[i])
		fill := spaces(widths[i] - Width(text))
		style := cell.Style
		if selected && i == 0 {
			style = th.Selected
		}
		if t.Columns[c].Right {
			b.WriteString(fill + style.Render(text))
		} else {
			b.WriteString(style.Render(text) + fill)
		}
	}
	return strings.TrimRight(Truncate(b.String(), w), " ")
}

func align(s string, w int, right bool) string {
	if right {
		return PadLeft(s, w)
	}
	return Pad(s, w)
}

// layout decides which columns fit into w cells and how wide they are.
func (t Table) layout(w int) (shown, widths []int) {
	for i := range t.Columns {
		shown = append(shown, i)
	}
	for t.needs(shown) > w {
		drop := -1
		for at, c := range shown {
			if t.Columns[c].Rank > 0 && (drop < 0 || t.Columns[c].Rank >= t.Columns[shown[drop]].Rank) {
				drop = at
			}
		}
		if drop < 0 {
			break
		}
		shown = append(shown[:drop:drop], shown[drop+1:]...)
	}
	room, flexible := w-t.needs(shown), 0
	for _, c := range shown {
		if t.Columns[c].Width == 0 {
			flexible++
		}
	}
	for _, c := range shown {
		width := t.Columns[c].Width
		if width == 0 {
			share := max(room, 0) / flexible
			room, flexible = room-share, flexible-1
			width = t.Columns[c].Min + share
		}
		widths = append(widths, width)
	}
	return shown, widths
}

func (t Table) needs(shown []int) int {
	total := tableGap * max(len(shown)-1, 0)
	for _, c := range shown {
		total += max(t.Columns[c].Width, t.Columns[c].Min)
	}
	return total
}
