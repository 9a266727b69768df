// Package invoke is the screen that composes a direct method, sends it, and
// explains what came back.
package invoke

import (
	"charm.land/bubbles/v2/help"
	tea "charm.land/bubbletea/v2"

	"methodical/checks"
	"methodical/models"
	"methodical/ui/nav"
	"methodical/ui/page"
	"methodical/ui/widget"
)

// list is what lies over the form and the answer.
type list int

const (
	noList list = iota
	historyList
	presetList
)

// Model is the screen. What is typed stays in it when the person looks at other
// steps.
type Model struct {
	form    *form // nil until the first message
	list    list
	rows    widget.Pager // the cursor in the open list
	back    int          // how many calls before the newest the shown one is
	calls   int          // how many there were when last looked at
	unfold  bool         // the whole body is shown
	reader  page.Reader
	consent page.Consent
	keys    keyMap
}

// New is the screen as it is first entered.
func New() *Model { return &Model{keys: defaultKeys()} }

// Init starts nothing: the runbook reads the device by itself.
func (m *Model) Init() tea.Cmd { return nil }

// Typing reports whether keys are text, or choose in a list.
func (m *Model) Typing() bool {
	return m.form != nil && m.form.typing() || m.list != noList || m.consent.Asking()
}

// Keys are the keys of this screen.
func (m *Model) Keys() help.KeyMap {
	switch {
	case m.consent.Asking():
		return page.ConsentKeys()
	case m.list != noList:
		return m.keys.lists(m.list)
	case m.form != nil && m.form.typing():
		return m.keys.typing()
	default:
		return m.keys.reading()
	}
}

// Update acts on keys and pasted text, and notices new calls.
func (m *Model) Update(msg tea.Msg, c nav.Canvas) (nav.Screen, tea.Cmd) {
	if m.form == nil {
		m.form = newForm(c.State.Walk.Inputs)
	}
	m.form.text.setSize(c.Size.Width-labels-1, editorHeight(c.Size))
	switch msg := msg.(type) {
	case nav.StateMsg:
		return m, m.stateChanged(c)
	case tea.PasteMsg:
		m.form.update(msg)
	case tea.KeyPressMsg:
		switch {
		case m.consent.Asking():
			return m, m.consent.Key(msg)
		case m.list != noList:
			return m, m.chooseFrom(msg, c)
		case m.form.typing():
			return m, m.edit(msg, c)
		default:
			return m, m.press(msg, c)
		}
	}
	return m, nil
}

// stateChanged turns to a new call when one came in, and tells the walk of a
// draft that was left behind when the person went to another step.
func (m *Model) stateChanged(c nav.Canvas) tea.Cmd {
	w := c.State.Walk
	if n := len(w.Case.CallsTo(w.Inputs.Target)); n != m.calls {
		m.calls, m.back, m.unfold = n, 0, false
		m.reader.Reset()
	}
	if w.Step != models.StepTry {
		return m.tellDraft(w)
	}
	return nil
}

// tellDraft tells the walk of the draft when it is valid and new.
func (m *Model) tellDraft(w models.Walk) tea.Cmd {
	event, bad := m.form.draft().compose()
	if bad.first() != nil || same(event, w.Inputs) {
		return nil
	}
	return nav.Tell(event)
}

func same(e checks.CallComposed, in models.Inputs) bool {
	return e.Method == in.Method && e.Payload.IsAbsent() == in.Payload.IsAbsent() &&
		e.Payload.String() == in.Payload.String() &&
		e.ConnectTimeoutSeconds == in.ConnectTimeoutSeconds && e.ResponseTimeoutSeconds == in.ResponseTimeoutSeconds
}

// run sends the composed call, after asking where that is needed. With a field
// that is not valid it goes there instead.
func (m *Model) run(c nav.Canvas) tea.Cmd {
	w := c.State.Walk
	if _, running := underWay(w); running {
		return nav.Toast("A call is under way: esc stops waiting for it.", true)
	}
	event, bad := m.form.draft().compose()
	if err := bad.first(); err != nil {
		place, _ := m.form.firstProblem()
		m.form.goTo(place)
		return nav.Toast("Not sent: "+err.Error()+".", true)
	}
	m.form.goTo(nowhere)
	m.reader.Reset()
	in := w.Inputs
	in.Method, in.Payload = event.Method, event.Payload
	in.ConnectTimeoutSeconds, in.ResponseTimeoutSeconds = event.ConnectTimeoutSeconds, event.ResponseTimeoutSeconds
	return m.consent.Ask(w, in.Call(in.Target), tea.Sequence(
		nav.Tell(event), nav.Tell(checks.CheckRequested{Check: checks.CheckCall, At: c.Now}),
	))
}

// followUp repeats the last call with more time, where that would tell
// something.
func (m *Model) followUp(c nav.Canvas) tea.Cmd {
	w := c.State.Walk
	check, call, ok := longerWait(c.State)
	if !ok {
		return nav.Toast("A longer wait tells something only after a call that was not answered in time.", false)
	}
	m.reader.Reset()
	return m.consent.Ask(w, call, nav.Tell(checks.CheckRequested{Check: check.ID, At: c.Now}))
}

// longerWait is the follow-up check that applies to the last call, and its call.
func longerWait(s nav.State) (checks.Check, models.Call, bool) {
	for _, id := range []string{checks.CheckLongerResponse, checks.CheckLongerConnect} {
		check, _ := checks.Find(checks.All(), id)
		if call, ok := check.Call(s.Walk, s.Know); ok {
			return check, call, true
		}
	}
	return checks.Check{}, models.Call{}, false
}

// underWay is the call this screen waits for.
func underWay(w models.Walk) (models.Request, bool) {
	for _, id := range []string{checks.CheckCall, checks.CheckLongerResponse, checks.CheckLongerConnect} {
		if req, ok := w.Request(id); ok {
			return req, true
		}
	}
	return models.Request{}, false
}

// shown is the call whose answer is on screen, and its place among the calls to
// the target, from 1.
func (m *Model) shown(w models.Walk) (inv models.Invocation, place, of int) {
	calls := w.Case.CallsTo(w.Inputs.Target)
	if len(calls) == 0 {
		return models.Invocation{}, 0, 0
	}
	at := max(len(calls)-1-m.back, 0)
	return calls[at], at + 1, len(calls)
}
