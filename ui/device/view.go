package device

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"

	"methodical/checks"
	"methodical/models"
	"methodical/ui/nav"
	"methodical/ui/widget"
)

// The rows beside those of the table: the filter's line, the notice and the
// table's header.
const otherRows = 3

func pageSize(size nav.Size) int { return max(size.Height-otherRows, 1) }

// View draws the filter, a page of the list, and how reading stands.
func (s *Screen) View(c nav.Canvas) nav.Frame {
	page := s.pager.Page(s.list.len(), pageSize(c.Size))
	first, cursor := s.filterLine(c)
	lines := []string{first, s.notice(c, page)}
	var hits []nav.Hit
	if s.list.len() > 0 {
		table := widget.Table{Columns: columns, Selected: s.pager.Cursor, Row: func(i int) []widget.Cell { return s.cells(c, i) }}
		lines = append(lines, table.View(c.Theme, c.Size.Width, page)...)
		for i := page.From; i < page.To; i++ {
			hits = append(hits, nav.Hit{Y: otherRows + i - page.From, Width: c.Size.Width, Height: 1, Msg: clickMsg{i}})
		}
	} else {
		lines = append(lines, s.empty(c)...)
	}
	return nav.Frame{Body: strings.Join(lines, "\n"), Cursor: cursor, Title: "Which device is in trouble?", Hits: hits}
}

// filterLine is the text that narrows the list, and how much of it is loaded.
func (s *Screen) filterLine(c nav.Canvas) (string, *tea.Cursor) {
	th := c.Theme
	loaded := s.loaded()
	label := " Filter "
	if !s.typing && s.filter.Value() == "" {
		return widget.Truncate(th.Dim.Render(label)+th.Key.Render("/")+th.Dim.Render(" to type  ")+loaded, c.Size.Width), nil
	}
	room := max(min(40, c.Size.Width-len(label)-ansi.StringWidth(loaded)-3), 8)
	text, cell := s.filter.View(room)
	style := th.Dim
	var cursor *tea.Cursor
	if s.typing {
		style, cursor = th.Accent, widget.SteadyCursor(len(label)+cell, 0)
	}
	return widget.Truncate(style.Render(label)+widget.Pad(text, room)+"  "+loaded, c.Size.Width), cursor
}

func (s *Screen) loaded() string {
	n := len(s.list.devices)
	out := widget.Count(n, "device") + " loaded"
	if s.list.text != "" {
		shown := 0
		for _, r := range s.list.rows {
			if r.kind == rowDevice {
				shown++
			}
		}
		out = fmt.Sprintf("%d of %s", shown, out)
	}
	switch {
	case s.list.next != "":
		out += ", more at the hub"
	case s.list.read:
		out += ", that is all"
	}
	return out
}

// notice is the one line that says what is going on: a wait, an error, a target
// that the hub does not know, or the page.
func (s *Screen) notice(c nav.Canvas, page widget.Page) string {
	th, w := c.Theme, c.Size.Width
	switch {
	case s.reads.busy():
		return widget.Truncate(" "+th.Info.Render("…")+" reading "+widget.Clean(s.reads.what)+", "+
			widget.Seconds(c.Now.Sub(s.reads.since))+" · "+th.Key.Render("esc")+" cancels", w)
	case s.reads.err != nil:
		return widget.Truncate(" "+th.Error.Render("✗ failed")+" "+widget.Clean(s.reads.err.Error())+" · "+th.Key.Render("r")+" tries again", w)
	case !s.asked.IsZero():
		return widget.Truncate(" "+th.Info.Render("…")+" asking the hub for "+s.asked.String(), w)
	case s.typing && s.filter.Value() != "" && s.badText() != "":
		return widget.Truncate(" "+th.Warning.Render("! "+widget.Clean(s.badText())), w)
	}
	if text := missing(c.State.Walk); text != "" {
		return widget.Truncate(" "+th.Error.Render("✗ ")+text, w)
	}
	parts := []string{}
	if t := c.State.Walk.Inputs.Target; !t.IsZero() {
		parts = append(parts, "picked: "+t.String())
	}
	if page.Count > 1 {
		parts = append(parts, page.String())
	}
	return widget.Truncate(" "+th.Dim.Render(strings.Join(parts, " · ")), w)
}

func (s *Screen) badText() string {
	if _, err := models.ParseTarget(strings.TrimSpace(s.filter.Value())); err != nil {
		return err.Error()
	}
	return ""
}

// missing says that the walk's target is not registered, and what resembles it.
func missing(w models.Walk) string {
	d, ok := w.Case.Device(w.Inputs.Target)
	if !ok || !d.Missing() || w.Running(checks.CheckIdentity) {
		return ""
	}
	out := w.Inputs.Target.String() + " is not registered at this hub."
	if len(d.NearMisses) > 0 {
		near := make([]string, len(d.NearMisses))
		for i, n := range d.NearMisses {
			near[i] = widget.Clean(n)
		}
		out += " Did you mean " + strings.Join(near, ", ") + "?"
	}
	return out
}

// empty says why there is no row.
func (s *Screen) empty(c nav.Canvas) []string {
	var text string
	switch {
	case c.State.Hub == nil:
		text = "No hub is open yet. Go back to Connect and open one."
	case s.reads.busy():
		return nil
	case s.reads.err != nil:
		text = "The list could not be read. If you know the device's id, type / and the id: that works without the list. A module is written device/module."
	case s.list.text != "":
		text = "Nothing loaded matches."
	case s.list.read:
		text = "This hub has no devices yet."
	default:
		text = "Nothing is loaded. r reads the list."
	}
	var out []string
	for _, line := range widget.Wrap(text, max(c.Size.Width-2, 1)) {
		out = append(out, " "+line)
	}
	return out
}

var columns = []widget.Column{
	{Title: "device", Min: 18},
	{Title: "state", Width: 14, Rank: 1},
	{Title: "active", Width: 8, Right: true, Rank: 2},
	{Title: "status", Width: 10, Rank: 3},
	{Title: "tags", Min: 12, Rank: 4},
}

func (s *Screen) cells(c nav.Canvas, i int) []widget.Cell {
	th, r := c.Theme, s.list.rows[i]
	if r.kind == rowTyped {
		return []widget.Cell{{Text: r.target.String(), Style: th.Accent}, {Text: "as typed", Style: th.Dim}}
	}
	d, name := s.list.devices[r.device], ""
	if r.kind == rowModule {
		d = s.list.modules[d.DeviceID][r.module]
		name = "  └ " + widget.Clean(d.ModuleID)
	} else {
		name = widget.Clean(d.DeviceID)
		if d.IsEdge() {
			name += " (Edge)"
		}
	}
	return []widget.Cell{{Text: name}, stateCell(c, d), activeCell(c, d), statusCell(c, d), {Text: tags(d.Tags), Style: th.Dim}}
}

func stateCell(c nav.Canvas, d models.Device) widget.Cell {
	switch d.ConnectionState {
	case models.StateConnected:
		return widget.Cell{Text: "✓ connected", Style: c.Theme.OK}
	case models.StateDisconnected:
		return widget.Cell{Text: "– disconnected", Style: c.Theme.Dim}
	case "":
		return widget.Cell{Text: "? not known", Style: c.Theme.Unknown}
	default:
		return widget.Cell{Text: widget.Clean(d.ConnectionState), Style: lipgloss.NewStyle()}
	}
}

func activeCell(c nav.Canvas, d models.Device) widget.Cell {
	if d.LastActivityTime.IsZero() || d.NeverActive() {
		return widget.Cell{Text: "never", Style: c.Theme.Dim}
	}
	return widget.Cell{Text: widget.Age(c.Now.Sub(d.LastActivityTime))}
}

func statusCell(c nav.Canvas, d models.Device) widget.Cell {
	if d.Status == models.StatusDisabled {
		return widget.Cell{Text: "✗ disabled", Style: c.Theme.Error}
	}
	return widget.Cell{Text: widget.Clean(d.Status), Style: c.Theme.Dim}
}

// tags writes a twin's tags as "name=value" pairs in the order of their names,
// nested ones as "outer.name=value".
func tags(raw json.RawMessage) string {
	var tree map[string]any
	if json.Unmarshal(raw, &tree) != nil {
		return ""
	}
	out := flatten(nil, "", tree, 0)
	slices.Sort(out)
	return widget.Clean(strings.Join(out, " "))
}

func flatten(out []string, prefix string, tree map[string]any, depth int) []string {
	const deepest = 10 // a twin nests no deeper by the service's own rule
	for name, value := range tree {
		switch value := value.(type) {
		case map[string]any:
			if depth < deepest {
				out = flatten(out, prefix+name+".", value, depth+1)
			}
		case string:
			out = append(out, prefix+name+"="+value)
		default:
			text, _ := json.Marshal(value)
			out = append(out, prefix+name+"="+string(text))
		}
	}
	return out
}
