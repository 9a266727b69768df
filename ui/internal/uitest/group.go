package uitest

import (
	"reflect"

	tea "charm.land/bubbletea/v2"
)

// group opens a batch or a sequence. Bubble Tea does not export the type of a
// sequence, so both are known by their shape.
func group(msg tea.Msg) ([]tea.Cmd, bool) {
	v := reflect.ValueOf(msg)
	if v.Kind() != reflect.Slice || v.Type().Elem() != reflect.TypeFor[tea.Cmd]() {
		return nil, false
	}
	cmds := make([]tea.Cmd, v.Len())
	for i := range cmds {
		cmds[i], _ = v.Index(i).Interface().(tea.Cmd)
	}
	return cmds, true
}
