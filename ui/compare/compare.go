// Package compare is the screen that makes the same call to a different device
// and lays both side by side.
package compare

import (
	"slices"
	"time"

	"charm.land/bubbles/v2/help"
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"methodical/checks"
	"methodical/models"
	"methodical/ui/nav"
	"methodical/ui/page"
	"methodical/ui/widget"
)

// Model is the screen.
type Model struct {
	other   *widget.Field // the id being typed, kept when the screen is left
	reader  page.Reader
	consent page.Consent
	keys    keyMap
}

// New is the screen as it is first entered.
func New() *Model {
	other := widget.NewField("Compare with", "", checkTarget)
	other.LabelWidth, other.Hint = labelColumn+2, "DEVICE or DEVICE/MODULE"
	return &Model{other: other, keys: defaultKeys()}
}

func checkTarget(s string) error {
	_, err := models.ParseTarget(s)
	return err
}

// Init starts nothing: the runbook looks for a device to compare with.
func (m *Model) Init() tea.Cmd { return nil }

// Typing reports whether keys are text.
func (m *Model) Typing() bool { return m.other.Focused() || m.consent.Asking() }

// Keys are the keys of this screen.
func (m *Model) Keys() help.KeyMap {
	if m.consent.Asking() {
		return page.ConsentKeys()
	}
	return m.keys.help(m.other.Focused())
}

// Update acts on a key or on text being pasted.
func (m *Model) Update(msg tea.Msg, c nav.Canvas) (nav.Screen, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.PasteMsg:
		m.other.Update(msg)
	case tea.KeyPressMsg:
		switch {
		case m.consent.Asking():
			return m, m.consent.Key(msg)
		case m.other.Focused():
			return m, m.edit(msg, c)
		default:
			return m, m.press(msg, c)
		}
	}
	return m, nil
}

func (m *Model) press(msg tea.KeyPressMsg, c nav.Canvas) tea.Cmd {
	w := c.State.Walk
	switch {
	case key.Matches(msg, m.keys.Pick):
		m.other.Focus()
		if m.other.Value() == "" && !w.Inputs.CompareWith.IsZero() {
			m.other.SetValue(w.Inputs.CompareWith.String())
		}
	case key.Matches(msg, m.keys.Run):
		return m.run(c)
	case key.Matches(msg, m.keys.Third):
		return m.third(c)
	default:
		m.reader.Key(msg, m.body(c), m.room(c))
	}
	return nil
}

func (m *Model) edit(msg tea.KeyPressMsg, c nav.Canvas) tea.Cmd {
	switch msg.String() {
	case "esc":
		m.other.Blur()
	case "enter":
		t, err := models.ParseTarget(m.other.Value())
		if err != nil {
			return nav.Toast(err.Error(), true)
		}
		m.other.Blur()
		return nav.Tell(checks.ComparisonChosen{Target: t, At: c.Now})
	default:
		m.other.Update(msg)
	}
	return nil
}

// run makes the comparison call, and the same to the device in trouble if it was
// not called like that yet. Without a device to compare with it looks for
// one first.
func (m *Model) run(c nav.Canvas) tea.Cmd {
	w := c.State.Walk
	if w.Inputs.CompareWith.IsZero() {
		return nav.Tell(checks.CheckRequested{Check: checks.CheckComparison, At: c.Now})
	}
	m.reader.Reset()
	both := nav.Tell(checks.CheckRequested{Check: checks.CheckComparisonCall, At: c.Now})
	mine := w.Inputs.Call(w.Inputs.Target)
	if !calledBefore(w, mine) && !page.NeedsConsent(w, mine) {
		both = tea.Sequence(nav.Tell(checks.CheckRequested{Check: checks.CheckCall, At: c.Now}), both)
	}
	return m.consent.Ask(w, w.Inputs.Call(w.Inputs.CompareWith), both)
}

// calledBefore reports whether just this call was made already. A call that has
// to be agreed to is left to the step before.
func calledBefore(w models.Walk, call models.Call) bool {
	want := models.NewInvocation(call, time.Time{})
	return slices.ContainsFunc(w.Case.CallsTo(call.Target), func(inv models.Invocation) bool {
		return calledAlike(inv, want) == ""
	})
}

// third calls one more device. Which one is found by the check itself.
func (m *Model) third(c nav.Canvas) tea.Cmd {
	w := c.State.Walk
	if w.Inputs.CompareWith.IsZero() {
		return nav.Toast("Compare with a second device first.", true)
	}
	return m.consent.Ask(w, w.Inputs.Call(models.Target{}), nav.Tell(checks.CheckRequested{Check: checks.CheckThirdDevice, At: c.Now}))
}

// comparing are the checks of this step, any of which may be under way.
func comparing() []string {
	return []string{checks.CheckComparisonCall, checks.CheckThirdDevice, checks.CheckComparison}
}
