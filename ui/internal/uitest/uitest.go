// Package uitest holds what the tests of the screens share: a hub that answers
// from a list, a clock that stands still, and golden files for every size and
// theme.
package uitest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/exp/golden"

	"methodical/checks"
	"methodical/models"
	"methodical/ui/nav"
	"methodical/ui/theme"
)

// Noon is when every test happens.
func Noon() time.Time { return time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC) }

// Clock stands still until it is set.
type Clock struct {
	mu sync.Mutex
	at time.Time
}

// NewClock is a clock at noon.
func NewClock() *Clock { return &Clock{at: Noon()} }

// Now is the time it was set to.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

// Advance sets it on.
func (c *Clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// Sleep waits for nothing but the end of ctx.
func (c *Clock) Sleep(ctx context.Context, _ time.Duration) error { return ctx.Err() }

// Hub answers from a list of devices. It is safe for concurrent use as long as
// its fields are set before.
type Hub struct {
	Host     string
	List     []models.Device
	Mods     map[string][]models.Device
	PageRows int   // rows a page has; 0 means as many as asked for
	Err      error // what every read but Invoke comes to, if set
	Answer   func(models.Call) models.Invocation
	Block    chan struct{} // calls wait for it to close, if set

	mu      sync.Mutex
	Queries []models.DeviceQuery
}

var _ checks.Hub = (*Hub)(nil)

// HostName is the host's name.
func (h *Hub) HostName() string { return h.Host }

// Invoke answers with Answer, else with 200.
func (h *Hub) Invoke(ctx context.Context, call models.Call) models.Invocation {
	if h.Block != nil {
		select {
		case <-ctx.Done():
		case <-h.Block:
		}
	}
	if h.Answer != nil {
		return h.Answer(call)
	}
	inv := models.NewInvocation(call, Noon())
	inv.HTTPStatus, inv.Body = 200, `{"status":200,"payload":null}`
	return inv
}

// Device finds a device or module in the lists.
func (h *Hub) Device(_ context.Context, t models.Target) (models.Device, error) {
	if h.Err != nil {
		return models.Device{}, h.Err
	}
	for _, d := range slices.Concat(h.List, h.Mods[t.DeviceID]) {
		if d.Target() == t {
			return d, nil
		}
	}
	return models.Device{DeviceID: t.DeviceID, ModuleID: t.ModuleID, ObservedAt: Noon(), Registered: models.Ptr(false)}, nil
}

// Modules lists the modules of a device.
func (h *Hub) Modules(_ context.Context, id string) ([]models.Device, error) {
	return h.Mods[id], h.Err
}

// Devices is a page of the list; a continuation is the next row's number.
func (h *Hub) Devices(_ context.Context, q models.DeviceQuery) (models.DevicePage, error) {
	h.mu.Lock()
	h.Queries = append(h.Queries, q)
	h.mu.Unlock()
	if h.Err != nil {
		return models.DevicePage{}, h.Err
	}
	var found []models.Device
	for _, d := range h.List {
		if strings.HasPrefix(d.DeviceID, q.Prefix) {
			found = append(found, d)
		}
	}
	from, rows := 0, q.Top
	if h.PageRows > 0 {
		rows = h.PageRows
	}
	if q.Continuation != "" {
		if _, err := fmt.Sscan(q.Continuation, &from); err != nil {
			return models.DevicePage{}, errors.New("no such page")
		}
	}
	to := min(from+rows, len(found))
	page := models.DevicePage{Devices: found[min(from, to):to]}
	if to < len(found) {
		page.Next = fmt.Sprint(to)
	}
	return page, nil
}

// Statistics counts the list.
func (h *Hub) Statistics(context.Context) (models.Statistics, error) {
	return models.Statistics{Total: models.Ptr(int64(len(h.List)))}, h.Err
}

// Contact succeeds at once.
func (h *Hub) Contact(context.Context) (models.Contact, error) {
	return models.Contact{RoundTrip: 20 * time.Millisecond, HasClock: true, TLSIssuer: "methodical emulator CA"}, h.Err
}

// Connector opens hubs from a table.
type Connector struct {
	List []checks.Choice
	// Hubs is the hub of each choice; a choice without one fails.
	Hubs    map[string]*Hub
	Secrets [][]byte // what was handed to Open
	Closed  int

	mu sync.Mutex
}

// Choices lists the choices.
func (c *Connector) Choices() []checks.Choice { return c.List }

// Open opens a choice.
func (c *Connector) Open(ctx context.Context, id string, secret []byte) (*checks.Session, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(secret) > 0 {
		c.Secrets = append(c.Secrets, secret)
	}
	hub := c.Hubs[id]
	if hub == nil {
		return nil, fmt.Errorf("there is no hub called %q: pick another one", id)
	}
	emulator := false
	for _, choice := range c.List {
		emulator = emulator || choice.ID == id && choice.Emulator
	}
	return &checks.Session{
		Env:    checks.Env{Hub: hub, Logs: noLogs{}, Clock: NewClock()},
		Hub:    models.Hub{HostName: hub.Host, Emulator: emulator},
		Client: models.Client{Credential: "sas-policy", Policy: "service"},
		Close: func() error {
			c.mu.Lock()
			defer c.mu.Unlock()
			c.Closed++
			return nil
		},
	}, ctx.Err()
}

type noLogs struct{}

func (noLogs) Read(context.Context, checks.LogQuery) (checks.LogReading, error) {
	return checks.LogReading{}, nil
}

// Device is a registered device, enabled and connected.
func Device(id string) models.Device {
	return models.Device{
		DeviceID: id, ObservedAt: Noon(), Registered: models.Ptr(true), Status: models.StatusEnabled,
		ConnectionState: models.StateConnected, LastActivityTime: Noon().Add(-4 * time.Second), AuthenticationType: "sas",
	}
}

// Press is a key as the terminal sends it: "a", "enter", "ctrl+c".
func Press(s string) tea.KeyPressMsg {
	named := map[string]rune{
		"enter": tea.KeyEnter, "esc": tea.KeyEscape, "tab": tea.KeyTab, "up": tea.KeyUp, "down": tea.KeyDown,
		"left": tea.KeyLeft, "right": tea.KeyRight, "pgup": tea.KeyPgUp, "pgdown": tea.KeyPgDown,
		"home": tea.KeyHome, "end": tea.KeyEnd, "backspace": tea.KeyBackspace, "delete": tea.KeyDelete, "f1": tea.KeyF1,
	}
	key := tea.Key{}
	for {
		rest, ctrl := strings.CutPrefix(s, "ctrl+")
		if ctrl {
			s, key.Mod = rest, key.Mod|tea.ModCtrl
			continue
		}
		rest, shift := strings.CutPrefix(s, "shift+")
		if !shift {
			break
		}
		s, key.Mod = rest, key.Mod|tea.ModShift
	}
	switch {
	case s == "space":
		key.Code, key.Text = tea.KeySpace, " "
	case named[s] != 0:
		key.Code = named[s]
	default:
		key.Code = []rune(s)[0]
		if key.Mod == 0 {
			key.Text = s
		}
	}
	return tea.KeyPressMsg(key)
}

// Sizes are the sizes every screen is looked at in.
func Sizes() []nav.Size {
	return []nav.Size{{Width: 60, Height: 20}, {Width: 80, Height: 24}, {Width: 120, Height: 40}}
}

// Themes are the themes every screen is looked at in.
func Themes() []theme.Styles { return []theme.Styles{theme.Dark(), theme.Light(), theme.NoColour()} }

// frameRows is what the root takes of the terminal's height.
const frameRows = 5

// Golden compares a screen with its golden files in every size and theme, and
// fails when it draws beyond its area.
func Golden(t *testing.T, c nav.Canvas, draw func(nav.Canvas) nav.Frame) {
	t.Helper()
	for _, th := range Themes() {
		for _, size := range Sizes() {
			t.Run(fmt.Sprintf("%s-%dx%d", th.Name, size.Width, size.Height), func(t *testing.T) {
				at := c
				at.Theme, at.Size = th, nav.Size{Width: size.Width, Height: size.Height - frameRows}
				frame := draw(at)
				Fits(t, frame.Body, at.Size)
				golden.RequireEqual(t, frame.Body)
			})
		}
	}
}

// Fits fails when a text is larger than its area.
func Fits(t testing.TB, text string, size nav.Size) {
	t.Helper()
	lines := strings.Split(text, "\n")
	if len(lines) > size.Height {
		t.Errorf("%d lines on a screen of %d:\n%s", len(lines), size.Height, ansi.Strip(text))
	}
	for i, line := range lines {
		if w := ansi.StringWidth(line); w > size.Width {
			t.Errorf("line %d has %d cells of %d: %q", i, w, size.Width, ansi.Strip(line))
		}
	}
}

// Run carries out a command and all it leads to within a batch or a sequence,
// and returns the messages in order. Screens ask for time with nav.After, so
// nothing here waits.
func Run(cmd tea.Cmd) []tea.Msg {
	if cmd == nil {
		return nil
	}
	msg := cmd()
	if cmds, ok := group(msg); ok {
		var out []tea.Msg
		for _, c := range cmds {
			out = append(out, Run(c)...)
		}
		return out
	}
	if msg == nil {
		return nil
	}
	return []tea.Msg{msg}
}

// Know reads the knowledge from the data files of this repository, once.
func Know() (*checks.Knowledge, error) { return know() }

var know = sync.OnceValues(func() (*checks.Knowledge, error) {
	dir, err := os.Getwd()
	if err != nil {
		return nil, err
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return checks.LoadKnowledge(os.DirFS(filepath.Join(dir, "assets")))
		}
		up := filepath.Dir(dir)
		if up == dir {
			return nil, errors.New("no go.mod above the test")
		}
		dir = up
	}
})
