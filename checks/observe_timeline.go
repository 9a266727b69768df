package checks

import (
	"slices"
	"time"
)

// quickAnswer is how fast an answer comes when nobody had to be waited for.
const quickAnswer = 1500 * time.Millisecond

// history is a row of calls to one target, oldest first, and whose trouble is
// over.
type history struct {
	calls []call
	over  []bool
}

// mostCalls bounds how many calls to the target are compared with each other:
// what lies before the newest two hundred says nothing about now.
const mostCalls = 200

func newHistory(calls []call) history {
	calls = conclusive(calls)
	calls = calls[max(len(calls)-mostCalls, 0):]
	h := history{calls: calls, over: make([]bool, len(calls))}
	for i := range calls {
		h.over[i] = over(calls, i)
	}
	return h
}

// conclusive leaves out calls that say nothing: cancelled ones, and those whose
// answer the case does not have.
func conclusive(calls []call) []call {
	out := make([]call, 0, len(calls))
	for _, c := range calls {
		if c.class != classNone {
			out = append(out, c)
		}
	}
	return out
}

// sameConditions reports whether later would have met the trouble of earlier
// if it were still there. What counts as the same depends on the trouble: a
// refusal must not have been waited out, silence must not have been outwaited,
// a fault of the request needs the same request.
func sameConditions(earlier, later call) bool {
	switch {
	case earlier.class == classTimeoutRange, earlier.class == classInvalid, earlier.class == classTooLarge:
		return sameRequest(earlier, later)
	case earlier.class == classGaveUp:
		return longestWait(later) >= longestWait(earlier)
	case earlier.class.refusal():
		inTime := later.timed && later.time <= max(quickAnswer, earlier.wait)
		return (later.wait <= earlier.wait || inTime) && (!sameMethod(earlier, later) || likePayload(earlier, later))
	case earlier.class == classSilent:
		inTime := later.timed && later.time <= earlier.inv.ResponseTimeout()
		return sameMethod(earlier, later) && likePayload(earlier, later) &&
			(later.inv.ResponseTimeout() <= earlier.inv.ResponseTimeout() || inTime)
	case earlier.class.depth() == 5:
		return sameMethod(earlier, later) && likePayload(earlier, later)
	}
	return true
}

// sameMethod reports whether two calls were of one method, or may have been:
// a name that the case lost says nothing.
func sameMethod(a, b call) bool {
	x, y := a.inv.MethodName, b.inv.MethodName
	return x == y || x == "" && !b.probe || y == "" && !a.probe
}

func sameRequest(a, b call) bool {
	return sameMethod(a, b) && samePayload(a, b) && a.inv.ConnectTimeout() == b.inv.ConnectTimeout() &&
		a.inv.ResponseTimeout() == b.inv.ResponseTimeout()
}

func longestWait(c call) time.Duration { return c.inv.ConnectTimeout() + c.inv.ResponseTimeout() }

// better reports whether b got farther than a: deeper, or as deep and well.
func better(a, b call) bool {
	if a.class.depth() == 5 {
		return !a.good() && b.good()
	}
	return b.class.depth() > a.class.depth()
}

// over reports whether the trouble of calls[i] is over: a later call under the
// same conditions got farther, and the trouble did not come back. Throttling
// and faults of the service come and go, so half of the calls are enough to
// keep them.
func over(calls []call, i int) bool {
	c := calls[i]
	last, count := i, 0
	for j, other := range calls {
		if other.class == c.class && (other.class.depth() < 5 || sameMethod(c, other) && !other.good()) {
			count++
			if j > last && sameConditions(c, other) {
				last = j
			}
		}
	}
	if (c.class == classServiceFault || c.class == classThrottled) && count >= 2 && 2*count >= len(calls) {
		return false
	}
	return slices.ContainsFunc(calls[last+1:], func(later call) bool {
		return better(c, later) && sameConditions(c, later)
	})
}

// overturned reports whether a good answer no longer holds: afterwards the same
// method failed, or a call met trouble that concerns every method.
func (h history) overturned(i int) bool {
	var cut, failed bool // every method, this method
	for _, later := range h.calls[i+1:] {
		same := sameMethod(h.calls[i], later)
		switch {
		case later.good():
			cut, failed = false, failed && !same
		case later.class.refusal(), later.class.hubWide(), later.class == classDisabled:
			cut = true
		case same && samePayload(h.calls[i], later) && !later.probe:
			failed = true
		}
	}
	return cut || failed
}

// conditional reports whether a good answer came only because something was
// changed: a longer wait, another payload. Such an answer is no proof of health.
func (h history) conditional(i int) bool {
	for j, c := range h.calls {
		changeable := c.class.depth() >= 3 || c.class == classTooLarge || c.class == classGaveUp || c.class == classTimeoutRange
		related := c.class.refusal() || sameMethod(c, h.calls[i])
		if j != i && !c.good() && changeable && related && !h.over[j] && !sameConditions(c, h.calls[i]) {
			return true
		}
	}
	return false
}

// turns counts how often a row of calls changed between being refused and being
// delivered.
func turns(calls []call) (changes, refused, delivered int) {
	before := 0
	for _, c := range calls {
		now := 0
		switch {
		case c.class.refusal() && c.wait < 5*time.Second:
			now = 1
			refused++
		case c.class.depth() >= 4:
			now = 2
			delivered++
		default:
			continue
		}
		if before != 0 && before != now {
			changes++
		}
		before = now
	}
	return changes, refused, delivered
}
