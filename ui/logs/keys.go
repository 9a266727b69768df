package logs

import (
	"charm.land/bubbles/v2/help"
	"charm.land/bubbles/v2/key"

	"methodical/ui/nav"
)

type keyMap struct {
	Files, Again, Enable, CopyEnable, Target key.Binding
	NextTab, PreviousTab, Zoom, Back, Table  key.Binding
	Up, Down, Page, Explain                  key.Binding
	Read, Leave                              key.Binding // while typing
}

func defaultKeys() keyMap {
	bind := func(shown, help string, keys ...string) key.Binding {
		return key.NewBinding(key.WithKeys(keys...), key.WithHelp(shown, help))
	}
	return keyMap{
		Files:      bind("e", "name files", "e", "f", "i"),
		Again:      bind("r", "read again", "r"),
		Enable:     bind("o", "how to turn logs on", "o"),
		CopyEnable: bind("c", "copy the command for that", "c"),
		Target:     bind("z", "the device in trouble", "z"),

		NextTab:     bind("→", "next view", "right", "v"),
		PreviousTab: bind("←", "view before", "left"),
		Zoom:        bind("enter", "one device", "enter"),
		Explain:     bind("enter", "explain", "enter"),
		Back:        bind("esc", "all devices", "esc"),
		Table:       bind("g", "bars or table", "g"),
		Up:          bind("↑", "row above", "up", "k"),
		Down:        bind("↓", "row below", "down", "j"),
		Page:        bind("space", "next page", "space", "pgdown", "pgup"),

		Read:  bind("enter", "read", "enter"),
		Leave: bind("esc", "leave the field", "esc"),
	}
}

func (k keyMap) help(typing, zoomed bool, t tab) help.KeyMap {
	if typing {
		keys := []key.Binding{k.Read, k.Leave}
		return nav.KeyMap{Short: keys, Full: [][]key.Binding{keys}}
	}
	short := []key.Binding{k.NextTab, k.Files}
	switch {
	case zoomed:
		short = []key.Binding{k.Back, k.Page}
	case t == byCode:
		short = append(short, k.Explain)
	case t == byDevice || t == byConnection:
		short = append(short, k.Zoom)
	case t == byTime:
		short = append(short, k.Table)
	}
	return nav.KeyMap{
		Short: append(short, k.Target),
		Full: [][]key.Binding{
			{k.NextTab, k.PreviousTab, k.Up, k.Down, k.Page},
			{k.Explain, k.Zoom, k.Back, k.Target, k.Table},
			{k.Files, k.Again, k.Enable, k.CopyEnable},
		},
	}
}
