package ui

import (
	"sync"

	tea "charm.land/bubbletea/v2"

	"methodical/models"
)

// saver keeps the walk in the background. One save runs at a time, changes made
// meanwhile are saved by the next, and an older walk never overwrites a newer
// one, not even when the program ends while a save is under way.
type saver struct {
	write func(models.Walk) error // nil saves nothing

	running, dirty bool
	asked          int // saves asked for so far

	mu      sync.Mutex
	written int // the newest save on disk
}

type savedMsg struct{ err error }

func (savedMsg) isDriverMsg() {}

// save keeps the walk, unless a save is running: then done does it.
func (s *saver) save(w models.Walk) tea.Cmd {
	if s.write == nil {
		return nil
	}
	if s.running {
		s.dirty = true
		return nil
	}
	s.running, s.dirty = true, false
	s.asked++
	number := s.asked
	return func() tea.Msg { return savedMsg{s.put(number, w)} }
}

// done takes in that a save is done, and keeps what changed meanwhile.
func (s *saver) done(msg savedMsg, w models.Walk) (cmd tea.Cmd, say string) {
	s.running = false
	if msg.err != nil {
		return nil, "The walk could not be saved: " + msg.err.Error()
	}
	if s.dirty {
		return s.save(w), ""
	}
	return nil, ""
}

// last keeps the walk before the program ends, after any save that is running.
func (s *saver) last(w models.Walk) error {
	if s.write == nil {
		return nil
	}
	s.asked++
	return s.put(s.asked, w)
}

func (s *saver) put(number int, w models.Walk) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if number < s.written {
		return nil
	}
	s.written = number
	return s.write(w)
}
