package checks

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"methodical/models"
)

// Shares of a limit at which it is worth a word.
const (
	nearlyUsed = 0.9
	nearLimit  = 0.8
)

// limits reads tier, state, quota and load of the hub.
func (s *scene) limits() {
	hub := s.c.Hub
	s.tier(hub)
	s.quota(hub)
	s.state(hub)
	if hub.ReadError != "" && hub.SKU == "" {
		s.addClient(dmLimitsUnread, models.SeverityUnknown, "The hub's tier, units and quota could not be read.", quoted(hub.ReadError))
	}
	s.load()
	s.latency()
}

func (s *scene) quota(hub models.Hub) {
	if hub.QuotaUsed == nil || hub.QuotaMax == nil || *hub.QuotaMax <= 0 {
		return
	}
	used, most := float64(*hub.QuotaUsed), float64(*hub.QuotaMax)
	text := fmt.Sprintf("%d of %d messages of the daily quota are used (%.0f %%)", *hub.QuotaUsed, *hub.QuotaMax, 100*used/most)
	switch {
	case used >= most:
		s.addClient(dmQuotaUsed, models.SeverityError, text+": until 00:00 UTC the hub refuses more.", "")
	case used >= nearlyUsed*most:
		s.addClient(dmQuotaNearly, models.SeverityWarning, text+".", "")
	default:
		s.addClient(dmQuotaFine, models.SeverityOK, text+".", "")
	}
}

func (s *scene) state(hub models.Hub) {
	state := strings.ToLower(hub.State)
	switch {
	case state == "" || state == "active" || state == "succeeded":
	case strings.Contains(state, "suspend"), strings.Contains(state, "disabled"):
		s.addClient(dmHubNotActive, models.SeverityError, "The hub's state is "+cleanName(hub.State)+".", "")
	default:
		s.addClient(dmHubInTransition, models.SeverityWarning, "The hub's state is "+cleanName(hub.State)+", not Active.", "")
	}
}

func (s *scene) load() {
	limit, ok := s.callLimit()
	if !ok {
		return
	}
	if s.c.Load != nil && s.c.Load.CallsPerSecond > 0 {
		rate := s.c.Load.CallsPerSecond
		text := fmt.Sprintf("%s calls a second are planned or seen; the hub carries %s (%s × %s)", number(rate), number(limit), plural(s.c.Hub.Units, "unit", "units"), cleanName(s.c.Hub.SKU))
		switch {
		case rate > limit:
			s.addClient(dmLoadOver, models.SeverityError, text+".", "")
		case rate >= nearLimit*limit:
			s.addClient(dmLoadNear, models.SeverityWarning, text+".", "")
		default:
			s.addClient(dmLoadFine, models.SeverityOK, text+".", "")
		}
	}
	if rate, at := s.rows.busiestMinute(); rate > limit {
		s.addClient(dmLoggedRateOver, models.SeverityError, fmt.Sprintf("The log has %s calls a second in the minute of %s; the hub carries %s.", number(rate), atTime(at), number(limit)), "")
	}
}

// Latency counts as rising when the later calls take at least twice as long as
// the first ones, and that much longer; as long when it is far above what an
// answer of a device takes.
const (
	risingFactor = 2
	risingBy     = 500 * time.Millisecond
	risingCalls  = 3 // fewest answered calls to a device that can show it
	risingFleet  = 2 // fewest devices that must show it
	longAnswer   = 3 * time.Second
)

// latency looks for answers that come later and later, or late, on several
// devices: what a hub does that delays calls before it refuses any.
func (s *scene) latency() {
	all := s.durations()
	rising, long := 0, 0
	var evidence []string
	for _, one := range all {
		first, last, grows := one.trend(risingCalls)
		if grows {
			rising++
		}
		if len(one.took) > 0 && median(one.values()) >= longAnswer {
			long++
		}
		if grows || len(one.took) > 0 && median(one.values()) >= longAnswer {
			evidence = append(evidence, fmt.Sprintf("%s: %s, then %s", one.name, inWords(first), inWords(last)))
		}
	}
	if together, devices := merged(all); rising < risingFleet && devices >= risingFleet {
		if _, _, grows := together.trend(2 * risingCalls); grows {
			rising = devices
		}
	}
	loaded := s.seen[[2]string{dmLoadOver, ""}] || s.seen[[2]string{dmLoadNear, ""}] || s.seen[[2]string{dmLoggedRateOver, ""}]
	slices.Sort(evidence)
	detail := strings.Join(evidence[:min(len(evidence), 3)], "; ")
	switch {
	case rising >= risingFleet && loaded:
		s.addClient(dmLatencyUnderLoad, models.SeverityError, fmt.Sprintf("Answers of %d devices come later and later while the hub is at its limit.", rising), detail)
	case long >= risingFleet && s.seen[[2]string{dmLoadOver, ""}]:
		s.addClient(dmLatencyUnderLoad, models.SeverityError, fmt.Sprintf("Answers of %d devices come late while the hub is over its limit.", long), detail)
	case rising >= risingFleet:
		s.addClient(dmLatencyRises, models.SeverityWarning, fmt.Sprintf("Answers of %d devices come later and later.", rising), detail)
	}
}

// trend compares the first third of a series with the last.
func (one series) trend(fewest int) (first, last time.Duration, grows bool) {
	took := one.values()
	if len(took) == 0 {
		return 0, 0, false
	}
	third := max(len(took)/3, 1)
	first, last = median(took[:third]), median(took[len(took)-third:])
	return first, last, len(took) >= fewest && last >= risingFactor*first && last-first >= risingBy
}

// merged is all series as one, in the order of the calls, for fleets of which
// each device was called once or twice.
func merged(all []series) (one series, devices int) {
	for _, s := range all {
		if len(s.took) > 0 {
			devices++
		}
		one.took = append(one.took, s.took...)
	}
	slices.SortStableFunc(one.took, func(a, b timing) int { return a.at.Compare(b.at) })
	return one, devices
}

// timing is one answered call: when it was sent and how long it took.
type timing struct {
	at   time.Time
	took time.Duration
}

type series struct {
	name string
	took []timing
}

func (one series) values() []time.Duration {
	out := make([]time.Duration, 0, len(one.took))
	for _, t := range one.took {
		out = append(out, t.took)
	}
	return out
}

// durations are the times that answered calls took, by device, oldest first:
// from the calls of the case, else from the log.
func (s *scene) durations() []series {
	var out []series
	names := map[string]int{}
	of := func(name string) *series {
		at, ok := names[name]
		if !ok {
			at = len(out)
			names[name] = at
			out = append(out, series{name: name})
		}
		return &out[at]
	}
	add := func(name string, calls []call) {
		for _, c := range calls {
			if c.timed && c.class == classAnswered && c.wait == 0 {
				one := of(name)
				one.took = append(one.took, timing{c.inv.Time, c.time})
			}
		}
	}
	add(s.name, s.calls)
	for _, o := range s.others {
		add(o.name, o.calls)
	}
	if len(out) > 0 {
		return out
	}
	for _, row := range s.rows.methods {
		if row.timed && row.code == codeSuccess {
			one := of(cleanName(row.id))
			one.took = append(one.took, timing{row.time, row.took})
		}
	}
	return out
}

func median(d []time.Duration) time.Duration {
	sorted := slices.Sorted(slices.Values(d))
	return sorted[len(sorted)/2]
}
