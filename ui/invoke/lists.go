package invoke

import (
	"fmt"
	"strconv"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"methodical/checks"
	"methodical/models"
	"methodical/ui/nav"
	"methodical/ui/page"
	"methodical/ui/theme"
	"methodical/ui/widget"
)

// preset is a call worth having ready.
type preset struct {
	name, why string
	apply     func(*draft)
}

// presets are the calls worth having ready for a target.
func presets(t models.Target) []preset {
	timeouts := func(connect, response int) func(*draft) {
		return func(d *draft) {
			d.connect, d.response, d.ownAnswer = strconv.Itoa(connect), strconv.Itoa(response), true
		}
	}
	list := []preset{
		{"safe probe", "Is anybody listening? Sets nothing in motion. 0 + 5 s.", func(d *draft) {
			*d = draftOf(models.DefaultInputs())
		}},
		{"the service's default", "What a caller gets who sets no timeouts. 0 + 30 s.",
			timeouts(models.DefaultConnectTimeoutSeconds, models.DefaultResponseTimeoutSeconds)},
		{"a device that sleeps", "Waits a minute for it to come online. 60 + 30 s.", timeouts(60, 30)},
		{"a slow handler", "Gives the device two minutes to answer. 0 + 120 s.", timeouts(0, 120)},
		{"as long as the service allows", "300 + 300 s: ten minutes.",
			timeouts(models.MaxConnectTimeoutSeconds, models.MaxResponseTimeoutSeconds)},
	}
	if t.ModuleID == "$edgeAgent" {
		list = append(list, preset{"ping the Edge agent", "Its own harmless method. Answers 200.", func(d *draft) {
			d.setMethod("ping")
			d.choice = sendNull
		}})
	}
	return list
}

func (m *Model) open(l list) {
	m.list, m.rows = l, widget.Pager{}
}

// chooseFrom acts on a key while a list is open.
func (m *Model) chooseFrom(msg tea.KeyPressMsg, c nav.Canvas) tea.Cmd {
	w := c.State.Walk
	calls := w.Case.CallsTo(w.Inputs.Target)
	total := len(calls)
	if m.list == presetList {
		total = len(presets(w.Inputs.Target))
	}
	switch {
	case key.Matches(msg, m.keys.Leave):
		m.list = noList
	case key.Matches(msg, m.keys.Pick) && m.list == presetList:
		d := m.form.draft()
		presets(w.Inputs.Target)[m.rows.Cursor].apply(&d)
		m.form.fill(d)
		m.list = noList
		return m.tellDraft(w)
	case key.Matches(msg, m.keys.Pick):
		m.list = noList
		m.show(m.rows.Cursor, w)
	case key.Matches(msg, m.keys.Reuse) && m.list == historyList && total > 0:
		return m.reuse(calls[total-1-m.rows.Cursor], w)
	default:
		m.rows.Key(msg.String(), total, listRows(c.Size))
	}
	return nil
}

// reuse puts a call of before into the form. A payload that a resumed walk did
// not keep stays as it is typed now.
func (m *Model) reuse(inv models.Invocation, w models.Walk) tea.Cmd {
	d := m.form.draft()
	d.method, d.ownAnswer = inv.MethodName, true
	d.connect = strconv.Itoa(int(inv.ConnectTimeout().Seconds()))
	d.response = strconv.Itoa(int(inv.ResponseTimeout().Seconds()))
	if payloadKept(inv) {
		d.setPayload(inv.Payload)
	}
	m.form.fill(d)
	m.list = noList
	return m.tellDraft(w)
}

// payloadKept reports whether the payload itself is known, rather than only its
// kind and size.
func payloadKept(inv models.Invocation) bool {
	return !inv.Payload.IsAbsent() || inv.PayloadSHA256 == "" && inv.PayloadText == ""
}

func listRows(s nav.Size) int { return max(s.Height-4, 1) }

// listView draws the open list.
func (m *Model) listView(c nav.Canvas) []string {
	if m.list == presetList {
		return presetView(c, m.rows)
	}
	return historyView(c, m.rows)
}

func presetView(c nav.Canvas, rows widget.Pager) []string {
	doc := page.NewDoc(c.Theme, c.Size.Width)
	doc.Text(c.Theme.Title, "Presets")
	doc.Blank()
	for i, p := range presets(c.State.Walk.Inputs.Target) {
		sign, style := "  ", c.Theme.Text
		if i == rows.Cursor {
			sign, style = "› ", c.Theme.Accent
		}
		doc.Line(style.Render(sign + p.name))
		doc.Lead("    ", c.Theme.Dim, c.Theme.Dim, p.why)
	}
	return doc.Lines()
}

// historyView lists the calls to the target, newest first.
func historyView(c nav.Canvas, rows widget.Pager) []string {
	w := c.State.Walk
	calls := w.Case.CallsTo(w.Inputs.Target)
	doc := page.NewDoc(c.Theme, c.Size.Width)
	doc.Text(c.Theme.Title, fmt.Sprintf("%s to %s, newest first", widget.Count(len(calls), "call"), w.Inputs.Target))
	doc.Blank()
	if len(calls) == 0 {
		doc.Text(c.Theme.Dim, "None yet.")
		return doc.Lines()
	}
	device, _ := w.Case.Device(w.Inputs.Target)
	table := widget.Table{Selected: rows.Cursor, Columns: []widget.Column{
		{Title: "time", Width: 8}, {Title: "method", Min: 10}, {Title: "wait", Width: 9, Rank: 2},
		{Title: "took", Width: 7, Right: true, Rank: 1}, {Title: "came to", Min: 20},
	}, Row: func(i int) []widget.Cell {
		return historyRow(c.Theme, calls[len(calls)-1-i], device)
	}}
	at := rows.Page(len(calls), listRows(c.Size))
	doc.Add(table.View(c.Theme, c.Size.Width, at)...)
	if at.Count > 1 {
		doc.Text(c.Theme.Dim, at.String()+" · space next page")
	}
	return doc.Lines()
}

func historyRow(th theme.Styles, inv models.Invocation, device models.Device) []widget.Cell {
	h := page.HeadlineOf(th, inv, checks.ReadOutcomeFor(inv, device))
	return []widget.Cell{
		{Text: inv.Time.Format("15:04:05")},
		{Text: widget.Clean(inv.MethodName)},
		{Text: fmt.Sprintf("%.0f + %.0f s", inv.ConnectTimeout().Seconds(), inv.ResponseTimeout().Seconds())},
		{Text: page.ElapsedWords(inv)},
		{Text: h.String(), Style: h.Style},
	}
}
