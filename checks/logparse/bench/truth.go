package bench

import (
	"cmp"
	"slices"
	"time"

	"methodical/models"
)

// Truth is what is in the rows written, counted in the simplest way.
type Truth struct {
	Records   int64
	Errors    int64
	Damaged   []int64 // the numbers of the lines that were cut short
	From, To  time.Time
	Codes     map[string]int64
	Devices   map[string]Counts
	Minutes   map[time.Time]Counts
	durations []int
}

// Counts is how many rows there are and how many of them failed.
type Counts struct{ Count, Errors int64 }

func newTruth() Truth {
	return Truth{Codes: map[string]int64{}, Devices: map[string]Counts{}, Minutes: map[time.Time]Counts{}}
}

func (t *Truth) damage(line int64) { t.Damaged = append(t.Damaged, line) }

func (t *Truth) add(r Record) {
	failed := int64(0)
	if r.Code != "0" {
		failed = 1
	}
	t.Records++
	t.Errors += failed
	t.Codes[r.Code]++
	if t.From.IsZero() || r.Time.Before(t.From) {
		t.From = r.Time
	}
	if r.Time.After(t.To) {
		t.To = r.Time
	}
	d := t.Devices[r.DeviceID]
	t.Devices[r.DeviceID] = Counts{d.Count + 1, d.Errors + failed}
	minute := r.Time.Truncate(time.Minute)
	m := t.Minutes[minute]
	t.Minutes[minute] = Counts{m.Count + 1, m.Errors + failed}
	t.durations = append(t.durations, r.DurationMs)
}

// Durations are the percentiles by nearest rank.
func (t *Truth) Durations() models.LogDurations {
	d := slices.Sorted(slices.Values(t.durations))
	n := len(d)
	if n == 0 {
		return models.LogDurations{}
	}
	at := func(percent int) int64 { return int64(d[max(1, (n*percent+99)/100)-1]) }
	return models.LogDurations{Count: int64(n), P50: at(50), P90: at(90), P99: at(99), Max: int64(d[n-1])}
}

// Top is the n devices with most failures, then rows, then the first names.
func (t *Truth) Top(n int) []string {
	ids := make([]string, 0, len(t.Devices))
	for id := range t.Devices {
		ids = append(ids, id)
	}
	slices.SortFunc(ids, func(a, b string) int {
		x, y := t.Devices[a], t.Devices[b]
		return cmp.Or(cmp.Compare(y.Errors, x.Errors), cmp.Compare(y.Count, x.Count), cmp.Compare(a, b))
	})
	return ids[:min(n, len(ids))]
}
