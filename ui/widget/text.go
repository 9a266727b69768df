package widget

import (
	"fmt"
	"strings"
	"time"

	"github.com/charmbracelet/x/ansi"

	"methodical/ui/report"
)

// Truncate cuts s at w cells, with an ellipsis where something was cut.
func Truncate(s string, w int) string {
	if w <= 0 {
		return ""
	}
	if report.IsPlain(s) {
		if len(s) <= w {
			return s
		}
		return s[:w-1] + "…"
	}
	return ansi.Truncate(s, w, "…")
}

// Width is the number of cells s takes.
func Width(s string) int {
	if report.IsPlain(s) {
		return len(s)
	}
	return ansi.StringWidth(s)
}

// Pad cuts or fills s to exactly w cells.
func Pad(s string, w int) string {
	s = Truncate(s, w)
	return s + spaces(w-Width(s))
}

// PadLeft is Pad with the blanks in front.
func PadLeft(s string, w int) string {
	s = Truncate(s, w)
	return spaces(w-Width(s)) + s
}

func spaces(n int) string { return strings.Repeat(" ", max(n, 0)) }

// Wrap breaks text into lines of at most w cells: at blanks where it can, inside
// words only where one is longer than a line. It does not break at hyphens: ids,
// addresses and command lines are full of them, and read wrongly when cut there.
// Line breaks in the text are kept, and so is the indent of a line.
func Wrap(s string, w int) []string {
	if w <= 0 {
		return nil
	}
	var out []string
	for line := range strings.SplitSeq(s, "\n") {
		out = append(out, wrapLine(line, w)...)
	}
	return out
}

func wrapLine(line string, w int) []string {
	if ansi.StringWidth(line) <= w {
		return []string{line}
	}
	var out []string
	rest := strings.TrimLeft(line, " ")
	now := line[:len(line)-len(rest)]
	width, started := len(now), false
	if width >= w {
		now, width = "", 0
	}
	for word := range strings.FieldsFuncSeq(rest, func(r rune) bool { return r == ' ' }) {
		cells := ansi.StringWidth(word)
		if started && width+1+cells <= w {
			now, width = now+" "+word, width+1+cells
			continue
		}
		if started {
			out = append(out, now)
			now, width = "", 0
		}
		parts := strings.Split(ansi.Hardwrap(now+word, w, true), "\n")
		out = append(out, parts[:len(parts)-1]...)
		now = parts[len(parts)-1]
		width, started = ansi.StringWidth(now), true
	}
	return append(out, now)
}

// Age says how long ago something was, short enough for a column: "4 s",
// "12 min", "3 h", "5 d".
func Age(d time.Duration) string {
	d = max(d, 0)
	switch {
	case d < time.Minute:
		return fmt.Sprintf("%d s", int(d.Seconds()))
	case d < time.Hour:
		return fmt.Sprintf("%d min", int(d.Minutes()))
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h", int(d.Hours()))
	default:
		return fmt.Sprintf("%d d", int(d.Hours()/24))
	}
}

// Seconds writes a wait: tenths below ten seconds, whole seconds above.
func Seconds(d time.Duration) string {
	if d < 10*time.Second {
		return fmt.Sprintf("%.1f s", d.Seconds())
	}
	return fmt.Sprintf("%d s", int(d.Seconds()))
}

// Count writes a number with its noun: "1 device", "12 devices".
func Count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
