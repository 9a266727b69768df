package models

import "time"

// CaseVersion is the version of the case contract.
const CaseVersion = 1

// Case is everything one walk observed. It is saved, sent to colleagues and
// diagnosed again, so it never holds a secret.
type Case struct {
	Version     int          `json:"version"`
	Hub         Hub          `json:"hub,omitzero"`
	Client      Client       `json:"client,omitzero"`
	Devices     []Device     `json:"devices,omitempty"`
	Invocations []Invocation `json:"invocations,omitempty"`
	Logs        []LogRecord  `json:"logs,omitempty"`
	Load        *Load        `json:"load,omitempty"`
	// Target and Comparison say which devices the walk is about; a case
	// without them is about its first device.
	Target     string `json:"target,omitempty"`
	Comparison string `json:"comparison,omitempty"`
}

// Hub is what is known of the hub.
type Hub struct {
	HostName            string `json:"hostName,omitempty"`
	Emulator            bool   `json:"emulator,omitempty"`
	SKU                 string `json:"sku,omitempty"`
	Units               int    `json:"units,omitempty"`
	Stated              bool   `json:"stated,omitempty"` // tier and units are the user's word, not read
	State               string `json:"state,omitempty"`
	PublicNetworkAccess string `json:"publicNetworkAccess,omitempty"`
	LocalAuthDisabled   *bool  `json:"localAuthDisabled,omitempty"`
	QuotaUsed           *int64 `json:"quotaUsed,omitempty"`
	QuotaMax            *int64 `json:"quotaMax,omitempty"`
	DirectMethodLogs    string `json:"directMethodLogs,omitempty"` // "on", "off" or ""
	TotalDevices        *int64 `json:"totalDevices,omitempty"`
	ConnectedDevices    *int64 `json:"connectedDevices,omitempty"`
	ReadError           string `json:"readError,omitempty"`
}

// Client is what is known of the caller: this machine and its credential.
type Client struct {
	ClockOffsetSeconds *float64 `json:"clockOffsetSeconds,omitempty"` // local minus hub
	HTTPTimeoutSeconds *float64 `json:"httpTimeoutSeconds,omitempty"`
	Credential         string   `json:"credential,omitempty"` // "sas-policy", "sas-token" or "entra"
	Policy             string   `json:"policy,omitempty"`
	From               string   `json:"from,omitempty"`
	TokenExpiry        string   `json:"tokenExpiry,omitempty"` // RFC 3339, from a pre-made token
	TokenResource      string   `json:"tokenResource,omitempty"`
	// What the first cheap request of the walk came to, when it failed.
	ContactStatus    int                `json:"contactStatus,omitempty"`
	ContactBody      string             `json:"contactBody,omitempty"`
	ContactError     string             `json:"contactError,omitempty"`
	ContactErrorKind TransportErrorKind `json:"contactErrorKind,omitempty"`
	TLSIssuer        string             `json:"tlsIssuer,omitempty"`
	Proxy            string             `json:"proxy,omitempty"`
}

// Load is the traffic of direct methods the user plans or observes on the hub.
type Load struct {
	CallsPerSecond float64 `json:"callsPerSecond,omitempty"`
	PayloadBytes   int     `json:"payloadBytes,omitempty"`
}

// LogRecord is one resource log row as the hub exports it. DurationMs and
// ResultType stay text because exports write them either way.
type LogRecord struct {
	Time              time.Time `json:"time,omitzero"`
	ResourceID        string    `json:"resourceId,omitempty"`
	Category          string    `json:"category,omitempty"`
	OperationName     string    `json:"operationName,omitempty"`
	Level             string    `json:"level,omitempty"`
	ResultType        string    `json:"resultType,omitempty"`
	ResultDescription string    `json:"resultDescription,omitempty"`
	DurationMs        string    `json:"durationMs,omitempty"`
	Properties        string    `json:"properties,omitempty"` // a JSON object, written as a string
	Location          string    `json:"location,omitempty"`
}

// The log categories that methodical reads.
const (
	CategoryDirectMethods = "DirectMethods"
	CategoryConnections   = "Connections"
)

// Device returns the facts about t, if the case has any.
func (c *Case) Device(t Target) (Device, bool) {
	for i := len(c.Devices) - 1; i >= 0; i-- {
		if c.Devices[i].Target() == t {
			return c.Devices[i], true
		}
	}
	return Device{}, false
}

// PutDevice keeps d as the newest facts about its target.
func (c *Case) PutDevice(d Device) {
	for i := range c.Devices {
		if c.Devices[i].Target() == d.Target() {
			c.Devices[i] = d
			return
		}
	}
	c.Devices = append(c.Devices, d)
}

// Subject is the target the case is about: the named one, else the first
// invocation's, else the first device's.
func (c *Case) Subject() Target {
	if t, err := ParseTarget(c.Target); err == nil {
		return t
	}
	if len(c.Invocations) > 0 {
		return c.Invocations[0].Target()
	}
	if len(c.Devices) > 0 {
		return c.Devices[0].Target()
	}
	return Target{}
}

// CallsTo returns the invocations of t, oldest first.
func (c *Case) CallsTo(t Target) []Invocation {
	var calls []Invocation
	for _, inv := range c.Invocations {
		if inv.Target() == t {
			calls = append(calls, inv)
		}
	}
	return calls
}
