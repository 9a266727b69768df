package verdict

import (
	"charm.land/bubbles/v2/help"
	"charm.land/bubbles/v2/key"

	"methodical/ui/nav"
	"methodical/ui/page"
)

type keyMap struct {
	Up, Down, Next, CopyFix, CopyReport, Page key.Binding
}

func defaultKeys() keyMap {
	return keyMap{
		Up:         key.NewBinding(key.WithKeys("up", "k"), key.WithHelp("↑", "cause above")),
		Down:       key.NewBinding(key.WithKeys("down", "j"), key.WithHelp("↓", "cause below")),
		Next:       key.NewBinding(key.WithKeys("enter"), key.WithHelp("enter", "next best test")),
		CopyFix:    key.NewBinding(key.WithKeys("c"), key.WithHelp("c", "copy fix")),
		CopyReport: key.NewBinding(key.WithKeys("y"), key.WithHelp("y", "copy report")),
		Page:       key.NewBinding(key.WithKeys("space", "pgdown", "pgup"), key.WithHelp("space", "next page")),
	}
}

func (k keyMap) help(asking, next bool) help.KeyMap {
	if asking {
		return page.ConsentKeys()
	}
	k.Next.SetEnabled(next)
	return nav.KeyMap{
		Short: []key.Binding{k.Next, k.Down, k.CopyFix, k.CopyReport},
		Full:  [][]key.Binding{{k.Next, k.Up, k.Down, k.Page}, {k.CopyFix, k.CopyReport}},
	}
}
