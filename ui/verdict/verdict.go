// Package verdict is the last step's screen: what is wrong, why it is thought
// so, what to do about it, and the one test that would tell more.
package verdict

import (
	"strings"

	"charm.land/bubbles/v2/help"
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"methodical/models"
	"methodical/ui/nav"
	"methodical/ui/page"
)

// Model is the screen.
type Model struct {
	selected int // the cause whose evidence and fix are shown
	reader   page.Reader
	consent  page.Consent
	next     bool // a further test is proposed
	keys     keyMap
}

// New is the screen as it is first entered.
func New() *Model { return &Model{keys: defaultKeys()} }

// Init starts nothing: the diagnosis comes with the canvas.
func (m *Model) Init() tea.Cmd { return nil }

// Typing reports whether keys are text: never here.
func (m *Model) Typing() bool { return m.consent.Asking() }

// Keys are the keys of this screen.
func (m *Model) Keys() help.KeyMap { return m.keys.help(m.consent.Asking(), m.next) }

// Update acts on a key.
func (m *Model) Update(msg tea.Msg, c nav.Canvas) (nav.Screen, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.KeyPressMsg:
		return m, m.press(msg, c)
	case pickMsg:
		m.choose(int(msg), c)
	case nav.StateMsg:
		m.next = c.State.Diagnosis.Next != nil
		m.selected = max(min(m.selected, len(shown(c.State.Diagnosis))-1), 0)
	}
	return m, nil
}

func (m *Model) press(msg tea.KeyPressMsg, c nav.Canvas) tea.Cmd {
	if m.consent.Asking() {
		return m.consent.Key(msg)
	}
	d := c.State.Diagnosis
	top, _ := m.current(d)
	switch {
	case key.Matches(msg, m.keys.Up):
		m.choose(m.selected-1, c)
	case key.Matches(msg, m.keys.Down):
		m.choose(m.selected+1, c)
	case key.Matches(msg, m.keys.Next):
		return m.runNext(c)
	case key.Matches(msg, m.keys.CopyFix):
		return copyFix(top)
	case key.Matches(msg, m.keys.CopyReport):
		return copyReport(c)
	default:
		lines, _ := m.body(c)
		m.reader.Key(msg, lines, m.room(c))
	}
	return nil
}

func (m *Model) choose(i int, c nav.Canvas) {
	n := len(shown(c.State.Diagnosis))
	if n == 0 {
		return
	}
	m.selected = min(max(i, 0), n-1)
	m.reader.Reset()
}

func (m *Model) current(d models.Diagnosis) (models.RankedCause, bool) {
	list := shown(d)
	if len(list) == 0 {
		return models.RankedCause{}, false
	}
	return list[min(m.selected, len(list)-1)], true
}

// worthNaming is the least probability at which a lesser cause is listed.
const worthNaming = 0.02

// shown are the causes worth a line: the first, and those not ruled out.
func shown(d models.Diagnosis) []models.RankedCause {
	for i, c := range d.Causes {
		if i > 0 && c.Probability < worthNaming {
			return d.Causes[:i]
		}
	}
	return d.Causes
}

func copyFix(c models.RankedCause) tea.Cmd {
	if len(c.Fix) == 0 {
		return nav.Toast("There is no fix to copy yet.", true)
	}
	return nav.Send(nav.CopyMsg{What: "the fix", Text: strings.Join(c.Fix, "\n")})
}

// pickMsg selects a cause by its place in the list.
type pickMsg int
