package logs

import (
	"fmt"
	"math"
	"strings"
	"time"

	"methodical/models"
	"methodical/ui/page"
	"methodical/ui/theme"
	"methodical/ui/widget"
)

// chart draws the calls over time as one bar for each stretch of time, failures
// first. Neighbouring stretches are put together until they fit.
func chart(doc *page.Doc, buckets []models.LogBucket, rows int) {
	th := doc.Theme
	if len(buckets) == 0 {
		doc.Text(th.Dim, emptyWords(byTime))
		return
	}
	merged, width := merge(buckets, max(rows-1, 1))
	var most int64
	for _, b := range merged {
		most = max(most, b.Count)
	}
	layout := "15:04:05"
	if merged[len(merged)-1].Time.Sub(merged[0].Time) >= 24*time.Hour {
		layout = "Jan 2 15:04"
	}
	words := func(b models.LogBucket) string {
		return fmt.Sprintf(" %s, %s failed", page.Count(b.Count), page.Count(b.Errors))
	}
	longest := 0
	for _, b := range merged {
		longest = max(longest, len(words(b)))
	}
	room := max(doc.Width-len(layout)-2-longest, 5)
	for _, b := range merged {
		doc.Line(th.Dim.Render(widget.Pad(b.Time.UTC().Format(layout), len(layout)+1)) + stacked(th, room, b, most) + words(b))
	}
	doc.Text(th.Dim, fmt.Sprintf("A row is %s UTC. %s failed, %s answered. g shows the table.", span(width), "█", "░"))
}

// stacked is one bar: failed calls solid, answered ones light, the longest bar
// for the busiest stretch.
func stacked(th theme.Styles, w int, b models.LogBucket, most int64) string {
	if most == 0 {
		return strings.Repeat(" ", w)
	}
	cells := func(n int64) int { return int(math.Ceil(float64(n) / float64(most) * float64(w))) }
	all := cells(b.Count)
	bad := min(cells(b.Errors), all)
	return th.Error.Render(strings.Repeat("█", bad)) + th.OK.Render(strings.Repeat("░", all-bad)) + strings.Repeat(" ", w-all)
}

// merge puts neighbouring buckets together so that at most so many remain, and
// says how long a stretch they then are. Stretches without calls stay visible.
func merge(buckets []models.LogBucket, most int) ([]models.LogBucket, time.Duration) {
	step := bucketStep(buckets)
	first := buckets[0].Time
	total := int(buckets[len(buckets)-1].Time.Sub(first)/step) + 1
	group := time.Duration((total+most-1)/most) * step
	out := make([]models.LogBucket, int(buckets[len(buckets)-1].Time.Sub(first)/group)+1)
	for i := range out {
		out[i].Time = first.Add(time.Duration(i) * group)
	}
	for _, b := range buckets {
		at := &out[min(max(int(b.Time.Sub(first)/group), 0), len(out)-1)]
		at.Count += b.Count
		at.Errors += b.Errors
	}
	return out, group
}

// bucketStep is the stretch of one bucket: the least distance between two.
func bucketStep(buckets []models.LogBucket) time.Duration {
	step := time.Duration(0)
	for i := 1; i < len(buckets); i++ {
		if d := buckets[i].Time.Sub(buckets[i-1].Time); d > 0 && (step == 0 || d < step) {
			step = d
		}
	}
	if step == 0 {
		return time.Minute
	}
	return step
}

func span(d time.Duration) string {
	switch {
	case d%time.Hour == 0:
		return widget.Count(int(d/time.Hour), "hour")
	case d%time.Minute == 0:
		return widget.Count(int(d/time.Minute), "minute")
	default:
		return widget.Count(int(d/time.Second), "second")
	}
}
