package checks

import (
	"time"

	"methodical/models"
)

// Event is something that happened to a walk: the person chose, typed or moved,
// or a check came back. Every front end speaks to the runbook in events.
type Event interface{ isEvent() }

// The events.
type (
	// Connected says which hub the walk is about.
	Connected struct {
		Hub    models.Hub
		Client models.Client
		At     time.Time
	}
	// TargetChosen names the device or module in trouble.
	TargetChosen struct {
		Target models.Target
		At     time.Time
	}
	// CallComposed holds the method, payload and timeouts as far as they are
	// valid; drafts that are not yet valid stay with the screen.
	CallComposed struct {
		Method                 string
		Payload                models.Payload
		ConnectTimeoutSeconds  int
		ResponseTimeoutSeconds int
	}
	// ComparisonChosen names the device to compare with.
	ComparisonChosen struct {
		Target models.Target
		At     time.Time
	}
	// LoadStated is the load the person plans, and the tier where it could not
	// be read.
	LoadStated struct {
		Load  models.Load
		SKU   string
		Units int
	}
	// LogFilesChosen names exported log files to read.
	LogFilesChosen struct {
		Files []string
		At    time.Time
	}
	// CheckRequested asks for a check now.
	CheckRequested struct {
		Check string
		At    time.Time
	}
	// CheckDone brings what a check gathered. Err says that it could not run.
	CheckDone struct {
		Request int
		Check   string
		Facts   models.Facts
		Err     error
	}
	// CancelRequested gives up waiting for a request. What the device may have
	// done by then stays in the walk.
	CancelRequested struct{ Request int }
	// Moved goes to a step; forward and back are moves to the neighbours.
	Moved struct {
		To models.Step
		At time.Time
	}
)

func (Connected) isEvent()        {}
func (TargetChosen) isEvent()     {}
func (CallComposed) isEvent()     {}
func (ComparisonChosen) isEvent() {}
func (LoadStated) isEvent()       {}
func (LogFilesChosen) isEvent()   {}
func (CheckRequested) isEvent()   {}
func (CheckDone) isEvent()        {}
func (CancelRequested) isEvent()  {}
func (Moved) isEvent()            {}

// Effect is what the runbook wants done. Front ends carry effects out and send
// the results back as events.
type Effect interface{ isEffect() }

// The effects.
type (
	// RunCheck asks for a check to be run on the walk as it is now.
	RunCheck struct {
		Request int
		Check   string
		Walk    models.Walk
	}
	// StopCheck asks for a running check to be cancelled.
	StopCheck struct{ Request int }
	// Save asks for the walk to be written to disk.
	Save struct{}
	// Refuse says why an event was not acted on, in a sentence for the person.
	Refuse struct{ Reason string }
)

func (RunCheck) isEffect()  {}
func (StopCheck) isEffect() {}
func (Save) isEffect()      {}
func (Refuse) isEffect()    {}
