package ui

import (
	"context"
	"errors"
	"time"

	tea "charm.land/bubbletea/v2"

	"methodical/checks"
	"methodical/models"
)

// opening is a hub being opened.
type opening struct {
	id     int
	choice string
	since  time.Time
	cancel context.CancelFunc
}

// open starts to open a choice, in place of any other that is being opened.
func (d *driver) open(choice string, secret []byte) tea.Cmd {
	d.stopOpening()
	ctx, cancel := context.WithCancel(d.ctx)
	d.openings++
	d.opening = &opening{id: d.openings, choice: choice, since: d.now, cancel: cancel}
	d.openError = ""
	id, connector := d.openings, d.connector
	return func() tea.Msg {
		session, err := connector.Open(ctx, choice, secret)
		return openedMsg{id, session, err}
	}
}

// stopOpening gives up on the hub being opened. Its answer, if it still comes,
// is dropped by its id.
func (d *driver) stopOpening() {
	if d.opening != nil {
		d.opening.cancel()
		d.opening = nil
	}
}

// opened takes in an open hub. What ran on the one before is cancelled, and its
// answers will be dropped.
func (d *driver) opened(msg openedMsg) (tea.Cmd, string) {
	if d.opening == nil || msg.id != d.opening.id {
		return closeSession(msg.session), ""
	}
	if msg.err == nil && d.know == nil {
		d.arrived = &msg
		return nil, ""
	}
	choice := d.opening.choice
	d.opening = nil
	if msg.err != nil {
		// Checks that waited for the hub are answered: there is none.
		d.openError = openFailure(msg.err)
		return d.runHeld(), ""
	}
	before := d.session
	for _, req := range d.walk.InFlight {
		d.flight.Stop(req.ID)
	}
	d.session, d.openChoice, d.flight = msg.session, choice, &checks.InFlight{}
	d.sessions++
	if d.session.Env.Know == nil {
		d.session.Env.Know = d.know
	}
	if d.session.Env.Clock != nil {
		d.clock = d.session.Env.Clock
		d.look()
	}
	say := d.adopt(msg.session.Hub)
	cmd, refused := d.feed(checks.Connected{Hub: d.knownOf(msg.session.Hub), Client: msg.session.Client, At: d.now})
	if refused != "" {
		say = refused
	}
	return tea.Batch(closeSession(before), cmd, d.runHeld()), say
}

// adopt makes sure that the walk is about the hub that was opened: facts about
// two hubs must never meet in one case.
func (d *driver) adopt(hub models.Hub) (say string) {
	was := d.walk.Case.Hub
	if was.HostName == "" || was.HostName == hub.HostName || was.Emulator && hub.Emulator {
		d.walk = d.abandon(d.walk)
		return ""
	}
	kept := !d.walk.Inputs.Target.IsZero()
	d.held = nil
	d.walk = d.newWalk(d.now)
	if !kept {
		return "" // nothing was begun that could be missed
	}
	return "A new walk: the one about " + was.HostName + " is kept."
}

// abandon settles what was in flight on a session that is gone, except what is
// held for the new one.
func (d *driver) abandon(w models.Walk) models.Walk {
	kept := map[int]bool{}
	for _, effect := range d.held {
		kept[effect.Request] = true
	}
	var held, lost []models.Request
	for _, req := range w.InFlight {
		if kept[req.ID] {
			held = append(held, req)
		} else {
			lost = append(lost, req)
		}
	}
	w.InFlight = lost
	w = checks.Resume(w)
	w.InFlight = held
	return w
}

// knownOf keeps what an earlier session read of the same hub.
func (d *driver) knownOf(hub models.Hub) models.Hub {
	was := d.walk.Case.Hub
	if was.HostName == "" || hub.SKU != "" {
		return hub
	}
	was.HostName, was.Emulator = hub.HostName, hub.Emulator
	return was
}

// runHeld starts the checks that waited for a hub.
func (d *driver) runHeld() tea.Cmd {
	var cmds []tea.Cmd
	for _, effect := range d.held {
		cmds = append(cmds, d.run(effect))
	}
	d.held = nil
	return tea.Batch(cmds...)
}

func openFailure(err error) string {
	if errors.Is(err, context.Canceled) {
		return "Opening was cancelled."
	}
	return err.Error()
}

func closeSession(s *checks.Session) tea.Cmd {
	if s == nil || s.Close == nil {
		return nil
	}
	return func() tea.Msg {
		// The hub has been left: a connection that does not close cleanly is
		// nobody's concern any more.
		_ = s.Close()
		return nil
	}
}

// close keeps the walk a last time and releases the hub.
func (d *driver) close() error {
	var err error
	if d.walk.Case.Hub.HostName != "" {
		err = d.saver.last(d.walk)
	}
	if d.session != nil && d.session.Close != nil {
		err = errors.Join(err, d.session.Close())
	}
	return err
}
