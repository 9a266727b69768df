package compare

import (
	"charm.land/bubbles/v2/help"
	"charm.land/bubbles/v2/key"

	"methodical/ui/nav"
)

type keyMap struct {
	Run, Pick, Third, Page key.Binding
	Accept, Leave          key.Binding // while an id is typed
}

func defaultKeys() keyMap {
	return keyMap{
		Run:    key.NewBinding(key.WithKeys("enter", "r"), key.WithHelp("enter", "call both alike")),
		Pick:   key.NewBinding(key.WithKeys("e"), key.WithHelp("e", "another device")),
		Third:  key.NewBinding(key.WithKeys("t"), key.WithHelp("t", "a third device")),
		Page:   key.NewBinding(key.WithKeys("space", "pgdown", "pgup"), key.WithHelp("space", "next page")),
		Accept: key.NewBinding(key.WithKeys("enter"), key.WithHelp("enter", "compare with it")),
		Leave:  key.NewBinding(key.WithKeys("esc"), key.WithHelp("esc", "leave the field")),
	}
}

func (k keyMap) help(typing bool) help.KeyMap {
	if typing {
		keys := []key.Binding{k.Accept, k.Leave}
		return nav.KeyMap{Short: keys, Full: [][]key.Binding{keys}}
	}
	return nav.KeyMap{
		Short: []key.Binding{k.Run, k.Pick, k.Third},
		Full:  [][]key.Binding{{k.Run, k.Pick, k.Third}, {k.Page}},
	}
}
