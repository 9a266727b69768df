package models

import "time"

// Step is where a person is in the runbook.
type Step string

// The steps of the runbook in their order. Try, compare, limits and logs are
// the four recommendations for direct-method trouble.
const (
	StepConnect Step = "connect"
	StepDevice  Step = "device"
	StepTry     Step = "try"
	StepCompare Step = "compare"
	StepLimits  Step = "limits"
	StepLogs    Step = "logs"
	StepVerdict Step = "verdict"
)

// Inputs is everything the person has chosen or typed so far.
type Inputs struct {
	Target                 Target   `json:"target,omitzero"`
	Method                 string   `json:"method"` // SafeProbeMethod by default
	Payload                Payload  `json:"payload,omitzero"`
	ConnectTimeoutSeconds  int      `json:"connectTimeoutSeconds"`
	ResponseTimeoutSeconds int      `json:"responseTimeoutSeconds"`
	CompareWith            Target   `json:"compareWith,omitzero"`
	Load                   Load     `json:"load,omitzero"`
	SKU                    string   `json:"sku,omitempty"`   // stated by the user where it cannot be read
	Units                  int      `json:"units,omitempty"` // likewise
	LogFiles               []string `json:"logFiles,omitempty"`
}

// DefaultInputs is what a walk starts with: the safe probe.
func DefaultInputs() Inputs {
	return Inputs{
		Method: SafeProbeMethod, Payload: Payload{raw: []byte("{}")},
		ConnectTimeoutSeconds:  DefaultConnectTimeoutSeconds,
		ResponseTimeoutSeconds: SafeProbeResponseTimeoutSeconds,
	}
}

// Call is the composed call, sent to t.
func (in Inputs) Call(t Target) Call {
	connect, response := in.ConnectTimeoutSeconds, in.ResponseTimeoutSeconds
	return Call{
		Target: t, Method: in.Method, Payload: in.Payload,
		ConnectTimeoutSeconds: &connect, ResponseTimeoutSeconds: &response,
	}
}

// Request is a check under way. It stays in the walk until its answer is in,
// so that an answer is never lost because its screen is gone.
type Request struct {
	ID        int       `json:"id"`
	Check     string    `json:"check"`
	Target    Target    `json:"target,omitzero"`
	Call      *Call     `json:"call,omitempty"`
	Started   time.Time `json:"started,omitzero"`
	Cancelled bool      `json:"cancelled,omitempty"`
}

// WalkVersion is the version of the saved walk's form.
const WalkVersion = 1

// Walk is a case plus where the person is in it: what is saved and resumed.
type Walk struct {
	Version  int                    `json:"version"`
	ID       string                 `json:"id"`
	Started  time.Time              `json:"started,omitzero"`
	Step     Step                   `json:"step"`
	Inputs   Inputs                 `json:"inputs"`
	Case     Case                   `json:"case"`
	Reports  map[string]CheckReport `json:"reports,omitempty"`
	Summary  *LogSummary            `json:"logSummary,omitempty"`
	InFlight []Request              `json:"inFlight,omitempty"`
	LastID   int                    `json:"lastId"`
}

// Facts is what a check gathered: additions to a case, as plain data.
type Facts struct {
	Devices     []Device
	Invocations []Invocation
	Hub         *Hub
	Client      *Client
	Logs        []LogRecord
	Summary     *LogSummary
	Load        *Load
	Comparison  Target // a device worth comparing with
}

// Running reports whether a check is in flight.
func (w Walk) Running(check string) bool {
	_, ok := w.Request(check)
	return ok
}

// Request returns the request in flight for a check.
func (w Walk) Request(check string) (Request, bool) {
	for _, r := range w.InFlight {
		if r.Check == check && !r.Cancelled {
			return r, true
		}
	}
	return Request{}, false
}
