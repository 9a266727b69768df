package invoke

import (
	"fmt"

	"charm.land/lipgloss/v2"

	"methodical/checks"
	"methodical/models"
	"methodical/ui/page"
	"methodical/ui/theme"
)

// meaning is what the catalogue says that the hub's code means.
func meaning(doc *page.Doc, k *checks.Knowledge, out models.Outcome) {
	entry, ok := page.CodeEntry(k, out.Error.Code)
	if !ok {
		return
	}
	doc.Blank()
	doc.Text(doc.Theme.Error, "What "+entry.Code+" "+entry.Name+" means")
	doc.Text(doc.Theme.Text, firstOf(entry.Meaning, entry.Short))
}

// remedy is why the code comes, what to do about it, and whether to send the
// call again.
func remedy(doc *page.Doc, k *checks.Knowledge, out models.Outcome) {
	entry, ok := page.CodeEntry(k, out.Error.Code)
	if !ok {
		return
	}
	th := doc.Theme
	if len(entry.Fix) > 0 {
		doc.Blank()
		doc.Text(th.OK, "What to do")
		for i, step := range entry.Fix {
			doc.Lead(fmt.Sprintf("  %d. ", i+1), th.OK, th.Text, step)
		}
	}
	if entry.Retry.Safe != "" {
		doc.Fact("  Again?", labels, retryStyle(th, entry.Retry.Safe), retryWords(entry.Retry))
	}
	if len(entry.Causes) > 0 {
		doc.Heading("Why it comes, likeliest first")
		for _, cause := range entry.Causes {
			doc.Bullet(cause)
		}
	}
}

func retryStyle(th theme.Styles, safe models.RetrySafety) lipgloss.Style {
	switch safe {
	case models.RetryYes:
		return th.OK
	case models.RetryNo:
		return th.Error
	default:
		return th.Warning
	}
}

func retryWords(r models.Retry) string {
	short := map[models.RetrySafety]string{
		models.RetryNo: "not as it stands", models.RetryConditional: "only if", models.RetryYes: "yes",
	}[r.Safe]
	if r.Why == "" {
		return short
	}
	return short + ": " + r.Why
}
