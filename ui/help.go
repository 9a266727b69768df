package ui

import (
	"charm.land/bubbles/v2/key"

	"methodical/models"
	"methodical/ui/nav"
	"methodical/ui/theme"
	"methodical/ui/widget"
)

// helpOverlay lists every key that works now, and what signs and columns mean.
func (m *Model) helpOverlay() *overlay {
	screen := m.top()
	global := m.keys.all(screen != nil && screen.Typing())
	return &overlay{title: "All keys", keys: closeKeys(), lines: func(th theme.Styles, w int) []string {
		var out []string
		if screen != nil {
			out = append(out, th.Title.Render("On this screen"))
			var own []key.Binding
			for _, group := range screen.Keys().FullHelp() {
				own = append(own, group...)
			}
			out = append(append(out, keyLines(th, w, own)...), "")
		}
		out = append(out, th.Title.Render("Everywhere"))
		out = append(append(out, keyLines(th, w, global)...), "")
		if legend, ok := screen.(nav.Legend); ok {
			out = append(out, th.Title.Render("What is shown"))
			out = append(append(out, widget.KeyValue(th, w, legend.Legend())...), "")
		}
		out = append(out, th.Title.Render("Signs"))
		for _, r := range []models.CheckResult{
			models.ResultOK, models.ResultWarning, models.ResultFailed, models.ResultUnknown, models.ResultSkipped,
		} {
			out = append(out, widget.Marked(th.Result(r), th.Text, w, theme.Glyph(r)+" "+string(r), resultMeaning(r))...)
		}
		out = append(out, "")
		return append(out, widget.Wrap("The mouse works too: click a step or a row. To select text, hold shift (option on a Mac) while dragging.", w)...)
	}}
}

func resultMeaning(r models.CheckResult) string {
	switch r {
	case models.ResultOK:
		return "nothing wrong here"
	case models.ResultWarning:
		return "works, but look at it"
	case models.ResultFailed:
		return "something is wrong here"
	case models.ResultUnknown:
		return "could not be determined: neither a pass nor a failure"
	default:
		return "not done; the reason is given"
	}
}

// The cells of a key's name, and of a key with what it does.
const keyColumn, keyWidth = 11, 38

// keyLines lists keys in as many columns as there is room for.
func keyLines(th theme.Styles, w int, bindings []key.Binding) []string {
	var cells []string
	for _, b := range bindings {
		if b.Enabled() && b.Help().Key != "" {
			cells = append(cells, th.Key.Render(widget.Pad(b.Help().Key, keyColumn))+" "+b.Help().Desc)
		}
	}
	columns := max(w/keyWidth, 1)
	rows := (len(cells) + columns - 1) / columns
	out := make([]string, rows)
	for i, cell := range cells {
		if i >= rows {
			out[i%rows] = widget.Pad(out[i%rows], i/rows*keyWidth)
		}
		out[i%rows] += "  " + widget.Truncate(cell, keyWidth-3)
	}
	return out
}
