// Package device is the picker: which device or module is in trouble.
package device

import (
	"slices"
	"time"

	"charm.land/bubbles/v2/help"
	tea "charm.land/bubbletea/v2"

	"methodical/checks"
	"methodical/models"
	"methodical/ui/nav"
	"methodical/ui/widget"
)

// Screen lists the hub's devices, a page at a time, and lets the person narrow
// them or name one that is not listed.
type Screen struct {
	keys   keyMap
	list   list
	pager  widget.Pager
	moved  bool // the cursor was moved since the filter changed
	filter widget.Line
	typing bool

	session int // the hub the list is about
	reads   reads
	search  search
	// asked is a target named by its id: once the identity check has read it,
	// the walk goes on, or says what the hub knows instead.
	asked models.Target
}

// New is the picker before a hub is open.
func New() *Screen {
	return &Screen{keys: defaultKeys(), filter: widget.Line{Limit: 2*models.MaxIDLength + 1}}
}

// clickMsg is a click on a row.
type clickMsg struct{ row int }

// Init does nothing: the first page is read when the root tells the state.
func (s *Screen) Init() tea.Cmd { return nil }

// Typing reports whether keys narrow the list now.
func (s *Screen) Typing() bool { return s.typing }

// WantsEsc reports whether there is something here to cancel or to empty.
func (s *Screen) WantsEsc() bool {
	return s.typing || s.filter.Value() != "" || s.reads.busy() || !s.asked.IsZero()
}

// Keys are the keys that work now.
func (s *Screen) Keys() help.KeyMap { return s.keys.now(s) }

// Update follows keys and takes in what the hub answered.
func (s *Screen) Update(msg tea.Msg, c nav.Canvas) (nav.Screen, tea.Cmd) {
	switch msg := msg.(type) {
	case nav.StateMsg:
		return s, s.follow(c)
	case tea.KeyPressMsg:
		return s, s.key(msg, c)
	case tea.PasteMsg:
		s.typing = true
		s.filter.Update(msg)
		return s, s.narrowed(c)
	case tea.MouseWheelMsg:
		s.wheel(msg)
	case clickMsg:
		if s.pager.Cursor == msg.row {
			return s, s.pick(c)
		}
		s.pager.Cursor, s.moved = msg.row, true
	case pageMsg:
		return s, s.gotPage(msg, c)
	case modulesMsg:
		return s, s.gotModules(msg)
	case lookupMsg:
		return s, s.gotLookup(msg, c)
	case searchDueMsg:
		return s, s.searchDue(msg, c)
	case waitMsg:
		return s, s.tick()
	}
	return s, nil
}

// follow reads the first page of a hub that was just opened, and looks whether
// the identity check has answered for a target that was named.
func (s *Screen) follow(c nav.Canvas) tea.Cmd {
	st := c.State
	if st.Hub == nil {
		return nil
	}
	if st.Session != s.session {
		s.session = st.Session
		s.reads.cancel()
		s.list = list{text: s.list.text}
		s.pager, s.search, s.asked = widget.Pager{}, search{}, models.Target{}
		return s.readPage(c, "")
	}
	if near := nearMisses(st.Walk); !slices.Equal(near, s.list.near) {
		s.list.near = near
		s.pager = widget.Pager{Cursor: s.list.likeliest()}
	}
	return s.followAsked(c)
}

// nearMisses is what the hub knows that resembles a target it does not know.
func nearMisses(w models.Walk) []models.Target {
	d, ok := missing(w)
	if !ok {
		return nil
	}
	var out []models.Target
	for _, name := range d.NearMisses {
		t := models.Target{DeviceID: name}
		if d.ModuleID != "" {
			t = models.Target{DeviceID: d.DeviceID, ModuleID: name}
		}
		out = append(out, t)
	}
	return out
}

// missing is the walk's target, if the hub has said that it does not know it.
func missing(w models.Walk) (models.Device, bool) {
	d, ok := w.Case.Device(w.Inputs.Target)
	return d, ok && d.Missing() && !w.Running(checks.CheckIdentity)
}

// followAsked goes on once the hub has said that it knows the target, or could
// not say: only an id that is not registered stays here, with its near misses.
func (s *Screen) followAsked(c nav.Canvas) tea.Cmd {
	if s.asked.IsZero() || c.State.Walk.Inputs.Target != s.asked || c.State.Walk.Running(checks.CheckIdentity) {
		return nil
	}
	if _, ok := c.State.Walk.Reports[checks.CheckIdentity]; !ok {
		return nil
	}
	s.asked = models.Target{}
	if _, ok := missing(c.State.Walk); ok {
		return nil
	}
	return goOn(c.Now)
}

func goOn(now time.Time) tea.Cmd { return nav.Tell(checks.Moved{To: models.StepTry, At: now}) }

// choose names the target and goes on to the next step.
func choose(t models.Target, now time.Time) tea.Cmd {
	return tea.Sequence(nav.Tell(checks.TargetChosen{Target: t, At: now}), goOn(now))
}

// pick takes the row under the cursor.
func (s *Screen) pick(c nav.Canvas) tea.Cmd {
	if c.State.Hub == nil {
		return nil
	}
	if t, ok := s.unsure(); ok {
		return s.lookUp(c, t)
	}
	row, ok := s.list.row(s.pager.Cursor)
	if !ok {
		return nil
	}
	s.typing = false
	if row.kind == rowTyped {
		s.asked = row.target
		return nav.Tell(checks.TargetChosen{Target: row.target, At: c.Now})
	}
	return choose(row.target, c.Now)
}

// unsure reports whether the text may well be the id of a device that is not
// loaded yet: then the hub is asked for it before a row that merely resembles
// the text is taken.
func (s *Screen) unsure() (models.Target, bool) {
	if s.moved || !s.search.pending || !s.typing {
		return models.Target{}, false
	}
	t, err := models.ParseTarget(s.filter.Value())
	if err != nil || s.list.has(t) {
		return models.Target{}, false
	}
	return t, true
}
