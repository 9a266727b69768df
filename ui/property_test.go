package ui

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"methodical/checks"
	"methodical/models"
	"methodical/ui/internal/uitest"
	"methodical/ui/nav"
)

// hostile is text that a hub or a device could send.
const hostile = "evil\x1b[2J\x1b]0;x\x07\u202e\u200b\tname-that-is-very-long-indeed-and-goes-on-温度-🙂"

// realRig has the real screens and a hub with hostile devices.
func realRig(t *testing.T) *rig {
	r := newRig(t, func(d *Deps) {
		d.Screens = Screens()
		conn := d.Connector.(*uitest.Connector)
		conn.List = append(conn.List, checks.Choice{ID: "paste", Title: "paste", NeedsSecret: true})
		hub := conn.Hubs["emulator"]
		hub.PageRows = 40
		for i := range 100 {
			d := uitest.Device(fmt.Sprintf("pump-%03d", i))
			d.Tags = []byte(`{"site":"` + "x\\u001b[31m" + `","deep":{"er":1}}`)
			hub.List = append(hub.List, d)
		}
		hub.List = append(hub.List, models.Device{DeviceID: hostile, ConnectionState: hostile, Status: hostile})
		hub.Mods = map[string][]models.Device{"pump-7": {{DeviceID: "pump-7", ModuleID: hostile}}}
	})
	return r
}

// TestRandomKeysNeverBreakTheScreen presses anything, resizes to anything and
// looks at every frame: no panic, and never more than fits.
func TestRandomKeysNeverBreakTheScreen(t *testing.T) {
	keys := []string{
		"tab", "shift+tab", "[", "]", "1", "2", "3", "4", "5", "6", "7", "d", "?", "f1", "esc", "enter", "space",
		"up", "down", "left", "right", "pgup", "pgdown", "home", "end", "/", "m", "n", "r", "p", "u", "-", "0", "j", "k",
		"backspace", "ctrl+n", "ctrl+p", "ctrl+l", "ctrl+u", "ctrl+w", "é", "温", "e", "c", "x", "a", "s", "b", "f", "t", "l", "g",
	}
	for seed := range uint64(12) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			random := rand.New(rand.NewPCG(seed, 7))
			r := realRig(t)
			r.do(r.m.Init())
			for range 250 {
				switch n := random.IntN(20); {
				case n == 0:
					r.send(tea.WindowSizeMsg{Width: random.IntN(200), Height: random.IntN(60)})
				case n == 1:
					r.send(tea.MouseClickMsg{X: random.IntN(200), Y: random.IntN(60), Button: tea.MouseLeft})
				case n == 2:
					r.send(tea.MouseWheelMsg{Button: []tea.MouseButton{tea.MouseWheelDown, tea.MouseWheelUp}[random.IntN(2)]})
				case n == 4:
					due := r.timers
					r.timers = nil
					for _, cmd := range due {
						r.do(cmd)
					}
				case n == 3:
					r.send(tea.PasteMsg{Content: hostile + "\nHostName=h;SharedAccessKeyName=k;SharedAccessKey=x"})
				default:
					r.press(keys[random.IntN(len(keys))])
				}
				view := r.m.View()
				if r.m.size.Width > 0 && r.m.size.Height > 0 {
					uitest.Fits(t, view.Content, r.m.size)
				}
				if c := view.Cursor; c != nil && (c.X < 0 || c.Y < 0 || c.X >= r.m.size.Width || c.Y >= r.m.size.Height) {
					t.Errorf("the cursor is at %d,%d of %d×%d", c.X, c.Y, r.m.size.Width, r.m.size.Height)
				}
				if t.Failed() {
					t.FailNow()
				}
			}
		})
	}
}

// BenchmarkKeyToView is what one key costs from Update to the finished frame.
func BenchmarkKeyToView(b *testing.B) {
	hub := &uitest.Hub{Host: "emulator.local"}
	for i := range 100 {
		hub.List = append(hub.List, uitest.Device(fmt.Sprintf("pump-%03d", i)))
	}
	conn := &uitest.Connector{List: []checks.Choice{emulatorChoice()}, Hubs: map[string]*uitest.Hub{"emulator": hub}}
	m := New(b.Context(), Deps{Connector: conn, Know: uitest.Know, Clock: uitest.NewClock(), Size: nav.Size{Width: 120, Height: 40}})
	m.later = func(wait time.Duration, cmd tea.Cmd) tea.Cmd {
		if wait == firstFrame {
			return cmd
		}
		return nil
	}
	var do func(tea.Cmd)
	do = func(cmd tea.Cmd) {
		for _, msg := range uitest.Run(cmd) {
			_, next := m.Update(msg)
			do(next)
		}
	}
	do(m.Init())
	do(nav.Tell(checks.Moved{To: models.StepDevice, At: uitest.Noon()}))
	press := []tea.KeyPressMsg{uitest.Press("down"), uitest.Press("up")}
	for i := 0; b.Loop(); i++ {
		m.Update(press[i%2])
		if m.View().Content == "" {
			b.Fatal("nothing drawn")
		}
	}
}
