package models

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
)

// Target is what a direct method is sent to: a device and, optionally, one of
// its modules.
type Target struct {
	DeviceID string `json:"deviceId"`
	ModuleID string `json:"moduleId,omitempty"`
}

// MaxIDLength is the longest device or module id a hub accepts, in characters.
// Source: learn.microsoft.com, "Understand the identity registry".
const MaxIDLength = 128

// idPunctuation lists what an id may hold beside ASCII letters and digits.
// Source: the same page.
const idPunctuation = "-:.+%_#*?!(),=@;$'"

// ErrEmptyTarget says that no device was named.
var ErrEmptyTarget = errors.New("no device named: write DEVICE or DEVICE/MODULE")

// ParseTarget reads "device" or "device/module". Ids are case-sensitive.
// The error says which character or length is at fault.
func ParseTarget(s string) (Target, error) {
	device, module, hasModule := strings.Cut(s, "/")
	if device == "" {
		return Target{}, ErrEmptyTarget
	}
	if err := checkID("device id", device); err != nil {
		return Target{}, err
	}
	if !hasModule {
		return Target{DeviceID: device}, nil
	}
	if module == "" {
		return Target{}, fmt.Errorf("nothing after the slash in %q: write DEVICE/MODULE, or DEVICE alone", s)
	}
	if err := checkID("module id", module); err != nil {
		return Target{}, err
	}
	return Target{DeviceID: device, ModuleID: module}, nil
}

func checkID(what, id string) error {
	if len(id) > MaxIDLength {
		return fmt.Errorf("the %s has %d characters: a hub accepts at most %d", what, len(id), MaxIDLength)
	}
	for _, r := range id {
		letter := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'
		if !letter && !strings.ContainsRune(idPunctuation, r) {
			return fmt.Errorf("the %s holds %q: a hub accepts ASCII letters, digits and %s", what, r, idPunctuation)
		}
	}
	return nil
}

// String writes the target as ParseTarget reads it.
func (t Target) String() string {
	if t.ModuleID == "" {
		return t.DeviceID
	}
	return t.DeviceID + "/" + t.ModuleID
}

// IsZero reports whether no device is named.
func (t Target) IsZero() bool { return t == Target{} }

// IsModule reports whether the target is a module rather than a device.
func (t Target) IsModule() bool { return t.ModuleID != "" }

// TwinPath is the path of the target's twin in the service API, with the ids
// escaped: they may hold #, % and ?.
func (t Target) TwinPath() string {
	path := "/twins/" + url.PathEscape(t.DeviceID)
	if t.IsModule() {
		path += "/modules/" + url.PathEscape(t.ModuleID)
	}
	return path
}
