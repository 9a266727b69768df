package invoke

import (
	"strings"

	"charm.land/bubbles/v2/key"
	"charm.land/bubbles/v2/textarea"
	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"

	"methodical/ui/theme"
	"methodical/ui/widget"
)

// editor is the field for a JSON payload of several lines. It keeps the text as
// it was typed or pasted.
type editor struct{ area textarea.Model }

func newEditor(text string) editor {
	a := textarea.New()
	a.SetVirtualCursor(false)
	a.Prompt = ""
	a.CharLimit, a.MaxHeight, a.MaxWidth = 0, 0, 0
	// The clipboard of this machine is not the one in front of the person when
	// the program runs at the far end of an SSH connection: pasting is the
	// terminal's business. These keys have other uses here.
	for _, b := range []*key.Binding{&a.KeyMap.Paste, &a.KeyMap.CopySelection} {
		b.SetEnabled(false)
	}
	a.KeyMap.LineNext.SetKeys("down")
	a.KeyMap.LinePrevious.SetKeys("up")
	a.SetValue(text)
	return editor{area: a}
}

func (e *editor) value() string { return e.area.Value() }

// setSize must be known when keys are handled, or moving by lines goes wrong.
func (e *editor) setSize(width, height int) {
	e.area.SetWidth(max(width, 10))
	e.area.SetHeight(max(height, 1))
}

// update hands a message to the text. The command it gives back drives a drawn
// cursor, which is not used.
func (e *editor) update(msg tea.Msg) { e.area, _ = e.area.Update(msg) }

func (e *editor) focus() { _ = e.area.Focus() }
func (e *editor) blur()  { e.area.Blur() }

// rows is how many rows the text takes on the screen.
func (e *editor) rows() int {
	n, width := 0, max(e.area.Width(), 1)
	for line := range strings.SplitSeq(e.area.Value(), "\n") {
		// A full last row has one more below it for the cursor.
		n += ansi.StringWidth(line)/width + 1
	}
	return n
}

// view draws the text with line numbers, so that an error's place can be found.
func (e *editor) view(th theme.Styles) (string, *tea.Cursor) {
	area := e.area
	area.SetStyles(editorStyles(th))
	cursor := area.Cursor()
	if cursor != nil {
		cursor = widget.SteadyCursor(cursor.X, cursor.Y)
	}
	return area.View(), cursor
}

func editorStyles(th theme.Styles) textarea.Styles {
	state := textarea.StyleState{
		Base: lipgloss.NewStyle(), Text: th.Text, LineNumber: th.Dim, CursorLineNumber: th.Accent,
		CursorLine: th.Text, EndOfBuffer: th.Dim, Placeholder: th.Dim, Prompt: th.Dim, Selection: th.Selected,
	}
	return textarea.Styles{Focused: state, Blurred: state}
}
