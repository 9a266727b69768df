package page

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"methodical/ui/theme"
)

// Reader shows a body of lines a page at a time. Whole pages are cheaper over a
// slow connection than lines that scroll, and easier to keep one's place in.
type Reader struct{ page int }

// Reset goes back to the first page.
func (r *Reader) Reset() { r.page = 0 }

// Key turns the page if the key does that, and reports whether it did. total is
// the number of lines and height the lines there are room for.
func (r *Reader) Key(msg tea.KeyPressMsg, total, height int) bool {
	pages := pageCount(total, height)
	at := min(r.page, pages-1)
	switch msg.String() {
	case "pgdown", "space", "ctrl+f":
		at++
	case "pgup", "shift+space", "ctrl+b":
		at--
	case "home":
		at = 0
	case "end":
		at = pages - 1
	default:
		return false
	}
	r.page = min(max(at, 0), pages-1)
	return true
}

// Range is which lines are on the page: from to to-1.
func (r *Reader) Range(total, height int) (from, to int) {
	height = max(height, 1)
	if total <= height {
		return 0, total
	}
	rows := textRows(height)
	from = min(max(r.page, 0), pageCount(total, height)-1) * rows
	return from, min(from+rows, total)
}

// View is the page as exactly height lines, the last one saying where it is
// when there are more pages than one.
func (r *Reader) View(th theme.Styles, lines []string, height int) []string {
	height = max(height, 1)
	if len(lines) <= height {
		return append(lines[:len(lines):len(lines)], make([]string, height-len(lines))...)
	}
	from, to := r.Range(len(lines), height)
	shown := lines[from:to:to]
	out := append(shown, make([]string, height-1-len(shown))...)
	return append(out, th.Dim.Render(mark(from/textRows(height), pageCount(len(lines), height))))
}

func mark(at, pages int) string {
	keys := make([]string, 0, 2)
	if at+1 < pages {
		keys = append(keys, "space next page")
	}
	if at > 0 {
		keys = append(keys, "pgup page before")
	}
	return fmt.Sprintf("page %d of %d · %s", at+1, pages, strings.Join(keys, " · "))
}

// textRows is how many rows a page has for text beside its mark.
func textRows(height int) int { return max(height-1, 1) }

func pageCount(total, height int) int {
	if total <= height || total == 0 {
		return 1
	}
	rows := textRows(height)
	return (total + rows - 1) / rows
}
