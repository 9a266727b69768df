package widget

import (
	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"

	"methodical/models"
	"methodical/ui/theme"
)

// Finding says one observed fact: glyph, word, text, and what was seen.
func Finding(th theme.Styles, w int, f models.Finding) []string {
	style := th.Severity(f.Severity)
	mark := theme.SeverityGlyph(f.Severity) + " " + severityWord(f.Severity)
	out := Marked(style, th.Text, w, mark, Clean(f.Text))
	if f.Evidence != "" {
		out = append(out, Marked(th.Dim, th.Dim, w, "", Clean(f.Evidence))...)
	}
	return out
}

// Report says how a check went and what it found.
func Report(th theme.Styles, w int, r models.CheckReport) []string {
	out := Marked(th.Result(r.Result), th.Title, w, theme.Glyph(r.Result)+" "+string(r.Result), Clean(r.Title))
	if r.Reason != "" {
		out = append(out, Marked(th.Dim, th.Dim, w, "", Clean(r.Reason))...)
	}
	for _, f := range r.Findings {
		out = append(out, Finding(th, w, f)...)
	}
	return out
}

// markWidth is the room for a glyph and a word such as "? unknown".
const markWidth = 10

// Marked wraps text behind a mark in a column of its own.
func Marked(mark, text lipgloss.Style, w int, word, s string) []string {
	var out []string
	for i, line := range Wrap(s, max(w-markWidth, 1)) {
		front := ""
		if i == 0 {
			front = mark.Render(word)
		}
		front += spaces(markWidth - ansi.StringWidth(front))
		out = append(out, Truncate(front+text.Render(line), w))
	}
	return out
}

func severityWord(s models.Severity) string {
	if s == "" {
		return string(models.SeverityInfo)
	}
	return string(s)
}
