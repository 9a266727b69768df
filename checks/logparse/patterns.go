package logparse

import "slices"

// pattern is what the order of a device's events says.
type pattern struct {
	renewals     int64
	flapsPerHour float64
	busiestHour  int64
	period       int64 // nanoseconds between breaks, 0 without a steady beat
	alternates   bool  // connects go back and forth between two addresses or SDKs
}

// renewalWindow is how long a SAS renewal takes at most, from the expiry to
// the new connection.
const renewalWindow = minute

// patternOf reads events in the order of time.
func patternOf(list moments) pattern {
	var p pattern
	var breaks, flaps []int64
	skip := make([]bool, len(list))
	for i, m := range list {
		switch {
		case skip[i]:
		case renewal(list[i:], skip[i:]):
			p.renewals++
			breaks = append(breaks, m.time)
		case m.op == disconnectOp:
			flaps = append(flaps, m.time)
			breaks = append(breaks, m.time)
		}
	}
	if len(flaps) > 0 {
		span := list[len(list)-1].time - list[0].time
		p.flapsPerHour = float64(len(flaps)) / max(1, float64(span)/hour)
		p.busiestHour = busiest(flaps)
	}
	p.period = beat(breaks)
	p.alternates = alternates(list, func(m moment) uint32 { return m.address }) ||
		alternates(list, func(m moment) uint32 { return m.sdk })
	return p
}

// renewal reports whether list starts with the healthy noise of a SAS token
// being renewed: 401003, then 404104, then a connect, within a minute. It marks
// the rows that belong to it.
func renewal(list moments, mark []bool) bool {
	if list[0].class != codeOfExpiry {
		return false
	}
	closed := 0
	for i := 1; i < len(list) && list[i].time-list[0].time <= renewalWindow; i++ {
		switch {
		case closed == 0 && list[i].class == codeOfClose:
			closed = i
		case closed > 0 && list[i].op == connectOp && list[i].class == codeOfSuccess:
			mark[0], mark[closed], mark[i] = true, true, true
			return true
		}
	}
	return false
}

func busiest(times []int64) (most int64) {
	n, last := int64(0), int64(-1)
	for _, t := range times { // in order, so one hour's are together
		if t/hour != last {
			n, last = 0, t/hour
		}
		n++
		most = max(most, n)
	}
	return most
}

// beat is the usual time between breaks when three quarters of the gaps lie
// within a tenth of it, and there are at least three; otherwise 0. Beats under
// ten minutes are flapping.
func beat(breaks []int64) int64 {
	var gaps []int64
	for i := 1; i < len(breaks); i++ {
		if gap := breaks[i] - breaks[i-1]; gap > renewalWindow { // one break may leave several rows
			gaps = append(gaps, gap)
		}
	}
	if len(gaps) < 3 {
		return 0
	}
	slices.Sort(gaps)
	usual := gaps[len(gaps)/2]
	steady := 0
	for _, gap := range gaps {
		if gap >= usual-usual/10 && gap <= usual+usual/10 {
			steady++
		}
	}
	if usual < 10*minute || steady*4 < len(gaps)*3 {
		return 0
	}
	return usual
}

// alternates reports whether connects go from one value to another and back
// within an hour, at least twice. A device that moves changes its address too,
// but does not keep coming back.
func alternates(list moments, of func(moment) uint32) bool {
	var connects moments
	for _, m := range list {
		if m.op == connectOp && m.class == codeOfSuccess {
			connects = append(connects, m)
		}
	}
	back := 0
	for i := 2; i < len(connects); i++ {
		a, b, c := connects[i-2], connects[i-1], connects[i]
		if of(a) == of(c) && of(a) != of(b) && c.time-a.time <= hour {
			back++
		}
	}
	return back >= 2
}
