// Package device runs the emulator's simulated devices: real MQTT clients over
// TLS, each with a behaviour that may change while it runs.
package device

import (
	"fmt"
	"slices"
	"time"
)

// Kind names what a device does.
type Kind string

// The kinds of behaviour.
const (
	Healthy        Kind = "healthy"
	Offline        Kind = "offline"         // no connection at all
	Slow           Kind = "slow"            // answers after Delay
	Stuck          Kind = "stuck"           // takes calls and never answers
	NoSubscription Kind = "no-subscription" // connected, but not subscribed to methods
	NonJSON        Kind = "non-json"        // answers Text, which is not JSON
	Status         Kind = "status"          // answers Status to everything
	DropInCall     Kind = "drop-in-call"    // loses its connection when called, back after Down
	Flapping       Kind = "flapping"        // connected for Up, gone for Down
	Duplicate      Kind = "duplicate"       // a second client with the same id takes over after Every
	ChokesOnNull   Kind = "chokes-on-null"  // answers 400 by itself when there is no payload
	WrongUserName  Kind = "wrong-user-name" // a hand-written client that the hub refuses
	WrongTopic     Kind = "wrong-topic"     // a hand-written client that subscribes to something else
	BadKey         Kind = "bad-key"         // holds a key that is not its own
	ExpiringToken  Kind = "expiring-token"  // tokens last for Every and are not renewed in time; back after Down
)

// Kinds lists every kind.
func Kinds() []Kind {
	return []Kind{
		Healthy, Offline, Slow, Stuck, NoSubscription, NonJSON, Status, DropInCall, Flapping, Duplicate,
		ChokesOnNull, WrongUserName, WrongTopic, BadKey, ExpiringToken,
	}
}

// Behaviour is a kind with its measures. Measures left at zero get a default
// that shows the behaviour clearly.
type Behaviour struct {
	Kind   Kind
	Delay  time.Duration // Slow
	Status int           // Status; what the device answers
	Text   string        // NonJSON: the answer; Status: its payload, as JSON
	Up     time.Duration // Flapping
	Down   time.Duration // Flapping, DropInCall, ExpiringToken
	Every  time.Duration // Duplicate, ExpiringToken
}

// The defaults of a behaviour's measures.
const (
	DefaultDelay  = 12 * time.Second
	DefaultUp     = 4 * time.Second
	DefaultDown   = 3 * time.Second
	DefaultEvery  = 5 * time.Second
	DefaultStatus = 500
	DefaultText   = "OK rebooting"
)

// WithDefaults fills the measures that were left out.
func (b Behaviour) WithDefaults() Behaviour {
	if b.Kind == "" {
		b.Kind = Healthy
	}
	if b.Delay <= 0 {
		b.Delay = DefaultDelay
	}
	if b.Up <= 0 {
		b.Up = DefaultUp
	}
	if b.Down <= 0 {
		b.Down = DefaultDown
	}
	if b.Every <= 0 {
		b.Every = DefaultEvery
	}
	if b.Status == 0 {
		b.Status = DefaultStatus
	}
	if b.Kind == NonJSON && b.Text == "" {
		b.Text = DefaultText
	}
	return b
}

// Check reports what is wrong with a behaviour.
func (b Behaviour) Check() error {
	if b.Kind != "" && !slices.Contains(Kinds(), b.Kind) {
		return fmt.Errorf("the behaviour %q is not known: write one of %v", b.Kind, Kinds())
	}
	return nil
}

// online reports whether the device keeps a connection.
func (b Behaviour) online() bool { return b.Kind != Offline }

// subscribes reports whether the device listens for methods.
func (b Behaviour) subscribes() bool { return b.Kind != NoSubscription && b.Kind != WrongTopic }

// refused reports whether the hub will not let the device in.
func (b Behaviour) refused() bool { return b.Kind == WrongUserName || b.Kind == BadKey }

// sameConnection reports whether a device may change from b to c without
// connecting anew.
func (b Behaviour) sameConnection(c Behaviour) bool {
	own := func(k Kind) bool {
		return slices.Contains([]Kind{Flapping, Duplicate, WrongUserName, WrongTopic, BadKey, ExpiringToken}, k)
	}
	return b.online() == c.online() && !own(b.Kind) && !own(c.Kind)
}
