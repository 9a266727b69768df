package report

import (
	"fmt"

	"methodical/models"
)

// Line writes one line of talk, wrapped.
func (t *Text) Line(text string) { t.wrapped("", text) }

// Prompt writes a question without ending the line.
func (t *Text) Prompt(text string) {
	if t.err == nil {
		_, t.err = fmt.Fprint(t.W, Clean(text))
	}
}

// resultSentences say a check's result in words alone.
var resultSentences = map[models.CheckResult]string{
	models.ResultOK:      "Good",
	models.ResultWarning: "Warning",
	models.ResultFailed:  "Problem",
	models.ResultUnknown: "Could not determine",
	models.ResultSkipped: "Skipped",
}

// PlainReport writes a check as sentences, without glyphs.
func (t *Text) PlainReport(r models.CheckReport) {
	t.wrapped("", fmt.Sprintf("%s: %s.", resultSentences[r.Result], r.Title))
	if r.Reason != "" {
		t.wrapped("  ", r.Reason)
	}
	for _, f := range r.Findings {
		t.wrapped("  ", fmt.Sprintf("%s (%s).", trimStop(f.Text), f.Code))
	}
}

// PlainDiagnosis writes the verdict as sentences, without glyphs.
func (t *Text) PlainDiagnosis(d models.Diagnosis) {
	top, ok := d.Top()
	switch {
	case d.Verdict == models.VerdictHealthy:
		t.Line("Verdict: healthy.")
	case ok && d.Verdict == models.VerdictFault:
		t.Line(fmt.Sprintf("Verdict: fault. Most likely cause: %s, %s, %s.", top.ID, lowerFirst(top.Title), percent(top.Probability)))
	default:
		t.Line("Verdict: undetermined.")
	}
	t.Line(d.Summary)
	for _, e := range top.Evidence {
		side := "For this"
		if !e.For {
			side = "Against this"
		}
		t.wrapped("  ", fmt.Sprintf("%s: %s.", side, trimStop(e.Text)))
	}
	for i, f := range top.Fix {
		t.wrapped("  ", fmt.Sprintf("Fix %d: %s", i+1, f))
	}
	for _, m := range d.Missing {
		t.wrapped("  ", "Not known: "+m)
	}
	for _, c := range d.Contributing {
		t.wrapped("  ", "Also: "+c.Text)
	}
	if d.Next != nil {
		t.wrapped("  ", fmt.Sprintf("The test that would tell most: %s. %s", d.Next.Test, d.Next.Why))
	}
	for _, l := range top.Links {
		t.wrapped("  ", fmt.Sprintf("Read: %s, %s", l.Title, l.URL))
	}
}

func trimStop(s string) string {
	for len(s) > 0 && s[len(s)-1] == '.' {
		s = s[:len(s)-1]
	}
	return s
}
