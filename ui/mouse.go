package ui

import (
	tea "charm.land/bubbletea/v2"

	"methodical/ui/nav"
)

// The rows the stepper takes.
const stepperTop, stepperRows = 1, 2

// click finds what was clicked: a step of the stepper, or a place the screen
// said can be clicked.
func (m *Model) click(msg tea.MouseClickMsg) tea.Cmd {
	if msg.Button != tea.MouseLeft || m.overlay != nil {
		return nil
	}
	m.toast = nav.ToastMsg{}
	if m.headRows() == headRows && msg.Y >= stepperTop && msg.Y < stepperTop+stepperRows {
		for i := range m.steps {
			if msg.X >= m.stepColumn(i) && msg.X < m.stepColumn(i+1) {
				return m.moveTo(i)
			}
		}
		return nil
	}
	x, y := msg.X, msg.Y-m.headRows()
	if body := m.bodySize(); y < 0 || y >= body.Height || x >= body.Width {
		return nil
	}
	for _, hit := range m.shown().Hits {
		if x >= hit.X && x < hit.X+hit.Width && y >= hit.Y && y < hit.Y+hit.Height {
			return m.give(m.walk.Step, hit.Msg)
		}
	}
	return nil
}
