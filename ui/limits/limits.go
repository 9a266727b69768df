// Package limits is the screen that lays the hub's limits beside the load the
// person plans.
package limits

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"charm.land/bubbles/v2/help"
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"methodical/checks"
	"methodical/models"
	"methodical/ui/nav"
	"methodical/ui/page"
	"methodical/ui/widget"
)

const labels = 18

// Model is the screen.
type Model struct {
	form   *form // nil until the first message
	reader page.Reader
	keys   keyMap
}

// New is the screen as it is first entered.
func New() *Model { return &Model{keys: defaultKeys()} }

// Init starts nothing: the runbook reads the hub.
func (m *Model) Init() tea.Cmd { return nil }

// Typing reports whether keys are text.
func (m *Model) Typing() bool { return m.form != nil && m.form.at >= 0 }

// Keys are the keys of this screen.
func (m *Model) Keys() help.KeyMap { return m.keys.help(m.Typing()) }

// Update acts on keys and pasted text.
func (m *Model) Update(msg tea.Msg, c nav.Canvas) (nav.Screen, tea.Cmd) {
	w := c.State.Walk
	if m.form == nil {
		m.form = newForm(c.State)
	}
	switch msg := msg.(type) {
	case nav.StateMsg:
		m.form.tierKnown = tierRead(w.Case.Hub)
		if w.Step != models.StepLimits && m.form.problem() == nil {
			return m, m.form.tell(w) // left in the middle of typing
		}
	case tea.PasteMsg:
		m.form.update(msg)
	case tea.KeyPressMsg:
		if m.Typing() {
			return m, m.edit(msg, w)
		}
		return m, m.press(msg, c)
	}
	return m, nil
}

func (m *Model) press(msg tea.KeyPressMsg, c nav.Canvas) tea.Cmd {
	switch {
	case key.Matches(msg, m.keys.Edit):
		m.form.goTo(0)
	case key.Matches(msg, m.keys.Again):
		return nav.Tell(checks.CheckRequested{Check: checks.CheckLimits, At: c.Now})
	default:
		lines, _ := m.draw(c)
		m.reader.Key(msg, lines, c.Size.Height)
	}
	return nil
}

func (m *Model) edit(msg tea.KeyPressMsg, w models.Walk) tea.Cmd {
	switch {
	case key.Matches(msg, m.keys.Next):
		m.form.step(1)
	case key.Matches(msg, m.keys.Previous):
		m.form.step(-1)
	case key.Matches(msg, m.keys.Done):
		if err := m.form.problem(); err != nil {
			return nav.Toast(err.Error(), true)
		}
		m.leave()
		return m.form.tell(w)
	case key.Matches(msg, m.keys.Leave):
		m.leave()
		if m.form.problem() == nil {
			return m.form.tell(w)
		}
	default:
		m.form.update(msg)
	}
	return nil
}

// leave ends the typing; what it came to is on the first page.
func (m *Model) leave() {
	m.form.goTo(-1)
	m.reader.Reset()
}

// form is the load the person states, and the tier where it cannot be read.
type form struct {
	calls, payload, units *widget.Field
	tier                  *widget.Choice
	tierKnown             bool
	at                    int // the place that has the keys, -1 for none
}

// notStated is the choice of no tier.
const notStated = "not known"

func newForm(s nav.State) *form {
	in := s.Walk.Inputs
	f := &form{at: -1, tierKnown: tierRead(s.Walk.Case.Hub)}
	f.calls = widget.NewField("Calls a second", "", checkCalls)
	if in.Load.CallsPerSecond > 0 {
		f.calls.SetValue(strconv.FormatFloat(in.Load.CallsPerSecond, 'g', -1, 64))
	}
	f.calls.Hint = "how many you plan or see on the whole hub"
	f.payload = widget.NewField("Payload bytes", "", checkBytes)
	if in.Load.PayloadBytes > 0 {
		f.payload.SetValue(strconv.Itoa(in.Load.PayloadBytes))
	}
	f.payload.Hint = "the usual size; up to 4096 all count alike"
	f.units = widget.NewNumber("Units", "", max(in.Units, 1), 1, mostUnits)
	f.tier = &widget.Choice{Label: "Tier", Options: []string{notStated, "F1", "B1", "B2", "B3", "S1", "S2", "S3"}}
	for i, name := range f.tier.Options {
		if name == in.SKU {
			f.tier.Selected = i
		}
	}
	for _, field := range []*widget.Field{f.calls, f.payload, f.units} {
		field.LabelWidth = labels
	}
	f.tier.LabelWidth = labels
	return f
}

// mostUnits is the most units any tier has.
// Source: learn.microsoft.com, "IoT Hub quotas and throttling".
const mostUnits = 200

// tierRead reports whether the hub itself said what it is.
func tierRead(h models.Hub) bool { return h.SKU != "" && !h.Stated }

func checkCalls(s string) error {
	if s = strings.TrimSpace(s); s == "" {
		return nil
	}
	v, err := strconv.ParseFloat(s, 64)
	if err != nil || v < 0 || v > 1e6 || v != v {
		return errors.New("write a number of calls a second, such as 12 or 0.5")
	}
	return nil
}

func checkBytes(s string) error {
	if s = strings.TrimSpace(s); s == "" {
		return nil
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 || n > models.MaxPayloadBytes {
		return fmt.Errorf("write a number of bytes from 0 to %d", models.MaxPayloadBytes)
	}
	return nil
}

// places are how many parts of the form take keys.
func (f *form) places() int {
	if f.tierKnown {
		return 2
	}
	return 4
}

func (f *form) goTo(place int) {
	for _, b := range []interface{ Blur() }{f.calls, f.payload, f.tier, f.units} {
		b.Blur()
	}
	f.at = place
	switch place {
	case 0:
		f.calls.Focus()
	case 1:
		f.payload.Focus()
	case 2:
		f.tier.Focus()
	case 3:
		f.units.Focus()
	}
}

func (f *form) step(by int) { f.goTo((f.at + by + f.places()) % f.places()) }

func (f *form) update(msg tea.Msg) {
	switch f.at {
	case 0:
		f.calls.Update(msg)
	case 1:
		f.payload.Update(msg)
	case 2:
		f.tier.Update(msg)
	case 3:
		f.units.Update(msg)
	}
}

func (f *form) problem() error {
	for _, field := range []*widget.Field{f.calls, f.payload, f.units} {
		if err := field.Err(); err != nil {
			return fmt.Errorf("%s: %w", strings.ToLower(field.Label), err)
		}
	}
	return nil
}

// load is what the fields state; what is not valid counts as not stated.
func (f *form) load() models.Load {
	var l models.Load
	if checkCalls(f.calls.Value()) == nil {
		l.CallsPerSecond, _ = strconv.ParseFloat(strings.TrimSpace(f.calls.Value()), 64)
	}
	if checkBytes(f.payload.Value()) == nil {
		l.PayloadBytes, _ = strconv.Atoi(strings.TrimSpace(f.payload.Value()))
	}
	return l
}

// tell tells the walk what is stated, if that is new.
func (f *form) tell(w models.Walk) tea.Cmd {
	event := checks.LoadStated{Load: f.load(), SKU: w.Inputs.SKU, Units: w.Inputs.Units}
	if !f.tierKnown {
		event.SKU, event.Units = f.tier.Value(), 0
		if event.SKU == notStated {
			event.SKU = ""
		} else if n, ok := f.units.Int(); ok {
			event.Units = n
		}
	}
	if event.Load == w.Inputs.Load && event.SKU == w.Inputs.SKU && event.Units == w.Inputs.Units {
		return nil
	}
	return nav.Tell(event)
}
