package widget

import (
	"strings"

	"methodical/ui/report"
)

// The most a text from outside may hold after cleaning, in bytes and in lines:
// far more than a screen shows.
const (
	maxLineBytes = 4 << 10
	maxTextBytes = 256 << 10
	maxTextLines = 4000
)

// Clean makes one harmless line of what a hub, a device, a log or a file says.
// Escape sequences, control characters and characters that reorder or hide text
// are taken out; line breaks and tabs become blanks; long text is cut.
func Clean(s string) string { return report.CleanTo(s, maxLineBytes) }

// CleanLong is Clean for a line that may be as long as a whole text: for
// copying, not for drawing.
func CleanLong(s string) string { return report.CleanTo(s, maxTextBytes) }

// CleanLines is Clean for text of several lines.
func CleanLines(s string) []string {
	s, cut := report.Bound(s, maxTextBytes)
	s = strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\t", "    ")
	lines := strings.Split(strings.TrimRight(s, "\r\n"), "\n")
	if len(lines) > maxTextLines {
		lines, cut = lines[:maxTextLines], true
	}
	for i, line := range lines {
		lines[i] = report.CleanTo(line, maxLineBytes)
	}
	if cut {
		lines = append(lines, "…")
	}
	return lines
}
