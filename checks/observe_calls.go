package checks

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"methodical/models"
)

// callsToTarget reads the calls to the target: what they came to, then what a
// change of wait, payload or method did.
func (s *scene) callsToTarget() {
	calls := conclusive(s.calls)
	if len(calls) == 0 {
		if s.untried() {
			s.add(dmNotTried, models.SeverityUnknown, "No call to "+s.name+" has come to anything yet.", "")
		}
		return
	}
	present := map[class][]call{} // the trouble that is not over
	for i, c := range calls {
		switch {
		case c.good():
			s.goodCall(calls, i)
		case over(calls, i):
			s.pastTrouble(calls, i)
		default:
			present[c.class] = append(present[c.class], c)
		}
	}
	for k := classUnreached; k <= classAnswered; k++ {
		if now := present[k]; len(now) > 0 {
			s.trouble(now)
		}
	}
	s.afterChanges(calls, present)
}

// untried reports whether nobody tried to reach the target: neither this walk's
// first request failed, nor does the log have calls to it.
func (s *scene) untried() bool {
	client := s.c.Client
	return client.ContactStatus == 0 && client.ContactError == "" &&
		!slices.ContainsFunc(s.rows.methods, func(r methodRow) bool { return s.mineCalled(r.id) })
}

// goodCall records that the target answered.
func (s *scene) goodCall(calls []call, i int) {
	c := calls[i]
	if overturned(calls, i) {
		s.add(dmAnsweredEarlier, models.SeverityInfo, fmt.Sprintf("%s answered %s earlier, before the trouble.", s.name, c.method()), c.answered())
		return
	}
	if c.timed && c.time >= 3*time.Second && c.time*10 > c.inv.ResponseTimeout()*7 && c.wait == 0 && !c.probe {
		s.add(dmNearlyLate, models.SeverityWarning, fmt.Sprintf("%s took %s of the %s allowed to answer %s.",
			s.name, inWords(c.time), inWords(c.inv.ResponseTimeout()), c.method()), c.answered())
	}
	if conditional(calls, i) {
		return
	}
	if c.probe {
		s.add(dmProbeAnswered, models.SeverityOK, fmt.Sprintf("%s answered the safe probe with %d: it is connected, subscribed and alive.", s.name, c.status), c.answered())
		return
	}
	took := ""
	if c.timed {
		took = " after " + inWords(c.time)
	}
	s.add(dmAnswered, models.SeverityOK, fmt.Sprintf("%s answered %s with status %d%s.", s.name, c.method(), c.status, took), c.answered())
}

// answered quotes a device's answer.
func (c call) answered() string {
	text := fmt.Sprintf("status %d", c.status)
	if !blankAnswer(c.out.DevicePayload) {
		text += ", payload " + answerWords(c.out.DevicePayload)
	}
	if c.timed {
		text += ", " + inWords(c.time)
	}
	return text
}

// pastTrouble records trouble that a later call did not meet any more.
func (s *scene) pastTrouble(calls []call, i int) {
	c := calls[i]
	switch {
	case c.class.refusal():
		s.add(dmRefusedEarlier, models.SeverityWarning, "The hub refused a call earlier, and later gave one to "+s.name+" under the same conditions.", c.hubSaid())
	case c.class == classSilent:
		if !c.probe {
			s.add(dmSilentEarlier, models.SeverityWarning, fmt.Sprintf("%s did not answer %s in time earlier, and answered later.", s.name, c.method()), c.hubSaid())
		}
	case c.class.depth() == 5:
		s.add(dmDeviceErredEarlier, models.SeverityWarning, fmt.Sprintf("%s failed %s earlier, and carried it out later.", s.name, c.method()), c.answered())
	case c.class == classThrottled:
		s.add(dmThrottledEarlier, models.SeverityWarning, "The hub throttled a call earlier; a later one got through.", c.hubSaid())
	case c.class == classServiceFault, c.class == classBadGateway:
		s.add(dmFaultEarlier, models.SeverityWarning, "The hub itself failed earlier; a later call got through.", c.hubSaid())
	default:
		s.add(dmHubFailedEarlier, models.SeverityInfo, "An earlier call failed on its way to the device; a later one got through.", c.hubSaid()+quoted(c.inv.TransportError))
	}
}

// trouble records trouble of one class that is not over.
func (s *scene) trouble(now []call) {
	c := now[len(now)-1]
	many := ""
	if len(now) > 1 {
		many = ", " + times(len(now))
	}
	switch c.class {
	case classUnreached, classGaveUp:
		s.noAnswer(c)
	case classUnauthorized:
		s.add(dmUnauthorized, models.SeverityError, "The hub refused the caller"+many+" ("+c.codeWords()+").", c.hubSaid())
		s.readUnauthorized(c.out.Error.Message+" "+c.inv.Body, c.hubSaid())
	case classRefused:
		s.refused(now)
	case classSilent:
		s.silent(now)
	case classAnswered:
		s.deviceErred(now)
	case classNotFound:
		s.notFound(c, many)
	default:
		row := troubleRows[c.class]
		severity := row.severity
		if severity == "" {
			severity = models.SeverityError
		}
		evidence := c.hubSaid()
		if c.class == classForeign || c.class == classBadAnswer {
			evidence = quoted(c.inv.Body)
		}
		s.add(row.code, severity, fill(row.text, s.name, c.method(), many, c.codeWords()), evidence)
	}
}

// troubleRows are the findings of the classes that need no further reading.
// {name}, {method}, {many} and {code} are filled in.
var troubleRows = map[class]struct {
	code     string
	severity models.Severity
	text     string
}{
	classTimeoutRange: {code: dmTimeoutRange, text: "The hub refused the request: a timeout was out of range ({code})."},
	classInvalid:      {code: dmRequestInvalid, text: "The hub refused the request as invalid{many} ({code})."},
	classTooLarge:     {code: dmTooLarge, text: "The hub refused the request because of its size ({code})."},
	classThrottled:    {code: dmThrottled, text: "The hub throttled the call{many} ({code})."},
	classQuota:        {code: dmQuotaRefused, text: "The hub refused the call: the daily message quota is used up ({code})."},
	classTier:         {code: dmTierRefused, text: "The hub's tier does not offer direct methods ({code})."},
	classSuspended:    {code: dmHubSuspended, text: "The hub is suspended ({code})."},
	classKeyRevoked:   {code: dmKeyRevoked, text: "The hub cannot use its customer-managed key ({code})."},
	classInflight:     {code: dmInflight, text: "Too many calls to {name} are waiting for an answer{many} ({code})."},
	classServiceFault: {code: dmServiceFault, text: "The hub itself failed{many} ({code})."},
	classBadGateway:   {code: dmBadGateway, text: "A gateway between caller and device failed{many} ({code})."},
	classDisabled:     {code: dmCallDisabled, text: "The hub says that {name} is disabled ({code})."},
	classUnavailable:  {code: dmDeviceUnavailable, text: "The hub could not reach the connection of {name} ({code})."},
	classUnnamed:      {code: dmUnnamedRefusal, text: "The hub refused the call without saying clearly why ({code})."},
	classUnnamed403:   {code: dmForbidden, text: "The hub forbade the call without a code that says why ({code})."},
	classUnnamed404:   {code: dmNotFound, text: "The hub answered “not found” without a code that says what ({code})."},
	classNoModule:     {code: dmModuleNotFound, text: "The hub knows no such module as {name} ({code})."},
	classDropped:      {code: dmDroppedDuring, text: "The connection of {name} was lost during the call{many} ({code})."},
	classKicked:       {code: dmKickedOut, text: "A second client connected as {name} and the first was put out ({code})."},
	classForeign:      {code: dmForeignAnswer, text: "Something on the way answered in the hub's place{many}."},
	classBadAnswer:    {code: dmBadAnswer, text: "{name} answered {method} with something that is not JSON{many}."},
}

func fill(template, name, method, many, code string) string {
	return strings.NewReplacer("{name}", name, "{method}", method, "{many}", many, "{code}", code).Replace(template)
}

// codeWords is the hub's code, or its HTTP status where it gave none.
func (c call) codeWords() string {
	if c.code != "" {
		return c.code
	}
	return "HTTP " + itoa(c.inv.HTTPStatus)
}

// notFound records 404001, which the registry may contradict.
func (s *scene) notFound(c call, many string) {
	if strings.EqualFold(s.device.Status, models.StatusEnabled) && !s.device.Missing() {
		s.add(dmFalseNotFound, models.SeverityError, fmt.Sprintf("The hub says “not found” of %s%s (%s), although its registry has it, enabled.", s.name, many, c.codeWords()), c.hubSaid())
		return
	}
	s.add(dmDeviceNotFound, models.SeverityError, fmt.Sprintf("The hub says that %s is not registered or is disabled%s (%s).", s.name, many, c.codeWords()), c.hubSaid())
}

// refused records 404103: at once, or after the connect wait.
func (s *scene) refused(now []call) {
	var atOnce, waited []call
	for _, c := range now {
		if c.wait < time.Second {
			atOnce = append(atOnce, c)
		} else {
			waited = append(waited, c)
		}
		if c.timed && c.time > c.wait+3*time.Second {
			s.add(dmRefusedLate, models.SeverityWarning, fmt.Sprintf("The refusal took %s although the connect timeout was %s: the connection may have been lost during the call.",
				inWords(c.time), inWords(c.wait)), c.hubSaid())
		}
		if c.timed && c.wait >= longWait && c.time < c.wait/2 {
			s.add(dmRefusedLate, models.SeverityWarning, fmt.Sprintf("The refusal came after %s, long before the connect timeout of %s had passed: the connection may have been lost during the call.",
				inWords(c.time), inWords(c.wait)), c.hubSaid())
		}
	}
	if len(atOnce) > 0 {
		c := atOnce[len(atOnce)-1]
		many := ""
		if len(atOnce) > 1 {
			many = ", " + times(len(atOnce))
		}
		s.add(dmRefusedAtOnce, models.SeverityError, fmt.Sprintf("The hub refused at once%s (%s, connect timeout 0 s).", many, c.codeWords()), c.hubSaid())
	}
	if len(waited) > 0 {
		c := slices.MaxFunc(waited, func(a, b call) int { return int(a.wait - b.wait) })
		evidence := c.hubSaid()
		if asked := c.inv.ConnectTimeout(); asked != c.wait && c.inv.ConnectTimeoutSeconds != nil {
			evidence += fmt.Sprintf(" (%s asked for, %s applied)", inWords(asked), inWords(c.wait))
		}
		s.add(dmRefusedAfterWait, models.SeverityError, fmt.Sprintf("The hub waited %s for %s and then refused (%s).", inWords(c.wait), s.name, c.codeWords()), evidence)
	}
}

// silent records 504101: delivered, and no answer in time.
func (s *scene) silent(now []call) {
	for _, c := range now {
		if applied, ok := responseApplied(c); ok && c.timed && c.time*10 < applied*7 {
			s.add(dmEarlySilence, models.SeverityWarning, fmt.Sprintf("The hub gave up after %s, before the response timeout of %s had passed: the connection may have been lost during the call.",
				inWords(c.time), inWords(applied)), c.hubSaid())
		}
	}
	if i := slices.IndexFunc(now, func(c call) bool { return c.probe }); i >= 0 {
		s.silentProbe(now[i])
	}
	var named []call
	for _, c := range now {
		if !c.probe {
			named = append(named, c)
		}
	}
	if len(named) == 0 {
		return
	}
	c := slices.MaxFunc(named, func(a, b call) int { return int(a.inv.ResponseTimeout() - b.inv.ResponseTimeout()) })
	s.add(dmSilent, models.SeverityError, fmt.Sprintf("The hub delivered %s and no answer came within %s (%s); it may have been carried out.",
		c.method(), inWords(c.inv.ResponseTimeout()), c.codeWords()), c.hubSaid())
	switch s.sdk.habit {
	case habitSilent:
		s.add(dmSilentUnhandled, models.SeverityInfo, fmt.Sprintf("A %s client that has no handler for %s would be just as silent.", s.sdk.family, c.method()), "")
	case habitAnswers:
		s.add(dmSilentHandled, models.SeverityInfo, fmt.Sprintf("A %s client would answer if it had no handler for %s: there is one, and it does not come to an end.", s.sdk.family, c.method()), "")
	}
}

func responseApplied(c call) (time.Duration, bool) {
	if applied, ok := clockTime(c.out.Error.Timeout); ok && applied > 0 {
		return applied, true
	}
	return c.inv.ResponseTimeout(), c.inv.ResponseTimeoutSeconds != nil
}

// silentProbe records that the probe was delivered and not answered, which
// proves the subscription and, of the handlers, only what the SDK's habit tells.
func (s *scene) silentProbe(c call) {
	switch s.sdk.habit {
	case habitSilent:
		s.add(dmProbeSilentUsual, models.SeverityInfo, fmt.Sprintf("The safe probe was delivered and not answered, as is usual for %s clients: %s is subscribed.", s.sdk.family, s.name), c.hubSaid())
	case habitAnswers:
		s.add(dmProbeSilentOdd, models.SeverityError, fmt.Sprintf("The safe probe was delivered and not answered, although %s clients answer unknown names by themselves.", s.sdk.family), c.hubSaid())
	default:
		s.add(dmProbeSilent, models.SeverityInfo, fmt.Sprintf("The safe probe was delivered and not answered (%s): %s is subscribed; this says nothing of its handlers.", c.codeWords(), s.name), c.hubSaid())
	}
}

// deviceErred records answers with a failing status of the device's own.
func (s *scene) deviceErred(now []call) {
	for _, c := range now {
		where := fmt.Sprintf("%s answered %s with status %d", s.name, c.method(), c.status)
		switch {
		case s.masked(c) && s.viaEdge():
			s.add(dmGatewayMasked, models.SeverityError, where+" and an empty payload, which is how an IoT Edge gateway hides an answer it could not use.", c.answered())
		case s.masked(c):
			s.add(dmEmptyFailure, models.SeverityError, where+" and an empty payload.", c.answered())
		case c.status == http.StatusNotFound:
			s.add(dmDeviceSaysNotFound, models.SeverityError, where+" (not found): most devices say so of a method they do not have.", c.answered())
		case c.status == http.StatusNotImplemented, c.status == http.StatusMethodNotAllowed:
			s.add(dmNoSuchMethod, models.SeverityError, where+": it has no such method.", c.answered())
		default:
			s.add(dmDeviceRefused, models.SeverityError, where+".", c.answered())
		}
	}
}

// masked reports whether an answer looks like one invented on the way: 500 or 0
// with nothing in it.
func (s *scene) masked(c call) bool {
	return (c.status == http.StatusInternalServerError || c.status < 100) && blankAnswer(c.out.DevicePayload)
}

// viaEdge reports whether calls to the target pass an IoT Edge hub.
func (s *scene) viaEdge() bool {
	return s.subject.IsModule() || s.device.Parent != "" || s.owner.Parent != "" || s.device.IsEdge() || s.owner.IsEdge()
}

// onTheWay is what a caller must grant beside the hub's own waits for the
// request to get there and the answer to get back.
const onTheWay = 2 * time.Second

// noAnswer records a call that the network or the caller's own limit ended.
func (s *scene) noAnswer(c call) {
	kind := TransportKind(c.inv)
	if c.inv.HTTPStatus == http.StatusProxyAuthRequired {
		kind = models.TransportProxy
	}
	code, text := transportFinding(kind)
	evidence := quoted(c.inv.TransportError)
	if c.class != classGaveUp {
		s.addAbout("", code, models.SeverityError, text, evidence)
		return
	}
	took := ""
	if c.timed {
		took = " after " + inWords(c.time)
	}
	s.add(dmGaveUp, models.SeverityError, "The caller gave up"+took+", before the hub had answered.", evidence)
	longest := longestWait(c)
	limit := c.time
	if own := s.c.Client.HTTPTimeoutSeconds; own != nil && *own > 0 {
		limit = time.Duration(*own * float64(time.Second))
	} else if !c.timed {
		return
	}
	if limit < longest+onTheWay {
		s.add(dmCallerTooShort, models.SeverityError, fmt.Sprintf("The caller waits %s at most, and the hub may take %s (connect %s + response %s).",
			inWords(limit), inWords(longest), inWords(c.inv.ConnectTimeout()), inWords(c.inv.ResponseTimeout())), evidence)
		return
	}
	if !c.timed || c.time >= longest+onTheWay {
		s.add(dmGaveUpLate, models.SeverityWarning, fmt.Sprintf("The caller waited %s, longer than the hub may take (%s): something on the way held the answer back.",
			inWords(max(limit, c.time)), inWords(longest)), evidence)
	}
}
