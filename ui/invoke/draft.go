package invoke

import (
	"cmp"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"methodical/checks"
	"methodical/models"
)

// payloadChoice is what the person chose to send. Device SDKs treat the four
// differently, so it is always an explicit choice and never guessed from text.
type payloadChoice int

const (
	sendNothing payloadChoice = iota
	sendNull
	sendEmptyObject
	sendText
	payloadChoices // how many there are
)

func (c payloadChoice) String() string {
	switch c {
	case sendNothing:
		return "absent"
	case sendNull:
		return "null"
	case sendEmptyObject:
		return "{}"
	default:
		return "JSON"
	}
}

// about says what the choice means on the wire.
func (c payloadChoice) about() string {
	switch c {
	case sendNothing:
		return "No payload is sent at all. Some device SDKs fail on that."
	case sendNull:
		return "The JSON value null is sent, which is not the same as nothing."
	case sendEmptyObject:
		return "An empty object: what most devices cope with best."
	default:
		return "Any JSON value: object, array, \"text\", number, true or false."
	}
}

// draft is the call as it is typed, valid or not.
type draft struct {
	method    string
	choice    payloadChoice
	text      string // kept while another choice is on
	connect   string
	response  string
	ownAnswer bool // the response timeout is the person's own, not the default
}

// draftOf is the draft that a walk's inputs amount to.
func draftOf(in models.Inputs) draft {
	d := draft{
		method:   in.Method,
		connect:  strconv.Itoa(in.ConnectTimeoutSeconds),
		response: strconv.Itoa(in.ResponseTimeoutSeconds),
	}
	d.setPayload(in.Payload)
	d.ownAnswer = in.ResponseTimeoutSeconds != defaultResponse(in.Method)
	return d
}

func (d *draft) setPayload(p models.Payload) {
	switch {
	case p.IsAbsent():
		d.choice = sendNothing
	case p.Kind() == models.PayloadNull:
		d.choice = sendNull
	case string(p.Raw()) == "{}":
		d.choice = sendEmptyObject
	default:
		d.choice, d.text = sendText, string(p.Raw())
	}
}

// defaultResponse is the response timeout that a method gets until the person
// sets one: short for the probe, the service's own otherwise.
func defaultResponse(method string) int {
	if method == models.SafeProbeMethod {
		return models.SafeProbeResponseTimeoutSeconds
	}
	return models.DefaultResponseTimeoutSeconds
}

// setMethod names the method and moves the response timeout along, as long as
// the person has not set one.
func (d *draft) setMethod(method string) {
	d.method = method
	if !d.ownAnswer {
		d.response = strconv.Itoa(defaultResponse(method))
	}
}

// problems says what is wrong with each field; a nil error is a valid field.
type problems struct{ method, payload, connect, response error }

// first is the first of them in the order of the form.
func (p problems) first() error { return cmp.Or(p.method, p.payload, p.connect, p.response) }

var errNoMethod = errors.New("name a method; " + models.SafeProbeMethod + " is the safe probe")

// compose reads the draft into the event for the walk, or says what is wrong.
func (d draft) compose() (checks.CallComposed, problems) {
	var bad problems
	event := checks.CallComposed{Method: d.method}
	if strings.TrimSpace(d.method) == "" {
		bad.method = errNoMethod
	}
	event.Payload, bad.payload = d.payload()
	event.ConnectTimeoutSeconds, bad.connect = readSeconds(d.connect, models.MinConnectTimeoutSeconds, models.MaxConnectTimeoutSeconds)
	event.ResponseTimeoutSeconds, bad.response = readSeconds(d.response, models.MinResponseTimeoutSeconds, models.MaxResponseTimeoutSeconds)
	return event, bad
}

func (d draft) payload() (models.Payload, error) {
	switch d.choice {
	case sendNothing:
		return models.NoPayload(), nil
	case sendNull:
		return models.NullPayload(), nil
	case sendEmptyObject:
		return models.ParsePayload([]byte("{}"))
	default:
		return models.ParsePayload([]byte(d.text))
	}
}

// size is the number of bytes that would be sent as payload.
func (d draft) size() int {
	switch d.choice {
	case sendNothing:
		return 0
	case sendNull:
		return len("null")
	case sendEmptyObject:
		return len("{}")
	default:
		return len(strings.TrimSpace(d.text))
	}
}

func readSeconds(text string, low, high int) (int, error) {
	text = strings.TrimSpace(text)
	n, err := strconv.Atoi(text)
	switch {
	case text == "":
		return 0, fmt.Errorf("give a number of seconds from %d to %d", low, high)
	case err != nil:
		return 0, fmt.Errorf("%q is not a whole number of seconds", text)
	case n < low || n > high:
		return 0, fmt.Errorf("the service takes %d to %d seconds, not %d", low, high, n)
	}
	return n, nil
}

// methodAdvice warns of a name that a hub or a gateway may refuse. Whether a hub
// enforces the documented character set is not known, so it is no error.
func methodAdvice(method string, t models.Target) string {
	const separators = "$()<>@,;:\\\"/[]?={} \t"
	for _, r := range method {
		if r < 0x20 || r > 0x7e || strings.ContainsRune(separators, r) {
			return fmt.Sprintf("The documents rule out %q in names: the hub or the device may refuse it.", r)
		}
	}
	const edgeLongest = 100
	if t.IsModule() && len(method) > edgeLongest {
		return fmt.Sprintf("IoT Edge accepts at most %d characters; this has %d.", edgeLongest, len(method))
	}
	return ""
}
