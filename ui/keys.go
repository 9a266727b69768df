package ui

import (
	"slices"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"methodical/checks"
	"methodical/models"
	"methodical/ui/nav"
	"methodical/ui/widget"
)

// keyMap is the keys that work on every screen. Those that are text are left to
// the screen while the person types.
type keyMap struct {
	next, back, step, docs, help, esc, redraw, quit key.Binding
	// The same while typing.
	typedNext, typedBack, typedHelp, typedQuit key.Binding
}

func defaultKeys() keyMap {
	bind := func(shown, what string, keys ...string) key.Binding {
		return key.NewBinding(key.WithKeys(keys...), key.WithHelp(shown, what))
	}
	return keyMap{
		next:   bind("tab", "next", "tab", "]", "ctrl+n"),
		back:   bind("shift+tab", "step before", "shift+tab", "[", "ctrl+p"),
		step:   bind("1…7", "go to step", "1", "2", "3", "4", "5", "6", "7"),
		docs:   bind("d", "docs", "d"),
		help:   bind("?", "keys", "?", "f1"),
		esc:    bind("esc", "cancel, back", "esc"),
		redraw: bind("ctrl+l", "draw again", "ctrl+l"),
		quit:   bind("q", "quit", "q", "ctrl+c"),

		typedNext: bind("ctrl+n", "next", "ctrl+n"),
		typedBack: bind("ctrl+p", "step before", "ctrl+p"),
		typedHelp: bind("F1", "keys", "f1"),
		typedQuit: bind("ctrl+c", "quit", "ctrl+c"),
	}
}

// footer is the keys of the root worth a place in the footer. Where it is
// narrow, the screen's own keys matter more.
func (k keyMap) footer(typing bool, width int) []key.Binding {
	const narrow = 80
	switch {
	case typing && width < narrow:
		return []key.Binding{k.typedHelp}
	case typing:
		return []key.Binding{k.typedNext, k.typedHelp}
	case width < narrow:
		return []key.Binding{k.help, k.quit}
	}
	return []key.Binding{k.next, k.docs, k.help, k.quit}
}

// all is every key of the root, for the page of all keys, where there is room to
// say more.
func (k keyMap) all(typing bool) []key.Binding {
	say := func(b key.Binding, what string) key.Binding {
		b.SetHelp(b.Help().Key, what)
		return b
	}
	next, back, help, quit := k.next, k.back, k.help, k.quit
	if typing {
		next, back, help, quit = k.typedNext, k.typedBack, k.typedHelp, k.typedQuit
	}
	out := []key.Binding{say(next, "next step"), back, say(help, "this page"), say(k.esc, "cancel, close, go back"), k.redraw, quit}
	if !typing {
		out = append(out, k.step, say(k.docs, "documents for this step"))
	}
	return out
}

// key handles one key: what lies over the screen first, then the keys that work
// everywhere, then the screen.
func (m *Model) key(msg tea.KeyPressMsg) tea.Cmd {
	m.toast = nav.ToastMsg{}
	if m.overlay != nil {
		return m.overlayKey(msg)
	}
	if cmd, ok := m.globalKey(msg); ok {
		return cmd
	}
	return m.give(m.walk.Step, msg)
}

func (m *Model) globalKey(msg tea.KeyPressMsg) (tea.Cmd, bool) {
	typing := m.top() != nil && m.top().Typing()
	switch k := m.keys; {
	case key.Matches(msg, k.esc):
		return m.escape(msg, typing), true
	case key.Matches(msg, k.redraw):
		return tea.ClearScreen, true
	case key.Matches(msg, k.typedQuit):
		return m.quit(), true
	case key.Matches(msg, k.typedHelp):
		m.overlay = m.helpOverlay()
		return nil, true
	case key.Matches(msg, k.typedNext):
		return m.neighbour(1), true
	case key.Matches(msg, k.typedBack):
		return m.neighbour(-1), true
	case typing:
		return nil, false
	case key.Matches(msg, k.quit):
		return m.quit(), true
	case key.Matches(msg, k.help):
		m.overlay = m.helpOverlay()
		return nil, true
	case key.Matches(msg, k.docs):
		m.overlay = m.documents("Documents for this step", stepDocuments(m.know, m.walk.Step))
		return nil, true
	case key.Matches(msg, k.next):
		return m.neighbour(1), true
	case key.Matches(msg, k.back):
		return m.neighbour(-1), true
	case key.Matches(msg, k.step):
		return m.moveTo(int(msg.String()[0] - '1')), true
	}
	return nil, false
}

// neighbour goes to a step beside the present one.
func (m *Model) neighbour(by int) tea.Cmd {
	at := slices.IndexFunc(m.steps, func(row checks.StepRow) bool { return row.Step == m.walk.Step })
	return m.moveTo(at + by)
}

func (m *Model) moveTo(i int) tea.Cmd {
	if i < 0 || i >= len(m.steps) {
		return nil
	}
	return m.tell(checks.Moved{To: m.steps[i].Step, At: m.now})
}

// escape takes back the newest thing: what is being typed, a wait, what the
// screen has begun, the step itself.
func (m *Model) escape(msg tea.KeyPressMsg, typing bool) tea.Cmd {
	if typing {
		return m.give(m.walk.Step, msg)
	}
	if req, ok := m.waitingHere(); ok {
		return m.tell(checks.CancelRequested{Request: req.ID})
	}
	if escaper, ok := m.top().(nav.Escaper); ok && escaper.WantsEsc() {
		return m.give(m.walk.Step, msg)
	}
	if m.opening != nil && m.walk.Step == models.StepConnect {
		m.stopOpening()
		m.openError = "Opening was cancelled."
		return m.changed(m.runHeld())
	}
	return m.neighbour(-1)
}

// waitingHere is the newest request that this step waits for.
func (m *Model) waitingHere() (models.Request, bool) {
	for _, req := range slices.Backward(m.walk.InFlight) {
		if !req.Cancelled && m.belongsTo(m.walk.Step, req.Check) {
			return req, true
		}
	}
	return models.Request{}, false
}

// belongsTo reports whether a check is one of a step's own or started by it.
func (m *Model) belongsTo(step models.Step, id string) bool {
	if check, ok := checks.Find(m.book.Checks, id); ok && check.Step == step {
		return true
	}
	return slices.ContainsFunc(m.steps, func(row checks.StepRow) bool {
		return row.Step == step && slices.Contains(row.OnEnter, id)
	})
}

// quit leaves, and asks first if a call is in flight: leaving does not take it
// back from the device.
func (m *Model) quit() tea.Cmd {
	for _, req := range m.walk.InFlight {
		if req.Call != nil && !req.Cancelled {
			m.overlay = quitOverlay(req)
			return nil
		}
	}
	return tea.Quit
}

// copy puts text into the clipboard of the terminal in front of the person.
func (m *Model) copy(msg nav.CopyMsg) tea.Cmd {
	m.toast = nav.ToastMsg{Text: widget.Clean(msg.What) + " copied, if your terminal allows it."}
	lines := strings.Split(msg.Text, "\n")
	for i, line := range lines {
		lines[i] = widget.CleanLong(line)
	}
	return tea.SetClipboard(strings.Join(lines, "\n"))
}
