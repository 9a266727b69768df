package ui

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"charm.land/bubbles/v2/help"
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"methodical/checks"
	"methodical/models"
	"methodical/ui/internal/uitest"
	"methodical/ui/nav"
)

// fakeScreen keeps what it was told.
type fakeScreen struct {
	typing, wantsEsc bool
	got              []tea.Msg
	frame            nav.Frame
}

func (s *fakeScreen) Init() tea.Cmd { return nil }
func (s *fakeScreen) Update(msg tea.Msg, _ nav.Canvas) (nav.Screen, tea.Cmd) {
	s.got = append(s.got, msg)
	return s, nil
}
func (s *fakeScreen) View(nav.Canvas) nav.Frame { return s.frame }
func (s *fakeScreen) Keys() help.KeyMap {
	b := key.NewBinding(key.WithKeys("x"), key.WithHelp("x", "explode"))
	return nav.KeyMap{Short: []key.Binding{b}, Full: [][]key.Binding{{b}}}
}
func (s *fakeScreen) Typing() bool   { return s.typing }
func (s *fakeScreen) WantsEsc() bool { return s.wantsEsc }

func (s *fakeScreen) keys() []string {
	var out []string
	for _, msg := range s.got {
		if press, ok := msg.(tea.KeyPressMsg); ok {
			out = append(out, press.String())
		}
	}
	return out
}

// rig is a root model with fakes around it, and the commands it gave.
type rig struct {
	t       *testing.T
	m       *Model
	conn    *uitest.Connector
	hub     *uitest.Hub
	screens map[models.Step]*fakeScreen
	timers  []tea.Cmd // what is to happen later
	quit    bool
}

func emulatorChoice() checks.Choice {
	return checks.Choice{ID: "emulator", Title: "The built-in emulator", Detail: "nothing real is touched", Emulator: true, Preselected: true}
}

// newRig makes a model whose screens are fakes, except where real are asked for.
func newRig(t *testing.T, change func(*Deps)) *rig {
	t.Helper()
	r := &rig{t: t, screens: map[models.Step]*fakeScreen{}}
	r.hub = &uitest.Hub{Host: "emulator.local", List: []models.Device{uitest.Device("pump-7"), uitest.Device("pump-8")}}
	r.conn = &uitest.Connector{
		List: []checks.Choice{emulatorChoice(), {ID: "contoso", Title: "contoso"}, {ID: "broken", Title: "broken"}},
		Hubs: map[string]*uitest.Hub{"emulator": r.hub, "contoso": {Host: "contoso.azure-devices.net"}},
	}
	makers := map[models.Step]func() nav.Screen{}
	for _, row := range checks.Steps() {
		makers[row.Step] = func() nav.Screen {
			r.screens[row.Step] = &fakeScreen{frame: nav.Frame{Body: "the screen of " + string(row.Step)}}
			return r.screens[row.Step]
		}
	}
	deps := Deps{
		Connector: r.conn, Know: uitest.Know, Clock: uitest.NewClock(), Screens: makers,
		Size: nav.Size{Width: 80, Height: 24},
	}
	if change != nil {
		change(&deps)
	}
	r.m = New(t.Context(), deps)
	r.m.later = func(wait time.Duration, cmd tea.Cmd) tea.Cmd {
		if wait == firstFrame {
			return cmd
		}
		r.timers = append(r.timers, cmd)
		return nil
	}
	return r
}

// started is a rig with the emulator open.
func started(t *testing.T, change func(*Deps)) *rig {
	t.Helper()
	r := newRig(t, change)
	r.do(r.m.Init())
	return r
}

// do carries out a command and everything that follows from it.
func (r *rig) do(cmd tea.Cmd) {
	for _, msg := range uitest.Run(cmd) {
		switch msg.(type) {
		case tea.QuitMsg:
			r.quit = true
			continue
		}
		r.send(msg)
	}
}

func (r *rig) send(msg tea.Msg) {
	_, cmd := r.m.Update(msg)
	r.do(cmd)
}

func (r *rig) press(keys ...string) {
	for _, k := range keys {
		r.send(uitest.Press(k))
	}
}

func (r *rig) tell(e checks.Event) { r.send(nav.EventMsg{Event: e}) }

func (r *rig) pick(id string) {
	r.tell(checks.TargetChosen{Target: models.Target{DeviceID: id}, At: uitest.Noon()})
}

func (r *rig) text() string { return ansi.Strip(r.m.View().Content) }

func (r *rig) shows(want string) {
	r.t.Helper()
	if !strings.Contains(r.text(), want) {
		r.t.Errorf("%q is not on the screen:\n%s", want, r.text())
	}
}

func TestFirstFrameWaitsForNothing(t *testing.T) {
	r := newRig(t, func(d *Deps) {
		d.Know = func() (*checks.Knowledge, error) { t.Error("the knowledge was read"); return nil, nil }
	})
	if r.m.Init() == nil {
		t.Fatal("Init starts nothing")
	}
	r.shows("the screen of connect")
	r.shows("… opening")
	if len(r.conn.Secrets) > 0 || r.m.session != nil {
		t.Error("a hub was opened before the first frame")
	}
}

func TestOpensThePreselectedHub(t *testing.T) {
	r := started(t, nil)
	r.shows("EMULATOR")
	r.shows("emulator.local")
	r.shows("policy service")
	if _, ok := r.m.walk.Reports[checks.CheckContact]; !ok {
		t.Error("the contact check has not run")
	}
	if r.m.busy() {
		t.Error("still busy")
	}
}

func TestLiveIsAWord(t *testing.T) {
	r := started(t, nil)
	r.send(nav.OpenMsg{Choice: "contoso"})
	r.shows(" LIVE ")
	r.shows("contoso.azure-devices.net")
}

func TestStepsAreRefusedInWords(t *testing.T) {
	r := started(t, nil)
	r.press("3")
	r.shows("Pick a device first.")
	if r.m.walk.Step != models.StepConnect {
		t.Errorf("moved to %s", r.m.walk.Step)
	}
	r.press("x")
	if strings.Contains(r.text(), "Pick a device first.") {
		t.Error("the toast outlives the next key")
	}
}

func TestStepKeys(t *testing.T) {
	r := started(t, nil)
	r.pick("pump-7")
	for _, c := range []struct {
		key  string
		want models.Step
	}{
		{"tab", models.StepDevice}, {"]", models.StepTry}, {"ctrl+n", models.StepCompare}, {"7", models.StepVerdict},
		{"shift+tab", models.StepLogs}, {"[", models.StepLimits}, {"ctrl+p", models.StepCompare}, {"1", models.StepConnect},
		{"shift+tab", models.StepConnect},
	} {
		r.press(c.key)
		if r.m.walk.Step != c.want {
			t.Errorf("after %s at %s, want %s", c.key, r.m.walk.Step, c.want)
		}
	}
}

func TestTypingKeepsGlobalKeysOut(t *testing.T) {
	r := started(t, nil)
	r.press("2")
	screen := r.screens[models.StepDevice]
	screen.typing = true
	r.press("q", "d", "?", "1", "tab", "shift+tab", "[", "esc")
	if got := strings.Join(screen.keys(), " "); got != "q d ? 1 tab shift+tab [ esc" {
		t.Errorf("the screen got %q", got)
	}
	if r.quit || r.m.overlay != nil || r.m.walk.Step != models.StepDevice {
		t.Error("a global key worked while typing")
	}
	r.press("f1")
	if r.m.overlay == nil {
		t.Error("F1 shows no keys")
	}
	r.press("esc", "ctrl+p")
	if r.m.walk.Step != models.StepConnect {
		t.Error("ctrl+p does not go back")
	}
}

func TestOverlaysCloseWithEsc(t *testing.T) {
	r := started(t, nil)
	open := map[string]func(){
		"help":    func() { r.press("?") },
		"docs":    func() { r.press("d") },
		"explain": func() { r.send(nav.ExplainMsg{Title: "404103", Text: strings.Repeat("long text ", 2000)}) },
		"doc":     func() { r.send(nav.DocMsg{ID: "nothing"}) },
		"quit":    func() { r.m.overlay = quitOverlay(models.Request{Call: &models.Call{}}) },
	}
	for name, show := range open {
		show()
		if r.m.overlay == nil {
			t.Errorf("%s: no overlay", name)
			continue
		}
		uitest.Fits(t, r.m.View().Content, nav.Size{Width: 80, Height: 24})
		r.press("space", "space", "pgup", "x", "esc")
		if r.m.overlay != nil {
			t.Errorf("%s: esc does not close it", name)
		}
	}
	if r.quit {
		t.Error("quit on the way")
	}
}

func TestOverlayPages(t *testing.T) {
	r := started(t, nil)
	r.send(nav.ExplainMsg{Title: "Long", Text: strings.Repeat("line\n", 50) + "the end"})
	r.shows("page 1 of 3")
	r.press("space", "space", "space")
	r.shows("page 3 of 3")
	r.shows("the end")
	r.press("pgup")
	r.shows("page 2 of 3")
}

func TestHelpListsTheScreensKeys(t *testing.T) {
	r := started(t, nil)
	r.shows("x explode")
	r.press("?")
	r.shows("explode")
	r.shows("go to step")
	r.shows("could not be determined")
	r.shows("The mouse works too")
}

func TestQuitAsksOnlyWhileACallIsInFlight(t *testing.T) {
	r := started(t, nil)
	r.press("q")
	if !r.quit {
		t.Error("q does not quit")
	}

	r = started(t, nil)
	r.pick("pump-7")
	_, cmd := r.m.Update(nav.EventMsg{Event: checks.CheckRequested{Check: checks.CheckCall, At: uitest.Noon()}})
	r.press("q")
	if r.quit || r.m.overlay == nil {
		t.Fatal("q does not ask while a call is in flight")
	}
	r.shows("the device may still carry it out")
	r.press("esc")
	if r.quit || r.m.overlay != nil {
		t.Error("esc does not stay")
	}
	r.press("ctrl+c", "y")
	if !r.quit {
		t.Error("y does not quit")
	}
	r.do(cmd)
}

func TestEscTakesBackTheNewestThing(t *testing.T) {
	r := started(t, nil)
	r.pick("pump-7")
	r.press("3")
	_, running := r.m.Update(nav.EventMsg{Event: checks.CheckRequested{Check: checks.CheckCall, At: uitest.Noon()}})
	r.press("esc")
	if _, ok := r.m.walk.Request(checks.CheckCall); ok {
		t.Error("the call is not cancelled")
	}
	r.do(running)
	screen := r.screens[models.StepTry]
	screen.wantsEsc = true
	r.press("esc")
	if got := screen.keys(); len(got) != 1 || got[0] != "esc" {
		t.Errorf("the screen that wants esc got %q", got)
	}
	screen.wantsEsc = false
	r.press("esc")
	if r.m.walk.Step != models.StepDevice {
		t.Errorf("esc leads to %s", r.m.walk.Step)
	}
}

func TestFactsReachEveryScreenKeysTheTop(t *testing.T) {
	r := started(t, nil)
	r.press("2")
	type fact struct{}
	r.send(fact{})
	r.press("x")
	for step, s := range r.screens {
		found := false
		for _, msg := range s.got {
			_, ok := msg.(fact)
			found = found || ok
		}
		if !found {
			t.Errorf("%s did not get the fact", step)
		}
	}
	if got := r.screens[models.StepConnect].keys(); len(got) > 0 {
		t.Errorf("the screen behind got keys %q", got)
	}
	if got := r.screens[models.StepDevice].keys(); len(got) != 1 {
		t.Errorf("the screen in front got keys %q", got)
	}
}

func TestScreensAreMadeOnce(t *testing.T) {
	r := started(t, nil)
	first := r.screens[models.StepConnect]
	r.press("2", "1", "2", "1")
	if r.screens[models.StepConnect] != first || r.m.top() != nav.Screen(first) {
		t.Error("the screen was made again")
	}
}

func TestClicks(t *testing.T) {
	r := started(t, nil)
	type clicked struct{}
	r.screens[models.StepConnect].frame.Hits = []nav.Hit{{X: 2, Y: 1, Width: 5, Height: 1, Msg: clicked{}}}
	r.send(tea.MouseClickMsg{X: 3, Y: headRows + 1, Button: tea.MouseLeft})
	r.send(tea.MouseClickMsg{X: 8, Y: headRows + 1, Button: tea.MouseLeft})
	count := 0
	for _, msg := range r.screens[models.StepConnect].got {
		if _, ok := msg.(clicked); ok {
			count++
		}
	}
	if count != 1 {
		t.Errorf("clicked %d times, want 1", count)
	}
	r.send(tea.MouseClickMsg{X: r.m.stepColumn(1), Y: stepperTop, Button: tea.MouseLeft})
	if r.m.walk.Step != models.StepDevice {
		t.Error("a click on a step does not go there")
	}
}

func TestNoColourForAnyValue(t *testing.T) {
	for _, c := range []struct {
		env  []string
		want string
	}{
		{[]string{"NO_COLOR=yes"}, "no-colour"}, {[]string{"NO_COLOR=0"}, "no-colour"},
		{[]string{"NO_COLOR="}, "default"}, {nil, "default"}, {[]string{"NO_COLOR=1", "NO_COLOR="}, "default"},
	} {
		r := newRig(t, func(d *Deps) { d.Env = c.env })
		if r.m.theme.Name != c.want {
			t.Errorf("%q gives theme %s, want %s", c.env, r.m.theme.Name, c.want)
		}
	}
}

func TestHyperlinksOnlyWhereTheyDoNoHarm(t *testing.T) {
	for _, c := range []struct {
		env  []string
		want bool
	}{
		{[]string{"TERM=xterm-256color"}, true}, {[]string{"TERM=linux"}, false}, {[]string{"TERM=vt220"}, false},
		{[]string{"TERM=screen"}, false}, {[]string{"TERM=screen-256color", "TMUX=/run/x"}, true}, {nil, false},
	} {
		if got := hyperlinks(c.env); got != c.want {
			t.Errorf("%q: %v", c.env, got)
		}
	}
}

func TestCopyCleansAndSaysSo(t *testing.T) {
	r := started(t, nil)
	_, cmd := r.m.Update(nav.CopyMsg{What: "curl command", Text: "curl a\n  b\x1b]52;c;evil\x07"})
	r.shows("curl command copied")
	if cmd == nil {
		t.Fatal("nothing is copied")
	}
	if got := fmt.Sprint(cmd()); got != "curl a\n  b" {
		t.Errorf("copied %q", got)
	}
}

func TestDocumentsAreCopiedByNumber(t *testing.T) {
	r := started(t, nil)
	r.send(nav.OpenMsg{Choice: "contoso"})
	r.press("6", "d")
	r.shows("1 Turn DirectMethods logs on")
	_, cmd := r.m.Update(uitest.Press("2"))
	r.shows("Address 2 copied")
	if got := fmt.Sprint(cmd()); got != stepDocuments(r.m.know, models.StepLogs)[1].URL {
		t.Errorf("copied %q", got)
	}
	_, cmd = r.m.Update(uitest.Press("c"))
	if got := fmt.Sprint(cmd()); !strings.HasPrefix(got, "az monitor diagnostic-settings create") || !strings.Contains(got, "/IotHubs/contoso ") {
		t.Errorf("copied %q", got)
	}
	r.press("esc")
	if r.m.overlay != nil {
		t.Error("still open")
	}
}

func TestOnlyPlainNamesGoIntoCommands(t *testing.T) {
	r := started(t, nil)
	for host, want := range map[string]string{
		"contoso-1.azure-devices.net": "use contoso-1", "$(reboot).azure-devices.net": "use {hub}", "": "use {hub}",
	} {
		r.m.walk.Case.Hub = models.Hub{HostName: host}
		if got := r.m.fill("use {hub}"); got != want {
			t.Errorf("%q: %q", host, got)
		}
	}
}

func TestKnowledgeThatCannotBeReadEndsTheProgram(t *testing.T) {
	broken := errors.New("the catalogue is damaged")
	r := newRig(t, func(d *Deps) { d.Know = func() (*checks.Knowledge, error) { return nil, broken } })
	r.do(r.m.Init())
	if !r.quit || !errors.Is(r.m.fault, broken) {
		t.Errorf("quit %v, fault %v", r.quit, r.m.fault)
	}
}

func TestRunEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	conn := &uitest.Connector{List: []checks.Choice{emulatorChoice()}, Hubs: map[string]*uitest.Hub{"emulator": {Host: "h"}}}
	var out strings.Builder
	opened := make(chan struct{})
	done := make(chan error, 1)
	go func() {
		_, err := Run(ctx, Deps{
			Connector: conn, Know: uitest.Know, In: blockingReader{ctx}, Out: &out, Size: nav.Size{Width: 80, Height: 24},
			Save: func(w models.Walk) error {
				select {
				case <-opened:
				default:
					close(opened)
				}
				return nil
			},
		})
		done <- err
	}()
	<-opened
	cancel()
	if err := <-done; !errors.Is(err, tea.ErrProgramKilled) {
		t.Errorf("got %v", err)
	}
	if conn.Closed != 1 {
		t.Errorf("the session was closed %d times", conn.Closed)
	}
}

type blockingReader struct{ ctx context.Context }

func (b blockingReader) Read([]byte) (int, error) { <-b.ctx.Done(); return 0, b.ctx.Err() }
