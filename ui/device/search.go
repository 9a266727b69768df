package device

import (
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"methodical/models"
	"methodical/ui/nav"
)

// search is the search at the hub for ids that start with the text.
type search struct {
	seq     int
	pending bool     // the text waits to be searched, or is being searched
	more    bool     // the next page was asked for too early
	covered []string // prefixes of which every device is loaded
}

// searchDueMsg says that the text has rested long enough.
type searchDueMsg struct{ seq int }

func (s *Screen) searchAfter(d time.Duration) tea.Cmd {
	s.search.seq++
	return nav.After(d, searchDueMsg{s.search.seq})
}

func (q *search) answered(prefix string, complete bool) {
	q.pending = false
	if complete {
		q.covered = append(q.covered, prefix)
	}
}

func (q *search) covers(prefix string) bool {
	for _, c := range q.covered {
		if strings.HasPrefix(prefix, c) {
			return true
		}
	}
	return false
}

// searchSoon searches the hub once the person pauses.
func (s *Screen) searchSoon(c nav.Canvas) tea.Cmd {
	prefix := prefixOf(s.filter.Value())
	if prefix == "" || s.list.complete() || s.search.covers(prefix) || c.State.Hub == nil {
		s.search.pending = false
		s.search.seq++ // what was due is not any more
		return nil
	}
	s.search.pending = true
	return s.searchAfter(max(typingPause, betweenQueries-c.Now.Sub(s.reads.queried)))
}

func (s *Screen) searchDue(msg searchDueMsg, c nav.Canvas) tea.Cmd {
	if msg.seq != s.search.seq || c.State.Hub == nil {
		return nil
	}
	if s.search.more {
		s.search.more = false
		return s.readMore(c)
	}
	prefix := prefixOf(s.filter.Value())
	if prefix == "" {
		return nil
	}
	return s.query(c, "devices called "+prefix+"…", models.DeviceQuery{Prefix: prefix, Top: firstPage})
}

// prefixOf is the device's part of the text, if it can be one.
func prefixOf(text string) string {
	device, _, _ := strings.Cut(strings.TrimSpace(text), "/")
	if _, err := models.ParseTarget(device); err != nil {
		return ""
	}
	return device
}
