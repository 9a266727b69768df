package ui

import (
	"time"

	tea "charm.land/bubbletea/v2"
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
	return d.after(tickEvery, tickMsg{})
}

// tick keeps the clock going as long as it is needed.
func (d *driver) tick() tea.Cmd {
	d.ticking = false
	return d.startTicking()
}

// save keeps the walk in the background. One save runs at a time, and changes
// made meanwhile are saved by the next, so that an older walk never overwrites
// a newer one.
func (d *driver) save() tea.Cmd {
	if d.saveWalk == nil {
		return nil
	}
	if d.saving {
		d.dirty = true
		return nil
	}
	d.saving, d.dirty = true, false
	walk, save := d.walk, d.saveWalk
	return func() tea.Msg { return savedMsg{save(walk)} }
}

func (d *driver) saved(msg savedMsg) (tea.Cmd, string) {
	d.saving = false
	if msg.err != nil {
		return nil, "The walk could not be saved: " + msg.err.Error()
	}
	if d.dirty {
		return d.save(), ""
	}
	return nil, ""
}
