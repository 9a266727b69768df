package checks

import (
	"fmt"
	"math"

	"methodical/models"
)

// next is the test, not yet run and applicable, whose outcome would tell most:
// by how many bits it is expected to lessen the uncertainty over the causes.
// It is nil when no test is worth its while.
func (k *causeBook) next(sums []CauseSum, seen map[string]bool) *models.NextTest {
	var best *models.NextTest
	for _, t := range k.tests {
		if len(t.When) > 0 && !anyGroup(seen, t.When) || anyOf(seen, t.Unless) {
			continue
		}
		gain := t.gain(sums)
		if gain < k.rules.LeastGain || best != nil && gain <= best.Gain {
			continue
		}
		best = &models.NextTest{Test: t.ID, Why: t.Why, Gain: gain}
	}
	if best != nil {
		best.Gain = math.Round(best.Gain*1000) / 1000
		if a, b, ok := k.toTellApart(best.Test, sums); ok {
			best.Why = fmt.Sprintf("%s It tells “%s” from “%s”.", best.Why, a, b)
		}
	}
	return best
}

// gain is the mutual information of the cause and the test's outcome, in bits.
func (t Test) gain(sums []CauseSum) float64 {
	gain := 0.0
	for o := range t.Outcomes {
		outcome := 0.0
		for i, s := range sums {
			outcome += s.Probability * t.given[i][o]
		}
		for i, s := range sums {
			if p := t.given[i][o]; p > 0 && s.Probability > 0 {
				gain += s.Probability * p * math.Log2(p/outcome)
			}
		}
	}
	return gain
}

// toTellApart names the two likeliest causes whose outcomes of a test differ.
func (k *causeBook) toTellApart(id string, sums []CauseSum) (a, b string, ok bool) {
	t, _ := k.test(id)
	best := 0.0
	for i := range sums {
		for j := i + 1; j < len(sums); j++ {
			apart := 0.0
			for o := range t.Outcomes {
				apart += math.Abs(t.given[i][o]-t.given[j][o]) / 2
			}
			if weight := apart * sums[i].Probability * sums[j].Probability; weight > best {
				best, ok = weight, true
				a, b = sums[i].Title, sums[j].Title
				if sums[j].Probability > sums[i].Probability {
					a, b = b, a
				}
			}
		}
	}
	return a, b, ok
}
