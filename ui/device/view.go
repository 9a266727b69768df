package device

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"

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
		table := widget.Table{Columns: s.columns(c, page), Selected: s.pager.Cursor, Row: func(i int) []widget.Cell { return s.cells(c, i) }}
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
	if !s.typing && s.filter.Value() == "" {
		return widget.Truncate(" "+th.Key.Render("/")+" filters, or takes an id  "+th.Dim.Render(loaded), c.Size.Width), nil
	}
	label := " Filter "
	room := max(min(40, c.Size.Width-len(label)-ansi.StringWidth(loaded)-3), 8)
	text, cell := s.filter.View(room)
	style := th.Dim
	var cursor *tea.Cursor
	if s.typing {
		style, cursor = th.Accent, widget.SteadyCursor(len(label)+cell, 0)
	}
	return widget.Truncate(style.Render(label)+widget.Pad(text, room)+"  "+th.Dim.Render(loaded), c.Size.Width), cursor
}

func (s *Screen) loaded() string {
	if !s.list.read && len(s.list.devices) == 0 {
		return ""
	}
	out := widget.Count(len(s.list.devices), "device")
	if s.list.text != "" {
		out = fmt.Sprintf("%d of %s", len(s.list.matches), out)
	}
	switch {
	case s.list.next != "":
		out += " so far, n loads more"
	case s.list.read:
		out += ", all loaded"
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
	case s.reads.err != nil && s.list.len() == 0:
		return widget.Truncate(" "+th.Error.Render("✗ failed")+" · "+th.Key.Render("r")+" tries again", w)
	case s.reads.err != nil:
		return widget.Truncate(" "+th.Error.Render("✗ failed")+" · "+th.Key.Render("r")+" tries again · "+widget.Clean(s.reads.err.Error()), w)
	case !s.asked.IsZero():
		return widget.Truncate(" "+th.Info.Render("…")+" asking the hub for "+widget.Clean(s.asked.String()), w)
	case s.typing && s.filter.Value() != "" && s.badText() != "":
		return widget.Truncate(" "+th.Warning.Render("! "+widget.Clean(s.badText())), w)
	}
	if d, ok := missing(c.State.Walk); ok {
		text := widget.Clean(d.Target().String()) + " is not registered at this hub."
		if len(d.NearMisses) > 0 {
			text += " Did you mean one of these?"
		}
		return widget.Truncate(" "+th.Error.Render("✗ ")+text, w)
	}
	parts := []string{}
	if t := c.State.Walk.Inputs.Target; !t.IsZero() {
		parts = append(parts, "picked: "+widget.Clean(t.String()))
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

// empty says why there is no row.
func (s *Screen) empty(c nav.Canvas) []string {
	var text string
	switch {
	case c.State.Hub == nil:
		text = "No hub is open yet. Go back to Connect and open one."
	case s.reads.busy():
		return nil
	case s.reads.err != nil:
		text = widget.Clean(s.reads.err.Error()) + ". " + wayOut(s.reads.err)
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

// wayOut says what to do without the list.
func wayOut(err error) string {
	var failure *models.HubFailure
	if errors.As(err, &failure) && failure.HTTPStatus == 0 {
		return "Connect (step 1) says what is wrong with the way to the hub."
	}
	return "If you know the device's id, type / and the id: that works without the list. A module is written device/module."
}

// columns gives the ids of the page the room they need, up to half the width.
func (s *Screen) columns(c nav.Canvas, page widget.Page) []widget.Column {
	longest := 0
	for i := page.From; i < page.To; i++ {
		if r, ok := s.list.row(i); ok {
			longest = max(longest, widget.Width(s.name(r)))
		}
	}
	return []widget.Column{
		{Title: "device", Min: max(min(longest, c.Size.Width/2), 16)},
		{Title: "state", Width: 14, Rank: 1},
		{Title: "active", Width: 10, Right: true, Rank: 2},
		{Title: "status", Width: 10, Rank: 3},
		{Title: "tags", Min: 12, Rank: 4},
	}
}

func (s *Screen) cells(c nav.Canvas, i int) []widget.Cell {
	th := c.Theme
	r, ok := s.list.row(i)
	if !ok {
		return []widget.Cell{{}}
	}
	name := s.name(r)
	switch r.kind {
	case rowTyped:
		return []widget.Cell{{Text: name, Style: th.Accent}, {Text: "as typed", Style: th.Dim}}
	case rowNear:
		return []widget.Cell{{Text: name, Style: th.Accent}, {Text: "did you mean?", Style: th.Dim}}
	}
	d, words := s.list.devices[r.device], s.list.tags[r.device]
	if r.kind == rowModule {
		d, words = s.list.modules[d.DeviceID][r.module], ""
	}
	return []widget.Cell{{Text: name}, stateCell(c, d), activeCell(c, d), statusCell(c, d), {Text: words, Style: th.Dim}}
}

// Legend says what the columns mean.
func (s *Screen) Legend() [][2]string {
	return [][2]string{
		{"state", "connected or not, as the hub's registry has it: it can lag behind by some minutes"},
		{"active", "when the device last signed in, sent or received anything; telemetry is only one of these"},
		{"status", "whether the registry lets the device connect at all"},
		{"tags", "what the device's twin is tagged with"},
		{"(Edge)", "an IoT Edge device: direct methods go to its modules, which m unfolds"},
	}
}

// name is what a row is called.
func (s *Screen) name(r row) string {
	switch r.kind {
	case rowModule:
		return "  └ " + widget.Clean(r.target.ModuleID)
	case rowDevice:
		if s.list.devices[r.device].IsEdge() {
			return widget.Clean(r.target.DeviceID) + " (Edge)"
		}
	}
	return widget.Clean(r.target.String())
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
	return widget.Cell{Text: widget.Age(c.Now.Sub(d.LastActivityTime)) + " ago"}
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
