package scenario

import (
	"fmt"
	"slices"

	"methodical/emulator/hub"
	"methodical/models"
)

// Try is the call that shows what a scenario is about.
type Try struct {
	Target          string `yaml:"target"`     // DEVICE or DEVICE/MODULE
	Comparison      string `yaml:"comparison"` // a device to compare it with
	Method          string `yaml:"method"`
	Payload         *JSON  `yaml:"payload"`      // nil for none
	PayloadBytes    int    `yaml:"payloadBytes"` // a payload of that size instead
	ConnectTimeout  *int   `yaml:"connectTimeoutSeconds"`
	ResponseTimeout *int   `yaml:"responseTimeoutSeconds"`
	Times           int    `yaml:"times"`              // how often; 0 means once
	HTTPTimeout     int    `yaml:"httpTimeoutSeconds"` // the caller's own limit; 0 for none
}

// Caller is in whose name to call.
type Caller struct {
	Policy string `yaml:"policy"` // "" means iothubowner
	// Key is rotated when the caller still holds the key from before.
	Key string `yaml:"key"`
}

// Load is traffic of other callers.
type Load struct {
	Target         string  `yaml:"target"`
	Method         string  `yaml:"method"`
	CallsPerSecond float64 `yaml:"callsPerSecond"`
	InFlight       int     `yaml:"inFlight"` // so many calls are kept waiting
	PayloadBytes   int     `yaml:"payloadBytes"`
}

// KeyRotated is the one value of a caller's key.
const KeyRotated = "rotated"

func (s *Scenario) checkUse(known map[string]bool) *problem {
	for _, name := range []struct{ key, target string }{{"target", s.Try.Target}, {"comparison", s.Try.Comparison}} {
		if name.target == "" {
			continue
		}
		if _, err := models.ParseTarget(name.target); err != nil {
			return wrong("$.try."+name.key, "%s", err)
		}
	}
	if c := s.Caller; c.Policy != "" && !slices.Contains(hub.Policies(), c.Policy) {
		return wrong("$.caller.policy", "the policy is one of %v, not %q", hub.Policies(), c.Policy)
	}
	if k := s.Caller.Key; k != "" && k != KeyRotated {
		return wrong("$.caller.key", "the key is %s or left out, not %q", KeyRotated, k)
	}
	for i, l := range s.Load {
		at := fmt.Sprintf("$.load[%d]", i)
		t, err := models.ParseTarget(l.Target)
		switch {
		case err != nil:
			return wrong(at+".target", "%s", err)
		case !known[t.DeviceID]:
			return wrong(at+".target", "%s is not among the devices", t.DeviceID)
		case l.CallsPerSecond < 0 || l.CallsPerSecond > 10_000 || l.InFlight < 0 || l.InFlight > 10_000:
			return wrong(at, "load lies between 0 and 10000 calls")
		case l.PayloadBytes < 0 || l.PayloadBytes > models.MaxPayloadBytes:
			return wrong(at+".payloadBytes", "a payload has at most %d bytes", models.MaxPayloadBytes)
		}
	}
	return nil
}
