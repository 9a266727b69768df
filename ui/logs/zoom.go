package logs

import (
	"encoding/json"
	"fmt"
	"strings"

	"methodical/models"
	"methodical/ui/nav"
	"methodical/ui/page"
	"methodical/ui/widget"
)

// zoomLines is everything the logs say of one device.
func (m *Model) zoomLines(c nav.Canvas) []string {
	doc := page.NewDoc(c.Theme, c.Size.Width)
	th, w := c.Theme, c.State.Walk
	doc.Lead("Device  ", th.Dim, th.Title, m.zoom)
	if w.Summary == nil {
		doc.Text(th.Dim, "No rows were read yet.")
		return doc.Lines()
	}
	if d, ok := deviceOf(w.Summary, m.zoom); ok {
		doc.Text(th.Text, fmt.Sprintf("%s calls, %s failed: %s", page.Count(d.Count), page.Count(d.Errors), orNone(codeCounts(d.Codes))))
		if d.Alone > 0 {
			doc.Lead("! ", th.Warning, th.Text, fmt.Sprintf("%s of the failures came while no other device failed: look at this device.", page.Count(d.Alone)))
		}
	} else {
		doc.Text(th.Dim, "Not among the devices with most failures, or without a row.")
	}
	for _, l := range w.Summary.Connections {
		if l.DeviceID == m.zoom {
			connections(doc, l)
		}
	}
	rows := rowsOf(w.Case, m.zoom)
	if len(rows) > 0 {
		doc.Heading("Newest rows")
	}
	const most = 40
	for i := len(rows) - 1; i >= 0 && i >= len(rows)-most; i-- {
		r := rows[i]
		doc.Line(th.Dim.Render(r.Time.UTC().Format("Jan 2 15:04:05")) + "  " +
			codeStyle(th, resultOf(r)).Render(widget.Pad(widget.Clean(rowWords(r)), 30)) + "  " + th.Dim.Render(widget.Clean(durationWords(r))))
	}
	doc.Blank()
	omissions(doc)
	return doc.Lines()
}

func orNone(s string) string {
	if s == "" {
		return "none"
	}
	return s
}

func connections(doc *page.Doc, l models.LogConnections) {
	th := doc.Theme
	doc.Heading("Connections")
	doc.Text(th.Text, fmt.Sprintf("connected %s ×, disconnected %s ×, %.1f breaks an hour", page.Count(l.Connects), page.Count(l.Disconnects), l.FlapsPerHour))
	if sign, style := connectionSign(th, l); sign != "" {
		doc.Text(style, sign)
	}
	pairs := [][2]string{
		{"codes", codeCounts(l.Codes)},
		{"addresses", widget.Clean(strings.Join(l.MaskedAddresses, ", "))},
		{"SDKs", widget.Clean(strings.Join(l.SDKs, ", "))},
		{"protocols", widget.Clean(strings.Join(l.Protocols, ", "))},
	}
	if l.PeriodMinutes > 0 {
		pairs = append(pairs, [2]string{"beat", fmt.Sprintf("breaks every %.0f minutes; about 65 is the life of a SAS token", l.PeriodMinutes)})
	}
	doc.Add(widget.KeyValue(th, doc.Width, pairs)...)
}

// deviceIn is the device a row is about: it stands in the row's properties,
// which are JSON written as a string.
func deviceIn(r models.LogRecord) string {
	var p struct {
		DeviceID string `json:"deviceId"`
	}
	if json.Unmarshal([]byte(r.Properties), &p) != nil {
		return ""
	}
	return p.DeviceID
}

func resultOf(r models.LogRecord) string {
	if r.ResultType == "" {
		return success
	}
	return r.ResultType
}

func rowWords(r models.LogRecord) string {
	words := r.OperationName
	if r.Category == models.CategoryDirectMethods {
		words = "call answered"
	}
	if code := resultOf(r); code != success {
		words = strings.TrimSpace(code + " " + r.ResultDescription)
	}
	return words
}

func durationWords(r models.LogRecord) string {
	if r.DurationMs == "" {
		return ""
	}
	return r.DurationMs + " ms"
}
