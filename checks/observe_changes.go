package checks

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"methodical/models"
)

// afterChanges records what a change did: a longer wait, another method,
// another payload, another time.
func (s *scene) afterChanges(calls []call, present map[class][]call) {
	s.longerConnect(calls, present[classRefused])
	s.longerResponse(calls, present[classSilent])
	s.otherMethods(calls, present[classSilent])
	s.otherPayload(calls)
	s.methodNames(calls)
	switch changes, refused, delivered := turns(calls); {
	case changes < 2 || refused < 2:
	case delivered >= 2:
		s.add(dmAlternates, models.SeverityError, fmt.Sprintf("Calls to %s are delivered and refused in turn: %d delivered, %d refused.", s.name, delivered, refused), "")
	default:
		s.add(dmCameAndWent, models.SeverityWarning, fmt.Sprintf("%s took a call between two that were refused.", s.name), "")
	}
}

// longWait is a connect wait that gives a client time to come back.
const longWait = 10 * time.Second

func (s *scene) longerConnect(calls, refused []call) {
	if len(refused) == 0 {
		return
	}
	shortest := slices.MinFunc(refused, func(a, b call) int { return int(a.wait - b.wait) }).wait
	for _, c := range calls {
		waited := !c.timed || c.time > quickAnswer
		if c.class.depth() >= 4 && c.wait > shortest && waited {
			s.add(dmConnectHelped, models.SeverityWarning, fmt.Sprintf("With a connect timeout of %s the call reached %s: it was not there at once and came while the hub waited.",
				inWords(c.wait), s.name), c.answered())
			return
		}
	}
	if longest := slices.MaxFunc(refused, func(a, b call) int { return int(a.wait - b.wait) }).wait; longest >= longWait && shortest < longest {
		s.add(dmConnectNoHelp, models.SeverityInfo, fmt.Sprintf("A longer connect timeout did not help: nobody took the call within %s.", inWords(longest)), "")
	}
}

// veryLong is a response wait after which an answer is no longer just slow.
const veryLong = 2 * time.Minute

func (s *scene) longerResponse(calls, silent []call) {
	for _, quiet := range silent {
		for _, c := range calls {
			if c.class.depth() == 5 && sameMethod(c, quiet) && samePayload(c, quiet) && c.inv.ResponseTimeout() > quiet.inv.ResponseTimeout() &&
				(!c.timed || c.time > quiet.inv.ResponseTimeout()) {
				took := ""
				if c.timed {
					took = " after " + inWords(c.time)
				}
				s.add(dmResponseHelped, models.SeverityError, fmt.Sprintf("With a response timeout of %s, %s answered %s%s; with %s it did not.",
					inWords(c.inv.ResponseTimeout()), s.name, c.method(), took, inWords(quiet.inv.ResponseTimeout())), c.answered())
				return
			}
		}
	}
	for _, long := range silent {
		if long.probe && s.sdk.habit != habitAnswers {
			continue // silence to a name it does not know, however long, is a habit
		}
		longest := long.inv.ResponseTimeout()
		twice := slices.ContainsFunc(silent, func(c call) bool {
			return sameMethod(c, long) && longest >= 2*c.inv.ResponseTimeout()
		})
		if twice || longest >= veryLong {
			s.add(dmResponseNoHelp, models.SeverityWarning, fmt.Sprintf("%s did not answer %s within %s either.", s.name, long.method(), inWords(longest)), long.hubSaid())
			return
		}
	}
}

// otherMethods compares a method that is not answered with the others.
func (s *scene) otherMethods(calls, silent []call) {
	names := map[string]bool{}
	var quiet call
	for _, c := range silent {
		if !c.probe {
			names[c.inv.MethodName] = true
			quiet = c
		}
	}
	if len(names) == 0 {
		return
	}
	for _, c := range calls {
		if c.class.depth() == 5 && !names[c.inv.MethodName] && !names[""] && c.inv.MethodName != "" {
			s.add(dmOtherMethodAnswered, models.SeverityInfo, fmt.Sprintf("%s answers %s, and not %s.", s.name, c.method(), quiet.method()), c.answered())
			return
		}
	}
	if len(names) > 1 {
		s.add(dmSeveralSilent, models.SeverityError, fmt.Sprintf("%s answered none of the %d methods that were tried.", s.name, len(names)), "")
	}
}

// otherPayload compares calls of one method that differ in their payload.
func (s *scene) otherPayload(calls []call) {
	for _, bad := range calls {
		if bad.good() || bad.class.depth() < 3 && bad.class != classTooLarge {
			continue
		}
		for _, c := range calls {
			if c.at == bad.at || !sameMethod(c, bad) || samePayload(c, bad) {
				continue
			}
			size := payloadBytes(bad.inv)
			switch {
			case bad.emptyPayload() && !c.emptyPayload() && c.good() && c.class.depth() == 5:
				s.add(dmPayloadMattered, models.SeverityError, fmt.Sprintf("%s failed with %s and was answered with %s.", bad.method(), bad.payloadWords(), c.payloadWords()), c.answered())
			case size > smallPayload && payloadBytes(c.inv)*4 <= size && c.good():
				s.add(dmSizeMattered, models.SeverityError, fmt.Sprintf("%s failed with a payload of %d bytes and was answered with %d.", bad.method(), size, payloadBytes(c.inv)), c.answered())
			case bad.emptyPayload() && !c.emptyPayload() && c.class == bad.class:
				s.add(dmPayloadIrrelevant, models.SeverityInfo, fmt.Sprintf("%s fails alike with %s and with %s.", bad.method(), bad.payloadWords(), c.payloadWords()), "")
			}
		}
		if bad.emptyPayload() && !bad.probe && (bad.class == classSilent || bad.class.depth() == 5) {
			s.add(dmEmptyPayloadFailed, models.SeverityInfo, fmt.Sprintf("The call that failed carried %s.", bad.payloadWords()), "")
		}
	}
}

// methodNames looks for a name that differs only in its spelling, and for a
// method that is sometimes there and sometimes not.
func (s *scene) methodNames(calls []call) {
	good := s.goodByMethod(calls)
	for _, bad := range calls {
		if bad.good() || bad.probe || bad.class != classAnswered && bad.class != classSilent {
			continue
		}
		for _, name := range slices.Sorted(keysOf(good)) {
			c, wanted := good[name], bad.inv.MethodName
			if name != wanted && strings.EqualFold(strings.TrimSpace(name), strings.TrimSpace(wanted)) {
				s.add(dmNameCase, models.SeverityError, fmt.Sprintf("%s is answered, %s is not: method names are case-sensitive.", c.method(), bad.method()), "")
			}
		}
		if bad.status == 501 && answersAsWell(calls, bad) {
			s.add(dmSometimesNoMethod, models.SeverityWarning, fmt.Sprintf("%s sometimes says 501 to %s and sometimes carries it out, as two different clients would.", s.name, bad.method()), bad.answered())
		}
	}
}

// answersAsWell reports whether the same call was carried out at another time.
func answersAsWell(calls []call, bad call) bool {
	return slices.ContainsFunc(calls, func(c call) bool { return c.ok() && sameMethod(c, bad) && samePayload(c, bad) })
}

// goodByMethod is one good call of each method, of any device.
func (s *scene) goodByMethod(calls []call) map[string]call {
	good := map[string]call{}
	keep := func(calls []call) {
		for _, c := range calls {
			if _, have := good[c.inv.MethodName]; !have && c.good() {
				good[c.inv.MethodName] = c
			}
		}
	}
	keep(calls)
	for _, o := range s.others {
		keep(o.calls)
	}
	return good
}
