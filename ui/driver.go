package ui

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"

	"methodical/checks"
	"methodical/models"
	"methodical/ui/nav"
)

// driver drives the walk: events go to the runbook, what the runbook wants done
// becomes commands, and their answers come back as messages. It draws nothing.
type driver struct {
	ctx       context.Context
	connector checks.Connector
	readKnow  func() (*checks.Knowledge, error)
	newWalk   func(time.Time) models.Walk
	saver     saver

	steps     []checks.StepRow
	book      checks.Runbook
	know      *checks.Knowledge
	walk      models.Walk
	diagnosis models.Diagnosis
	choices   []checks.Choice
	clock     checks.Clock
	now       time.Time // when the last message came

	session   *checks.Session // nil until a hub is open
	sessions  int             // hubs opened so far
	flight    *checks.InFlight
	opening   *opening // nil when none is
	openings  int
	openError string
	// openChoice is the choice the session belongs to.
	openChoice string

	early   []checks.Event    // told before the knowledge was there
	arrived *openedMsg        // a hub opened before the knowledge was there
	held    []checks.RunCheck // wanted while no hub was open yet

	ticking bool
	fault   error // why the program has to end

	// later carries out a command when some time has passed.
	later func(time.Duration, tea.Cmd) tea.Cmd
}

// driverMsg is a message from one of the driver's own commands.
type driverMsg interface{ isDriverMsg() }

type (
	knowMsg struct {
		know *checks.Knowledge
		err  error
	}
	openedMsg struct {
		id      int
		session *checks.Session
		err     error
	}
	// doneMsg is a check's answer. session tells answers about a hub that has
	// been left from those about the present one.
	doneMsg struct {
		session int
		done    checks.CheckDone
	}
	tickMsg struct{}
)

func (knowMsg) isDriverMsg()   {}
func (openedMsg) isDriverMsg() {}
func (doneMsg) isDriverMsg()   {}
func (tickMsg) isDriverMsg()   {}

func newDriver(ctx context.Context, deps Deps) *driver {
	d := &driver{
		ctx: ctx, connector: deps.Connector, readKnow: deps.Know, newWalk: deps.NewWalk, saver: saver{write: deps.Save},
		steps: checks.Steps(), book: checks.Runbook{Checks: checks.All()}, walk: deps.Walk,
		choices: deps.Connector.Choices(), clock: deps.Clock, flight: &checks.InFlight{},
		later: func(d time.Duration, cmd tea.Cmd) tea.Cmd {
			return tea.Tick(d, func(time.Time) tea.Msg { return cmd() })
		},
	}
	if d.clock == nil {
		d.clock = checks.RealClock{}
	}
	if d.newWalk == nil {
		d.newWalk = func(at time.Time) models.Walk { return checks.NewWalk(at.UTC().Format("20060102-150405.000"), at) }
	}
	d.look()
	if d.walk.ID == "" {
		d.walk = d.newWalk(d.now)
	}
	d.walk = checks.Resume(d.walk)
	return d
}

// look reads the clock: once a message, so that everything that follows from it
// happens at the same time.
func (d *driver) look() { d.now = d.clock.Now() }

func (d *driver) state() nav.State {
	s := nav.State{
		Walk: d.walk, Diagnosis: d.diagnosis, Know: d.know, Choices: d.choices,
		OpenError: d.openError, Opened: d.openChoice, Session: d.sessions,
	}
	if d.opening != nil {
		s.Opening, s.OpeningSince = d.opening.choice, d.opening.since
	}
	if d.session != nil {
		s.Hub = d.session.Env.Hub
	}
	return s
}

// firstFrame is how long the work at the start waits for the first frame to be
// on the screen, so that it does not compete with it for the processor: three
// ticks of the renderer.
const firstFrame = 50 * time.Millisecond

// start reads the knowledge and opens the preselected choice.
func (d *driver) start() tea.Cmd {
	cmds := []tea.Cmd{d.later(firstFrame, func() tea.Msg {
		know, err := d.readKnow()
		return knowMsg{know, err}
	})}
	for _, choice := range d.choices {
		if choice.Preselected && !choice.NeedsSecret {
			cmds = append(cmds, d.later(firstFrame, d.open(choice.ID, nil)), d.startTicking())
			break
		}
	}
	return tea.Batch(cmds...)
}

// update takes in what a command of the driver brought. say is a sentence for
// the person, "" for none.
func (d *driver) update(msg driverMsg) (cmd tea.Cmd, say string) {
	switch msg := msg.(type) {
	case knowMsg:
		return d.learn(msg)
	case openedMsg:
		return d.opened(msg)
	case doneMsg:
		if msg.session != d.sessions {
			return nil, ""
		}
		return d.feed(msg.done)
	case savedMsg:
		return d.saver.done(msg, d.walk)
	}
	return nil, ""
}

// learn takes in the knowledge, and then what had to wait for it.
func (d *driver) learn(msg knowMsg) (tea.Cmd, string) {
	if msg.err != nil {
		d.fault = msg.err
		return nil, ""
	}
	d.know, d.book.Know = msg.know, msg.know
	d.diagnose()
	var cmds []tea.Cmd
	var say string
	for _, e := range d.early {
		cmd, refused := d.feed(e)
		cmds, say = append(cmds, cmd), refused
	}
	d.early = nil
	if d.arrived != nil {
		cmd, refused := d.opened(*d.arrived)
		cmds, say, d.arrived = append(cmds, cmd), refused, nil
	}
	return tea.Batch(cmds...), say
}

// feed gives the runbook an event and carries out what follows. refused says
// why the runbook did not act on it.
func (d *driver) feed(e checks.Event) (cmd tea.Cmd, refused string) {
	if d.know == nil {
		d.early = append(d.early, e)
		return nil, ""
	}
	var effects []checks.Effect
	d.walk, effects = d.book.Next(d.walk, e)
	if bearsOnCase(e) {
		d.diagnose()
	}
	var cmds []tea.Cmd
	for _, effect := range effects {
		switch effect := effect.(type) {
		case checks.RunCheck:
			cmds = append(cmds, d.run(effect))
		case checks.StopCheck:
			cmds = append(cmds, d.stop(effect.Request))
		case checks.Save:
			cmds = append(cmds, d.saver.save(d.walk))
		case checks.Refuse:
			refused = effect.Reason
		}
	}
	return tea.Batch(cmds...), refused
}

// bearsOnCase reports whether an event can change what the diagnosis is about.
func bearsOnCase(e checks.Event) bool {
	switch e.(type) {
	case checks.Connected, checks.TargetChosen, checks.ComparisonChosen, checks.LoadStated, checks.CheckDone:
		return true
	default:
		return false
	}
}

func (d *driver) diagnose() { d.diagnosis = checks.Diagnose(d.walk.Case, d.know) }

// errNoHub is the answer to a check that was wanted while no hub is open.
type errNoHub struct{}

func (errNoHub) Error() string { return "no hub is open: go to Connect and open one, then try again" }

// run starts a check. While a hub is being opened it waits for that.
func (d *driver) run(effect checks.RunCheck) tea.Cmd {
	if d.session == nil && d.opening != nil {
		d.held = append(d.held, effect)
		return nil
	}
	session := d.sessions
	if d.session == nil {
		return nav.Send(doneMsg{session, checks.CheckDone{Request: effect.Request, Check: effect.Check, Err: errNoHub{}}})
	}
	ctx, end := d.flight.Begin(d.ctx, effect.Request)
	list, env := d.book.Checks, d.session.Env
	return func() tea.Msg {
		defer end()
		return doneMsg{session, checks.Perform(ctx, list, env, effect)}
	}
}

// stop cancels a check; its answer still comes. One that was held has none.
func (d *driver) stop(request int) tea.Cmd {
	for i, effect := range d.held {
		if effect.Request == request {
			d.held = append(d.held[:i:i], d.held[i+1:]...)
			return nav.Send(doneMsg{d.sessions, checks.CheckDone{Request: request, Check: effect.Check, Err: context.Canceled}})
		}
	}
	d.flight.Stop(request)
	return nil
}
