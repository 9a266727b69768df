package device

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"

	"methodical/models"
	"methodical/ui/nav"
)

const (
	// firstPage is how many devices one query asks for.
	firstPage = 100
	// readLimit is how long a read may take before it counts as failed.
	readLimit = 30 * time.Second
	// betweenQueries keeps the picker below the 20 queries a minute that the
	// smallest hub allows, and leaves some to others.
	betweenQueries = 3 * time.Second
	// typingPause is how long the text must rest before the hub is searched.
	typingPause = 300 * time.Millisecond
	tickEvery   = 250 * time.Millisecond
)

// reads is what the picker asks the hub for beside the walk's checks. Only the
// newest request counts: the answers to older ones are dropped by their id.
type reads struct {
	id      int
	what    string // in words, "" when nothing is being read
	since   time.Time
	stop    context.CancelFunc
	ticking bool
	queried time.Time // when the hub was last queried
	err     error     // why the last read failed
}

func (r *reads) busy() bool { return r.what != "" }

func (r *reads) begin(what string, now time.Time) (context.Context, int) {
	r.cancel()
	ctx, cancel := context.WithTimeout(context.Background(), readLimit)
	r.id++
	r.what, r.since, r.stop, r.err = what, now, cancel, nil
	return ctx, r.id
}

// end takes in an answer and reports whether it is the one waited for.
func (r *reads) end(id int, err error) bool {
	if id != r.id || !r.busy() {
		return false
	}
	r.stop()
	r.what, r.err = "", err
	return true
}

func (r *reads) cancel() {
	if r.busy() {
		r.stop()
		r.what = ""
	}
}

// waitMsg lets time pass on the screen while something is being read.
type waitMsg struct{}

func (s *Screen) tick() tea.Cmd {
	s.reads.ticking = s.reads.busy()
	if !s.reads.ticking {
		return nil
	}
	return nav.After(tickEvery, waitMsg{})
}

func (s *Screen) startTicking() tea.Cmd {
	if s.reads.ticking {
		return nil
	}
	return s.tick()
}

// pageMsg is a page of devices. prefix is what was searched for.
type pageMsg struct {
	id     int
	prefix string
	page   models.DevicePage
	err    error
}

// readPage asks for the first page, or the one at a continuation.
func (s *Screen) readPage(c nav.Canvas, continuation string) tea.Cmd {
	return s.query(c, "devices", models.DeviceQuery{Top: firstPage, Continuation: continuation})
}

// readMore asks for the page after the last one, not faster than the hub
// allows.
func (s *Screen) readMore(c nav.Canvas) tea.Cmd {
	if s.list.next == "" || c.State.Hub == nil || s.reads.busy() {
		return nil
	}
	if left := betweenQueries - c.Now.Sub(s.reads.queried); left > 0 {
		s.search.more = true
		return s.searchAfter(left)
	}
	return s.readPage(c, s.list.next)
}

func (s *Screen) query(c nav.Canvas, what string, q models.DeviceQuery) tea.Cmd {
	ctx, id := s.reads.begin(what, c.Now)
	s.reads.queried = c.Now
	hub := c.State.Hub
	return tea.Batch(s.startTicking(), func() tea.Msg {
		page, err := hub.Devices(ctx, q)
		return pageMsg{id, q.Prefix, page, err}
	})
}

func (s *Screen) gotPage(msg pageMsg, c nav.Canvas) tea.Cmd {
	if !s.reads.end(msg.id, msg.err) || msg.err != nil {
		return nil
	}
	s.list.add(msg.page, msg.prefix)
	if msg.prefix != "" {
		s.search.answered(msg.prefix, msg.page.Next == "")
	}
	return nil
}

// modulesMsg is the modules of a device.
type modulesMsg struct {
	id      int
	device  string
	modules []models.Device
	err     error
}

// fold shows or hides the modules of the device under the cursor.
func (s *Screen) fold(press string, c nav.Canvas) tea.Cmd {
	row, ok := s.list.row(s.pager.Cursor)
	if !ok || row.kind == rowTyped || row.kind == rowNear || c.State.Hub == nil {
		return nil
	}
	device := row.target.DeviceID
	if s.list.unfolded(device) {
		if press != "right" {
			s.list.foldUp(device)
			s.pager.Cursor = s.list.find(device)
		}
		return nil
	}
	if press == "left" {
		return nil
	}
	ctx, id := s.reads.begin("modules of "+device, c.Now)
	hub := c.State.Hub
	return tea.Batch(s.startTicking(), func() tea.Msg {
		modules, err := hub.Modules(ctx, device)
		return modulesMsg{id, device, modules, err}
	})
}

func (s *Screen) gotModules(msg modulesMsg) tea.Cmd {
	if !s.reads.end(msg.id, msg.err) || msg.err != nil {
		return nil
	}
	if len(msg.modules) == 0 {
		return nav.Toast(msg.device+" has no modules.", false)
	}
	s.list.unfold(msg.device, msg.modules)
	return nil
}

// lookupMsg is what the hub says of an id that was typed.
type lookupMsg struct {
	id     int
	target models.Target
	device models.Device
	err    error
}

func (s *Screen) lookUp(c nav.Canvas, t models.Target) tea.Cmd {
	ctx, id := s.reads.begin(t.String(), c.Now)
	hub := c.State.Hub
	return tea.Batch(s.startTicking(), func() tea.Msg {
		device, err := hub.Device(ctx, t)
		return lookupMsg{id, t, device, err}
	})
}

func (s *Screen) gotLookup(msg lookupMsg, c nav.Canvas) tea.Cmd {
	if !s.reads.end(msg.id, msg.err) || msg.err != nil {
		return nil
	}
	s.search.pending = false
	if msg.device.Known() {
		s.typing = false
		return choose(msg.target, c.Now)
	}
	return nav.Toast("The hub knows no "+msg.target.String()+". Pick a row, or the last one to go on with that id anyway.", true)
}
