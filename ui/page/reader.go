package page

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"methodical/ui/theme"
	"methodical/ui/widget"
)

// Reader shows a body of lines a page at a time. Whole pages are cheaper over a
// slow connection than lines that scroll, and easier to keep one's place in.
type Reader struct{ page int }

// Reset goes back to the first page.
func (r *Reader) Reset() { r.page = 0 }

// Key turns the page if the key does that, and reports whether it did. height
// is the number of lines there is room for.
func (r *Reader) Key(msg tea.KeyPressMsg, lines []string, height int) bool {
	last := len(pages(lines, height)) - 1
	at := min(r.page, last)
	switch msg.String() {
	case "pgdown", "space", "ctrl+f":
		at++
	case "pgup", "shift+space", "ctrl+b":
		at--
	case "home":
		at = 0
	case "end":
		at = last
	default:
		return false
	}
	r.page = min(max(at, 0), last)
	return true
}

// Range is which lines are on the page: from to to-1.
func (r *Reader) Range(lines []string, height int) (from, to int) {
	all := pages(lines, height)
	p := all[min(max(r.page, 0), len(all)-1)]
	return p.from, p.to
}

// View is the page as exactly height lines of at most width cells, the last one
// saying where it is when there are more pages than one.
func (r *Reader) View(th theme.Styles, lines []string, width, height int) []string {
	height = max(height, 1)
	all := pages(lines, height)
	at := min(max(r.page, 0), len(all)-1)
	p := all[at]
	out := make([]string, height)
	copy(out, lines[p.from:p.to])
	if len(all) > 1 {
		out[height-1] = th.Dim.Render(widget.Truncate(mark(at, len(all)), width))
	}
	return out
}

func mark(at, of int) string {
	keys := make([]string, 0, 2)
	if at+1 < of {
		keys = append(keys, "space next page")
	}
	if at > 0 {
		keys = append(keys, "pgup page before")
	}
	return fmt.Sprintf("page %d of %d · %s", at+1, of, strings.Join(keys, " · "))
}

// span is the lines of one page.
type span struct{ from, to int }

// pages divides lines into pages. A heading, which is a line after a blank one,
// goes to the next page rather than standing last, and no page begins with a
// blank line.
func pages(lines []string, height int) []span {
	height = max(height, 1)
	if len(lines) <= height {
		return []span{{0, len(lines)}}
	}
	rows := max(height-1, 1) // the mark takes one
	var out []span
	for from := 0; from < len(lines); {
		to := min(from+rows, len(lines))
		if to < len(lines) && to-from > 2 && lines[to] != "" && lines[to-1] != "" && lines[to-2] == "" {
			to--
		}
		out = append(out, span{from, to})
		for to < len(lines) && lines[to] == "" {
			to++
		}
		from = to
	}
	return out
}
