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
	calls := s.past.calls
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
			s.goodCall(i)
		case s.past.over[i]:
			s.pastTrouble(c)
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
func (s *scene) goodCall(i int) {
	c := s.past.calls[i]
	if s.past.overturned(i) {
		s.add(dmAnsweredEarlier, models.SeverityInfo, fmt.Sprintf("%s answered %s earlier, before the trouble.", s.name, c.method()), c.answered())
		return
	}
	if c.timed && c.time >= 3*time.Second && c.time*10 > c.inv.ResponseTimeout()*7 && c.wait == 0 && !c.probe {
		s.add(dmNearlyLate, models.SeverityWarning, fmt.Sprintf("%s took %s of the %s allowed to answer %s.",
			s.name, inWords(c.time), inWords(c.inv.ResponseTimeout()), c.method()), c.answered())
	}
	if s.past.conditional(i) {
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
func (s *scene) pastTrouble(c call) {
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
		evidence := c.hubSaid()
		if c.class == classForeign || c.class == classBadAnswer {
			evidence = quoted(c.inv.Body)
		}
		s.add(row.code, models.SeverityError, fill(row.text, s.name, c.method(), many, c.codeWords()), evidence)
	}
}

// troubleRows are the findings of the classes that need no further reading.
// {name}, {method}, {many} and {code} are filled in.
var troubleRows = map[class]struct {
	code string
	text string
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

// deviceErred records answers with a failing status of the device's own.
func (s *scene) deviceErred(now []call) {
	for _, c := range now {
		where := fmt.Sprintf("%s answered %s with status %d", s.name, c.method(), c.status)
		switch {
		case c.hidden:
			s.add(dmGatewayMasked, models.SeverityError, where+" and an empty payload, which is how an IoT Edge gateway hides an answer it could not use.", c.answered())
		case masked(c):
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
func masked(c call) bool {
	return c.class == classAnswered && (c.status == http.StatusInternalServerError || c.status < 100) && blankAnswer(c.out.DevicePayload)
}

// viaEdge reports whether calls to the target pass an IoT Edge hub.
func (s *scene) viaEdge() bool {
	return s.subject.IsModule() || s.device.Parent != "" || s.owner.Parent != "" || s.device.IsEdge() || s.owner.IsEdge()
}
