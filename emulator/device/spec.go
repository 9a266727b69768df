package device

import (
	"bytes"
	"context"
	"crypto/x509"
	"encoding/json"
	"log/slog"
	"time"

	"methodical/emulator/clock"
	"methodical/models"
)

// The client libraries a device can be built on.
const (
	Paho      = "paho"      // eclipse/paho.mqtt.golang; any JSON value, many calls at once
	IoTDevice = "iotdevice" // amenzhinsky/iothub; object payloads, silent about unknown methods
)

// Spec is a simulated device.
type Spec struct {
	Target       models.Target
	Client       string // Paho or IoTDevice
	SDK          string // what it says it is, for Paho
	Methods      map[string]Reply
	Silent       bool // unknown methods get no answer, as with the Node and Python SDKs
	Telemetry    time.Duration
	Behaviour    Behaviour
	AfterRestart *Behaviour // what a restart makes of it; nil for no change
}

// Reply is what a device answers to one method.
type Reply struct {
	Status  int
	Payload json.RawMessage // nil for an empty object
	Echo    bool            // the payload comes back instead
	After   time.Duration
}

// World is what devices need of the place they run in.
type World struct {
	HostName string // as in connection strings
	Address  string // of the MQTT listener
	Roots    *x509.CertPool
	Clock    *clock.Clock
	Log      *slog.Logger
	// RealNow is what the hub takes for the real time; devices follow it.
	RealNow func() time.Time
	// Key is the device's current key, in base64.
	Key func(models.Target) (string, error)
	// Vacant waits until no other client is connected with the identity.
	Vacant func(context.Context, models.Target) error
}

// Answer is what a device says to a call.
type Answer struct {
	Status int
	Body   []byte
	After  time.Duration
	Silent bool // no answer at all
	Drop   bool // the connection ends instead
}

// AnswerTo is what a device with behaviour b says to a call.
func (s Spec) AnswerTo(b Behaviour, method string, payload []byte) Answer {
	switch b.Kind {
	case Stuck:
		return Answer{Silent: true}
	case DropInCall:
		return Answer{Drop: true}
	case NonJSON:
		return Answer{Status: 200, Body: []byte(b.Text)}
	case Status:
		return Answer{Status: b.Status, Body: orObject([]byte(b.Text))}
	case ChokesOnNull:
		if isNull(payload) {
			return Answer{Status: 400, Body: []byte(`"Invalid request"`)}
		}
	}
	a := s.normally(method, payload)
	if b.Kind == Slow {
		a.After = b.Delay
	}
	return a
}

func (s Spec) normally(method string, payload []byte) Answer {
	reply, known := s.Methods[method]
	switch {
	case !known && s.Silent:
		return Answer{Silent: true}
	case !known:
		name, _ := json.Marshal(method) // a string always marshals
		return Answer{Status: 501, Body: append(append([]byte(`{"error":"method not implemented","method":`), name...), '}')}
	case reply.Echo:
		return Answer{Status: statusOr200(reply.Status), Body: payload, After: reply.After}
	default:
		return Answer{Status: statusOr200(reply.Status), Body: orObject(reply.Payload), After: reply.After}
	}
}

func statusOr200(status int) int {
	if status == 0 {
		return 200
	}
	return status
}

func orObject(body []byte) []byte {
	if len(body) == 0 {
		return []byte("{}")
	}
	return body
}

func isNull(payload []byte) bool {
	payload = bytes.TrimSpace(payload)
	return len(payload) == 0 || string(payload) == "null"
}
