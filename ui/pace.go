package ui

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"methodical/ui/nav"
)

// tickEvery is how often waits are redrawn. Nothing ticks while nothing is
// under way: an idle screen writes no byte.
const tickEvery = 250 * time.Millisecond

// busy reports whether something is under way that has a time to show.
func (d *driver) busy() bool { return d.opening != nil || len(d.walk.InFlight) > 0 }

// startTicking starts the clock if something is under way and it stands still.
func (d *driver) startTicking() tea.Cmd {
	if d.ticking || !d.busy() {
		return nil
	}
	d.ticking = true
	return d.later(tickEvery, nav.Send(tickMsg{}))
}

// tick keeps the clock going as long as it is needed.
func (d *driver) tick() tea.Cmd {
	d.ticking = false
	return d.startTicking()
}
