package checks

import (
	"slices"

	"methodical/models"
)

// report turns a finished check into its report.
func (r Runbook) report(w models.Walk, c Check, err error, cancelled bool) models.CheckReport {
	rep := models.CheckReport{ID: c.ID, Title: c.Title, Findings: r.findingsOf(w, c)}
	switch {
	case cancelled:
		rep.Result, rep.Reason = models.ResultUnknown, "Cancelled before it was done."
	case err != nil:
		rep.Result, rep.Reason = models.ResultUnknown, err.Error()
	default:
		rep.Result = Worst(rep.Findings)
	}
	return rep
}

// observe brings the findings of every report up to date with the case: what
// one check gathers can change what another one's facts mean.
func (r Runbook) observe(w *models.Walk) {
	for id, rep := range w.Reports {
		if rep.Result == models.ResultSkipped {
			continue
		}
		check, ok := Find(r.Checks, id)
		if !ok {
			continue
		}
		rep.Findings = r.findingsOf(*w, check)
		if rep.Reason == "" {
			rep.Result = Worst(rep.Findings)
		}
		w.Reports[id] = rep
	}
}

func (r Runbook) findingsOf(w models.Walk, c Check) []models.Finding {
	if c.Observe == nil {
		return nil
	}
	var out []models.Finding
	for _, f := range c.Observe(w.Case, r.Know) {
		if slices.Contains(c.Codes, f.Code) {
			out = append(out, f)
		}
	}
	return out
}

// Worst is the result that a set of findings amounts to: trouble first, then
// what could not be determined, else ok.
func Worst(findings []models.Finding) models.CheckResult {
	worst, unknown := models.SeverityOK, false
	for _, f := range findings {
		if f.Severity == models.SeverityUnknown {
			unknown = true
		} else if f.Severity.Rank() > worst.Rank() {
			worst = f.Severity
		}
	}
	switch {
	case worst == models.SeverityError:
		return models.ResultFailed
	case worst == models.SeverityWarning:
		return models.ResultWarning
	case unknown:
		return models.ResultUnknown
	default:
		return models.ResultOK
	}
}
