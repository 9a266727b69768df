package logs

import (
	"methodical/checks"
	"methodical/models"
	"methodical/ui/nav"
	"methodical/ui/page"
	"methodical/ui/widget"
)

// findings is what the logs say in words: of the device in trouble first, then
// of the hub and of all devices.
func findings(c nav.Canvas) []string {
	doc := page.NewDoc(c.Theme, c.Size.Width)
	w := c.State.Walk
	about := w.Reports[checks.CheckLogs].Findings
	if len(about) > 0 {
		doc.Text(c.Theme.Title, "About "+w.Inputs.Target.String()+" and this hub")
		list(doc, about)
	}
	if w.Summary != nil && len(w.Summary.Findings) > 0 {
		doc.Heading("About all rows")
		list(doc, w.Summary.Findings)
	}
	if doc.Len() == 0 {
		doc.Text(c.Theme.Dim, "Nothing stands out.")
	}
	if w.Summary != nil {
		damaged(doc, w.Summary.Damaged)
	}
	doc.Blank()
	omissions(doc)
	return doc.Lines()
}

func list(doc *page.Doc, findings []models.Finding) {
	for _, f := range findings {
		doc.Add(widget.Finding(doc.Theme, doc.Width, f)...)
	}
}

// damaged names the first places that could not be read.
func damaged(doc *page.Doc, places []models.LogPlace) {
	if len(places) == 0 {
		return
	}
	doc.Heading("Lines that could not be read")
	for _, p := range places {
		doc.Lead("  • ", doc.Theme.Dim, doc.Theme.Text, p.File+", line "+page.Count(p.Line)+": "+p.Reason)
	}
}
