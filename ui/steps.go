package ui

import (
	"charm.land/lipgloss/v2"

	"methodical/checks"
	"methodical/models"
	"methodical/ui/theme"
)

// mark is a step's state in the stepper: a glyph, a word, and the word for
// narrow terminals.
type mark struct {
	glyph, word, short string
	style              lipgloss.Style
}

// mark is the state of a step: what is running there, else the worst of what
// its checks came to.
func (m *Model) mark(step models.Step) mark {
	if step == models.StepConnect && m.opening != nil {
		return mark{"…", "opening", "open", m.theme.Info}
	}
	for _, req := range m.walk.InFlight {
		if check, ok := checks.Find(m.book.Checks, req.Check); ok && check.Step == step {
			return mark{"…", "running", "run", m.theme.Info}
		}
	}
	if step == models.StepVerdict {
		return m.verdictMark()
	}
	if step == models.StepConnect && m.openError != "" {
		return m.resultMark(models.ResultFailed)
	}
	result, any := m.stepResult(step)
	if !any {
		return mark{"·", "", "", m.theme.Dim}
	}
	return m.resultMark(result)
}

// rank orders results for a step that has several checks, worst last.
func rank(r models.CheckResult) int {
	switch r {
	case models.ResultFailed:
		return 4
	case models.ResultWarning:
		return 3
	case models.ResultUnknown:
		return 2
	case models.ResultOK:
		return 1
	default:
		return 0
	}
}

func (m *Model) stepResult(step models.Step) (worst models.CheckResult, any bool) {
	worst = models.ResultSkipped
	for _, check := range m.book.Checks {
		if check.Step != step {
			continue
		}
		if report, ok := m.walk.Reports[check.ID]; ok {
			any = true
			if rank(report.Result) > rank(worst) {
				worst = report.Result
			}
		}
	}
	return worst, any
}

func (m *Model) resultMark(r models.CheckResult) mark {
	out := mark{theme.Glyph(r), string(r), string(r), m.theme.Result(r)}
	switch r {
	case models.ResultWarning:
		out.short = "warn"
	case models.ResultFailed:
		out.short = "fail"
	case models.ResultUnknown:
		out.short = "unkn"
	case models.ResultSkipped:
		out.short = "skip"
	}
	return out
}

func (m *Model) verdictMark() mark {
	switch m.diagnosis.Verdict {
	case models.VerdictFault:
		return mark{"✗", "fault", "fault", m.theme.Error}
	case models.VerdictHealthy:
		return mark{"✓", "healthy", "ok", m.theme.OK}
	case models.VerdictUndetermined:
		if len(m.walk.Case.Invocations) > 0 {
			return mark{"?", "unclear", "unkn", m.theme.Unknown}
		}
	}
	// Nothing was tried yet: no verdict is no news.
	return mark{"·", "", "", m.theme.Dim}
}
