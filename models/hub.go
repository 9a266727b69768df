package models

import (
	"fmt"
	"time"
)

// DeviceQuery asks for one page of devices in the order of the hub.
type DeviceQuery struct {
	Prefix       string // only ids that start with it
	Where        string // a further condition in the hub's query language; "" for none
	Top          int    // rows wanted; the hub may give fewer or more. 0 means 100
	Continuation string // from the last page; "" for the first
}

// DevicePage is one page of devices; Next is "" on the last.
type DevicePage struct {
	Devices []Device
	Next    string
}

// Statistics is the registry's counts. A count that could not be read is nil.
type Statistics struct {
	Total, Enabled, Disabled, Connected *int64
}

// Contact is what one successful request says of the way to the hub.
type Contact struct {
	RoundTrip   time.Duration
	ClockOffset time.Duration // local minus hub, to the second
	HasClock    bool          // whether the answer carried a Date
	TLSIssuer   string        // issuer of the hub's certificate
	TLSVersion  string
	Remote      string // the address spoken to; a proxy's when there is one
	Proxy       string // without credentials; "" for none
}

// HubFailure is a request that the hub, or the way to it, did not grant.
type HubFailure struct {
	Op         string   // what was asked, in words: "read the twin of pump-7"
	HTTPStatus int      // 0 when no answer came
	Hub        HubError // what its body said
	Kind       TransportErrorKind
	Transport  string // the transport's own words when no answer came, or why an answer is none
	Body       string // the hub's body, bounded
}

func (f *HubFailure) Error() string {
	switch {
	case f.HTTPStatus == 0:
		return fmt.Sprintf("could not %s: %s", f.Op, f.Transport)
	case f.Hub.Code != "" || f.Hub.Name != "":
		return fmt.Sprintf("could not %s: the hub answered %d (%s %s) %s", f.Op, f.HTTPStatus, f.Hub.Code, f.Hub.Name, f.Hub.Message)
	case f.Transport != "":
		return fmt.Sprintf("could not %s: the hub answered %d: %s", f.Op, f.HTTPStatus, f.Transport)
	default:
		return fmt.Sprintf("could not %s: the hub answered %d", f.Op, f.HTTPStatus)
	}
}
