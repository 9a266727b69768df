package invoke

import (
	"slices"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"methodical/checks"
	"methodical/models"
	"methodical/ui/internal/uitest"
	"methodical/ui/internal/walktest"
	"methodical/ui/nav"
)

// screen drives the screen by hand and keeps what it sent last.
type screen struct {
	*Model
	c    nav.Canvas
	sent []tea.Msg
}

func start(w models.Walk) *screen {
	s := &screen{Model: New(), c: walktest.Canvas(w)}
	s.send(nav.StateMsg{})
	return s
}

func (s *screen) send(msg tea.Msg) {
	_, cmd := s.Update(msg, s.c)
	s.sent = uitest.Run(cmd)
}

func (s *screen) press(keys ...string) {
	for _, k := range keys {
		s.send(uitest.Press(k))
	}
}

// state replaces the walk, as the root does after an event.
func (s *screen) state(w models.Walk) {
	s.c = walktest.Canvas(w)
	s.send(nav.StateMsg{})
}

func (s *screen) events() []checks.Event {
	var out []checks.Event
	for _, msg := range s.sent {
		if e, ok := msg.(nav.EventMsg); ok {
			out = append(out, e.Event)
		}
	}
	return out
}

func (s *screen) toast() string {
	for _, msg := range s.sent {
		if toast, ok := msg.(nav.ToastMsg); ok {
			return toast.Text
		}
	}
	return ""
}

func (s *screen) shows() string { return s.View(s.c).Body }

func requested(id string) checks.CheckRequested {
	return checks.CheckRequested{Check: id, At: uitest.Noon()}
}

func TestEnterSendsTheSafeProbeAtOnce(t *testing.T) {
	for _, key := range []string{"enter", "r"} {
		s := start(walktest.Live())
		s.press(key)
		got := s.events()
		if len(got) != 2 {
			t.Fatalf("%s: events %v, want the call composed and the check requested", key, got)
		}
		composed := got[0].(checks.CallComposed)
		if composed.Method != models.SafeProbeMethod || composed.Payload.String() != "{}" || composed.ResponseTimeoutSeconds != 5 || composed.ConnectTimeoutSeconds != 0 {
			t.Errorf("%s: composed %+v, want the safe probe with 0 and 5 seconds", key, composed)
		}
		if got[1] != checks.Event(requested(checks.CheckCall)) {
			t.Errorf("%s: requested %v", key, got[1])
		}
	}
}

func TestNamingAMethodMovesTheResponseTimeoutUntilOneIsTyped(t *testing.T) {
	s := start(walktest.Emulated())
	s.press("e", "ctrl+u", "a")
	if got := s.form.draft().response; got != "30" {
		t.Errorf("response timeout of a named method is %q, want the service's 30", got)
	}
	s.press("shift+tab", "backspace", "backspace", "4", "0", "tab", "b")
	if got := s.form.draft(); got.response != "40" || got.method != "ab" {
		t.Errorf("draft is %+v, want the typed timeout of 40 kept", got)
	}
}

func TestARealMethodOnALiveHubIsAskedForOnce(t *testing.T) {
	w := walktest.Live()
	w.Inputs.Method = "reboot"
	s := start(w)
	s.press("enter")
	if len(s.events()) != 0 || !s.Typing() {
		t.Fatalf("events %v before the question was answered", s.events())
	}
	s.press("enter")
	if len(s.events()) != 0 {
		t.Fatal("enter must not agree: it may have been pressed before the question was read")
	}
	s.press("n")
	if len(s.events()) != 0 || s.Typing() || s.toast() != "Not sent." {
		t.Fatalf("after no: events %v, toast %q", s.events(), s.toast())
	}
	s.press("enter", "y")
	if got := s.events(); len(got) != 2 || got[1] != checks.Event(requested(checks.CheckCall)) {
		t.Fatalf("events after yes: %v", got)
	}
	answered := walktest.Call(w, w.Inputs.Target, 1, 200, `{"status":200,"payload":null}`)
	s.state(walktest.With(w, answered))
	s.press("enter")
	if len(s.events()) != 2 {
		t.Errorf("asked again although it was agreed to before")
	}
}

func TestACallThatMayHaveRunIsAskedForAgain(t *testing.T) {
	w := walktest.Live()
	w.Inputs.Method = "reboot"
	s := start(walktest.With(w, walktest.Silent(w, w.Inputs.Target)))
	for _, key := range []string{"enter", "l"} {
		s.press(key)
		if len(s.events()) != 0 || !strings.Contains(s.shows(), "once more?") {
			t.Errorf("%s sent %v without asking, or without saying why", key, s.events())
		}
		s.press("esc")
	}
}

func TestNothingIsAskedOnTheEmulator(t *testing.T) {
	w := walktest.Emulated()
	w.Inputs.Method = "reboot"
	s := start(w)
	s.press("enter")
	if len(s.events()) != 2 {
		t.Errorf("events %v", s.events())
	}
}

func TestEscAndEnterInOneGoSend(t *testing.T) {
	s := start(walktest.Emulated())
	s.press("e")
	s.send(tea.KeyPressMsg{Code: tea.KeyEnter, Mod: tea.ModAlt})
	if len(s.events()) != 2 || s.Typing() {
		t.Errorf("events %v", s.events())
	}
}

func TestAnInvalidFieldIsNotSentAndGetsTheKeys(t *testing.T) {
	tests := []struct {
		name  string
		keys  []string
		place int
		says  string
	}{
		{"no method", []string{"e", "ctrl+u", "enter"}, onMethod, "name a method"},
		{"bad json", []string{"e", "tab", "right", "tab", "{", "ctrl+r"}, onText, "line 1"},
		{"connect", []string{"e", "tab", "tab", "backspace", "9", "9", "9", "enter"}, onConnect, "0 to 300"},
		{"response", []string{"e", "shift+tab", "backspace", "4", "enter"}, onResponse, "5 to 300"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := start(walktest.Live())
			s.press(tt.keys...)
			if len(s.events()) != 0 {
				t.Errorf("sent %v", s.events())
			}
			if s.form.at != tt.place || !strings.Contains(s.toast(), tt.says) {
				t.Errorf("the keys are at %d and it says %q", s.form.at, s.toast())
			}
		})
	}
}

func TestPayloadChoicesStayApart(t *testing.T) {
	for steps, want := range []string{"{}", `"text"`, "absent", "null"} {
		s := start(walktest.Live())
		s.form.text = newEditor(`"text"`)
		s.press("e", "tab")
		s.press(slices.Repeat([]string{"right"}, steps)...)
		s.press("ctrl+r")
		composed := s.events()[0].(checks.CallComposed)
		if composed.Payload.String() != want {
			t.Errorf("%d steps to the right sends %s, want %s", steps, composed.Payload, want)
		}
	}
}

func TestPastedJSONKeepsItsLines(t *testing.T) {
	s := start(walktest.Live())
	s.press("e", "tab", "right", "tab")
	s.send(tea.PasteMsg{Content: "{\n  \"a\": [1,\n 2]\n}"})
	s.press("ctrl+r")
	if got := s.events()[0].(checks.CallComposed).Payload.String(); got != "{\n  \"a\": [1,\n 2]\n}" {
		t.Errorf("payload is %q", got)
	}
}

func TestAValidDraftIsToldWhenTheFormOrTheStepIsLeft(t *testing.T) {
	s := start(walktest.Live())
	s.press("e", "ctrl+u", "x", "esc")
	if got := s.events(); len(got) != 1 || got[0].(checks.CallComposed).Method != "x" {
		t.Fatalf("events on leaving the form: %v", got)
	}
	s.press("e", "y")
	w := s.c.State.Walk
	w.Step = models.StepCompare
	s.state(w)
	if got := s.events(); len(got) != 1 || got[0].(checks.CallComposed).Method != "xy" {
		t.Fatalf("events on leaving the step: %v", got)
	}
	w.Inputs.Method, w.Inputs.ResponseTimeoutSeconds = "xy", 30
	s.state(w)
	if len(s.events()) != 0 {
		t.Errorf("told again although nothing is new: %v", s.events())
	}
}

func TestAnInvalidDraftIsKeptAndNotTold(t *testing.T) {
	s := start(walktest.Live())
	s.press("e", "shift+tab", "backspace", "x", "esc")
	if len(s.events()) != 0 || s.form.draft().response != "x" {
		t.Errorf("events %v, response %q", s.events(), s.form.draft().response)
	}
}

func TestFollowUpsAreOfferedWhereTheyTellSomething(t *testing.T) {
	w := walktest.Emulated()
	pump := w.Inputs.Target
	tests := []struct {
		name string
		inv  models.Invocation
		want string
	}{
		{"refused", walktest.NotOnline(w, pump), checks.CheckLongerConnect},
		{"silent", walktest.Silent(w, pump), checks.CheckLongerResponse},
		{"answered", walktest.Call(w, pump, 1, 200, `{"status":200,"payload":1}`), ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := start(walktest.With(w, tt.inv))
			s.press("l")
			if tt.want == "" {
				if len(s.events()) != 0 || s.toast() == "" {
					t.Errorf("events %v, toast %q", s.events(), s.toast())
				}
				return
			}
			if got := s.events(); len(got) != 1 || got[0] != checks.Event(requested(tt.want)) {
				t.Errorf("events %v, want %s", got, tt.want)
			}
		})
	}
}

func TestASecondCallWaitsForTheFirst(t *testing.T) {
	call := walktest.Live().Inputs.Call(walktest.Live().Inputs.Target)
	s := start(walktest.Running(walktest.Live(), checks.CheckCall, 1, &call))
	s.press("enter")
	if len(s.events()) != 0 || !strings.Contains(s.toast(), "under way") {
		t.Errorf("events %v, toast %q", s.events(), s.toast())
	}
}

func TestHistoryShowsAndReusesCalls(t *testing.T) {
	w := walktest.Live()
	old := w
	old.Inputs.Method, old.Inputs.ConnectTimeoutSeconds = "open", 20
	s := start(walktest.With(w, walktest.NotOnline(old, w.Inputs.Target), walktest.Silent(w, w.Inputs.Target)))
	if !strings.Contains(s.shows(), "504101") || !strings.Contains(s.shows(), "call 2 of 2") {
		t.Fatalf("the newest call is not shown first:\n%s", s.shows())
	}
	s.press("left")
	if !strings.Contains(s.shows(), "call 1 of 2") {
		t.Errorf("left does not show the call before:\n%s", s.shows())
	}
	s.press("h", "down", "e")
	if got := s.form.draft(); got.method != "open" || got.connect != "20" {
		t.Errorf("draft after using a call again: %+v", got)
	}
	if got := s.events(); len(got) != 1 || got[0].(checks.CallComposed).Method != "open" {
		t.Errorf("events %v", got)
	}
}

func TestANewAnswerIsShownByItself(t *testing.T) {
	w := walktest.Live()
	w = walktest.With(w, walktest.NotOnline(w, w.Inputs.Target), walktest.NotOnline(w, w.Inputs.Target))
	s := start(w)
	s.press("left")
	s.state(walktest.With(w, walktest.Silent(w, w.Inputs.Target)))
	if !strings.Contains(s.shows(), "call 3 of 3") {
		t.Errorf("the new answer is not in front:\n%s", s.shows())
	}
}

func TestCopyKeys(t *testing.T) {
	w := walktest.Live()
	s := start(walktest.With(w, walktest.NotOnline(w, w.Inputs.Target)))
	for key, want := range map[string]string{"a": "az iot hub invoke-device-method", "c": "curl ", "y": "404103"} {
		s.press(key)
		if len(s.sent) != 1 || !strings.Contains(s.sent[0].(nav.CopyMsg).Text, want) {
			t.Errorf("%s copies %v, want %q", key, s.sent, want)
		}
	}
}

func TestACommandWithoutItsPayloadIsNotCopied(t *testing.T) {
	w := walktest.Live()
	w.Inputs.Payload, _ = models.ParsePayload([]byte(`{"secret":1}`))
	w = walktest.With(w, walktest.NotOnline(w, w.Inputs.Target))
	w.Case = w.Case.WithoutPayloads()
	s := start(w)
	s.press("a")
	if !strings.Contains(s.toast(), "not kept") {
		t.Errorf("sent %v", s.sent)
	}
	if strings.Contains(s.shows(), "payload absent") {
		t.Errorf("a payload that was not kept is shown as absent:\n%s", s.shows())
	}
}

func TestDocumentsAreOneKeyAway(t *testing.T) {
	s := start(walktest.Live())
	s.press("t")
	if s.sent[0] != tea.Msg(nav.DocMsg{ID: docTimeouts}) {
		t.Errorf("t opens %v", s.sent)
	}
	s.press("u")
	if s.sent[0] != tea.Msg(nav.DocMsg{ID: docMethods}) {
		t.Errorf("u opens %v", s.sent)
	}
	s.press("e", "tab", "ctrl+t")
	if s.sent[0] != tea.Msg(nav.DocMsg{ID: docTimeouts}) {
		t.Errorf("ctrl+t opens %v", s.sent)
	}
	know, err := uitest.Know()
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{docTimeouts, docMethods} {
		if _, ok := know.Catalogue.Doc(id); !ok {
			t.Errorf("the catalogue has no document %q", id)
		}
	}
}

func TestTheCursorStandsWhereTextGoes(t *testing.T) {
	s := start(walktest.Live())
	if s.View(s.c).Cursor != nil {
		t.Error("a cursor while nothing is typed")
	}
	s.press("e", "ctrl+u", "a", "b")
	cursor := s.View(s.c).Cursor
	if cursor == nil || cursor.X != labels+2 || cursor.Y != 1 {
		t.Errorf("cursor at %+v, want column %d of line 1", cursor, labels+2)
	}
	s.press("tab", "right", "tab", "{", "enter", "1")
	cursor = s.View(s.c).Cursor
	line := ansi.Strip(strings.Split(s.shows(), "\n")[cursor.Y])
	if !strings.HasSuffix(ansi.Truncate(line, cursor.X, ""), " 2 1") {
		t.Errorf("cursor at %d of %q", cursor.X, line)
	}
}
