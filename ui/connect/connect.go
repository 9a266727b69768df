// Package connect is the first screen: which hub, and whether it can be
// reached.
package connect

import (
	"charm.land/bubbles/v2/help"
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"methodical/checks"
	"methodical/models"
	"methodical/ui/nav"
	"methodical/ui/widget"
)

// Screen lists the ways to get a hub and shows what came of the one chosen.
type Screen struct {
	moved    bool // the person has moved the selection
	selected int  // where to, then
	pasting  bool // a connection string is being typed or pasted
	secret   secret
	pager    widget.Pager // of what came of the choice, where it is long
	keys     keyMap
}

type keyMap struct{ up, down, open, retry, paste, clear key.Binding }

// New is the screen at its start.
func New() *Screen {
	bind := func(shown, what string, keys ...string) key.Binding {
		return key.NewBinding(key.WithKeys(keys...), key.WithHelp(shown, what))
	}
	return &Screen{keys: keyMap{
		up:    bind("↑", "up", "up", "k"),
		down:  bind("↓", "down", "down", "j"),
		open:  bind("enter", "open, go on", "enter"),
		retry: bind("r", "ask again", "r"),
		paste: bind("enter", "open this hub", "enter"),
		clear: bind("esc", "clear", "esc"),
	}}
}

// clickMsg is a click on a choice.
type clickMsg struct{ row int }

// Init does nothing: the root opens the preselected hub.
func (s *Screen) Init() tea.Cmd { return nil }

// Typing reports whether keys are part of a connection string now.
func (s *Screen) Typing() bool { return s.pasting }

// Keys are the keys that work now.
func (s *Screen) Keys() help.KeyMap {
	if s.pasting {
		list := []key.Binding{s.keys.paste, s.keys.clear}
		return nav.KeyMap{Short: list, Full: [][]key.Binding{list}}
	}
	list := []key.Binding{s.keys.open, s.keys.up, s.keys.down, s.keys.retry}
	return nav.KeyMap{Short: []key.Binding{s.keys.open, s.keys.down, s.keys.retry}, Full: [][]key.Binding{list}}
}

// Update chooses, opens and goes on.
func (s *Screen) Update(msg tea.Msg, c nav.Canvas) (nav.Screen, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.KeyPressMsg:
		if s.pasting {
			return s, s.typed(msg, c)
		}
		return s, s.key(msg, c)
	case tea.PasteMsg:
		return s, s.pasted(msg, c)
	case clickMsg:
		if s.at(c.State) == msg.row {
			return s, s.enter(c)
		}
		s.choose(msg.row, c)
	}
	return s, nil
}

// at is the selected row.
func (s *Screen) at(st nav.State) int {
	if s.moved {
		return min(s.selected, len(st.Choices)-1)
	}
	return preselected(st)
}

// preselected is the choice that is open or being opened, else the one a walk
// starts with.
func preselected(st nav.State) int {
	at := 0
	for i, choice := range st.Choices {
		if choice.Preselected {
			at = i
		}
	}
	for i, choice := range st.Choices {
		if choice.ID == st.Opened && st.Opening == "" || choice.ID == st.Opening {
			at = i
		}
	}
	return at
}

func (s *Screen) choose(row int, c nav.Canvas) {
	s.selected = max(min(row, len(c.State.Choices)-1), 0)
	s.moved = true
}

func (s *Screen) key(msg tea.KeyPressMsg, c nav.Canvas) tea.Cmd {
	switch {
	case key.Matches(msg, s.keys.up):
		s.choose(s.at(c.State)-1, c)
	case key.Matches(msg, s.keys.down):
		s.choose(s.at(c.State)+1, c)
	case key.Matches(msg, s.keys.open):
		return s.enter(c)
	case key.Matches(msg, s.keys.retry) && c.State.Hub != nil:
		return nav.Tell(checks.CheckRequested{Check: checks.CheckContact, At: c.Now})
	default:
		s.pager.TurnLines(msg, len(progress(c)), max(c.Size.Height-s.choiceRows(c), leastRows))
	}
	return nil
}

// enter opens the selected choice, or goes on when it is open already.
func (s *Screen) enter(c nav.Canvas) tea.Cmd {
	choice, ok := s.choice(c)
	switch {
	case !ok || choice.ID == c.State.Opening:
		return nil
	case choice.ID == c.State.Opened:
		return nav.Tell(checks.Moved{To: models.StepDevice, At: c.Now})
	case choice.NeedsSecret:
		s.pasting = true
		return nil
	default:
		return nav.Send(nav.OpenMsg{Choice: choice.ID})
	}
}

func (s *Screen) choice(c nav.Canvas) (checks.Choice, bool) {
	at := s.at(c.State)
	if at < 0 || at >= len(c.State.Choices) {
		return checks.Choice{}, false
	}
	return c.State.Choices[at], true
}

// typed edits the connection string.
func (s *Screen) typed(msg tea.KeyPressMsg, c nav.Canvas) tea.Cmd {
	switch msg.String() {
	case "esc":
		if s.secret.empty() {
			s.pasting = false
		}
		s.secret.clear()
	case "enter":
		return s.openPasted(c)
	case "backspace", "ctrl+h":
		s.secret.backspace()
	case "ctrl+u":
		s.secret.clear()
	default:
		if !msg.Mod.Contains(tea.ModCtrl) && !msg.Mod.Contains(tea.ModAlt) {
			s.secret.add(msg.Text)
		}
	}
	return nil
}

// pasted takes a connection string wherever it is pasted.
func (s *Screen) pasted(msg tea.PasteMsg, c nav.Canvas) tea.Cmd {
	if !s.pasting {
		for i, choice := range c.State.Choices {
			if choice.NeedsSecret {
				s.choose(i, c)
				s.pasting = true
				break
			}
		}
	}
	if s.pasting {
		s.secret.add(msg.Content)
	}
	return nil
}

func (s *Screen) openPasted(c nav.Canvas) tea.Cmd {
	choice, ok := s.choice(c)
	if !ok || s.secret.problem() != "" {
		return nil
	}
	text := s.secret.take()
	s.pasting = false
	return nav.Send(nav.OpenMsg{Choice: choice.ID, Secret: text})
}
