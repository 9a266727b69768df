package checks

import (
	"cmp"
	"math"
	"slices"

	"methodical/models"
)

// Diagnose weighs everything a case holds: the verdict, the causes in falling
// order of probability, what else is wrong, and the test that would tell most.
// It is pure. The probabilities of all causes sum to 1.
func Diagnose(c models.Case, k *Knowledge) models.Diagnosis {
	book, err := k.Causes.read()
	if err != nil {
		return undecided("The data of the diagnosis cannot be read: " + err.Error())
	}
	s := observed(c, k)
	sums := book.weigh(s.found)
	seen := codesOf(s.found)
	next := book.next(sums, seen)
	inFallingOrder(sums)

	d := models.Diagnosis{Version: models.CaseVersion, Verdict: book.verdict(sums[0], seen), Next: next, Missing: missing(s.found)}
	w := newWords(s)
	for _, sum := range sums {
		d.Causes = append(d.Causes, book.ranked(sum, seen, w, k.Catalogue))
	}
	d.Contributing = book.contributing(s.found, sums, d.Verdict)
	if d.Verdict == models.VerdictHealthy {
		d.Next = nil
	}
	d.Summary = book.summary(d, seen, w)
	return d
}

// undecided is a diagnosis that could not be made, and why.
func undecided(why string) models.Diagnosis {
	return models.Diagnosis{
		Version: models.CaseVersion, Verdict: models.VerdictUndetermined, Summary: why,
		Causes: []models.RankedCause{}, Contributing: []models.Contribution{}, Missing: []string{why},
	}
}

// ExplainDiagnosis is the sum behind Diagnose, line by line.
func ExplainDiagnosis(c models.Case, k *Knowledge) Explanation {
	book := k.Causes.book()
	sums := book.weigh(observed(c, k).found)
	inFallingOrder(sums)
	return Explanation{Rules: book.rules, Causes: sums}
}

func inFallingOrder(sums []CauseSum) {
	slices.SortStableFunc(sums, func(a, b CauseSum) int { return cmp.Compare(b.Probability, a.Probability) })
}

// verdict is undetermined where the top cause is too weak for what is known: a
// needed fact that could not be read, or nothing tried, asks for more.
func (k *causeBook) verdict(top CauseSum, seen map[string]bool) models.Verdict {
	cause := k.causes[k.index[top.ID]]
	least := k.rules.Decide
	if anyOf(seen, cause.Needs) {
		least = max(least, k.rules.DecideUnread)
	}
	if seen[k.rules.Untried] {
		least = max(least, k.rules.DecideUntried)
	}
	switch {
	case top.Probability < least:
		return models.VerdictUndetermined
	case top.ID == models.CauseNoFault:
		return models.VerdictHealthy
	}
	return models.VerdictFault
}

// missing are the facts that could not be had, in sentences.
func missing(findings []models.Finding) []string {
	var out []string
	for _, f := range findings {
		if f.Severity == models.SeverityUnknown {
			out = append(out, f.Text)
		}
	}
	return out
}

// fewestWeight is the log-odds below which a line is not worth a reader's time.
const fewestWeight = 0.2

// ranked is a cause as the diagnosis gives it: with evidence and fixes where it
// is likely enough for anybody to read them.
func (k *causeBook) ranked(sum CauseSum, seen map[string]bool, w words, docs *Catalogue) models.RankedCause {
	cause := k.causes[k.index[sum.ID]]
	r := models.RankedCause{
		ID: sum.ID, Title: cause.Title, Probability: sum.Probability,
		Evidence: []models.Evidence{}, Fix: []string{}, Links: []models.Link{},
	}
	if sum.Probability < k.rules.LeastDetail {
		return r
	}
	r.Explanation = w.text.Replace(cause.Explanation)
	r.Evidence = evidence(sum)
	r.Links = append(r.Links, cause.links(docs)...)
	for _, f := range cause.Fixes {
		if len(f.When) > 0 && !anyOf(seen, f.When) || anyOf(seen, f.Unless) {
			continue
		}
		r.Fix = append(r.Fix, w.fix(f))
	}
	return r
}

// evidence is a sum in words, the weightiest first.
func evidence(sum CauseSum) []models.Evidence {
	out := []models.Evidence{}
	for _, l := range sum.Lines {
		if math.Abs(l.Weight) < fewestWeight {
			continue
		}
		out = append(out, models.Evidence{For: l.Weight > 0, Text: l.Text, Finding: l.Finding, Weight: math.Round(l.Weight*100) / 100})
	}
	slices.SortStableFunc(out, func(a, b models.Evidence) int { return cmp.Compare(math.Abs(b.Weight), math.Abs(a.Weight)) })
	if sum.Unmet != 0 {
		out = append(out, models.Evidence{Text: "The sign that would show it was not seen.", Weight: sum.Unmet})
	}
	return out
}

// likelyShare is the share from which a cause is a candidate for the verdict
// rather than something beside it.
const likelyShare = 0.1

// contributing are the findings that ask for action and that the main cause
// does not explain, each with the cause it points to. While the verdict is
// open, the candidates explain what points to them.
func (k *causeBook) contributing(findings []models.Finding, sums []CauseSum, verdict models.Verdict) []models.Contribution {
	out := []models.Contribution{}
	candidates := sums[:1]
	if verdict == models.VerdictUndetermined {
		candidates = slices.DeleteFunc(slices.Clone(sums), func(s CauseSum) bool { return s.Probability < likelyShare })
	}
	for _, f := range findings {
		kind := k.findings[f.Code]
		if f.Severity.Rank() < models.SeverityWarning.Rank() || kind.Cause == "" || kind.Harmless {
			continue
		}
		explained := slices.ContainsFunc(candidates, func(s CauseSum) bool { return k.explains(s, f.Code, kind.Cause) })
		if !explained && !slices.ContainsFunc(out, func(c models.Contribution) bool { return c.Finding == f.Code }) {
			out = append(out, models.Contribution{Finding: f.Code, Cause: kind.Cause, Text: f.Text})
		}
	}
	return out
}

// explains reports whether a finding follows from a cause: it points there, the
// cause says so, or it counted for the cause.
func (k *causeBook) explains(s CauseSum, code, points string) bool {
	if s.ID == points || slices.Contains(k.causes[k.index[s.ID]].Explains, code) {
		return true
	}
	return slices.ContainsFunc(s.Lines, func(l SumLine) bool { return l.Finding == code && l.Stated > 0 })
}
