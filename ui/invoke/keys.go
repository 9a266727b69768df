package invoke

import (
	"charm.land/bubbles/v2/help"
	"charm.land/bubbles/v2/key"

	"methodical/ui/nav"
)

type keyMap struct {
	Run, Edit, Presets                       key.Binding
	Longer, History, Older, Newer, Page      key.Binding
	Body, CopyAz, CopyCurl, CopyBody         key.Binding
	TimeoutDoc, MethodDoc                    key.Binding
	Next, Previous, Send, Leave, TimeoutHelp key.Binding // while typing
	Pick, Reuse                              key.Binding // in a list
}

func defaultKeys() keyMap {
	bind := func(shown, help string, keys ...string) key.Binding {
		return key.NewBinding(key.WithKeys(keys...), key.WithHelp(shown, help))
	}
	return keyMap{
		Run:     bind("enter", "send", "enter", "r"),
		Edit:    bind("e", "edit the call", "e", "i"),
		Presets: bind("p", "presets", "p"),

		Longer:  bind("l", "wait longer", "l"),
		History: bind("h", "calls so far", "h"),
		Older:   bind("←", "call before", "left"),
		Newer:   bind("→", "call after", "right"),
		Page:    bind("space", "next page", "space", "pgdown", "pgup"),

		Body:     bind("b", "whole body", "b"),
		CopyAz:   bind("a", "copy az", "a"),
		CopyCurl: bind("c", "copy curl", "c"),
		CopyBody: bind("y", "copy answer", "y"),

		TimeoutDoc: bind("t", "about timeouts", "t"),
		MethodDoc:  bind("u", "about direct methods", "u"),

		Next:     bind("tab", "next field", "tab"),
		Previous: bind("shift+tab", "field before", "shift+tab"),
		// Esc and enter pressed in one go arrive as alt+enter.
		Send:        bind("ctrl+r", "send", "ctrl+r", "alt+enter"),
		Leave:       bind("esc", "leave the form", "esc"),
		TimeoutHelp: bind("ctrl+t", "about timeouts", "ctrl+t"),

		Pick:  bind("enter", "choose", "enter"),
		Reuse: bind("e", "edit this call again", "e"),
	}
}

func (k keyMap) reading() help.KeyMap {
	return nav.KeyMap{
		Short: []key.Binding{k.Run, k.Edit, k.Presets, k.Longer, k.History, k.CopyAz},
		Full: [][]key.Binding{
			{k.Run, k.Edit, k.Presets, k.Longer},
			{k.History, k.Older, k.Newer, k.Page, k.Body},
			{k.CopyAz, k.CopyCurl, k.CopyBody, k.TimeoutDoc, k.MethodDoc},
		},
	}
}

func (k keyMap) typing() help.KeyMap {
	return nav.KeyMap{
		Short: []key.Binding{k.Next, k.Send, k.Leave, k.TimeoutHelp},
		Full:  [][]key.Binding{{k.Next, k.Previous, k.Send, k.Leave, k.TimeoutHelp}},
	}
}

func (k keyMap) lists(l list) help.KeyMap {
	keys := []key.Binding{k.Pick, k.Leave}
	if l == historyList {
		keys = append(keys, k.Reuse)
	}
	return nav.KeyMap{Short: keys, Full: [][]key.Binding{keys}}
}
