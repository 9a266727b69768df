package hub

import (
	"fmt"
	"slices"
)

// Switches choose among behaviours of the real service that public sources do
// not settle. The defaults are what the sources make likeliest; none of them
// is known for certain. Names are those of the YAML keys under hub.switches.
type Switches struct {
	// OfflineText is the wording of 404103: "2024" or "2018".
	OfflineText string `yaml:"offlineText"`
	// DisabledDevice is the code of a call to a disabled device: 404001, as the
	// documentation says, or 403012, whose name says it.
	DisabledDevice int `yaml:"disabledDevice"`
	// UnknownModule is the code of a call to an unknown module: 404010, which
	// two SDKs' tests expect, or 404001.
	UnknownModule int `yaml:"unknownModule"`
	// DroppedMidCall is the code when the device's connection ends with a call
	// in flight: 404103 or 404104.
	DroppedMidCall int `yaml:"droppedMidCall"`
	// ReplacedMidCall is the code when another client with the same id takes
	// the connection with a call in flight: 400027, or as DroppedMidCall.
	ReplacedMidCall int `yaml:"replacedMidCall"`
	// OversizePayload is the code of a payload over 128 KB: 400004 or 413001.
	OversizePayload int `yaml:"oversizePayload"`
	// MalformedJSON is the code of a body that is not JSON: 400004 or 400006.
	MalformedJSON int `yaml:"malformedJson"`
	// ExpiredToken is the code of an expired token: 401002 or 401003.
	ExpiredToken int `yaml:"expiredToken"`
	// MissingRight is the code of a policy without the right: 401002 or 401003.
	MissingRight int `yaml:"missingRight"`
	// LocalAuthDisabled is the code of a token where local authentication is
	// off: 401002 or 401003.
	LocalAuthDisabled int `yaml:"localAuthDisabled"`
	// StatisticsRight is the right that statistics need: registryRead or
	// serviceConnect.
	StatisticsRight string `yaml:"statisticsRight"`
	// JobsRight is the right that jobs need: serviceConnect or registry.
	JobsRight string `yaml:"jobsRight"`
	// MaxInFlight is how many unanswered calls one device may have before
	// 403800; 0 means no limit, because the number is not published.
	MaxInFlight int `yaml:"maxInFlight"`
	// MaxMethodName is the longest method name in characters; 0 means no limit.
	// edgeHub, the open-source sister, allows 100.
	MaxMethodName int `yaml:"maxMethodName"`
	// ModuleInLog is how a DirectMethods row names a module: "path" for
	// deviceId "device/module", "field" for a moduleId of its own, "none".
	ModuleInLog string `yaml:"moduleInLog"`
	// RetryAfterSeconds is the header on 429 and 503; 0 leaves it out, because
	// no service SDK reads one.
	RetryAfterSeconds int `yaml:"retryAfterSeconds"`
	// FailedStatusFailsJob counts a device's own status of 400 and above as a
	// failure of its job.
	FailedStatusFailsJob bool `yaml:"failedStatusFailsJob"`
	// BodyForm is the shape of a failed method call: "B" (since 2017) or any of
	// "A", "C", "D", "E", "F".
	BodyForm string `yaml:"bodyForm"`
	// EmptyAnswer is what stands for an answer of no bytes: "raw", nothing at
	// all, as bodies in the wild show, or "null".
	EmptyAnswer string `yaml:"emptyAnswer"`
	// LateSubscriptionSeconds is how long the hub waits after a device
	// subscribed late before it delivers; edgeHub waits 3.
	LateSubscriptionSeconds float64 `yaml:"lateSubscriptionSeconds"`
}

// DefaultSwitches are the likeliest behaviours.
func DefaultSwitches() Switches {
	return Switches{
		OfflineText:       "2024",
		DisabledDevice:    CodeDeviceNotFound,
		UnknownModule:     CodeModuleNotFound,
		DroppedMidCall:    CodeDeviceNotOnline,
		ReplacedMidCall:   CodeReplaced,
		OversizePayload:   CodeArgumentInvalid,
		MalformedJSON:     CodeArgumentInvalid,
		ExpiredToken:      CodeUnauthorizedAccess,
		MissingRight:      CodeUnauthorizedAccess,
		LocalAuthDisabled: CodeUnauthorizedAccess,
		StatisticsRight:   "registryRead",
		JobsRight:         "serviceConnect",
		ModuleInLog:       "path",
		BodyForm:          "B",
		EmptyAnswer:       "raw",
	}
}

// Check reports the first switch with a value it cannot have.
func (s Switches) Check() error {
	words := []struct {
		name, value string
		allowed     []string
	}{
		{"offlineText", s.OfflineText, []string{"2024", "2018"}},
		{"statisticsRight", s.StatisticsRight, []string{"registryRead", "serviceConnect"}},
		{"jobsRight", s.JobsRight, []string{"serviceConnect", "registry"}},
		{"moduleInLog", s.ModuleInLog, []string{"path", "field", "none"}},
		{"emptyAnswer", s.EmptyAnswer, []string{"raw", "null"}},
		{"bodyForm", s.BodyForm, []string{"A", "B", "C", "D", "E", "F"}},
	}
	for _, w := range words {
		if !slices.Contains(w.allowed, w.value) {
			return fmt.Errorf("switch %s is %q: write one of %v", w.name, w.value, w.allowed)
		}
	}
	codes := []struct {
		name    string
		value   int
		allowed []int
	}{
		{"disabledDevice", s.DisabledDevice, []int{CodeDeviceNotFound, CodeDeviceDisabled}},
		{"unknownModule", s.UnknownModule, []int{CodeModuleNotFound, CodeDeviceNotFound}},
		{"droppedMidCall", s.DroppedMidCall, []int{CodeDeviceNotOnline, CodeConnectionClosed, CodeGatewayTimeout}},
		{"replacedMidCall", s.ReplacedMidCall, []int{CodeReplaced, CodeDeviceNotOnline, CodeConnectionClosed}},
		{"oversizePayload", s.OversizePayload, []int{CodeArgumentInvalid, CodeMessageTooLarge}},
		{"malformedJson", s.MalformedJSON, []int{CodeArgumentInvalid, CodeFormatError}},
		{"expiredToken", s.ExpiredToken, []int{CodeUnauthorizedAccess, CodeUnauthorized}},
		{"missingRight", s.MissingRight, []int{CodeUnauthorizedAccess, CodeUnauthorized}},
		{"localAuthDisabled", s.LocalAuthDisabled, []int{CodeUnauthorizedAccess, CodeUnauthorized}},
	}
	for _, c := range codes {
		if !slices.Contains(c.allowed, c.value) {
			return fmt.Errorf("switch %s is %d: write one of %v", c.name, c.value, c.allowed)
		}
	}
	return nil
}
