// Package logs is the screen that reads resource logs of the category
// DirectMethods and shows what they say: codes, devices, time, connections.
package logs

import (
	"slices"

	"charm.land/bubbles/v2/help"
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"methodical/checks"
	"methodical/models"
	"methodical/ui/nav"
	"methodical/ui/page"
	"methodical/ui/widget"
)

// tab is one way to look at the logs.
type tab int

const (
	byCode tab = iota
	byFinding
	byDevice
	byTime
	byConnection
	tabs
)

func (t tab) String() string {
	return [...]string{"Codes", "Findings", "Devices", "Time", "Connections"}[t]
}

// Model is the screen.
type Model struct {
	files   *widget.Field // the paths being typed, kept when the screen is left
	tab     tab
	rows    [tabs]widget.Pager
	zoom    string // the device looked at alone, "" for none
	table   bool   // time as a table rather than as bars
	reader  page.Reader
	keys    keyMap
	started bool
}

// New is the screen as it is first entered.
func New() *Model {
	files := widget.NewField("Files", "", nil)
	files.LabelWidth = labels
	files.Hint = "paths, folders or patterns such as logs/*.json"
	return &Model{files: files, keys: defaultKeys()}
}

// Init starts nothing: the runbook reads what can be read.
func (m *Model) Init() tea.Cmd { return nil }

// Typing reports whether keys are text.
func (m *Model) Typing() bool { return m.files.Focused() }

// WantsEsc reports whether esc leaves the one device first.
func (m *Model) WantsEsc() bool { return m.zoom != "" }

// Keys are the keys of this screen.
func (m *Model) Keys() help.KeyMap { return m.keys.help(m.files.Focused(), m.zoom != "", m.tab) }

// Update acts on keys and on paths that are pasted or dropped.
func (m *Model) Update(msg tea.Msg, c nav.Canvas) (nav.Screen, tea.Cmd) {
	if !m.started {
		m.started = true
		m.files.SetValue(joinPaths(c.State.Walk.Inputs.LogFiles))
	}
	switch msg := msg.(type) {
	case tea.PasteMsg:
		// Files dropped on the terminal arrive as a paste, whether or not the
		// field is open.
		m.files.Focus()
		m.files.Update(tea.PasteMsg{Content: pasted(msg.Content) + " "})
	case tea.KeyPressMsg:
		if m.files.Focused() {
			return m, m.edit(msg, c)
		}
		return m, m.press(msg, c)
	}
	return m, nil
}

func (m *Model) edit(msg tea.KeyPressMsg, c nav.Canvas) tea.Cmd {
	switch {
	case key.Matches(msg, m.keys.Leave):
		m.files.Blur()
	case key.Matches(msg, m.keys.Read):
		paths := splitPaths(m.files.Value())
		if len(paths) == 0 && !c.State.Walk.Case.Hub.Emulator {
			return nav.Toast("Name a file, a folder or a pattern first.", true)
		}
		m.files.Blur()
		m.zoom, m.rows = "", [tabs]widget.Pager{}
		return nav.Tell(checks.LogFilesChosen{Files: paths, At: c.Now})
	default:
		m.files.Update(msg)
	}
	return nil
}

func (m *Model) press(msg tea.KeyPressMsg, c nav.Canvas) tea.Cmd {
	w := c.State.Walk
	switch {
	case key.Matches(msg, m.keys.Files):
		m.files.Focus()
	case key.Matches(msg, m.keys.Again):
		return nav.Tell(checks.CheckRequested{Check: checks.CheckLogs, At: c.Now})
	case key.Matches(msg, m.keys.Enable):
		return nav.Send(nav.DocMsg{ID: docEnable})
	case key.Matches(msg, m.keys.CopyEnable):
		return copyEnable(c.State.Know)
	case key.Matches(msg, m.keys.Back) && m.zoom != "":
		m.zoom = ""
		m.reader.Reset()
	case key.Matches(msg, m.keys.Target):
		m.lookAt(w.Inputs.Target.DeviceID)
	case key.Matches(msg, m.keys.NextTab):
		m.turn(1)
	case key.Matches(msg, m.keys.PreviousTab):
		m.turn(-1)
	case key.Matches(msg, m.keys.Table) && m.tab == byTime:
		m.table = !m.table
	case key.Matches(msg, m.keys.Zoom) && m.tab == byCode && m.zoom == "":
		return m.explain(c.State)
	case key.Matches(msg, m.keys.Zoom):
		m.zoomIn(w.Summary)
	case m.zoom != "":
		m.reader.Key(msg, m.zoomLines(c), m.room(c))
	case m.tab == byFinding || w.Summary == nil:
		m.reader.Key(msg, m.prose(c), m.room(c))
	default:
		m.rows[m.tab].Key(msg.String(), m.total(w.Summary), m.listRows(c))
	}
	return nil
}

func (m *Model) turn(by tab) {
	m.zoom = ""
	m.reader.Reset()
	m.tab = (m.tab + by + tabs) % tabs
}

// prose is the text of a view that lists nothing.
func (m *Model) prose(c nav.Canvas) []string {
	if c.State.Walk.Summary == nil {
		return nothing(c)
	}
	return findings(c)
}

// lookAt shows one device alone.
func (m *Model) lookAt(device string) {
	m.zoom = device
	m.reader.Reset()
}

// zoomIn looks at the device under the cursor.
func (m *Model) zoomIn(s *models.LogSummary) {
	if s == nil || m.zoom != "" {
		return
	}
	at := m.rows[m.tab].Cursor
	switch {
	case m.tab == byDevice && at < len(s.Devices):
		m.lookAt(s.Devices[at].DeviceID)
	case m.tab == byConnection && at < len(s.Connections):
		m.lookAt(s.Connections[at].DeviceID)
	}
}

// total is how many rows the present tab lists.
func (m *Model) total(s *models.LogSummary) int {
	if s == nil {
		return 0
	}
	return [tabs]int{len(s.Codes), 0, len(s.Devices), len(s.Buckets), len(s.Connections)}[m.tab]
}

// deviceOf is one device's counts, if the summary lists it.
func deviceOf(s *models.LogSummary, id string) (models.LogDevice, bool) {
	i := slices.IndexFunc(s.Devices, func(d models.LogDevice) bool { return d.DeviceID == id })
	if i < 0 {
		return models.LogDevice{}, false
	}
	return s.Devices[i], true
}
