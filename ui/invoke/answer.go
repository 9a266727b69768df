package invoke

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"methodical/checks"
	"methodical/models"
	"methodical/ui/nav"
	"methodical/ui/page"
	"methodical/ui/widget"
)

// answerLines is everything about the shown call, most telling first. Before
// any call it says what sending would be like elsewhere.
func (m *Model) answerLines(c nav.Canvas) []string {
	w := c.State.Walk
	doc := page.NewDoc(c.Theme, c.Size.Width)
	inv, place, of := m.shown(w)
	if of == 0 {
		if m.form == nil || !m.form.typing() {
			m.commands(doc, w)
		}
		return doc.Lines()
	}
	device, _ := w.Case.Device(inv.Target())
	out := checks.ReadOutcomeFor(inv, device)
	headline(doc, inv, out, place, of)
	if out.Summary != "" {
		doc.Lead("  ", doc.Theme.Text, doc.Theme.Text, out.Summary)
	}
	mayHaveRun(doc, inv, out)
	if place == of {
		m.offers(doc, c.State, out)
	}
	explanation(doc, c.State.Know, out)
	if place == of {
		m.findings(doc, w)
	}
	m.body(doc, inv, out)
	headers(doc, inv)
	m.commands(doc, w)
	return doc.Lines()
}

// headline says what the call came to, with the hub's part and the device's
// part apart.
func headline(doc *page.Doc, inv models.Invocation, out models.Outcome, place, of int) {
	th := doc.Theme
	h := page.HeadlineOf(th, inv, out)
	when := fmt.Sprintf("after %s", page.ElapsedWords(inv))
	if of > 1 {
		when += fmt.Sprintf(" · call %d of %d", place, of)
	}
	doc.Lead(h.Glyph+" ", h.Style, h.Style.Bold(true), h.Text+" "+when)
	doc.Fact("  sent", labels, th.Text, sentWords(inv))
	doc.Fact("  hub", labels, th.Text, hubWords(inv, out))
	doc.Fact("  device", labels, th.Text, deviceWords(out))
}

func sentWords(inv models.Invocation) string {
	payload := inv.Payload.String()
	if !payloadKept(inv) {
		payload = "not kept"
	}
	const longest = 60
	return fmt.Sprintf("%s · payload %s · connect %.0f s · response %.0f s · %s", inv.MethodName,
		widget.Truncate(widget.Clean(payload), longest), inv.ConnectTimeout().Seconds(), inv.ResponseTimeout().Seconds(),
		inv.Time.Format("15:04:05"))
}

func hubWords(inv models.Invocation, out models.Outcome) string {
	switch {
	case out.Kind == models.OutcomeCancelled:
		return "not waited for"
	case out.HubStatus == 0:
		return "no answer: " + firstOf(inv.TransportError, "the connection gave nothing back")
	case out.Kind == models.OutcomeHubError:
		return fmt.Sprintf("HTTP %d · %s", out.HubStatus, page.CodeName(out))
	default:
		return fmt.Sprintf("HTTP %d: it passed the call on and brought the answer back", out.HubStatus)
	}
}

func deviceWords(out models.Outcome) string {
	switch {
	case out.DeviceStatus != nil:
		return fmt.Sprintf("status %d, its own", *out.DeviceStatus)
	case out.Kind == models.OutcomeBadAnswer:
		return "it sent something that is not JSON"
	default:
		return "said nothing"
	}
}

func firstOf(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// mayHaveRun warns that the device may have acted although no answer came.
func mayHaveRun(doc *page.Doc, inv models.Invocation, out models.Outcome) {
	if out.MayHaveRun != models.RunPossible {
		return
	}
	text := "The device may have carried it out. Look before you send it again."
	if inv.MethodName == models.SafeProbeMethod {
		text = "A catch-all handler may have acted on the probe; no other does."
	}
	doc.Lead("! ", doc.Theme.Warning, doc.Theme.Warning, text)
}

// offers are the follow-up that would tell more, and the document that helps.
func (m *Model) offers(doc *page.Doc, s nav.State, out models.Outcome) {
	th := doc.Theme
	if check, call, ok := longerWait(s); ok {
		doc.Lead("  l ", th.Key, th.Text, fmt.Sprintf("%s: try connect %.0f s, response %.0f s.",
			followUpWords(check.ID), call.ConnectTimeout().Seconds(), call.ResponseTimeout().Seconds()))
	}
	if code := out.Error.Code; code == models.CodeDeviceNotOnline || code == models.CodeGatewayTimeout {
		if d, ok := page.Document(s.Know, docMethods); ok {
			doc.Lead("  u ", th.Key, th.Dim, d.Title)
		}
	}
}

func followUpWords(check string) string {
	if check == checks.CheckLongerConnect {
		return "Does it come online if the hub waits"
	}
	return "Does it answer if it gets more time"
}

// explanation is what the catalogue says of the hub's code.
func explanation(doc *page.Doc, k *checks.Knowledge, out models.Outcome) {
	entry, ok := page.CodeEntry(k, out.Error.Code)
	if !ok {
		return
	}
	th := doc.Theme
	doc.Heading("What " + entry.Code + " " + entry.Name + " means")
	doc.Text(th.Text, firstOf(entry.Meaning, entry.Short))
	if len(entry.Causes) > 0 {
		doc.Heading("Why it comes, likeliest first")
		for _, cause := range entry.Causes {
			doc.Bullet(cause)
		}
	}
	if len(entry.Fix) > 0 {
		doc.Heading("What to do")
		for i, step := range entry.Fix {
			doc.Lead(fmt.Sprintf("  %d. ", i+1), th.OK, th.Text, step)
		}
	}
	if entry.Retry.Safe != "" {
		doc.Blank()
		doc.Fact("Again?", labels, th.Text, retryWords(entry.Retry))
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

// findings are what the checks of this step read out of the calls.
func (m *Model) findings(doc *page.Doc, w models.Walk) {
	var all []models.Finding
	for _, id := range []string{checks.CheckCall, checks.CheckLongerResponse, checks.CheckLongerConnect} {
		for _, f := range w.Reports[id].Findings {
			if !slices.Contains(all, f) {
				all = append(all, f)
			}
		}
	}
	if len(all) == 0 {
		return
	}
	doc.Heading("Findings")
	for _, f := range all {
		doc.Add(widget.Finding(doc.Theme, doc.Width, f)...)
	}
}

// foldedLines is how much of a body is shown until the person asks for all.
const foldedLines = 8

// body is what came back: the device's answer where there is one, and the hub's
// whole body.
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
		for _, line := range strings.Split(command.text, "\n") {
			doc.Lead("    ", doc.Theme.Dim, doc.Theme.Dim, line)
		}
	}
}
