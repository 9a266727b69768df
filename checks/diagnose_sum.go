package checks

import (
	"math"
	"slices"

	"methodical/models"
)

// Explanation is a diagnosis's sum, line by line: there is nothing behind it.
type Explanation struct {
	Rules  Rules      `json:"rules"`
	Causes []CauseSum `json:"causes"` // in falling order of probability
}

// CauseSum is how one cause came to its probability.
type CauseSum struct {
	ID          string    `json:"id"`
	Title       string    `json:"title"`
	Prior       float64   `json:"prior"`   // share before any evidence
	LnPrior     float64   `json:"lnPrior"` // its natural logarithm, where the sum starts
	Lines       []SumLine `json:"lines"`
	Unmet       float64   `json:"unmet,omitempty"` // added because what the cause requires was not seen
	Total       float64   `json:"total"`
	Share       float64   `json:"share"`            // the total's share, before doubt and ceiling
	Capped      bool      `json:"capped,omitempty"` // the ceiling held: nothing seen settles it
	Probability float64   `json:"probability"`
}

// SumLine is one finding's part in a sum, in log-odds.
type SumLine struct {
	Finding string  `json:"finding"`
	Text    string  `json:"text"`
	Family  string  `json:"family"`
	Stated  float64 `json:"stated"` // by the table of weights
	Weight  float64 `json:"weight"` // counted, after the family's cap
	Why     string  `json:"why"`
	Source  string  `json:"source"`
}

// weigh adds up what the findings say of every cause. The result is in the
// order of the causes in the data.
func (k *causeBook) weigh(findings []models.Finding) []CauseSum {
	seen := codesOf(findings)
	sums := make([]CauseSum, len(k.causes))
	for i, c := range k.causes {
		sums[i] = CauseSum{ID: c.ID, Title: c.Title, Prior: k.priors[i], LnPrior: math.Log(k.priors[i])}
		if len(c.Requires) > 0 && !anyGroup(seen, c.Requires) {
			sums[i].Unmet = c.Unmet
		}
	}
	counted := map[string]bool{}
	for _, f := range findings {
		if counted[f.Code] {
			continue // said of several devices, it is still one reason
		}
		counted[f.Code] = true
		for _, sp := range k.speaks[f.Code] {
			sums[sp.cause].Lines = append(sums[sp.cause].Lines, SumLine{
				Finding: f.Code, Text: f.Text, Family: k.findings[f.Code].Family,
				Stated: sp.by, Weight: sp.by, Why: sp.why, Source: sp.source,
			})
		}
	}
	for i := range sums {
		k.capFamilies(sums[i].Lines)
		sums[i].Total = sums[i].LnPrior + sums[i].Unmet
		for _, line := range sums[i].Lines {
			sums[i].Total += line.Weight
		}
	}
	k.share(sums, seen)
	return sums
}

// capFamilies scales the lines of a family down where together they would count
// more than the family may.
func (k *causeBook) capFamilies(lines []SumLine) {
	for i, first := range lines {
		if slices.ContainsFunc(lines[:i], func(l SumLine) bool { return l.Family == first.Family }) {
			continue // this family is done
		}
		sum := 0.0
		for _, l := range lines {
			if l.Family == first.Family {
				sum += l.Stated
			}
		}
		most := k.families[first.Family].Cap
		if math.Abs(sum) <= most {
			continue
		}
		for j := range lines {
			if lines[j].Family == first.Family {
				lines[j].Weight = lines[j].Stated * most / math.Abs(sum)
			}
		}
	}
}

// share turns totals into probabilities: their shares, a part kept back for
// doubt in the model, and no more than the ceiling for a top cause that nothing
// seen settles.
func (k *causeBook) share(sums []CauseSum, seen map[string]bool) {
	highest := math.Inf(-1)
	for _, s := range sums {
		highest = max(highest, s.Total)
	}
	total := 0.0
	for i := range sums {
		sums[i].Share = math.Exp(sums[i].Total - highest)
		total += sums[i].Share
	}
	top := 0
	for i := range sums {
		sums[i].Share /= total
		sums[i].Probability = (1-k.rules.Doubt)*sums[i].Share + k.rules.Doubt*sums[i].Prior
		if sums[i].Probability > sums[top].Probability {
			top = i
		}
	}
	p := sums[top].Probability
	if p <= k.rules.Ceiling || anyGroup(seen, k.causes[top].SettledBy) {
		return
	}
	sums[top].Capped = true
	for i := range sums {
		if i == top {
			sums[i].Probability = k.rules.Ceiling
		} else {
			sums[i].Probability *= (1 - k.rules.Ceiling) / (1 - p)
		}
	}
}

func codesOf(findings []models.Finding) map[string]bool {
	seen := make(map[string]bool, len(findings))
	for _, f := range findings {
		seen[f.Code] = true
	}
	return seen
}

// anyGroup reports whether all findings of any one group were seen.
func anyGroup(seen map[string]bool, groups [][]string) bool {
	return slices.ContainsFunc(groups, func(group []string) bool {
		return !slices.ContainsFunc(group, func(code string) bool { return !seen[code] })
	})
}

// anyOf reports whether any of the findings was seen.
func anyOf(seen map[string]bool, codes []string) bool {
	return slices.ContainsFunc(codes, func(code string) bool { return seen[code] })
}
