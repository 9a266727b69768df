// Package page builds the bodies of the runbook's screens out of lines and
// shows them a page at a time. It draws and pages; what the lines say is the
// screens' business.
package page

import (
	"strings"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"

	"methodical/ui/theme"
	"methodical/ui/widget"
)

// Doc collects lines that fit a width. Every text handed to it is cleaned, so
// that what a hub, a device or a file says cannot steer the terminal; only Line
// takes text that is already styled.
type Doc struct {
	Theme theme.Styles
	Width int
	lines []string
}

// NewDoc is an empty document of that many columns.
func NewDoc(th theme.Styles, width int) *Doc { return &Doc{Theme: th, Width: max(width, 1)} }

// Lines are the lines so far, none wider than the document.
func (d *Doc) Lines() []string { return d.lines }

// Len is the number of lines so far: where the next one will be.
func (d *Doc) Len() int { return len(d.lines) }

// Blank adds an empty line, unless the last one is empty already or there is
// none yet.
func (d *Doc) Blank() {
	if n := len(d.lines); n > 0 && d.lines[n-1] != "" {
		d.lines = append(d.lines, "")
	}
}

// Line adds styled text, cut at the width.
func (d *Doc) Line(styled string) {
	d.lines = append(d.lines, ansi.Truncate(styled, d.Width, "…"))
}

// Add adds lines that something else has drawn to this width.
func (d *Doc) Add(lines ...string) {
	for _, l := range lines {
		d.Line(l)
	}
}

// Heading adds a title after a blank line.
func (d *Doc) Heading(title string) {
	d.Blank()
	d.Text(d.Theme.Title, title)
}

// Text adds wrapped text in one style.
func (d *Doc) Text(style lipgloss.Style, text string) { d.Lead("", style, style, text) }

// Lead adds wrapped text behind a lead, later lines indented as far as the lead
// is wide. A lead wider than half the document gets a line of its own.
func (d *Doc) Lead(lead string, leadStyle, style lipgloss.Style, text string) {
	lead = widget.Clean(lead)
	indent := ansi.StringWidth(lead)
	if indent > 0 && indent > d.Width/2 {
		d.Line(leadStyle.Render(strings.TrimRight(lead, " ")))
		lead, indent = "  ", 2
	}
	pad := strings.Repeat(" ", indent)
	for i, l := range widget.Wrap(widget.Clean(text), max(d.Width-indent, 1)) {
		front := pad
		if i == 0 && lead != "" {
			front = leadStyle.Render(lead)
		}
		d.Line(front + style.Render(l))
	}
}

// Bullet adds one item of a list.
func (d *Doc) Bullet(text string) { d.Lead("  • ", d.Theme.Dim, d.Theme.Text, text) }

// Command adds a command line for a shell, indented, and broken between words
// with a backslash, so that what is selected on the screen runs as it stands.
// Remarks go on as remarks.
func (d *Doc) Command(indent int, text string) {
	const goesOn = ` \`
	pad := strings.Repeat(" ", indent)
	for _, line := range widget.CleanLines(text) {
		if remark, ok := strings.CutPrefix(line, "# "); ok {
			for _, l := range widget.Wrap(remark, max(d.Width-indent-2, 1)) {
				d.Line(pad + d.Theme.Dim.Render("# "+l))
			}
			continue
		}
		room := max(d.Width-indent-len(goesOn), 1)
		parts := commandLines(line, room)
		for i, part := range parts {
			if i < len(parts)-1 {
				part += goesOn
			}
			for l := range strings.SplitSeq(ansi.Hardwrap(part, room+len(goesOn), true), "\n") {
				d.Line(pad + d.Theme.Text.Render(l))
			}
		}
	}
}

// commandLines breaks a command between its words. A quoted word stays whole,
// however long.
func commandLines(text string, w int) []string {
	var words []string
	var word strings.Builder
	var quote rune
	for _, r := range text {
		switch {
		case r == ' ' && quote == 0:
			words = append(words, word.String())
			word.Reset()
			continue
		case quote == 0 && (r == '\'' || r == '"'):
			quote = r
		case r == quote:
			quote = 0
		}
		word.WriteRune(r)
	}
	words = append(words, word.String())
	lines := words[:1:1]
	for _, next := range words[1:] {
		last := &lines[len(lines)-1]
		if ansi.StringWidth(*last)+1+ansi.StringWidth(next) <= w {
			*last += " " + next
		} else {
			lines = append(lines, next)
		}
	}
	return lines
}

// Fact adds a label in a column of the given width and its text beside it.
func (d *Doc) Fact(label string, column int, style lipgloss.Style, text string) {
	d.Lead(widget.Pad(widget.Clean(label), max(column, ansi.StringWidth(label))), d.Theme.Dim, style, text)
}

// Columns puts two documents side by side with a gap of blanks between.
func Columns(left, right []string, leftWidth, gap int) []string {
	out := make([]string, max(len(left), len(right)))
	for i := range out {
		var l, r string
		if i < len(left) {
			l = left[i]
		}
		if i < len(right) {
			r = right[i]
		}
		if r == "" {
			out[i] = l
			continue
		}
		out[i] = l + strings.Repeat(" ", max(leftWidth-ansi.StringWidth(l), 0)+gap) + r
	}
	return out
}
