package compare

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"methodical/checks"
	"methodical/models"
	"methodical/ui/nav"
	"methodical/ui/page"
	"methodical/ui/theme"
	"methodical/ui/widget"
)

const labelColumn = 12

// View draws who is compared and the calls under way above, the comparison
// below.
func (m *Model) View(c nav.Canvas) nav.Frame {
	head, cursor := m.head(c)
	room := max(c.Size.Height-len(head), 3)
	body := m.reader.View(c.Theme, m.body(c), c.Size.Width, room)
	return nav.Frame{Title: "Compare", Body: strings.Join(append(head, body...), "\n"), Cursor: cursor}
}

func (m *Model) room(c nav.Canvas) int {
	head, _ := m.head(c)
	return max(c.Size.Height-len(head), 3)
}

// head is the device to compare with, or its field, or the open question, and
// below them whatever is under way.
func (m *Model) head(c nav.Canvas) ([]string, *tea.Cursor) {
	doc := page.NewDoc(c.Theme, c.Size.Width)
	w := c.State.Walk
	var cursor *tea.Cursor
	switch {
	case m.consent.Asking():
		m.consent.Draw(doc)
	case m.other.Focused():
		cursor = doc.Field(m.other)
		doc.Text(c.Theme.Dim, "Best: the same model and firmware, and connected.")
	case w.Inputs.CompareWith.IsZero():
		doc.Text(c.Theme.Text, nobodyWords(w))
	default:
		room := max(c.Size.Width-labelColumn-2, 1)
		doc.Lead("Compare with  ", c.Theme.Dim, c.Theme.Accent, oneLine(w.Inputs.CompareWith.String(), room))
		if why := whyThis(w, c); why != "" {
			doc.Lead("              ", c.Theme.Dim, c.Theme.Dim, oneLine("a good choice: "+why, 2*room-10))
		}
	}
	underWay(doc, w, c)
	doc.Blank()
	return doc.Lines(), cursor
}

// oneLine bounds a text that may be of any length.
func oneLine(s string, room int) string { return widget.Truncate(widget.Clean(s), room) }

// nobodyWords says why there is no device to compare with, and what to do.
func nobodyWords(w models.Walk) string {
	if w.Running(checks.CheckComparison) {
		return "Looking for a device that resembles the one in trouble."
	}
	return "No device to compare with was found. Name one with e, or look again with enter."
}

// whyThis says what makes the chosen device a good comparison.
func whyThis(w models.Walk, c nav.Canvas) string {
	target, _ := w.Case.Device(w.Inputs.Target)
	other, known := w.Case.Device(w.Inputs.CompareWith)
	if !known {
		return ""
	}
	best, ok := checks.SuggestComparison(target, w.Inputs.Target, []models.Device{other}, c.Now)
	if !ok {
		return ""
	}
	return best.Why
}

func underWay(doc *page.Doc, w models.Walk, c nav.Canvas) {
	for _, id := range comparing() {
		req, ok := w.Request(id)
		if !ok {
			continue
		}
		elapsed := c.Now.Sub(req.Started)
		if req.Call == nil {
			doc.Lead("… ", doc.Theme.Accent, doc.Theme.Text, waitingFor(id)+", "+widget.Seconds(elapsed)+" so far")
			continue
		}
		doc.Lead("… ", doc.Theme.Accent, doc.Theme.Text, fmt.Sprintf("Calling %s on %s", req.Call.Method, req.Call.Target))
		doc.Line("  " + widget.Elapsed(doc.Theme, min(doc.Width-2, 60), elapsed, req.Call.LongestWait()))
	}
}

func waitingFor(check string) string {
	if check == checks.CheckThirdDevice {
		return "Finding a third device and calling it"
	}
	return "Reading the registry"
}

// body lays the two side by side and says in what they differ.
func (m *Model) body(c nav.Canvas) []string {
	doc := page.NewDoc(c.Theme, c.Size.Width)
	w := c.State.Walk
	if w.Inputs.CompareWith.IsZero() {
		reports(doc, w)
		return doc.Lines()
	}
	a, b := sidesOf(w)
	conclusion(doc, a, b)
	if third, ok := thirdSide(w); ok {
		h := page.HeadlineOf(doc.Theme, third.call, third.outcome)
		doc.Lead("third device  ", doc.Theme.Dim, h.Style, fmt.Sprintf("%s: %s after %s", third.target, h, page.ElapsedWords(third.call)))
	}
	doc.Blank()
	table(doc, a, b)
	reports(doc, w)
	return doc.Lines()
}

// conclusion says in plain words what the comparison comes to so far.
func conclusion(doc *page.Doc, a, b side) {
	th := doc.Theme
	switch {
	case !b.called:
		doc.Text(th.Text, "Not called yet: enter sends it the same call.")
		return
	case !a.called:
		doc.Text(th.Text, "The device in trouble has not been called yet: enter calls both, or go back to Try it.")
		return
	}
	if unlike := calledAlike(a.call, b.call); unlike != "" {
		doc.Lead("! ", th.Warning, th.Warning, "The two calls were not alike in "+unlike+": enter calls both alike.")
	}
	sign := "≈ "
	if !sameOutcome(a, b) {
		sign = "≠ "
	}
	doc.Lead(sign, th.Accent, th.Text, outcomesWords(a, b)+" "+differencesWords(differences(a, b)))
}

// outcomesWords says how the two calls came out, beside each other.
func outcomesWords(a, b side) string {
	worksA, worksB := works(a), works(b)
	switch {
	case worksA && worksB:
		return "Both answer."
	case worksA:
		return a.target.String() + " answers now, " + b.target.String() + " does not."
	case worksB:
		return a.target.String() + " fails, " + b.target.String() + " answers."
	case sameOutcome(a, b):
		return "Both fail alike: look at what they share, such as hub, caller, network and software."
	default:
		return "Both fail, each in its own way."
	}
}

// works reports whether the device took the call and answered it. An answer of
// any status to the safe probe will do.
func works(s side) bool {
	probe := s.call.SafeProbe || s.call.MethodName == models.SafeProbeMethod
	return s.outcome.OK() || probe && s.outcome.Kind == models.OutcomeAnswered
}

func sameOutcome(a, b side) bool { return outcomeWords(a) == outcomeWords(b) }

// differencesWords lists the differences, the first few of many.
func differencesWords(what []string) string {
	const most = 6
	switch n := len(what); {
	case n == 0:
		return "Nothing else that is known tells them apart."
	case n <= most:
		return "Of what is known they differ only in " + strings.Join(what, ", ") + "."
	default:
		return fmt.Sprintf("They differ in %s and %d more.", strings.Join(what[:most], ", "), n-most)
	}
}

// table draws A and B side by side, a sign where they differ.
func table(doc *page.Doc, a, b side) {
	th := doc.Theme
	labels := min(max(doc.Width/5, labelColumn+2), 26)
	column := (doc.Width - labels - 4) / 2
	row := func(label, va, vb string, differs bool) { drawRow(doc, labels, column, label, va, vb, differs) }
	row("", "A "+a.target.String(), "B "+b.target.String(), true)
	for _, f := range facts() {
		va, vb := f.value(a), f.value(b)
		if va == "" && vb == "" {
			continue
		}
		row(f.label, f.words(a), f.words(b), f.differs(a, b))
	}
	for _, k := range []struct {
		name   string
		va, vb map[string]string
		all    bool // equal values too
	}{
		{"tag ", flatten(a.device.Tags), flatten(b.device.Tags), true},
		{"", flatten(a.device.Reported), flatten(b.device.Reported), false},
	} {
		for _, name := range union(k.va, k.vb) {
			x, y := k.va[name], k.vb[name]
			if x != y || k.all {
				row(k.name+name, orNone(x), orNone(y), x != y)
			}
		}
	}
	doc.Text(th.Dim, "≠ marks what differs.")
}

// drawRow draws one row over as many lines as its longer side takes.
func drawRow(doc *page.Doc, labels, column int, label, a, b string, differs bool) {
	th := doc.Theme
	const most = 3 // lines
	left, right := widget.Wrap(oneLine(a, most*column), column), widget.Wrap(oneLine(b, most*column), column)
	for i := range max(len(left), len(right)) {
		name, sign, style := "", " ", th.Text
		if i == 0 {
			name = widget.Clean(label)
		}
		if differs {
			style = th.Accent
			if i == 0 && label != "" {
				sign = th.Accent.Render("≠")
			}
		}
		doc.Line(th.Dim.Render(widget.Pad(name, labels-1)) + " " + sign + " " +
			style.Render(widget.Pad(at(left, i), column)) + "  " + style.Render(at(right, i)))
	}
}

func at(lines []string, i int) string {
	if i < len(lines) {
		return lines[i]
	}
	return ""
}

// reports adds what the checks of this step found.
func reports(doc *page.Doc, w models.Walk) {
	seen := map[models.Finding]bool{}
	for _, id := range []string{checks.CheckComparisonCall, checks.CheckThirdDevice, checks.CheckComparison} {
		rep, ok := w.Reports[id]
		if !ok || rep.Reason == "" && len(rep.Findings) == 0 {
			continue
		}
		doc.Blank()
		if rep.Reason != "" {
			doc.Lead(theme.Glyph(rep.Result)+" ", doc.Theme.Result(rep.Result), doc.Theme.Text, rep.Reason)
		}
		for _, f := range rep.Findings {
			if !seen[f] {
				seen[f] = true
				doc.Add(widget.Finding(doc.Theme, doc.Width, f)...)
			}
		}
	}
}
