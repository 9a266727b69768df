package widget

import (
	"github.com/charmbracelet/x/ansi"

	"methodical/ui/theme"
)

// KeyValue lists labels with their values beside them, values wrapped. An empty
// value leaves the pair out.
func KeyValue(th theme.Styles, w int, pairs [][2]string) []string {
	column := 0
	for _, p := range pairs {
		if p[1] != "" {
			column = max(column, ansi.StringWidth(p[0]))
		}
	}
	column = min(column, w/2)
	var out []string
	for _, p := range pairs {
		if p[1] == "" {
			continue
		}
		for i, line := range Wrap(p[1], max(w-column-2, 1)) {
			label := spaces(column)
			if i == 0 {
				label = th.Dim.Render(Pad(p[0], column))
			}
			out = append(out, Truncate(label+"  "+th.Text.Render(line), w))
		}
	}
	return out
}
