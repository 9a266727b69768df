package page

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"methodical/ui/widget"
)

// Field adds a field and returns where the terminal's cursor belongs in the
// document, or nil when the field is not the focused one.
func (d *Doc) Field(f *widget.Field) *tea.Cursor {
	row := d.Len()
	body, cursor := f.View(d.Theme, d.Width)
	d.Add(strings.Split(body, "\n")...)
	if cursor != nil {
		cursor.Y += row
	}
	return cursor
}
