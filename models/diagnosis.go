package models

// Verdict is the short answer of a diagnosis.
type Verdict string

// The verdicts. Undetermined is an honest answer: the top cause is below one
// half, or a needed fact could not be read.
const (
	VerdictFault        Verdict = "fault"
	VerdictHealthy      Verdict = "healthy"
	VerdictUndetermined Verdict = "undetermined"
)

// The stable ids of root causes.
const (
	CauseDeviceOffline        = "device-offline"
	CauseNotSubscribed        = "not-subscribed"
	CauseDeviceNotRegistered  = "device-not-registered"
	CauseDeviceDisabled       = "device-disabled"
	CauseWrongTarget          = "wrong-target"
	CauseGatewayOffline       = "gateway-offline"
	CauseHandlerSlow          = "handler-slow"
	CauseHandlerStuck         = "handler-stuck"
	CauseMethodNotImplemented = "method-not-implemented"
	CauseMethodFailed         = "method-failed"
	CauseBadDeviceAnswer      = "bad-device-answer"
	CauseInvalidRequest       = "invalid-request"
	CausePayloadTooLarge      = "payload-too-large"
	CausePayloadAbsent        = "payload-absent"
	CauseCallerTimeout        = "caller-timeout"
	CauseCredentialsInvalid   = "credentials-invalid"
	CausePermissionMissing    = "permission-missing"
	CauseClockSkew            = "clock-skew"
	CauseNetworkBlocked       = "network-blocked"
	CauseDuplicateIdentity    = "duplicate-identity"
	CauseFlappingConnection   = "flapping-connection"
	CauseThrottled            = "throttled"
	CauseQuotaExhausted       = "quota-exhausted"
	CauseTierUnsupported      = "tier-unsupported"
	CauseHubSuspended         = "hub-suspended"
	CauseInflightLimit        = "inflight-limit"
	CauseServiceFault         = "service-fault"
	CauseTransportUnsupported = "transport-unsupported"
	CauseKnownBadSDK          = "known-bad-sdk"
	CauseNoFault              = "no-fault"
)

// Evidence is one finding's part in a cause, in words.
type Evidence struct {
	For     bool    `json:"for"`
	Text    string  `json:"text"`
	Finding string  `json:"finding,omitempty"`
	Weight  float64 `json:"weight,omitempty"` // log-odds, after the family's cap
}

// RankedCause is one possible cause with its share of belief.
type RankedCause struct {
	ID          string     `json:"id"`
	Probability float64    `json:"probability"` // 0 to 1; all primary causes sum to 1
	Title       string     `json:"title"`
	Explanation string     `json:"explanation,omitempty"`
	Evidence    []Evidence `json:"evidence"`
	Fix         []string   `json:"fix"`
	Links       []Link     `json:"links"`
}

// Link is a document worth reading at this point.
type Link struct {
	Title string `json:"title"`
	URL   string `json:"url"`
}

// Contribution is a finding that the primary cause does not explain, with its
// own cause.
type Contribution struct {
	Finding string `json:"finding"`
	Cause   string `json:"cause"`
	Text    string `json:"text"`
}

// NextTest is the one test not yet run that would tell most.
type NextTest struct {
	Test string  `json:"test"` // stable id
	Why  string  `json:"why"`
	Gain float64 `json:"gain,omitempty"` // expected information gain in bits
}

// Diagnosis is the verdict, the causes in falling order, and what to do next.
type Diagnosis struct {
	Version      int            `json:"version"`
	Verdict      Verdict        `json:"verdict"`
	Summary      string         `json:"summary"`
	Causes       []RankedCause  `json:"causes"`
	Contributing []Contribution `json:"contributing"`
	Missing      []string       `json:"missing,omitempty"` // facts that could not be read
	Next         *NextTest      `json:"next,omitempty"`
}

// Top is the most likely cause; ok is false when there is none.
func (d Diagnosis) Top() (RankedCause, bool) {
	if len(d.Causes) == 0 {
		return RankedCause{}, false
	}
	return d.Causes[0], true
}
