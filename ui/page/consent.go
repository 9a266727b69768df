package page

import (
	"fmt"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"methodical/models"
	"methodical/ui/nav"
)

// Consent asks before a call that could set something in motion on a real
// device: once for each method and target, and again when the last such call
// may have run without anybody knowing.
type Consent struct {
	question, warning string
	then              tea.Cmd
}

// Ask returns then at once when nothing has to be asked, and otherwise keeps it
// until the person has agreed.
func (c *Consent) Ask(w models.Walk, call models.Call, then tea.Cmd) tea.Cmd {
	if !NeedsConsent(w, call) {
		return then
	}
	_, called := lastSuch(w.Case, call)
	name := call.Target.String()
	if call.Target.IsZero() {
		name = "another device" // found by the check, so not known yet
	}
	switch {
	case !called:
		c.question = fmt.Sprintf("Run %q on %s, on a live hub?", call.Method, name)
		c.warning = "It is a real method: the device does whatever the method does."
		if call.Target != w.Inputs.Target {
			c.warning = "It is a real method, and this is not the device in trouble: it does whatever the method does."
		}
	default:
		c.question = fmt.Sprintf("Run %q on %s once more?", call.Method, name)
		c.warning = "The last call may have been carried out although no answer came: this could do it twice."
	}
	c.then = then
	return nil
}

// NeedsConsent reports whether a call has to be agreed to: a real method on a
// live hub that was not called there before, or whose last call may have run.
func NeedsConsent(w models.Walk, call models.Call) bool {
	if w.Case.Hub.Emulator || call.IsSafeProbe() {
		return false
	}
	last, called := lastSuch(w.Case, call)
	return !called || last.MayHaveRun == models.RunPossible
}

func lastSuch(c models.Case, call models.Call) (last models.Invocation, found bool) {
	for _, inv := range c.CallsTo(call.Target) {
		if inv.MethodName == call.Method {
			last, found = inv, true
		}
	}
	return last, found
}

// Asking reports whether a question is open; the screen then hands keys to Key.
func (c *Consent) Asking() bool { return c.then != nil }

// Key answers the open question. Only y agrees: enter may have been pressed
// before the question was read.
func (c *Consent) Key(msg tea.KeyPressMsg) tea.Cmd {
	switch msg.String() {
	case "y", "Y":
		then := c.then
		*c = Consent{}
		return then
	case "n", "N", "esc":
		*c = Consent{}
		return nav.Toast("Not sent.", false)
	default:
		return nil
	}
}

// Draw adds the question to a document.
func (c *Consent) Draw(d *Doc) {
	d.Lead("! ", d.Theme.Warning, d.Theme.Title, c.question)
	d.Lead("  ", d.Theme.Warning, d.Theme.Text, c.warning)
	d.Line("  " + d.Theme.Key.Render("y") + " run it   " + d.Theme.Key.Render("n") + " don't")
}

// ConsentKeys are the keys of an open question.
func ConsentKeys() nav.KeyMap {
	keys := []key.Binding{
		key.NewBinding(key.WithKeys("y"), key.WithHelp("y", "run it")),
		key.NewBinding(key.WithKeys("n", "esc"), key.WithHelp("n", "don't")),
	}
	return nav.KeyMap{Short: keys, Full: [][]key.Binding{keys}}
}
