package widget

import (
	"math"
	"strings"
	"time"

	"methodical/ui/theme"
)

// Bar is a share from 0 to 1, w cells wide. It reads without colour.
func Bar(th theme.Styles, w int, share float64) string {
	if w <= 0 {
		return ""
	}
	if math.IsNaN(share) {
		share = 0
	}
	done := int(math.Round(min(max(share, 0), 1) * float64(w)))
	return th.BarDone.Render(strings.Repeat("█", done)) + th.BarRest.Render(strings.Repeat("░", w-done))
}

// Elapsed is a wait as a bar and in words: "████░░░░ 12 s of 35 s". Where there
// is no room for both, the words stay. A limit of 0 is a wait without an end
// that is known.
func Elapsed(th theme.Styles, w int, elapsed, limit time.Duration) string {
	elapsed = max(elapsed, 0)
	if limit <= 0 {
		return Truncate(Seconds(elapsed), w)
	}
	words := Seconds(elapsed) + " of " + Seconds(limit)
	const narrowest = 8
	room := w - len(words) - 1
	if room < narrowest {
		return Truncate(words, w)
	}
	return Bar(th, room, elapsed.Seconds()/limit.Seconds()) + " " + words
}
