package ui

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"charm.land/bubbles/v2/key"
	"github.com/charmbracelet/x/ansi"

	"methodical/checks"
	"methodical/models"
	"methodical/ui/nav"
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

// stepDocuments is the documents for a step. Those that come with a command
// come first: they are something to do.
func stepDocuments(know *checks.Knowledge, step models.Step) []models.Document {
	if know == nil || know.Catalogue == nil {
		return nil
	}
	docs := know.Catalogue.DocsFor(documentPlace(step))
	slices.SortStableFunc(docs, func(a, b models.Document) int {
		return cmp.Compare(min(len(b.Command), 1), min(len(a.Command), 1))
	})
	return docs
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

// documents shows documents with their addresses in plain text, which are links
// too where the terminal allows, and copies them by their number.
func (m *Model) documents(title string, docs []models.Document) *overlay {
	docs = slices.Clone(docs)
	for i := range docs {
		docs[i].Command = m.fill(docs[i].Command)
	}
	o := &overlay{title: title, keys: closeKeys(), docs: docs}
	if len(docs) > 0 {
		o.keys = append(o.keys, key.NewBinding(key.WithKeys("1"), key.WithHelp("1…9", "copy an address")))
	}
	if _, ok := o.command(); ok {
		o.keys = append(o.keys, key.NewBinding(key.WithKeys("c"), key.WithHelp("c", "copy the command")))
	}
	links := m.links
	o.lines = func(th theme.Styles, w int) []string {
		if len(docs) == 0 {
			return []string{"No document for this place."}
		}
		var out []string
		for i, doc := range docs {
			if i > 0 {
				out = append(out, "")
			}
			out = append(out, documentLines(th, w, i+1, doc, links)...)
		}
		return out
	}
	return o
}

// fill puts the hub's name into a command's place for it. The other places are
// for the person: methodical does not know them.
func (m *Model) fill(command string) string {
	name, _, _ := strings.Cut(m.walk.Case.Hub.HostName, ".")
	if name == "" || m.walk.Case.Hub.Emulator || !plainName(name) {
		return command
	}
	return strings.ReplaceAll(command, "{hub}", name)
}

// plainName reports whether a hub's name can stand in a shell command as it is.
func plainName(name string) bool {
	return !strings.ContainsFunc(name, func(r rune) bool {
		return r != '-' && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
	})
}

// command is the first document's that has one.
func (o *overlay) command() (models.Document, bool) {
	for _, doc := range o.docs {
		if doc.Command != "" {
			return doc, true
		}
	}
	return models.Document{}, false
}

// copyKey copies an address or a command, and reports whether the key does that.
func (o *overlay) copyKey(press string) (nav.CopyMsg, bool) {
	if n, err := strconv.Atoi(press); err == nil && n >= 1 && n <= len(o.docs) {
		return nav.CopyMsg{What: "Address " + press, Text: o.docs[n-1].URL}, true
	}
	if doc, ok := o.command(); ok && press == "c" {
		return nav.CopyMsg{What: "Command", Text: doc.Command}, true
	}
	return nav.CopyMsg{}, false
}

func documentLines(th theme.Styles, w, number int, doc models.Document, links bool) []string {
	var out []string
	const indent = "  "
	for i, line := range widget.Wrap(widget.Clean(doc.Title), w-len(indent)) {
		front := indent
		if i == 0 && number <= 9 {
			front = th.Key.Render(strconv.Itoa(number)) + " "
		}
		out = append(out, front+th.Title.Render(line))
	}
	for _, line := range widget.Wrap(widget.Clean(doc.Why), w-len(indent)) {
		out = append(out, indent+line)
	}
	// An address that is broken over lines stays one link, and is broken only
	// where the line ends, so that it can be put together again.
	for line := range strings.SplitSeq(ansi.Hardwrap(widget.Clean(doc.URL), max(w-len(indent), 1), true), "\n") {
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
