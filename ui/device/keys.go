package device

import (
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"methodical/models"
	"methodical/ui/nav"
	"methodical/ui/widget"
)

type keyMap struct{ pick, filter, up, down, pageUp, pageDown, ends, more, modules, reload, leave key.Binding }

func defaultKeys() keyMap {
	bind := func(shown, what string, keys ...string) key.Binding {
		return key.NewBinding(key.WithKeys(keys...), key.WithHelp(shown, what))
	}
	return keyMap{
		pick:     bind("enter", "pick", "enter"),
		filter:   bind("/", "filter", "/"),
		up:       bind("↑", "up", "up", "k"),
		down:     bind("↓", "down", "down", "j"),
		pageUp:   bind("pgup", "page before", "pgup"),
		pageDown: bind("pgdn", "next page", "pgdown"),
		ends:     bind("home/end", "first, last", "home", "end"),
		more:     bind("n", "more", "n"),
		modules:  bind("m", "modules", "m", "right", "left"),
		reload:   bind("r", "read again", "r"),
		leave:    bind("esc", "empty the filter", "esc"),
	}
}

func (k keyMap) now(s *Screen) nav.KeyMap {
	k.more.SetEnabled(s.list.next != "")
	if s.typing {
		short := []key.Binding{k.pick, k.leave, k.up, k.down}
		return nav.KeyMap{Short: short, Full: [][]key.Binding{append(short, k.pageUp, k.pageDown)}}
	}
	return nav.KeyMap{
		Short: []key.Binding{k.pick, k.filter, k.modules, k.more},
		Full: [][]key.Binding{
			{k.pick, k.filter, k.modules, k.more, k.reload},
			{k.up, k.down, k.pageUp, k.pageDown, k.ends},
		},
	}
}

func (s *Screen) key(msg tea.KeyPressMsg, c nav.Canvas) tea.Cmd {
	if s.typing {
		return s.typed(msg, c)
	}
	switch {
	case key.Matches(msg, s.keys.pick):
		return s.pick(c)
	case key.Matches(msg, s.keys.filter):
		s.typing = true
	case key.Matches(msg, s.keys.more):
		return s.readMore(c)
	case key.Matches(msg, s.keys.modules):
		return s.fold(msg.String(), c)
	case key.Matches(msg, s.keys.reload) && c.State.Hub != nil:
		s.list = list{text: s.list.text}
		s.search = search{}
		return s.readPage(c, "")
	case msg.String() == "esc":
		return s.leave(c)
	default:
		return s.move(msg.String(), c)
	}
	return nil
}

// typed narrows the list; the keys of lists that are no text still work.
func (s *Screen) typed(msg tea.KeyPressMsg, c nav.Canvas) tea.Cmd {
	switch press := msg.String(); press {
	case "enter":
		return s.pick(c)
	case "esc":
		return s.leave(c)
	case "tab", "shift+tab":
		s.typing = false
	case "up", "down", "pgup", "pgdown":
		return s.move(press, c)
	default:
		if before := s.filter.Value(); s.filter.Update(msg) && s.filter.Value() != before {
			return s.narrowed(c)
		}
	}
	return nil
}

// narrowed shows what matches the new text, and asks the hub for more of it
// when the list is not complete.
func (s *Screen) narrowed(c nav.Canvas) tea.Cmd {
	s.list.narrow(s.filter.Value())
	s.pager, s.moved = widget.Pager{Cursor: s.list.likeliest()}, false
	return s.searchSoon(c)
}

// leave takes back the newest thing: a read under way, then the filter.
func (s *Screen) leave(c nav.Canvas) tea.Cmd {
	switch {
	case s.reads.busy():
		s.reads.cancel()
	case !s.asked.IsZero():
		s.asked = models.Target{}
	case s.filter.Value() != "":
		s.filter.SetValue("")
		return s.narrowed(c)
	default:
		s.typing = false
	}
	return nil
}

// move moves the cursor. Going down beyond the last row reads the next page
// from the hub.
func (s *Screen) move(press string, c nav.Canvas) tea.Cmd {
	total, at := s.list.len(), s.pager.Cursor
	if !s.pager.Key(press, total, pageSize(c.Size)) {
		return nil
	}
	s.moved = true
	if (press == "down" || press == "j" || press == "pgdown") && at == s.pager.Cursor {
		return s.readMore(c)
	}
	return nil
}

func (s *Screen) wheel(msg tea.MouseWheelMsg) {
	const step = 3
	switch msg.Button {
	case tea.MouseWheelDown:
		s.pager.Move(step, s.list.len())
	case tea.MouseWheelUp:
		s.pager.Move(-step, s.list.len())
	}
	s.moved = true
}
