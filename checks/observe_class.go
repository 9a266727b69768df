package checks

import (
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"methodical/models"
)

// class sorts calls by what they came to, finely enough for a diagnosis.
type class int

const (
	classNone         class = iota // cancelled, or nothing is known of the answer
	classUnreached                 // the network: no answer came
	classForeign                   // an answer, but not one that a hub gives
	classGaveUp                    // the caller's own time limit ran out
	classUnauthorized              // 401
	classTimeoutRange
	classInvalid
	classTooLarge
	classThrottled
	classQuota
	classTier
	classSuspended
	classKeyRevoked
	classInflight
	classServiceFault
	classBadGateway // 502 that does not say whose fault it is
	classDisabled
	classUnavailable // 503101, 503102
	classUnnamed403  // 403 without a code
	classUnnamed     // another refusal without a code that is known
	classUnnamed404  // 404 without a code
	classNotFound    // 404001
	classNoModule    // 404010
	classRefused     // 404103: not online, or not subscribed
	classDropped     // 404104
	classKicked      // 400027, 409002
	classSilent      // 504101: delivered, no answer in time
	classBadAnswer   // an answer that is not JSON
	classAnswered    // the device answered; status says how
)

// depth says how far a call got: a later call that gets farther under the same
// conditions shows that the trouble of an earlier one is over.
func (c class) depth() int {
	switch {
	case c == classNone:
		return -1
	case c <= classGaveUp:
		return 0
	case c == classUnauthorized:
		return 1
	case c <= classUnnamed:
		return 2
	case c <= classKicked:
		return 3
	case c == classSilent:
		return 4
	default:
		return 5
	}
}

// hubWide reports whether a class speaks about hub, caller or network rather
// than about one device.
func (c class) hubWide() bool {
	switch c {
	case classUnreached, classForeign, classUnauthorized, classThrottled, classQuota, classTier, classSuspended, classKeyRevoked, classServiceFault, classBadGateway:
		return true
	}
	return false
}

// refusal reports whether the hub found nobody to hand the call to.
func (c class) refusal() bool {
	switch c {
	case classRefused, classDropped, classNotFound, classKicked, classUnavailable, classUnnamed404:
		return true
	}
	return false
}

// call is an invocation, read.
type call struct {
	inv    models.Invocation
	out    models.Outcome
	class  class
	code   string // the hub's six digits, "" when it gave none
	status int    // the device's own status, of an answered call
	at     int    // its place among all calls of the case
	probe  bool
	hidden bool          // an answer that a gateway seems to have put in the place of another
	wait   time.Duration // the connect wait the hub applied
	time   time.Duration // how long the call took
	timed  bool          // whether time is known
}

func readCall(inv models.Invocation, at int) call {
	if inv.HTTPStatus == 0 && inv.TransportError == "" && deviceEnvelope(inv.Body) {
		inv.HTTPStatus = http.StatusOK // the case lost it: only a 200 carries a device's answer
	}
	c := call{inv: inv, out: ReadOutcome(inv), at: at}
	c.probe = inv.SafeProbe || inv.MethodName == models.SafeProbeMethod
	c.time, c.timed = inv.Elapsed()
	c.code = codeOf(c.out.Error)
	c.class, c.status = classify(c)
	c.wait = inv.ConnectTimeout()
	if applied, ok := clockTime(c.out.Error.Timeout); ok && c.class == classRefused {
		c.wait = applied
	}
	return c
}

// deviceEnvelope reports whether a body is the one in which the hub hands on a
// device's answer.
func deviceEnvelope(body string) bool {
	var envelope struct {
		Status *int `json:"status"`
	}
	return json.Unmarshal([]byte(body), &envelope) == nil && envelope.Status != nil && *envelope.Status < 1000
}

// codeOf is the six digits of a hub's error: its own, else by its name.
func codeOf(e models.HubError) string {
	code := e.Code
	if len(code) != 6 {
		code, _, _ = models.MethodCodes{}.Resolve(e.Name)
	}
	if code == models.MisprintedCode {
		code = models.CodeDeviceNotOnline
	}
	return code
}

// clockTime reads the "hh:mm:ss" of info.timeout.
func clockTime(s string) (time.Duration, bool) {
	if s == "" {
		return 0, false
	}
	t, err := time.Parse("15:04:05", s)
	if err != nil {
		return 0, false
	}
	return time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute + time.Duration(t.Second())*time.Second, true
}

// ok reports whether the device answered with a status below 400. A status
// below 100 is no device's choice.
func (c call) ok() bool { return c.class == classAnswered && c.status >= 100 && c.status < 400 }

// good reports whether a call is what it should be: an answer below 400, or any
// answer of the device to the safe probe, whose method no device has.
func (c call) good() bool {
	return c.ok() || c.probe && c.class == classAnswered && c.status >= 100 && !c.hidden
}

// method is the called method, fit for a sentence.
func (c call) method() string {
	if c.inv.MethodName == "" {
		return "the method"
	}
	return cleanName(c.inv.MethodName)
}

// hubSaid quotes the hub: code, name and its own words.
func (c call) hubSaid() string {
	parts := make([]string, 0, 3)
	if c.code != "" {
		parts = append(parts, c.code)
	}
	if name := c.out.Error.Name; name != "" {
		parts = append(parts, cleanName(name))
	}
	head := strings.Join(parts, " ")
	if c.inv.HTTPStatus != 0 && c.code == "" {
		head = strings.TrimSpace("HTTP " + itoa(c.inv.HTTPStatus) + " " + head)
	}
	words := quoted(c.out.Error.Message)
	if words == "" && c.class.depth() < 4 {
		words = quoted(c.inv.Body)
	}
	if head != "" && words != "" {
		return head + ": " + words
	}
	return head + words
}
