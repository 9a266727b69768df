package checks

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// indexCauses finds causes by id and scales the priors.
func (k *causeBook) indexCauses() error {
	k.index = make(map[string]int, len(k.causes))
	total := 0.0
	for i, c := range k.causes {
		if c.ID == "" || c.Title == "" {
			return fmt.Errorf("cause number %d has no id or no title", i+1)
		}
		if _, twice := k.index[c.ID]; twice {
			return fmt.Errorf("cause %s is there twice", c.ID)
		}
		if c.Prior <= 0 || c.Source == "" {
			return fmt.Errorf("cause %s needs a prior above 0 and its source", c.ID)
		}
		if len(c.Requires) > 0 != (c.Unmet < 0) {
			return fmt.Errorf("cause %s: requires and a negative unmet belong together", c.ID)
		}
		k.index[c.ID] = i
		total += c.Prior
	}
	if total == 0 {
		return fmt.Errorf("there are no causes")
	}
	k.priors = make([]float64, len(k.causes))
	for i, c := range k.causes {
		k.priors[i] = c.Prior / total
	}
	return k.rules.check()
}

func (r Rules) check() error {
	for _, share := range []float64{r.Decide, r.DecideUnread, r.DecideUntried, r.Ceiling} {
		if share <= 0 || share > 1 {
			return fmt.Errorf("rules: decide, decideUnread, decideUntried and ceiling are shares above 0, up to 1")
		}
	}
	if r.Doubt < 0 || r.Doubt >= 0.5 {
		return fmt.Errorf("rules: doubt is a share from 0 to below 0.5")
	}
	return nil
}

// indexFindings finds findings and families by their names.
func (k *causeBook) indexFindings(kinds []FindingKind, families []Family) error {
	k.families = make(map[string]Family, len(families))
	for _, f := range families {
		if f.Cap <= 0 {
			return fmt.Errorf("family %s needs a cap above 0", f.ID)
		}
		k.families[f.ID] = f
	}
	k.findings = make(map[string]FindingKind, len(kinds))
	for _, f := range kinds {
		if f.Code == "" || f.Title == "" || f.Means == "" {
			return fmt.Errorf("finding %q needs a code, a title and a meaning", f.Code)
		}
		if _, twice := k.findings[f.Code]; twice {
			return fmt.Errorf("finding %s is there twice", f.Code)
		}
		if _, ok := k.families[f.Family]; !ok {
			return fmt.Errorf("finding %s is of family %q, which %s does not have", f.Code, f.Family, weightsFile)
		}
		if f.Cause != "" {
			if _, ok := k.index[f.Cause]; !ok {
				return fmt.Errorf("finding %s points to cause %q, which does not exist", f.Code, f.Cause)
			}
		}
		k.findings[f.Code] = f
	}
	return nil
}

// indexWeights turns the weights, groups spelled out, into what each finding
// says of each cause.
func (k *causeBook) indexWeights(data weightsData) error {
	k.speaks = make(map[string][]speech, len(data.Weights))
	for _, w := range data.Weights {
		if err := k.known(w.Finding); err != nil {
			return err
		}
		if _, twice := k.speaks[w.Finding]; twice {
			return fmt.Errorf("weights of %s are there twice", w.Finding)
		}
		said := map[int]bool{}
		out := []speech{}
		for _, line := range w.Says {
			source, ok := data.Sources[line.Source]
			if !ok || line.Why == "" || line.By == 0 {
				return fmt.Errorf("%s: a weight needs by, why and a source that is listed, not %q", w.Finding, line.Source)
			}
			places, err := k.places(line.Causes, data.Groups)
			if err != nil {
				return fmt.Errorf("%s: %w", w.Finding, err)
			}
			for _, at := range places {
				if said[at] {
					return fmt.Errorf("%s speaks twice on %s", w.Finding, k.causes[at].ID)
				}
				said[at] = true
				out = append(out, speech{cause: at, by: line.By, why: line.Why, source: source})
			}
		}
		k.speaks[w.Finding] = out
	}
	return nil
}

// places are the causes of a list in which "@name" stands for a group.
func (k *causeBook) places(names []string, groups map[string][]string) ([]int, error) {
	var out []int
	for _, name := range names {
		if group, ok := strings.CutPrefix(name, "@"); ok {
			members, ok := groups[group]
			if !ok {
				return nil, fmt.Errorf("there is no group %q", group)
			}
			inner, err := k.places(members, nil)
			if err != nil {
				return nil, err
			}
			out = append(out, inner...)
			continue
		}
		at, ok := k.index[name]
		if !ok {
			return nil, fmt.Errorf("there is no cause %q", name)
		}
		out = append(out, at)
	}
	return out, nil
}

func (k *causeBook) known(codes ...string) error {
	for _, code := range codes {
		if _, ok := k.findings[code]; !ok {
			return fmt.Errorf("there is no finding %q", code)
		}
	}
	return nil
}

// checkCauses checks the findings and placeholders that causes name.
func (k *causeBook) checkCauses() error {
	for _, c := range k.causes {
		codes := slices.Concat(c.Needs, c.Explains)
		for _, group := range slices.Concat(c.Requires, c.SettledBy) {
			if len(group) == 0 {
				return fmt.Errorf("cause %s has an empty group of findings", c.ID)
			}
			codes = append(codes, group...)
		}
		texts := []string{c.Title, c.Headline, c.Likely, c.NextStep, c.Explanation}
		for _, f := range c.Fixes {
			codes = append(codes, slices.Concat(f.When, f.Unless)...)
			texts = append(texts, f.Do, f.Run)
		}
		if err := k.known(codes...); err != nil {
			return fmt.Errorf("cause %s: %w", c.ID, err)
		}
		for _, text := range texts {
			if err := checkPlaces(text); err != nil {
				return fmt.Errorf("cause %s: %w", c.ID, err)
			}
		}
	}
	return k.known(k.rules.Untried)
}

// indexTests spreads each test's likelihoods over all causes.
func (k *causeBook) indexTests() error {
	for i := range k.tests {
		t := &k.tests[i]
		if t.ID == "" || t.Why == "" || len(t.Outcomes) < 2 {
			return fmt.Errorf("test %q needs an id, a reason and at least two outcomes", t.ID)
		}
		codes := slices.Clone(t.Unless)
		for _, group := range t.When {
			codes = append(codes, group...)
		}
		if err := k.known(codes...); err != nil {
			return fmt.Errorf("test %s: %w", t.ID, err)
		}
		if err := distribution(t.Else, len(t.Outcomes)); err != nil {
			return fmt.Errorf("test %s, else: %w", t.ID, err)
		}
		t.given = make([][]float64, len(k.causes))
		for _, l := range t.Given {
			if err := distribution(l.P, len(t.Outcomes)); err != nil {
				return fmt.Errorf("test %s, %v: %w", t.ID, l.Causes, err)
			}
			places, err := k.places(l.Causes, nil)
			if err != nil {
				return fmt.Errorf("test %s: %w", t.ID, err)
			}
			for _, at := range places {
				if t.given[at] != nil {
					return fmt.Errorf("test %s speaks twice on %s", t.ID, k.causes[at].ID)
				}
				t.given[at] = l.P
			}
		}
		for at := range t.given {
			if t.given[at] == nil {
				t.given[at] = t.Else
			}
		}
	}
	return nil
}

// distribution checks that p gives n outcomes probabilities that sum to 1.
func distribution(p []float64, n int) error {
	if len(p) != n {
		return fmt.Errorf("%d probabilities for %d outcomes", len(p), n)
	}
	sum := 0.0
	for _, v := range p {
		if v < 0 || v > 1 {
			return fmt.Errorf("%g is no probability", v)
		}
		sum += v
	}
	if math.Abs(sum-1) > 1e-9 {
		return fmt.Errorf("the probabilities sum to %g, not to 1", sum)
	}
	return nil
}
