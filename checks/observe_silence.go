package checks

import (
	"fmt"
	"net/http"
	"slices"
	"time"

	"methodical/models"
)

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
		s.add(dmSilentHandled, models.SeverityInfo, fmt.Sprintf("This client answers names that it has no handler for: there is one for %s, and it does not come to an end.", c.method()), "")
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
		s.add(dmProbeSilentUsual, models.SeverityInfo, fmt.Sprintf("The safe probe was delivered and not answered, as is usual for %s clients: %s is subscribed.", orElse(s.sdk.family, "such"), s.name), c.hubSaid())
	case habitAnswers:
		s.add(dmProbeSilentOdd, models.SeverityError, fmt.Sprintf("The safe probe was delivered and not answered, although %s clients answer unknown names by themselves.", orElse(s.sdk.family, "such")), c.hubSaid())
	default:
		s.add(dmProbeSilent, models.SeverityInfo, fmt.Sprintf("The safe probe was delivered and not answered (%s): %s is subscribed; this says nothing of its handlers.", c.codeWords(), s.name), c.hubSaid())
	}
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
