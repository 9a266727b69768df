package invoke

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"methodical/checks"
	"methodical/models"
	"methodical/ui/nav"
	"methodical/ui/page"
	"methodical/ui/theme"
	"methodical/ui/widget"
)

// View draws the device and the call above, and below them what is under way or
// what came back.
func (m *Model) View(c nav.Canvas) nav.Frame {
	frame := nav.Frame{Title: "Try it: send a direct method to the device"}
	if m.list != noList {
		frame.Body = strings.Join(m.listView(c), "\n")
		return frame
	}
	head, cursor := m.head(c)
	body := m.reader.View(c.Theme, m.answerLines(c), c.Size.Width, max(c.Size.Height-len(head), 2))
	frame.Body = strings.Join(append(head, body...), "\n")
	frame.Cursor = cursor
	return frame
}

func (m *Model) answerRoom(c nav.Canvas) int {
	head, _ := m.head(c)
	return max(c.Size.Height-len(head), 2)
}

// head is the part that stays: the device, then the form while it is being
// edited and one line of it otherwise, then the open question or the wait.
func (m *Model) head(c nav.Canvas) ([]string, *tea.Cursor) {
	doc := page.NewDoc(c.Theme, c.Size.Width)
	w := c.State.Walk
	f := m.form
	if f == nil {
		f = newForm(w.Inputs)
	}
	identity(doc, w)
	req, running := underWay(w)
	var cursor *tea.Cursor
	switch {
	case m.consent.Asking():
		summary(doc, f.draft())
	case f.typing() || !running && len(w.Case.CallsTo(w.Inputs.Target)) == 0:
		cursor = formView(doc, f, c.Size, w)
	case !running:
		summary(doc, f.draft())
	}
	switch {
	case m.consent.Asking():
		doc.Blank()
		m.consent.Draw(doc)
	case running:
		doc.Blank()
		waiting(doc, req, c.Now.Sub(req.Started))
	}
	doc.Blank()
	return doc.Lines(), cursor
}

// identity says in a line or two what the registry says of the target.
func identity(doc *page.Doc, w models.Walk) {
	th := doc.Theme
	target := w.Inputs.Target.String()
	if w.Running(checks.CheckIdentity) {
		doc.Lead("… ", th.Accent, th.Text, "Reading what the registry says of "+target)
		return
	}
	rep, ok := w.Reports[checks.CheckIdentity]
	if !ok {
		doc.Text(th.Title, target)
		return
	}
	device, known := w.Case.Device(w.Inputs.Target)
	words := ""
	if known {
		words = identityWords(device)
	}
	// A long id must not push away what is known of it.
	room := max(doc.Width-2-ansi.StringWidth(words), doc.Width/3)
	doc.Line(th.Result(rep.Result).Render(theme.Glyph(rep.Result)) + " " + th.Title.Render(widget.Truncate(widget.Clean(target), room)) + words)
	if rep.Reason != "" {
		doc.Lead("  ", th.Dim, th.Dim, rep.Reason)
	}
	worst(doc, rep.Findings)
}

// identityWords are the facts that decide whether a call can arrive.
func identityWords(d models.Device) string {
	var parts []string
	switch {
	case d.Missing():
		parts = append(parts, "not registered")
	case d.Known() && d.Status == "":
		parts = append(parts, "registered")
	}
	const longest = 20
	for _, s := range []string{d.Status, strings.ToLower(d.ConnectionState), d.Protocol} {
		if s != "" {
			parts = append(parts, widget.Truncate(widget.Clean(s), longest))
		}
	}
	if age, ok := d.ActiveAgo(); ok {
		parts = append(parts, "active "+widget.Age(age)+" ago when read")
	}
	if len(parts) == 0 {
		return ""
	}
	return " · " + strings.Join(parts, " · ")
}

// worst adds the findings that speak against the call, two at most.
func worst(doc *page.Doc, findings []models.Finding) {
	const most = 2
	var bad []models.Finding
	for _, f := range findings {
		if f.Severity == models.SeverityError || f.Severity == models.SeverityWarning {
			bad = append(bad, f)
		}
	}
	for i, f := range bad {
		if i == most {
			doc.Text(doc.Theme.Dim, fmt.Sprintf("  and %d more at the step before", len(bad)-most))
			return
		}
		doc.Line("  " + doc.Theme.Severity(f.Severity).Render(theme.SeverityGlyph(f.Severity)) + " " + widget.Clean(f.Text))
	}
}

// summary is the composed call in one line.
func summary(doc *page.Doc, d draft) {
	doc.Fact("Next call", labels, doc.Theme.Text, draftWords(d))
}

// editorHeight is how many lines the JSON text gets.
func editorHeight(s nav.Size) int {
	const rest = 13 // what else the form and the frame take
	return min(max(s.Height-rest, 3), 12)
}

// roomy is the height from which every field has its hint and the timeouts their
// bars all the time; below, only where the keys are.
const roomy = 18

// formView draws the fields, each with what its value means or what is wrong
// with it.
func formView(doc *page.Doc, f *form, size nav.Size, w models.Walk) *tea.Cursor {
	var cursor *tea.Cursor
	keep := func(c *tea.Cursor) {
		if c != nil {
			cursor = c
		}
	}
	_, bad := f.draft().compose()
	all := size.Height >= roomy
	keep(doc.Field(f.method))
	if all || f.at == onMethod || !f.typing() {
		hint(doc, methodHint(f.method.Value(), w))
	}
	doc.Line(f.payload.View(doc.Theme, doc.Width))
	if f.choice() == sendText {
		keep(textView(doc, f, size))
	} else if f.at == onPayload {
		hint(doc, f.choice().about()+" ←/→ chooses.")
	}
	keep(doc.Field(f.connect))
	if f.at == onConnect && bad.connect == nil {
		hint(doc, "How long the hub waits for a device that is not there, 0 to 300 s. 0: it must be there already.")
	}
	keep(doc.Field(f.response))
	if f.at == onResponse && bad.response == nil {
		hint(doc, "How long the device may take to answer, 5 to 300 s.")
	}
	if all || !f.typing() || f.at == onConnect || f.at == onResponse {
		timeoutBars(doc, f)
	}
	return cursor
}

// timeoutBars draws the two timeouts and their sum, and where to read on.
func timeoutBars(doc *page.Doc, f *form) {
	event, bad := f.draft().compose()
	if bad.connect != nil || bad.response != nil {
		return
	}
	th := doc.Theme
	a := axis{time.Duration(event.ConnectTimeoutSeconds) * time.Second, time.Duration(event.ResponseTimeoutSeconds) * time.Second}
	a.draw(doc, -1)
	help := "t"
	if f.typing() {
		help = "ctrl+t"
	}
	doc.Line(th.Dim.Render(widget.Pad("  at most", labels)) + th.Text.Render(seconds(a.sum())) +
		"   " + th.Key.Render(help) + th.Dim.Render(" Configure direct method timeout"))
}

func hint(doc *page.Doc, text string) {
	doc.Lead(strings.Repeat(" ", labels), doc.Theme.Dim, doc.Theme.Dim, text)
}

// methodHint says what calling the method means: for the probe what it costs,
// for any other that it does what it does.
func methodHint(method string, w models.Walk) string {
	switch advice := methodAdvice(method, w.Inputs.Target); {
	case method == models.SafeProbeMethod:
		return "The safe probe: no device implements it, so any answer proves it listens. Costs at least two messages of quota; a catch-all handler may act on it."
	case advice != "":
		return advice
	case w.Case.Hub.Emulator:
		return "A real method, on an emulated device."
	default:
		return "A real method on a live hub: the device does what it does. You are asked once."
	}
}

// textView draws the JSON text with its size, and where it goes wrong.
func textView(doc *page.Doc, f *form, size nav.Size) *tea.Cursor {
	row := doc.Len()
	text := f.text
	text.setSize(doc.Width-labels, editorHeight(size))
	body, cursor := text.view(doc.Theme)
	lines := strings.Split(body, "\n")
	for _, l := range lines[:min(len(lines), text.rows())] {
		doc.Line(strings.Repeat(" ", labels) + l)
	}
	if cursor != nil {
		cursor.X += labels
		cursor.Y += row
	}
	_, err := f.draft().payload()
	if err != nil {
		doc.Lead(strings.Repeat(" ", labels)+"✗ ", doc.Theme.Error, doc.Theme.Error, payloadTrouble(err))
		return cursor
	}
	hint(doc, sizeWords(f.draft().size()))
	return cursor
}

func payloadTrouble(err error) string {
	var at *models.PayloadError
	if errors.As(err, &at) {
		return fmt.Sprintf("line %d, column %d: %s", at.Line, at.Column, at.Reason)
	}
	return err.Error()
}

// sizeWords puts a payload's size against what a hub carries and how it counts.
func sizeWords(bytes int) string {
	steps := models.MeterUnits(bytes)
	return fmt.Sprintf("%s of %d KB; counts as %d × 4 KB towards throttle and quota",
		byteWords(bytes), models.MaxPayloadBytes/1024, steps)
}

func byteWords(n int) string {
	if n < 1024 {
		return strconv.Itoa(n) + " bytes"
	}
	return fmt.Sprintf("%.1f KB", float64(n)/1024)
}

// waiting draws a call under way: how long, for whom, and how long yet.
func waiting(doc *page.Doc, req models.Request, elapsed time.Duration) {
	th := doc.Theme
	if req.Call == nil {
		doc.Lead("… ", th.Accent, th.Text, "Calling, "+widget.Seconds(elapsed)+" so far. esc stops waiting.")
		return
	}
	call := *req.Call
	left := call.LongestWait() - elapsed
	words := fmt.Sprintf("Calling %s: %s gone", call.Method, widget.Seconds(elapsed))
	if left > 0 {
		words += fmt.Sprintf(", at most %s to go", widget.Seconds(left))
	}
	doc.Lead("… ", th.Accent, th.Title, words)
	axis{call.ConnectTimeout(), call.ResponseTimeout()}.draw(doc, elapsed)
	doc.Lead("  ", th.Dim, th.Text, waitingFor(call, elapsed))
	doc.Line("  " + th.Key.Render("esc") + th.Dim.Render(" stops waiting. What the device has begun goes on."))
}
