package widget

import (
	"fmt"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"

	"methodical/ui/theme"
)

// Field is one line of a form: a label, a text that is edited, and under it
// what is wrong with the text, if anything.
type Field struct {
	Label string
	Hint  string // shown dimly while the field is empty
	Unit  string // shown behind the value, for example "s"
	// Check says what is wrong with a text, in a sentence that says what to
	// write. Nil accepts everything.
	Check func(string) error
	// LabelWidth is the column in which values start; 0 is the label's width.
	LabelWidth int

	line    Line
	focused bool
	touched bool // edited since it was made
}

// NewField is a text field.
func NewField(label, value string, check func(string) error) *Field {
	f := &Field{Label: label, Check: check}
	f.line.SetValue(value)
	return f
}

// NewNumber is a field for a whole number from low to high.
func NewNumber(label, unit string, value, low, high int) *Field {
	f := NewField(label, strconv.Itoa(value), func(s string) error {
		n, err := strconv.Atoi(strings.TrimSpace(s))
		if err != nil || n < low || n > high {
			return fmt.Errorf("write a whole number from %d to %d", low, high)
		}
		return nil
	})
	f.Unit = unit
	return f
}

// Value is the text as it stands, valid or not.
func (f *Field) Value() string { return f.line.Value() }

// SetValue replaces the text.
func (f *Field) SetValue(s string) { f.line.SetValue(s) }

// Int is the number in the field; ok is false while it is not valid.
func (f *Field) Int() (n int, ok bool) {
	n, err := strconv.Atoi(strings.TrimSpace(f.Value()))
	return n, err == nil && f.Err() == nil
}

// Err says what is wrong with the text.
func (f *Field) Err() error {
	if f.Check == nil {
		return nil
	}
	return f.Check(f.Value())
}

// Focus gives the field the keys.
func (f *Field) Focus() { f.focused = true }

// Blur takes them away.
func (f *Field) Blur() { f.focused = false }

// Focused reports whether keys go here.
func (f *Field) Focused() bool { return f.focused }

// Update edits the text while the field is focused, and reports whether the
// message was for it.
func (f *Field) Update(msg tea.Msg) bool {
	mine := f.focused && f.line.Update(msg)
	f.touched = f.touched || mine
	return mine
}

// View draws the field w cells wide: one line, and one more under it while the
// text is not valid. The cursor is relative to the top left, and nil when the
// field is not focused.
func (f *Field) View(th theme.Styles, w int) (string, *tea.Cursor) {
	label := max(f.LabelWidth, ansi.StringWidth(f.Label)+1)
	label = min(label, max(w/2, 1))
	unit := ""
	if f.Unit != "" {
		unit = " " + f.Unit
	}
	room := max(w-label-ansi.StringWidth(unit), 1)
	text, cell := f.line.View(room)
	shown := f.style(th).Render(text)
	if text == "" && f.Hint != "" {
		shown = th.Dim.Render(Truncate(f.Hint, room))
	}
	labelStyle := th.Dim
	if f.focused {
		labelStyle = th.Accent
	}
	out := labelStyle.Render(Pad(f.Label, label)) + shown + th.Dim.Render(unit)
	if err := f.Err(); err != nil && (f.touched || f.Value() != "") {
		out += "\n" + th.Error.Render(Truncate(spaces(label)+"✗ "+Clean(err.Error()), w))
	}
	if !f.focused {
		return out, nil
	}
	return out, SteadyCursor(label+cell, 0)
}

func (f *Field) style(th theme.Styles) lipgloss.Style {
	if f.Err() != nil {
		return th.Error
	}
	return th.Text
}

// SteadyCursor is the terminal's own cursor, as a bar that does not blink.
func SteadyCursor(x, y int) *tea.Cursor {
	c := tea.NewCursor(x, y)
	c.Shape = tea.CursorBar
	c.Blink = false
	return c
}

// Choice is a field that takes one of a few words.
type Choice struct {
	Label      string
	Options    []string
	Selected   int
	LabelWidth int

	focused bool
}

// Value is the chosen word.
func (c *Choice) Value() string {
	if c.Selected < 0 || c.Selected >= len(c.Options) {
		return ""
	}
	return c.Options[c.Selected]
}

// Focus gives the field the keys.
func (c *Choice) Focus() { c.focused = true }

// Blur takes them away.
func (c *Choice) Blur() { c.focused = false }

// Focused reports whether keys go here.
func (c *Choice) Focused() bool { return c.focused }

// Update chooses with left, right and space while the field is focused, and
// reports whether the message was for it.
func (c *Choice) Update(msg tea.Msg) bool {
	press, ok := msg.(tea.KeyPressMsg)
	if !ok || !c.focused || len(c.Options) == 0 {
		return false
	}
	switch press.String() {
	case "left", "h":
		c.Selected = (c.Selected + len(c.Options) - 1) % len(c.Options)
	case "right", "l", "space":
		c.Selected = (c.Selected + 1) % len(c.Options)
	default:
		return false
	}
	return true
}

// View draws the label and the words, the chosen one in brackets and reversed.
func (c *Choice) View(th theme.Styles, w int) string {
	labelStyle, chosen := th.Dim, th.Title
	if c.focused {
		labelStyle, chosen = th.Accent, th.Selected
	}
	label := max(c.LabelWidth, ansi.StringWidth(c.Label)+1)
	out := labelStyle.Render(Pad(c.Label, label))
	for i, option := range c.Options {
		if i == c.Selected {
			out += chosen.Render("[" + option + "]")
		} else {
			out += " " + option + " "
		}
	}
	return Truncate(out, w)
}
