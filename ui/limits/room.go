package limits

import (
	"fmt"
	"math"
	"time"

	"methodical/models"
	"methodical/ui/page"
	"methodical/ui/widget"
)

// answerBytes is the size assumed of a device's answer: any that fits into one
// step counts the same.
const answerBytes = 0

// day is the stretch of time that the message quota is for.
const day = 24 * time.Hour

// room is what a hub of a tier leaves for a load.
type room struct {
	tier  models.Tier
	units int
	load  models.Load
}

// carries is how many calls a second the hub takes at the load's payload.
func (r room) carries() float64 { return r.tier.CallsPerSecond(r.units, r.load.PayloadBytes) }

// free is how many calls a second are left; negative when the load is over.
func (r room) free() float64 { return r.carries() - r.load.CallsPerSecond }

// messages is how many messages of the daily quota one call costs: its request
// and its answer, each in steps.
func (r room) messages() int64 {
	step := r.tier.DailyMessageBytes
	if step <= 0 {
		step = models.MeterBytes
	}
	steps := func(bytes int) int64 { return int64(max((bytes+step-1)/step, 1)) }
	return steps(r.load.PayloadBytes) + steps(answerBytes)
}

// lasts is how long the daily quota lasts when the load goes on all day.
func (r room) lasts() (time.Duration, bool) {
	spend := r.load.CallsPerSecond * float64(r.messages())
	quota := r.tier.DailyQuota(r.units)
	if spend <= 0 || quota <= 0 {
		return 0, false
	}
	seconds := float64(quota) / spend
	if seconds >= day.Seconds() {
		return day, true
	}
	return time.Duration(seconds * float64(time.Second)), true
}

// whatIf says what another unit, or another size of payload, would do.
func (r room) whatIf() []string {
	var out []string
	if need := r.unitsNeeded(); need > r.units && need <= r.tier.MaxUnits {
		out = append(out, fmt.Sprintf("To carry %s calls a second: %s.", page.Rate(r.load.CallsPerSecond), widget.Count(need, "unit")))
	}
	if r.units < r.tier.MaxUnits {
		more := r
		more.units++
		out = append(out, fmt.Sprintf("One more unit: %s calls a second instead of %s.", page.Rate(more.carries()), page.Rate(r.carries())))
	} else {
		out = append(out, fmt.Sprintf("%d units are the most of %s: for more, a larger tier.", r.units, r.tier.SKU))
	}
	bigger := r
	bigger.load.PayloadBytes = models.MeterUnits(r.load.PayloadBytes)*models.MeterBytes + 1
	if bigger.load.PayloadBytes <= models.MaxPayloadBytes {
		out = append(out, fmt.Sprintf("A payload over %d KB: %s calls a second, because it counts as %d × 4 KB.",
			(bigger.load.PayloadBytes-1)/1024, page.Rate(bigger.carries()), models.MeterUnits(bigger.load.PayloadBytes)))
	}
	if smaller := models.MeterUnits(r.load.PayloadBytes); smaller > 1 {
		small := r
		small.load.PayloadBytes = 1
		out = append(out, fmt.Sprintf("A payload of 4 KB or less: %s calls a second.", page.Rate(small.carries())))
	}
	return out
}

// unitsNeeded is how many units carry the stated calls a second.
func (r room) unitsNeeded() int {
	one := r.tier.CallsPerSecond(1, r.load.PayloadBytes)
	if one <= 0 {
		return 0
	}
	return int(math.Ceil(r.load.CallsPerSecond / one))
}
