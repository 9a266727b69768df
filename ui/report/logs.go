package report

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"methodical/models"
)

// Logs writes a log summary: codes, devices, the hours that stand out. meaning
// says what a code means in a few words, or "".
func (t *Text) Logs(s models.LogSummary, meaning func(code string) string) {
	t.line("%d DirectMethods rows%s", s.Records, span(s.From, s.To))
	if s.Partial {
		t.line("%s", t.paint(ToneWarning, "! partial: reading was stopped early"))
	}
	if skipped := s.Skipped; skipped != (models.LogSkipped{}) {
		t.line("  skipped: %d of other categories, %d malformed, %d blank, %d duplicates",
			skipped.OtherCategory, skipped.Malformed, skipped.Blank, skipped.Duplicate)
	}
	for _, d := range s.Damaged {
		t.wrapped("  "+t.paint(ToneWarning, "! "), fmt.Sprintf("%s line %d: %s", d.File, d.Line, d.Reason))
	}
	if s.Records == 0 && len(s.Connections) == 0 {
		t.wrapped("  ", "No row of category DirectMethods was found. Either the category is not switched on in the hub's diagnostic settings, or the time range holds no calls.")
		return
	}
	t.logCodes(s, meaning)
	t.logDevices(s)
	if d := s.Durations; d.Count > 0 {
		t.Heading("Durations, milliseconds")
		t.line("  p50 %d   p90 %d   p99 %d   max %d   (%d rows)", d.P50, d.P90, d.P99, d.Max, d.Count)
	}
	t.logConnections(s)
	for _, f := range s.Findings {
		glyph, tone := severityTone(f.Severity)
		t.wrapped("  "+t.paint(tone, glyph+" "+f.Code)+" ", f.Text)
	}
	t.line("")
	t.wrapped("", t.paint(ToneDim, "These rows name no method and no caller: the hub does not log them."))
}

func span(from, to time.Time) string {
	if from.IsZero() {
		return ""
	}
	return fmt.Sprintf(", %s to %s", from.UTC().Format(time.RFC3339), to.UTC().Format(time.RFC3339))
}

const successCode = "0"

func (t *Text) logCodes(s models.LogSummary, meaning func(string) string) {
	t.Heading("Codes")
	for _, c := range s.Codes {
		name, tone := c.Name, ToneError
		if c.Code == successCode {
			name, tone = "success", ToneOK
		}
		t.line("  %s %8d  on %d device(s)  last %s", t.paint(tone, fmt.Sprintf("%-7s %-32s", Clean(c.Code), Clean(name))),
			c.Count, c.Devices, c.Last.UTC().Format(time.RFC3339))
		if text := meaning(c.Code); text != "" && c.Code != successCode {
			t.wrapped("          ", text)
		}
	}
}

func (t *Text) logDevices(s models.LogSummary) {
	if len(s.Devices) == 0 {
		return
	}
	t.Heading("Devices, by errors")
	for _, d := range s.Devices {
		t.line("  %-32s %8d rows %8d errors  %s", Clean(d.DeviceID), d.Count, d.Errors, codeCounts(d.Codes))
	}
}

func codeCounts(codes map[string]int64) string {
	var parts []string
	for _, code := range slices.Sorted(maps.Keys(codes)) {
		if code != successCode {
			parts = append(parts, fmt.Sprintf("%s×%d", Clean(code), codes[code]))
		}
	}
	return strings.Join(parts, " ")
}

func (t *Text) logConnections(s models.LogSummary) {
	if len(s.Connections) == 0 {
		return
	}
	t.Heading("Connections")
	for _, c := range s.Connections {
		t.line("  %-32s %d connects, %d disconnects, %.1f flaps/h  %s", Clean(c.DeviceID), c.Connects, c.Disconnects, c.FlapsPerHour, codeCounts(c.Codes))
	}
}
