package limits

import (
	"charm.land/bubbles/v2/help"
	"charm.land/bubbles/v2/key"

	"methodical/ui/nav"
)

type keyMap struct {
	Edit, Again, Page           key.Binding
	Next, Previous, Done, Leave key.Binding // while typing
}

func defaultKeys() keyMap {
	bind := func(shown, help string, keys ...string) key.Binding {
		return key.NewBinding(key.WithKeys(keys...), key.WithHelp(shown, help))
	}
	return keyMap{
		Edit:     bind("e", "state the load", "e", "enter", "i"),
		Again:    bind("r", "read again", "r"),
		Page:     bind("space", "next page", "space", "pgdown", "pgup"),
		Next:     bind("tab", "next field", "tab", "down"),
		Previous: bind("shift+tab", "field before", "shift+tab", "up"),
		Done:     bind("enter", "done", "enter"),
		Leave:    bind("esc", "leave the fields", "esc"),
	}
}

func (k keyMap) help(typing bool) help.KeyMap {
	if typing {
		return nav.KeyMap{
			Short: []key.Binding{k.Next, k.Done, k.Leave},
			Full:  [][]key.Binding{{k.Next, k.Previous, k.Done, k.Leave}},
		}
	}
	return nav.KeyMap{
		Short: []key.Binding{k.Edit, k.Again, k.Page},
		Full:  [][]key.Binding{{k.Edit, k.Again, k.Page}},
	}
}
