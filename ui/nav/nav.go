// Package nav is the contract between the root model and its screens: what a
// screen is, what it is given to draw on, and the messages it may send.
package nav

import (
	"time"

	"charm.land/bubbles/v2/help"
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"methodical/checks"
	"methodical/models"
	"methodical/ui/theme"
)

// Screen is one full area under the header. Screens are values or pointers to
// structs of their own package and never know each other.
type Screen interface {
	Init() tea.Cmd
	Update(tea.Msg, Canvas) (Screen, tea.Cmd)
	View(Canvas) Frame
	Keys() help.KeyMap // the footer and the ? page
	Typing() bool      // keys are text now: global shortcuts stay out of the way
}

// Escaper is a screen that sometimes has a use of its own for esc, such as
// emptying a filter. A screen that is Typing gets esc in any case.
type Escaper interface{ WantsEsc() bool }

// Legend is a screen whose columns or signs want explaining on the page of all
// keys: pairs of a name and what it means.
type Legend interface{ Legend() [][2]string }

// Size is an area in terminal cells.
type Size struct{ Width, Height int }

// Canvas is what a screen draws on. It is given at every call, so that there is
// nothing to forget when the terminal is resized.
type Canvas struct {
	Size  Size
	Theme theme.Styles
	Now   time.Time
	// State is the walk and what follows from it, as of now.
	State State
}

// State is what every screen may show. It is read-only: screens change it by
// sending events.
type State struct {
	Walk      models.Walk
	Diagnosis models.Diagnosis
	Know      *checks.Knowledge
	Choices   []checks.Choice
	// Opening is the id of the choice being opened, "" for none; OpenError says
	// why the last one could not be opened.
	Opening      string
	OpeningSince time.Time
	OpenError    string
	// Opened is the id of the choice that is open, "" for none.
	Opened string
	// Hub gives screens reads that are no checks, such as a page of devices to
	// pick from. Nil until a hub is open.
	Hub checks.Hub
	// Session counts the hubs opened so far: when it changes, what a screen read
	// through Hub is about another hub.
	Session int
}

// Frame is what a screen drew. Cursor is relative to the body's top left.
type Frame struct {
	Body   string
	Cursor *tea.Cursor
	Title  string
	Hits   []Hit
}

// Hit is a rectangle, relative to the body, that can be clicked; the message is
// sent to the screen.
type Hit struct {
	X, Y, Width, Height int
	Msg                 tea.Msg
}

// EventMsg carries a runbook event from a screen to the root.
type EventMsg struct{ Event checks.Event }

// Tell sends an event to the runbook.
func Tell(e checks.Event) tea.Cmd {
	return func() tea.Msg { return EventMsg{Event: e} }
}

// StateMsg tells every screen that the state changed. The new state is in the
// canvas.
type StateMsg struct{}

// TickMsg tells every screen that time passed; it comes only while something
// is in flight.
type TickMsg struct{}

// OpenMsg asks the root to open a hub.
type OpenMsg struct {
	Choice string
	Secret []byte
}

// ToastMsg shows a short sentence in the footer until the next key.
type ToastMsg struct {
	Text string
	Bad  bool
}

// Toast shows a sentence in the footer.
func Toast(text string, bad bool) tea.Cmd {
	return func() tea.Msg { return ToastMsg{Text: text, Bad: bad} }
}

// ExplainMsg opens an overlay with a title and text, closed by esc.
type ExplainMsg struct{ Title, Text string }

// DocMsg opens the document with that id, as an overlay that shows its address.
type DocMsg struct{ ID string }

// CopyMsg copies text to the clipboard of the terminal in front of the person
// (OSC 52), and says so.
type CopyMsg struct{ What, Text string }

// AfterMsg asks the root to send a message to every screen once some time has
// passed.
type AfterMsg struct {
	Wait time.Duration
	Msg  tea.Msg
}

// After sends a message to every screen once some time has passed.
func After(wait time.Duration, msg tea.Msg) tea.Cmd { return Send(AfterMsg{wait, msg}) }

// Send turns a message into a command.
func Send(m tea.Msg) tea.Cmd { return func() tea.Msg { return m } }

// KeyMap is a help.KeyMap from plain lists.
type KeyMap struct {
	Short []key.Binding
	Full  [][]key.Binding
}

// ShortHelp lists the keys for the footer.
func (k KeyMap) ShortHelp() []key.Binding { return k.Short }

// FullHelp lists all keys for the ? page.
func (k KeyMap) FullHelp() [][]key.Binding { return k.Full }
