package ui

import (
	"github.com/charmbracelet/x/ansi"

	"methodical/checks"
	"methodical/models"
	"methodical/ui/theme"
	"methodical/ui/widget"
)

// documentPlace is the place in the catalogue whose documents help at a step.
func documentPlace(step models.Step) string {
	switch step {
	case models.StepDevice, models.StepCompare:
		return string(models.StepTry)
	default:
		return string(step)
	}
}

func stepDocuments(know *checks.Knowledge, step models.Step) []models.Document {
	if know == nil || know.Catalogue == nil {
		return nil
	}
	return know.Catalogue.DocsFor(documentPlace(step))
}

func documentByID(know *checks.Knowledge, id string) []models.Document {
	if know == nil || know.Catalogue == nil {
		return nil
	}
	if doc, ok := know.Catalogue.Doc(id); ok {
		return []models.Document{doc}
	}
	return nil
}

// documentList shows documents with their addresses in plain text, which are
// links too where the terminal allows.
func documentList(title string, docs []models.Document, links bool) *overlay {
	return &overlay{title: title, keys: closeKeys(), lines: func(th theme.Styles, w int) []string {
		if len(docs) == 0 {
			return []string{"No document for this place."}
		}
		var out []string
		for i, doc := range docs {
			if i > 0 {
				out = append(out, "")
			}
			out = append(out, documentLines(th, w, doc, links)...)
		}
		return out
	}}
}

func documentLines(th theme.Styles, w int, doc models.Document, links bool) []string {
	var out []string
	for _, line := range widget.Wrap(widget.Clean(doc.Title), w) {
		out = append(out, th.Title.Render(line))
	}
	const indent = "  "
	for _, line := range widget.Wrap(widget.Clean(doc.Why), w-len(indent)) {
		out = append(out, indent+line)
	}
	// An address that is broken over lines stays one link.
	for _, line := range widget.Wrap(widget.Clean(doc.URL), w-len(indent)) {
		shown := th.Accent.Render(line)
		if links {
			shown = ansi.SetHyperlink(doc.URL, "id="+doc.ID) + shown + ansi.ResetHyperlink()
		}
		out = append(out, indent+shown)
	}
	if doc.Command == "" {
		return out
	}
	out = append(out, indent+th.Dim.Render("or in a shell:"))
	for _, line := range widget.Wrap(widget.Clean(doc.Command), w-len(indent)) {
		out = append(out, indent+line)
	}
	return out
}
