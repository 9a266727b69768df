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
// the first ones, and that much longer.
const (
	risingFactor = 2
	risingBy     = 500 * time.Millisecond
	risingCalls  = 3 // fewest answered calls to a device that can show it
	risingFleet  = 2 // fewest devices that must show it
)

// latency looks for answers that come later and later on several devices: what
// a hub does that delays calls before it refuses any.
func (s *scene) latency() {
	rising := 0
	var evidence []string
	for _, series := range s.durations() {
		if len(series.took) < risingCalls {
			continue
		}
		third := max(len(series.took)/3, 1)
		first, last := median(series.took[:third]), median(series.took[len(series.took)-third:])
		if last >= risingFactor*first && last-first >= risingBy {
			rising++
			evidence = append(evidence, fmt.Sprintf("%s: %s, then %s", series.name, inWords(first), inWords(last)))
		}
	}
	if rising < risingFleet {
		return
	}
	slices.Sort(evidence)
	loaded := s.seen[[2]string{dmLoadOver, ""}] || s.seen[[2]string{dmLoadNear, ""}] || s.seen[[2]string{dmLoggedRateOver, ""}]
	text := fmt.Sprintf("Answers of %d devices come later and later", rising)
	detail := strings.Join(evidence[:min(len(evidence), 3)], "; ")
	if loaded {
		s.addClient(dmLatencyUnderLoad, models.SeverityError, text+" while the hub is at its limit.", detail)
		return
	}
	s.addClient(dmLatencyRises, models.SeverityWarning, text+".", detail)
}

type series struct {
	name string
	took []time.Duration
}

// durations are the times that answered calls took, by device, oldest first:
// from the calls of the case, and from the log.
func (s *scene) durations() []series {
	var out []series
	add := func(name string, calls []call) {
		one := series{name: name}
		for _, c := range calls {
			if c.timed && (c.class == classAnswered || c.class == classSilent || c.class == classThrottled) {
				one.took = append(one.took, c.time)
			}
		}
		out = append(out, one)
	}
	add(s.name, s.calls)
	for _, o := range s.others {
		add(o.name, o.calls)
	}
	byID := map[string]int{}
	for _, row := range s.rows.methods {
		if !row.timed || row.code != codeSuccess {
			continue
		}
		at, ok := byID[row.id]
		if !ok {
			at = len(out)
			byID[row.id] = at
			out = append(out, series{name: cleanName(row.id)})
		}
		out[at].took = append(out[at].took, row.took)
	}
	// A device seen in both places must not count as two.
	for i := range out {
		for j := i + 1; j < len(out); j++ {
			if out[i].name == out[j].name {
				out[j].took = nil
			}
		}
	}
	return out
}

func median(d []time.Duration) time.Duration {
	sorted := slices.Sorted(slices.Values(d))
	return sorted[len(sorted)/2]
}
