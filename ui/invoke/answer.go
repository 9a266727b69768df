package invoke

import (
	"fmt"
	"slices"
	"strings"

	"methodical/checks"
	"methodical/models"
	"methodical/ui/nav"
	"methodical/ui/page"
	"methodical/ui/widget"
)

// wide is the width from which the explanation stands beside the answer.
const (
	wide = 110
	gap  = 3
)

// answerLines is everything about the shown call, most telling first. Before
// any call it is how to send one without methodical.
func (m *Model) answerLines(c nav.Canvas) []string {
	w := c.State.Walk
	inv, place, of := m.shown(w)
	if of == 0 {
		doc := page.NewDoc(c.Theme, c.Size.Width)
		if c.Size.Height >= roomy && (m.form == nil || !m.form.typing()) {
			m.commands(doc, w)
		}
		return doc.Lines()
	}
	device, _ := w.Case.Device(inv.Target())
	a := answer{inv: inv, out: checks.ReadOutcomeFor(inv, device), place: place, of: of}
	if c.Size.Width < wide {
		doc := page.NewDoc(c.Theme, c.Size.Width)
		m.outcome(doc, c.State, a)
		meaning(doc, c.State.Know, a.out)
		m.findings(doc, w, a)
		remedy(doc, c.State.Know, a.out)
		m.raw(doc, w, a)
		return doc.Lines()
	}
	left := (c.Size.Width - gap) / 2
	one, two := page.NewDoc(c.Theme, left), page.NewDoc(c.Theme, c.Size.Width-gap-left)
	m.outcome(one, c.State, a)
	m.findings(one, w, a)
	m.raw(one, w, a)
	meaning(two, c.State.Know, a.out)
	remedy(two, c.State.Know, a.out)
	return page.Columns(one.Lines(), two.Lines(), left, gap)
}

// answer is a call with what it came to, and its place among the calls.
type answer struct {
	inv       models.Invocation
	out       models.Outcome
	place, of int
}

func (a answer) newest() bool { return a.place == a.of }

// outcome says what the call came to, with the hub's part and the device's part
// apart, whether it may have run, and what would tell more.
func (m *Model) outcome(doc *page.Doc, s nav.State, a answer) {
	th := doc.Theme
	_, running := underWay(s.Walk)
	if running {
		doc.Text(th.Dim, "The call before:")
	}
	h := page.HeadlineOf(th, a.inv, a.out)
	when := fmt.Sprintf("after %s, at %s UTC", page.ElapsedWords(a.inv), a.inv.Time.UTC().Format("15:04:05"))
	if a.of > 1 {
		when += fmt.Sprintf(" · call %d of %d", a.place, a.of)
	}
	doc.Lead(h.Glyph+" ", h.Style, h.Style.Bold(true), h.Text+" "+when)
	if sent := sentWords(a.inv); m.form == nil || sent != draftWords(m.form.draft()) {
		doc.Fact("  sent", labels, th.Text, sent)
	}
	doc.Fact("  hub", labels, th.Text, hubWords(a.inv, a.out))
	doc.Fact("  device", labels, th.Text, deviceWords(a.out))
	if a.out.Kind != models.OutcomeHubError && a.out.Summary != "" {
		doc.Lead("  ", th.Text, th.Text, a.out.Summary)
	}
	mayHaveRun(doc, a.inv, a.out)
	if a.newest() && !running {
		m.offers(doc, s, a.out)
	}
}

// sentWords is a call in one line, as draftWords writes a draft.
func sentWords(inv models.Invocation) string {
	payload := inv.Payload.String()
	if !payloadKept(inv) {
		payload = "not kept"
	}
	return callWords(inv.MethodName, payload, fmt.Sprintf("%.0f", inv.ConnectTimeout().Seconds()), fmt.Sprintf("%.0f", inv.ResponseTimeout().Seconds()))
}

func draftWords(d draft) string {
	payload := d.choice.String()
	if d.choice == sendText {
		payload = strings.TrimSpace(d.text)
	}
	return callWords(d.method, payload, d.connect, d.response)
}

func callWords(method, payload, connect, response string) string {
	const longest = 40
	return fmt.Sprintf("%s · payload %s · connect %s s · response %s s",
		widget.Truncate(widget.Clean(method), longest), widget.Truncate(widget.Clean(payload), longest), connect, response)
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
	if inv.MethodName == models.SafeProbeMethod {
		doc.Lead("  ", doc.Theme.Dim, doc.Theme.Dim, "A catch-all handler may have acted on the probe; no other does.")
		return
	}
	doc.Lead("! ", doc.Theme.Warning, doc.Theme.Warning, "The device may have carried it out. Look before you send it again.")
}

// offers are the follow-up that would tell more, and the document that helps.
func (m *Model) offers(doc *page.Doc, s nav.State, out models.Outcome) {
	th := doc.Theme
	if check, call, ok := longerWait(s); ok {
		doc.Lead("  l ", th.Key, th.Text, fmt.Sprintf("%s Connect %.0f s, response %.0f s.",
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
		return "Wait longer for it to come online?"
	}
	return "Wait longer for its answer?"
}

// findings are what the checks of this step read out of the calls.
func (m *Model) findings(doc *page.Doc, w models.Walk, a answer) {
	if !a.newest() {
		return
	}
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
