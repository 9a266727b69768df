package models

import (
	"encoding/json"
	"time"
)

// The values a registry uses for a device's status and connection state.
const (
	StatusEnabled     = "enabled"
	StatusDisabled    = "disabled"
	StateConnected    = "Connected"
	StateDisconnected = "Disconnected"
)

// Device is what the registry and the twin said of a target at ObservedAt. It
// never holds keys. Registered is nil when that could not be read, and then
// ReadError says why.
type Device struct {
	DeviceID           string          `json:"deviceId"`
	ModuleID           string          `json:"moduleId,omitempty"`
	ObservedAt         time.Time       `json:"observedAt,omitzero"`
	Registered         *bool           `json:"registered,omitempty"`
	Status             string          `json:"status,omitempty"`
	StatusReason       string          `json:"statusReason,omitempty"`
	ConnectionState    string          `json:"connectionState,omitempty"`
	StateUpdatedTime   time.Time       `json:"connectionStateUpdatedTime,omitzero"`
	LastActivityTime   time.Time       `json:"lastActivityTime,omitzero"`
	ReportedUpdated    time.Time       `json:"reportedUpdatedTime,omitzero"`
	AuthenticationType string          `json:"authenticationType,omitempty"`
	IoTEdge            *bool           `json:"iotEdge,omitempty"`
	Parent             string          `json:"parent,omitempty"`
	Tags               json.RawMessage `json:"tags,omitempty"`
	Reported           json.RawMessage `json:"reported,omitempty"`
	SDK                string          `json:"sdk,omitempty"`
	Protocol           string          `json:"protocol,omitempty"`
	ModelID            string          `json:"modelId,omitempty"`
	Modules            []string        `json:"modules,omitempty"`
	NearMisses         []string        `json:"nearMisses,omitempty"`
	ReadError          string          `json:"readError,omitempty"`
}

// Target is the identity the facts are about.
func (d Device) Target() Target { return Target{DeviceID: d.DeviceID, ModuleID: d.ModuleID} }

// Known reports whether the registry was read and knows the device.
func (d Device) Known() bool { return d.Registered != nil && *d.Registered }

// Missing reports whether the registry was read and does not know the device.
func (d Device) Missing() bool { return d.Registered != nil && !*d.Registered }

// IsEdge reports whether the device is known to be an IoT Edge device.
func (d Device) IsEdge() bool { return d.IoTEdge != nil && *d.IoTEdge }

// NeverActive reports whether the registry gives no last activity: the year 1
// of a device that never connected.
func (d Device) NeverActive() bool { return d.LastActivityTime.Year() <= 1 }

// ActiveAgo is the age of the last activity when it was observed. Last activity
// is anything authenticated, sent or received. ok is false when not known.
func (d Device) ActiveAgo() (age time.Duration, ok bool) {
	if d.ObservedAt.IsZero() || d.NeverActive() {
		return 0, false
	}
	return max(d.ObservedAt.Sub(d.LastActivityTime), 0), true
}

// Ptr returns a pointer to v, for the many facts that may be missing.
func Ptr[T any](v T) *T { return &v }
