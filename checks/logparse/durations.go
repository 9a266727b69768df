package logparse

import "methodical/models"

// durations counts whole milliseconds exactly, in pages that are made when
// first needed. Beyond about 17 minutes, longer than any call may take, it
// counts whole seconds, and beyond 12 days it no longer tells apart, so that
// no input can make it grow. The maximum is always exact.
type durations struct {
	count int64
	max   int64
	fine  pages // by millisecond
	rough pages // by second
}

const (
	durationPage = 1 << 12
	fineLimit    = 1 << 20 // milliseconds
	roughLimit   = 1 << 20 // seconds
)

type pages []*[durationPage]int64

func (p *pages) add(i, n int64) {
	page := int(i / durationPage)
	for page >= len(*p) {
		*p = append(*p, nil)
	}
	if (*p)[page] == nil {
		(*p)[page] = new([durationPage]int64)
	}
	(*p)[page][i%durationPage] += n
}

func (d *durations) add(ms int64) {
	d.count++
	d.max = max(d.max, ms)
	if page := ms / durationPage; page < int64(len(d.fine)) && d.fine[page] != nil {
		d.fine[page][ms%durationPage]++
		return
	}
	if ms < fineLimit {
		d.fine.add(ms, 1)
	} else {
		d.rough.add(min(ms/1000, roughLimit-1), 1)
	}
}

func (d *durations) merge(o *durations) {
	d.count += o.count
	d.max = max(d.max, o.max)
	d.fine.merge(o.fine)
	d.rough.merge(o.rough)
}

func (p *pages) merge(o pages) {
	for i, page := range o {
		if page == nil {
			continue
		}
		for j, n := range page {
			if n > 0 {
				p.add(int64(i*durationPage+j), n)
			}
		}
	}
}

// summary is the percentiles by nearest rank: the smallest value that at least
// that share of all values do not exceed.
func (d *durations) summary() models.LogDurations {
	s := models.LogDurations{Count: d.count, Max: d.max}
	if d.count == 0 {
		return s
	}
	ranks := [3]int64{rank(d.count, 50), rank(d.count, 90), rank(d.count, 99)}
	out := [3]*int64{&s.P50, &s.P90, &s.P99}
	next, seen := 0, int64(0)
	walk := func(p pages, scale int64) {
		for i, page := range p {
			if page == nil {
				continue
			}
			for j, n := range page {
				seen += n
				for next < len(ranks) && seen >= ranks[next] {
					*out[next] = min(int64(i*durationPage+j)*scale, d.max)
					next++
				}
			}
		}
	}
	walk(d.fine, 1)
	walk(d.rough, 1000)
	return s
}

// rank is the nearest rank of a percentile among count values: ⌈p·count/100⌉.
func rank(count, percent int64) int64 { return (count*percent + 99) / 100 }
