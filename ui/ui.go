// Package ui is the full-screen walk: the root model, which holds the size, the
// theme, the keys that work everywhere, the screens and what lies over them.
// Driving the walk is the driver's business, and each screen's content its own.
package ui

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"methodical/checks"
	"methodical/models"
	"methodical/ui/nav"
	"methodical/ui/theme"
)

// Model is the root model of the walk.
type Model struct {
	*driver
	theme   theme.Styles
	size    nav.Size
	links   bool // addresses may be hyperlinks
	keys    keyMap
	makers  map[models.Step]func() nav.Screen
	screens map[models.Step]nav.Screen // made once, so that nothing typed is lost
	overlay *overlay                   // nil for none
	toast   nav.ToastMsg
}

// New builds the root model. It does no work beyond that: everything slow
// starts as a command in Init, behind the first frame. ctx ends what runs in
// the background.
func New(ctx context.Context, deps Deps) *Model {
	m := &Model{
		driver: newDriver(ctx, deps), theme: deps.Theme, size: deps.Size, links: hyperlinks(deps.Env),
		keys: defaultKeys(), makers: deps.Screens, screens: map[models.Step]nav.Screen{},
	}
	if m.theme.Name == "" {
		m.theme = theme.Default()
	}
	if noColour(deps.Env) {
		m.theme = theme.NoColour()
	}
	if m.makers == nil {
		m.makers = Screens()
	}
	if m.makers[m.walk.Step] == nil {
		m.walk.Step = models.StepConnect
	}
	return m
}

// Init reads the knowledge and opens the preselected hub, in the background.
func (m *Model) Init() tea.Cmd {
	return tea.Batch(m.start(), m.enter())
}

// Update handles what every screen shares and passes on the rest: keys and the
// mouse to the screen in front, facts to every screen made so far.
func (m *Model) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	m.look()
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		m.size = nav.Size{Width: msg.Width, Height: msg.Height}
		return m, nil
	case tea.KeyPressMsg:
		return m, m.key(msg)
	case tea.MouseClickMsg:
		return m, m.click(msg)
	case tea.PasteMsg, tea.MouseWheelMsg:
		return m, m.front(msg)
	case nav.ToastMsg:
		m.toast = msg
		return m, nil
	case nav.ExplainMsg:
		m.overlay = explainOverlay(msg)
		return m, nil
	case nav.DocMsg:
		m.overlay = m.documents("Document", documentByID(m.know, msg.ID))
		return m, nil
	case nav.CopyMsg:
		return m, m.copy(msg)
	case nav.EventMsg:
		return m, m.tell(msg.Event)
	case nav.AfterMsg:
		return m, m.later(msg.Wait, nav.Send(msg.Msg))
	case nav.OpenMsg:
		return m, m.changed(m.open(msg.Choice, msg.Secret))
	case driverMsg:
		return m, m.driven(msg)
	default:
		return m, m.broadcast(msg)
	}
}

// tell feeds an event to the runbook and shows what it refused.
func (m *Model) tell(e checks.Event) tea.Cmd {
	if moved, ok := e.(checks.Moved); ok && m.makers[moved.To] == nil {
		m.toast = nav.ToastMsg{Text: "There is no such step here.", Bad: true}
		return nil
	}
	cmd, refused := m.feed(e)
	if refused != "" {
		m.toast = nav.ToastMsg{Text: refused, Bad: true}
	}
	return m.changed(cmd)
}

// driven hands a message of the driver back to it.
func (m *Model) driven(msg driverMsg) tea.Cmd {
	if _, ok := msg.(tickMsg); ok {
		return tea.Batch(m.tick(), m.broadcast(nav.TickMsg{}))
	}
	cmd, say := m.driver.update(msg)
	if say != "" {
		m.toast = nav.ToastMsg{Text: say, Bad: true}
	}
	if m.fault != nil {
		return tea.Quit
	}
	return m.changed(cmd)
}

// changed tells every screen that the state changed, and keeps the clock
// ticking while something is under way.
func (m *Model) changed(cmd tea.Cmd) tea.Cmd {
	return tea.Batch(cmd, m.enter(), m.broadcast(nav.StateMsg{}), m.startTicking())
}

// enter makes the screen of the present step if it was never seen.
func (m *Model) enter() tea.Cmd {
	step := m.walk.Step
	if m.screens[step] != nil {
		return nil
	}
	maker := m.makers[step]
	if maker == nil {
		return nil
	}
	m.screens[step] = maker()
	return m.screens[step].Init()
}

// top is the screen in front.
func (m *Model) top() nav.Screen { return m.screens[m.walk.Step] }

// broadcast gives a message to every screen made so far, in the runbook's order.
func (m *Model) broadcast(msg tea.Msg) tea.Cmd {
	var cmds []tea.Cmd
	for _, row := range m.steps {
		cmds = append(cmds, m.give(row.Step, msg))
	}
	return tea.Batch(cmds...)
}

// front gives a message to the screen in front, unless something lies over it.
func (m *Model) front(msg tea.Msg) tea.Cmd {
	if m.overlay != nil {
		m.overlay.wheel(msg, m.theme, m.drawSize())
		return nil
	}
	return m.give(m.walk.Step, msg)
}

func (m *Model) give(step models.Step, msg tea.Msg) tea.Cmd {
	screen := m.screens[step]
	if screen == nil {
		return nil
	}
	next, cmd := screen.Update(msg, m.canvas())
	m.screens[step] = next
	return cmd
}

func (m *Model) canvas() nav.Canvas {
	return nav.Canvas{Size: m.drawSize(), Theme: m.theme, Now: m.now, State: m.state()}
}
