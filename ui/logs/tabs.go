package logs

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"

	"methodical/models"
	"methodical/ui/nav"
	"methodical/ui/page"
	"methodical/ui/theme"
	"methodical/ui/widget"
)

// The room kept under the list of codes for words on the selected one.
const (
	detailRows      = 6
	fewerDetailRows = 4 // on a low screen
)

// listRows is how many rows of the present tab fit.
func (m *Model) listRows(c nav.Canvas) int {
	rows := m.room(c) - 2 // the table's header and the mark of the page
	switch {
	case m.tab == byCode && c.Size.Height < roomy:
		rows -= fewerDetailRows
	case m.tab == byCode:
		rows -= detailRows
	}
	return max(rows, 1)
}

// tabLines draws the present view in that many lines.
func (m *Model) tabLines(c nav.Canvas, s models.LogSummary, room int) []string {
	doc := page.NewDoc(c.Theme, c.Size.Width)
	if m.tab == byTime && !m.table {
		chart(doc, s.Buckets, room-1)
		return doc.Lines()
	}
	total := m.total(&s)
	if total == 0 {
		doc.Text(c.Theme.Dim, emptyWords(m.tab))
		doc.Blank()
		omissions(doc)
		return doc.Lines()
	}
	at := m.rows[m.tab].Page(total, m.listRows(c))
	table := tableOf(c.Theme, m.tab, s)
	table.Selected = m.rows[m.tab].Cursor
	doc.Add(table.View(c.Theme, c.Size.Width, at)...)
	if at.Count > 1 {
		doc.Text(c.Theme.Dim, at.String()+" · space next page")
	}
	if m.tab == byCode {
		codeWords(doc, c, s.Codes[min(table.Selected, total-1)])
	}
	return doc.Lines()
}

func emptyWords(t tab) string {
	switch t {
	case byConnection:
		return "No rows of the category Connections. Export it along with DirectMethods: it tells who came and went, from which address, with which SDK."
	default:
		return "No rows of the category DirectMethods."
	}
}

func tableOf(th theme.Styles, t tab, s models.LogSummary) widget.Table {
	switch t {
	case byCode:
		return codeTable(th, s.Codes)
	case byDevice:
		return deviceTable(th, s.Devices)
	case byTime:
		return timeTable(th, s.Buckets)
	default:
		return connectionTable(th, s.Connections)
	}
}

func codeTable(th theme.Styles, codes []models.LogCode) widget.Table {
	return widget.Table{Columns: []widget.Column{
		{Title: "code", Width: 7}, {Title: "name", Min: 12}, {Title: "calls", Width: 9, Right: true},
		{Title: "devices", Width: 8, Right: true, Rank: 1}, {Title: "first", Width: 12, Rank: 3}, {Title: "last", Width: 12, Rank: 2},
	}, Row: func(i int) []widget.Cell {
		c := codes[i]
		style, name := codeStyle(th, c.Code), c.Name
		if c.Code == success {
			name = "answered"
		}
		return []widget.Cell{
			{Text: widget.Clean(c.Code), Style: style}, {Text: widget.Clean(name), Style: style},
			{Text: page.Count(c.Count)}, {Text: page.Count(c.Devices)}, {Text: moment(c.First)}, {Text: moment(c.Last)},
		}
	}}
}

// codeStyle colours by who is at fault: nobody, the caller or the device, or
// the service.
func codeStyle(th theme.Styles, code string) lipgloss.Style {
	switch {
	case code == success:
		return th.OK
	case strings.HasPrefix(code, "429"), strings.HasPrefix(code, "5") && code != models.CodeGatewayTimeout:
		return th.Warning
	default:
		return th.Error
	}
}

func moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("Jan 2 15:04")
}

// codeWords explains the selected code.
func codeWords(doc *page.Doc, c nav.Canvas, code models.LogCode) {
	doc.Blank()
	if code.Code == success {
		doc.Text(doc.Theme.Text, "The device answered; its own status is not in the logs, so some of these may be refusals.")
		omissions(doc)
		return
	}
	entry, ok := page.CodeEntry(c.State.Know, code.Code)
	if !ok {
		doc.Text(doc.Theme.Dim, "The catalogue does not know this code.")
		return
	}
	style := codeStyle(doc.Theme, code.Code)
	doc.Lead("✗ ", style, style, entry.Code+" "+entry.Name+": "+entry.Short)
	if c.Size.Height >= roomy {
		doc.Text(doc.Theme.Text, entry.Meaning)
	}
	doc.Line(doc.Theme.Key.Render("enter") + doc.Theme.Dim.Render(" tells why it comes and what to do"))
}

// explain opens all that the catalogue says of the selected code.
func (m *Model) explain(s nav.State) tea.Cmd {
	summary := s.Walk.Summary
	if summary == nil || len(summary.Codes) == 0 {
		return nil
	}
	entry, ok := page.CodeEntry(s.Know, summary.Codes[min(m.rows[byCode].Cursor, len(summary.Codes)-1)].Code)
	if !ok {
		return nav.Toast("The catalogue says nothing of this code.", false)
	}
	text := []string{entry.Meaning}
	if len(entry.Causes) > 0 {
		text = append(text, "", "Why it comes, likeliest first")
	}
	for _, cause := range entry.Causes {
		text = append(text, "  • "+cause)
	}
	if len(entry.Fix) > 0 {
		text = append(text, "", "What to do")
	}
	for i, step := range entry.Fix {
		text = append(text, fmt.Sprintf("  %d. %s", i+1, step))
	}
	return nav.Send(nav.ExplainMsg{Title: entry.Code + " " + entry.Name, Text: strings.Join(text, "\n")})
}

func deviceTable(th theme.Styles, devices []models.LogDevice) widget.Table {
	return widget.Table{Columns: []widget.Column{
		{Title: "device", Min: 14}, {Title: "calls", Width: 9, Right: true, Rank: 1}, {Title: "failed", Width: 8, Right: true},
		{Title: "failed with", Min: 16},
	}, Row: func(i int) []widget.Cell {
		d := devices[i]
		style := th.Text
		if d.Errors > 0 {
			style = th.Error
		}
		return []widget.Cell{
			{Text: widget.Clean(d.DeviceID)}, {Text: page.Count(d.Count)}, {Text: page.Count(d.Errors), Style: style},
			{Text: codeCounts(d.Codes)},
		}
	}}
}

// codeCounts lists failures by code, most frequent first.
func codeCounts(codes map[string]int64) string {
	names := slices.SortedFunc(maps.Keys(codes), func(a, b string) int {
		return cmp.Or(cmp.Compare(codes[b], codes[a]), strings.Compare(a, b))
	})
	parts := make([]string, 0, len(names))
	for _, name := range names {
		if name == success {
			continue
		}
		parts = append(parts, fmt.Sprintf("%s × %s", widget.Clean(name), page.Count(codes[name])))
	}
	return strings.Join(parts, ", ")
}

func timeTable(th theme.Styles, buckets []models.LogBucket) widget.Table {
	return widget.Table{Columns: []widget.Column{
		{Title: "from (UTC)", Width: 15}, {Title: "calls", Width: 8, Right: true}, {Title: "failed", Width: 8, Right: true},
		{Title: "failed with", Min: 16},
	}, Row: func(i int) []widget.Cell {
		b := buckets[i]
		style := th.Text
		if b.Errors > 0 {
			style = th.Error
		}
		return []widget.Cell{
			{Text: b.Time.UTC().Format("Jan 2 15:04:05")}, {Text: page.Count(b.Count)},
			{Text: page.Count(b.Errors), Style: style}, {Text: codeCounts(b.Codes)},
		}
	}}
}

func connectionTable(th theme.Styles, list []models.LogConnections) widget.Table {
	return widget.Table{Columns: []widget.Column{
		{Title: "device", Min: 12}, {Title: "came", Width: 6, Right: true}, {Title: "went", Width: 6, Right: true},
		{Title: "an hour", Width: 8, Right: true, Rank: 1}, {Title: "sign", Min: 14}, {Title: "codes", Min: 14, Rank: 2},
	}, Row: func(i int) []widget.Cell {
		l := list[i]
		sign, style := connectionSign(th, l)
		return []widget.Cell{
			{Text: widget.Clean(l.DeviceID)}, {Text: page.Count(l.Connects)}, {Text: page.Count(l.Disconnects)},
			{Text: strconv.FormatFloat(l.FlapsPerHour, 'f', 1, 64)}, {Text: sign, Style: style}, {Text: codeCounts(l.Codes)},
		}
	}}
}

// connectionSign says what a device's comings and goings look like.
func connectionSign(th theme.Styles, l models.LogConnections) (string, lipgloss.Style) {
	const flapping = 3 // breaks an hour
	switch {
	case l.DuplicateIdentity:
		return "✗ two clients?", th.Error
	case l.FlapsPerHour >= flapping:
		return "! flapping", th.Warning
	case l.Renewals > 0:
		return "✓ renewals", th.OK
	default:
		return "", th.Text
	}
}
