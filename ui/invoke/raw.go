package invoke

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"methodical/models"
	"methodical/ui/page"
	"methodical/ui/widget"
)

// foldedLines is how much of a body is shown until the person asks for all.
const foldedLines = 8

// raw is what came back as it came, and how to send the same again elsewhere.
func (m *Model) raw(doc *page.Doc, w models.Walk, a answer) {
	hubDetails(doc, a.out.Error)
	m.body(doc, a.inv, a.out)
	headers(doc, a.inv)
	m.commands(doc, w)
}

// hubDetails are the parts of the hub's error that its support asks for.
func hubDetails(doc *page.Doc, e models.HubError) {
	if e.IsZero() {
		return
	}
	waited := e.Timeout
	if waited != "" {
		waited += ", the wait the hub applied"
	}
	at := ""
	if !e.Time.IsZero() {
		at = e.Time.UTC().Format("2006-01-02 15:04:05 UTC")
	}
	doc.Heading("What the hub said")
	doc.Add(widget.KeyValue(doc.Theme, doc.Width, [][2]string{
		{"message", widget.Clean(e.Message)}, {"waited", widget.Clean(waited)},
		{"tracking id", widget.Clean(strings.Join(e.TrackingIDs, ", "))}, {"hub's time", at},
	})...)
}

// body is the device's answer where there is one, and the hub's whole body.
func (m *Model) body(doc *page.Doc, inv models.Invocation, out models.Outcome) {
	if len(out.DevicePayload) > 0 {
		doc.Heading("The device's answer")
		m.folded(doc, pretty(out.DevicePayload))
	}
	if inv.Body == "" {
		return
	}
	doc.Heading("The hub's answer, as it came")
	m.folded(doc, pretty([]byte(inv.Body)))
}

func (m *Model) folded(doc *page.Doc, text string) {
	lines := widget.CleanLines(text)
	hidden := 0
	if !m.unfold && len(lines) > foldedLines {
		lines, hidden = lines[:foldedLines], len(lines)-foldedLines
	}
	for _, l := range lines {
		doc.Add(indented(l, doc.Width)...)
	}
	if hidden > 0 {
		doc.Line("  " + doc.Theme.Key.Render("b") + doc.Theme.Dim.Render(fmt.Sprintf(" shows %d more lines", hidden)))
	}
}

func indented(line string, width int) []string {
	out := widget.Wrap(line, max(width-2, 1))
	for i := range out {
		out[i] = "  " + out[i]
	}
	return out
}

// pretty indents JSON and leaves anything else as it is.
func pretty(text []byte) string {
	var b bytes.Buffer
	if json.Indent(&b, text, "", "  ") != nil {
		return string(text)
	}
	return b.String()
}

func headers(doc *page.Doc, inv models.Invocation) {
	if len(inv.Headers) == 0 && inv.RequestID == "" {
		return
	}
	doc.Heading("Headers")
	pairs := make([][2]string, 0, len(inv.Headers)+1)
	for _, name := range slices.Sorted(maps.Keys(inv.Headers)) {
		pairs = append(pairs, [2]string{widget.Clean(name), widget.Clean(inv.Headers[name])})
	}
	if inv.RequestID != "" {
		pairs = append(pairs, [2]string{"request id", widget.Clean(inv.RequestID)})
	}
	doc.Add(widget.KeyValue(doc.Theme, doc.Width, pairs)...)
}

// commands is how to do the same without methodical.
func (m *Model) commands(doc *page.Doc, w models.Walk) {
	call, kept := m.callShown(w)
	if !kept {
		return
	}
	host := w.Case.Hub.HostName
	doc.Heading("The same without methodical")
	for _, command := range []struct{ key, name, text string }{
		{"a", "az", models.EquivalentAz(host, call)},
		{"c", "curl", models.EquivalentCurl(host, call)},
	} {
		doc.Line("  " + doc.Theme.Key.Render(command.key) + doc.Theme.Dim.Render(" copies the "+command.name+" command"))
		doc.Command(4, command.text)
	}
}
