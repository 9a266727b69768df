package models

import (
	"encoding/json"
	"time"
)

// OutcomeKind sorts what an invocation came to. Hub and device are never
// mixed: an answered call may still carry a failing device status.
type OutcomeKind string

// The kinds of outcome.
const (
	// OutcomeAnswered: the device answered; DeviceStatus says how.
	OutcomeAnswered OutcomeKind = "answered"
	// OutcomeBadAnswer: the hub said 200 but the body is not JSON, because the
	// device's bytes were not.
	OutcomeBadAnswer OutcomeKind = "bad-answer"
	// OutcomeHubError: the hub answered with an error of its own.
	OutcomeHubError OutcomeKind = "hub-error"
	// OutcomeNoAnswer: nothing came back (network, TLS, proxy, own timeout).
	OutcomeNoAnswer OutcomeKind = "no-answer"
	// OutcomeCancelled: the user gave up waiting.
	OutcomeCancelled OutcomeKind = "cancelled"
)

// Outcome is an invocation read: what came back, told apart.
type Outcome struct {
	Kind          OutcomeKind
	HubStatus     int             // HTTP status of the hub, 0 when no answer came
	DeviceStatus  *int            // the device's own status, nil when it sent none
	DevicePayload json.RawMessage // the device's answer as it came
	Error         HubError        // what the hub's body said, zero when it said nothing
	MayHaveRun    MayHaveRun
	Summary       string // one plain sentence
}

// OK reports whether the device answered with a status below 400.
func (o Outcome) OK() bool {
	return o.Kind == OutcomeAnswered && o.DeviceStatus != nil && *o.DeviceStatus < 400
}

// HubError is an error body of any shape, read. Every part may be missing.
type HubError struct {
	Code        string    // six digits, for example "404103"
	Name        string    // symbolic name, for example "DeviceNotOnline"
	Message     string    // the hub's own sentence
	TrackingIDs []string  // as written, in order
	Timeout     string    // info.timeout as "hh:mm:ss", the wait the hub applied
	Time        time.Time // the hub's time of the error, zero when not given
	Unread      string    // what of the text could not be read, bounded
}

// IsZero reports whether nothing was read.
func (e HubError) IsZero() bool {
	return e.Code == "" && e.Name == "" && e.Message == "" && len(e.TrackingIDs) == 0 && e.Timeout == "" && e.Time.IsZero()
}
