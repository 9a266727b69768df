package invoke

import (
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"methodical/models"
	"methodical/ui/nav"
)

// The documents offered on this screen, by their ids in assets.
const (
	docTimeouts = "method-timeout"
	docMethods  = "direct-methods"
)

// press acts on a key while nothing is being typed.
func (m *Model) press(msg tea.KeyPressMsg, c nav.Canvas) tea.Cmd {
	w := c.State.Walk
	switch {
	case key.Matches(msg, m.keys.Run):
		return m.run(c)
	case key.Matches(msg, m.keys.Edit):
		m.form.goTo(onMethod)
		m.reader.Reset()
	case key.Matches(msg, m.keys.Presets):
		m.open(presetList)
	case key.Matches(msg, m.keys.Longer):
		return m.followUp(c)
	case key.Matches(msg, m.keys.History):
		m.open(historyList)
	case key.Matches(msg, m.keys.Older):
		m.show(m.back+1, w)
	case key.Matches(msg, m.keys.Newer):
		m.show(m.back-1, w)
	case key.Matches(msg, m.keys.Body):
		m.unfold = !m.unfold
	case key.Matches(msg, m.keys.TimeoutDoc):
		return nav.Send(nav.DocMsg{ID: docTimeouts})
	case key.Matches(msg, m.keys.MethodDoc):
		return nav.Send(nav.DocMsg{ID: docMethods})
	default:
		if cmd := m.copy(msg, w); cmd != nil {
			return cmd
		}
		m.reader.Key(msg, m.answerLines(c), m.answerRoom(c))
	}
	return nil
}

// copy puts something of the shown call, or of the composed one before any was
// made, on the clipboard.
func (m *Model) copy(msg tea.KeyPressMsg, w models.Walk) tea.Cmd {
	call, kept := m.callShown(w)
	switch {
	case !kept && (key.Matches(msg, m.keys.CopyAz) || key.Matches(msg, m.keys.CopyCurl)):
		return nav.Toast("The payload of that call was not kept, so the command would not be the same.", true)
	case key.Matches(msg, m.keys.CopyAz):
		return nav.Send(nav.CopyMsg{What: "the az command", Text: models.EquivalentAz(w.Case.Hub.HostName, call)})
	case key.Matches(msg, m.keys.CopyCurl):
		return nav.Send(nav.CopyMsg{What: "the curl command", Text: models.EquivalentCurl(w.Case.Hub.HostName, call)})
	case key.Matches(msg, m.keys.CopyBody):
		inv, _, of := m.shown(w)
		if of == 0 || inv.Body == "" {
			return nav.Toast("There is no answer to copy.", true)
		}
		return nav.Send(nav.CopyMsg{What: "the hub's answer", Text: inv.Body})
	}
	return nil
}

// callShown is the call behind the shown answer, or the composed one. kept is
// false where a resumed walk does not hold the payload any more.
func (m *Model) callShown(w models.Walk) (call models.Call, kept bool) {
	inv, _, of := m.shown(w)
	if of == 0 {
		return w.Inputs.Call(w.Inputs.Target), true
	}
	return callOf(inv), payloadKept(inv)
}

// callOf is the call that an invocation records.
func callOf(inv models.Invocation) models.Call {
	return models.Call{
		Target: inv.Target(), Method: inv.MethodName, Payload: inv.Payload,
		ConnectTimeoutSeconds: inv.ConnectTimeoutSeconds, ResponseTimeoutSeconds: inv.ResponseTimeoutSeconds,
	}
}

// show turns to another call.
func (m *Model) show(back int, w models.Walk) {
	n := len(w.Case.CallsTo(w.Inputs.Target))
	m.back = max(min(back, n-1), 0)
	m.unfold = false
	m.reader.Reset()
}

// edit acts on a key while the form has the keys. Enter sends from every line
// of one line; in the JSON text it is a new line.
func (m *Model) edit(msg tea.KeyPressMsg, c nav.Canvas) tea.Cmd {
	switch {
	case key.Matches(msg, m.keys.Leave):
		m.form.goTo(nowhere)
		return m.tellDraft(c.State.Walk)
	case key.Matches(msg, m.keys.Next):
		m.form.step(1)
	case key.Matches(msg, m.keys.Previous):
		m.form.step(-1)
	case key.Matches(msg, m.keys.Send), msg.String() == "enter" && m.form.at != onText:
		return m.run(c)
	case key.Matches(msg, m.keys.TimeoutHelp):
		return nav.Send(nav.DocMsg{ID: docTimeouts})
	case msg.String() == "up" && m.form.at != onText:
		m.form.step(-1)
	case msg.String() == "down" && m.form.at != onText:
		m.form.step(1)
	default:
		m.form.update(msg)
	}
	return nil
}
