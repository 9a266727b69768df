package invoke

import (
	tea "charm.land/bubbletea/v2"

	"methodical/models"
	"methodical/ui/widget"
)

// labels is the width of the form's label column.
const labels = 12

// The places of the form that take keys, in their order.
const (
	onMethod = iota
	onPayload
	onText // only while a JSON text is chosen
	onConnect
	onResponse
	places
)

// nowhere means that keys are commands, not text.
const nowhere = -1

// form is the call being composed: what is typed, valid or not.
type form struct {
	method, connect, response *widget.Field
	payload                   *widget.Choice
	text                      editor
	// ownAnswer says that the response timeout is the person's own rather than
	// the one that goes with the method.
	ownAnswer bool
	at        int
}

func newForm(in models.Inputs) *form {
	f := &form{at: nowhere}
	f.method = widget.NewField("Method", "", func(s string) error {
		_, bad := draft{method: s}.compose()
		return bad.method
	})
	f.connect = secondsField("Connect", models.MinConnectTimeoutSeconds, models.MaxConnectTimeoutSeconds)
	f.response = secondsField("Response", models.MinResponseTimeoutSeconds, models.MaxResponseTimeoutSeconds)
	f.method.LabelWidth, f.connect.LabelWidth, f.response.LabelWidth = labels, labels, labels
	f.payload = &widget.Choice{Label: "Payload", LabelWidth: labels}
	for c := range payloadChoices {
		f.payload.Options = append(f.payload.Options, c.String())
	}
	f.fill(draftOf(in))
	return f
}

func secondsField(label string, low, high int) *widget.Field {
	f := widget.NewField(label, "", func(s string) error {
		_, err := readSeconds(s, low, high)
		return err
	})
	f.Unit = "s"
	return f
}

// fill puts a draft into the fields.
func (f *form) fill(d draft) {
	f.method.SetValue(d.method)
	f.connect.SetValue(d.connect)
	f.response.SetValue(d.response)
	f.payload.Selected = int(d.choice)
	if d.choice == sendText || f.text.area.LineCount() == 0 {
		f.text = newEditor(d.text)
	}
	f.ownAnswer = d.ownAnswer
}

// draft is what the fields hold.
func (f *form) draft() draft {
	return draft{
		method: f.method.Value(), choice: f.choice(), text: f.text.value(),
		connect: f.connect.Value(), response: f.response.Value(), ownAnswer: f.ownAnswer,
	}
}

func (f *form) choice() payloadChoice { return payloadChoice(f.payload.Selected) }

// typing reports whether keys are text.
func (f *form) typing() bool { return f.at != nowhere }

// goTo moves the keys to a place of the form, or out of it.
func (f *form) goTo(place int) {
	f.method.Blur()
	f.payload.Blur()
	f.text.blur()
	f.connect.Blur()
	f.response.Blur()
	f.at = place
	switch place {
	case onMethod:
		f.method.Focus()
	case onPayload:
		f.payload.Focus()
	case onText:
		f.text.focus()
	case onConnect:
		f.connect.Focus()
	case onResponse:
		f.response.Focus()
	}
}

// step moves to the next or the previous place and goes round at the ends.
func (f *form) step(by int) {
	next := (f.at + by + places) % places
	if next == onText && f.choice() != sendText {
		next += by
	}
	f.goTo(next)
}

// firstProblem is the place of the first field that is not valid.
func (f *form) firstProblem() (place int, ok bool) {
	_, bad := f.draft().compose()
	switch {
	case bad.method != nil:
		return onMethod, true
	case bad.payload != nil:
		return onText, true
	case bad.connect != nil:
		return onConnect, true
	case bad.response != nil:
		return onResponse, true
	default:
		return nowhere, false
	}
}

// update hands a message to the place that has the keys.
func (f *form) update(msg tea.Msg) {
	switch f.at {
	case onMethod:
		if f.method.Update(msg) && !f.ownAnswer {
			d := f.draft()
			d.setMethod(d.method)
			f.response.SetValue(d.response)
		}
	case onPayload:
		f.payload.Update(msg)
	case onText:
		f.text.update(msg)
	case onConnect:
		f.connect.Update(msg)
	case onResponse:
		before := f.response.Value()
		f.response.Update(msg)
		f.ownAnswer = f.ownAnswer || f.response.Value() != before
	}
}
