package invoke

import (
	"fmt"
	"math"
	"strings"
	"time"

	"methodical/models"
	"methodical/ui/page"
	"methodical/ui/theme"
	"methodical/ui/widget"
)

// axis draws the two timeouts one after the other on one time axis: how long
// the hub may wait for the device, then for its answer.
type axis struct {
	connect, response time.Duration
}

func (a axis) sum() time.Duration { return a.connect + a.response }

// cells is how far a moment is along an axis of w cells.
func (a axis) cells(at time.Duration, w int) int {
	if a.sum() <= 0 {
		return 0
	}
	n := int(math.Round(float64(w) * at.Seconds() / a.sum().Seconds()))
	return min(max(n, 0), w)
}

// draw adds both bars. done is how much of the time has gone by; negative means
// that nothing is under way, and then both bars are drawn full.
func (a axis) draw(doc *page.Doc, done time.Duration) {
	const words = 10 // " 300 s" and a margin
	w := max(doc.Width-labels-words, 10)
	split := a.cells(a.connect, w)
	if done < 0 {
		done = a.sum()
	}
	gone := a.cells(done, w)
	th := doc.Theme
	doc.Line(th.Dim.Render(widget.Pad("  connect", labels)) + stretch(th, 0, split, gone, w) + th.Dim.Render(widget.PadLeft(seconds(a.connect), words-1)))
	doc.Line(th.Dim.Render(widget.Pad("  response", labels)) + stretch(th, split, w, gone, w) + th.Dim.Render(widget.PadLeft(seconds(a.response), words-1)))
}

// stretch draws the cells from to to of an axis, those before gone filled.
func stretch(th theme.Styles, from, to, gone, w int) string {
	if from == to {
		return strings.Repeat(" ", from) + th.BarMark.Render("│") + strings.Repeat(" ", max(w-from-1, 0))
	}
	filled := min(max(gone-from, 0), to-from)
	return strings.Repeat(" ", from) +
		th.BarDone.Render(strings.Repeat("█", filled)) +
		th.BarRest.Render(strings.Repeat("░", to-from-filled)) +
		strings.Repeat(" ", w-to)
}

func seconds(d time.Duration) string { return fmt.Sprintf("%.0f s", d.Seconds()) }

// waitingFor says who is being waited for. While the connect timeout runs it
// may be either: the response timeout starts when the device is there.
func waitingFor(call models.Call, elapsed time.Duration) string {
	// margin is the time a request may be on its way.
	const margin = 2 * time.Second
	switch connect := call.ConnectTimeout(); {
	case elapsed > call.LongestWait()+margin:
		return "Longer than both timeouts: the hub itself is late, or the network is."
	case connect == 0 && elapsed < margin:
		return "Asking the hub. It refuses at once if the device does not listen."
	case connect == 0:
		return "The hub has passed the call on: the device is to answer."
	case elapsed < connect+margin:
		return "The hub waits for the device to come online; if it is there, for its answer."
	default:
		return "The device was there: its answer is awaited."
	}
}
