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

// classify sorts a call. A code speaks first, then the HTTP status, so that a
// case that lost one of the two is still read as far as it goes.
func classify(c call) (class, int) {
	out := c.out
	switch out.Kind {
	case models.OutcomeAnswered:
		if out.DeviceStatus != nil {
			return classAnswered, *out.DeviceStatus
		}
		return classNone, 0
	case models.OutcomeBadAnswer:
		switch {
		case strings.TrimSpace(c.inv.Body) == "":
			return classNone, 0 // the case lost the body
		case out.DeviceStatus == nil:
			return classForeign, 0
		}
		return classBadAnswer, 0
	case models.OutcomeCancelled:
		return classNone, 0
	}
	if k := byCode(c); k != classNone {
		return k, 0
	}
	if strings.HasPrefix(strings.TrimSpace(c.inv.Body), "<") {
		return classForeign, 0 // a page: a hub answers in JSON
	}
	if out.Kind == models.OutcomeNoAnswer {
		switch TransportKind(c.inv) {
		case models.TransportClientTimeout:
			return classGaveUp, 0
		case "":
			if strings.TrimSpace(c.inv.TransportError) == "" {
				return classNone, 0
			}
		}
		return classUnreached, 0
	}
	if out.HubStatus == http.StatusBadGateway {
		return badGateway(out.Error), 0
	}
	if out.HubStatus == http.StatusBadRequest {
		return unsound(c.inv, classUnnamed), 0
	}
	return byStatus(out.HubStatus), 0
}

func byCode(c call) class {
	switch c.code {
	case "":
		return classNone
	case models.CodeArgumentInvalid:
		return invalidArgument(c.out.Error.Message, c.inv)
	case models.CodeClosedOnNewConnection, models.CodeLinkConflict:
		return classKicked
	case models.CodeConnectionClosed, models.CodeClosedOnFaultInjection, models.CodeFailingOver, models.CodeRequestTimedOut, models.CodeRequestCanceled, "499000":
		return classServiceFault
	case models.CodeHubSuspended:
		return classSuspended
	case models.CodeQuotaExceeded:
		return classQuota
	case models.CodeNotInTier:
		return classTier
	case "403011":
		return classKeyRevoked
	case models.CodeDeviceDisabled:
		return classDisabled
	case models.CodeInflightExceeded:
		return classInflight
	case models.CodeDeviceNotFound:
		return classNotFound
	case models.CodeModuleNotFound:
		return classNoModule
	case models.CodeDeviceNotOnline:
		return classRefused
	case models.CodeConnectionLost:
		return classDropped
	case "502000":
		return badGateway(c.out.Error)
	case "503101", "503102":
		return classUnavailable
	case models.CodeGatewayTimeout:
		return classSilent
	case "400000":
		return unsound(c.inv, classUnnamed)
	case "403000":
		return classUnnamed403
	case "404000":
		return classUnnamed404
	}
	switch c.code[:3] {
	case "400", "405", "415", "412":
		return classInvalid
	case "401":
		return classUnauthorized
	case "413":
		return classTooLarge
	case "429":
		return classThrottled
	case "500", "502", "503", "504":
		return classServiceFault
	case "403":
		return classUnnamed403
	case "404":
		return classUnnamed404
	}
	return classUnnamed
}

// badGateway tells a device's unreadable answer, which the service called
// InvalidResponseWhileProxying, from a 502 that does not say whose fault it is.
func badGateway(e models.HubError) class {
	text := strings.ToLower(e.Name + " " + e.Message)
	for _, words := range []string{"invalidresponse", "invalid response", "baddeviceresponse"} {
		if strings.Contains(text, words) {
			return classBadAnswer
		}
	}
	return classBadGateway
}

// invalidArgument tells apart what 400004 complains about, by its words and, as
// wordings change, by the request itself.
func invalidArgument(message string, inv models.Invocation) class {
	text := strings.ToLower(message)
	switch {
	case strings.Contains(text, "timeoutinseconds"), strings.Contains(text, "timeout") && strings.Contains(text, "within"):
		return classTimeoutRange
	case strings.Contains(text, "payload") && (strings.Contains(text, "size") || strings.Contains(text, "large") || strings.Contains(text, "less than")):
		return classTooLarge
	}
	return unsound(inv, classInvalid)
}

// unsound is what the request itself shows to be wrong with it, else otherwise.
func unsound(inv models.Invocation, otherwise class) class {
	switch {
	case payloadBytes(inv) > models.MaxPayloadBytes:
		return classTooLarge
	case timeoutsOutOfRange(inv):
		return classTimeoutRange
	}
	return otherwise
}

func timeoutsOutOfRange(inv models.Invocation) bool {
	r, c := inv.ResponseTimeoutSeconds, inv.ConnectTimeoutSeconds
	return r != nil && (*r < models.MinResponseTimeoutSeconds || *r > models.MaxResponseTimeoutSeconds) ||
		c != nil && (*c < models.MinConnectTimeoutSeconds || *c > models.MaxConnectTimeoutSeconds)
}

// byStatus sorts an answer without a usable code: the status alone says less,
// so that most of these stay unnamed.
func byStatus(status int) class {
	switch {
	case status == http.StatusUnauthorized:
		return classUnauthorized
	case status == http.StatusRequestEntityTooLarge:
		return classTooLarge
	case status == http.StatusMethodNotAllowed, status == http.StatusUnsupportedMediaType:
		return classInvalid
	case status == http.StatusTooManyRequests:
		return classThrottled
	case status == http.StatusGatewayTimeout:
		return classSilent
	case status == http.StatusProxyAuthRequired:
		return classUnreached
	case status == http.StatusForbidden:
		return classUnnamed403
	case status == http.StatusNotFound:
		return classUnnamed404
	case status >= 500:
		return classServiceFault
	case status >= 400:
		return classUnnamed
	}
	return classNone
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
// below 100 is no device's choice: see masked.
func (c call) ok() bool { return c.class == classAnswered && c.status >= 100 && c.status < 400 }

// good reports whether a call is what it should be: an answer below 400, or any
// answer to the safe probe, whose method no device has.
func (c call) good() bool { return c.ok() || c.probe && c.class == classAnswered && c.status >= 100 }

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
