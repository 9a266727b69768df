package widget

import "fmt"

// Pager keeps a cursor in a list that is shown a page at a time: paging costs a
// slow connection far less than scrolling by lines. The zero Pager is at the
// top.
type Pager struct{ Cursor int }

// Page is the part of the list on screen.
type Page struct {
	From, To      int // rows From to To-1
	Number, Count int // from 1
}

// Page is the page that holds the cursor, for a list of total rows with size of
// them on a page.
func (p *Pager) Page(total, size int) Page {
	size = max(size, 1)
	p.clamp(total)
	from := p.Cursor / size * size
	return Page{
		From: from, To: min(from+size, max(total, 0)),
		Number: from/size + 1, Count: max((total+size-1)/size, 1),
	}
}

// Move moves the cursor by that many rows and stops at the ends.
func (p *Pager) Move(by, total int) {
	p.Cursor += by
	p.clamp(total)
}

// Turn moves by whole pages, to the same row of the page.
func (p *Pager) Turn(pages, total, size int) { p.Move(pages*max(size, 1), total) }

// Key handles the keys of lists and reports whether it was one of them.
func (p *Pager) Key(key string, total, size int) bool {
	switch key {
	case "up", "k":
		p.Move(-1, total)
	case "down", "j":
		p.Move(1, total)
	case "pgup", "ctrl+b":
		p.Turn(-1, total, size)
	case "pgdown", "ctrl+f", "space":
		p.Turn(1, total, size)
	case "home", "g":
		p.Cursor = 0
	case "end", "G":
		p.Move(total, total)
	default:
		return false
	}
	return true
}

func (p *Pager) clamp(total int) { p.Cursor = max(min(p.Cursor, total-1), 0) }

// String says where the page is: "page 2 of 7".
func (p Page) String() string { return fmt.Sprintf("page %d of %d", p.Number, p.Count) }
