package connect

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"methodical/checks"
	"methodical/models"
	"methodical/ui/internal/uitest"
	"methodical/ui/nav"
	"methodical/ui/theme"
)

const pasted = "HostName=contoso.azure-devices.net;SharedAccessKeyName=service;SharedAccessKey=c2VjcmV0LXRoYXQtaXMtbmV2ZXItc2hvd24="

func choices() []checks.Choice {
	return []checks.Choice{
		{ID: "emulator", Title: "The built-in emulator", Detail: "a hub on this machine, with devices that fail in instructive ways; nothing real is touched", Emulator: true, Preselected: true},
		{ID: "paste", Title: "A hub, by connection string", Detail: "paste the service connection string; it is not shown and not kept", NeedsSecret: true},
	}
}

func canvas() nav.Canvas {
	return nav.Canvas{
		Size: nav.Size{Width: 80, Height: 19}, Theme: theme.NoColour(), Now: uitest.Noon(),
		State: nav.State{Walk: checks.NewWalk("w", uitest.Noon()), Choices: choices()},
	}
}

// opened is a canvas with the emulator open and its first contact reported.
func opened(report models.CheckReport) nav.Canvas {
	c := canvas()
	c.State.Hub, c.State.Opened, c.State.Session = &uitest.Hub{Host: "emulator.local"}, "emulator", 1
	c.State.Walk.Case.Hub = models.Hub{HostName: "emulator.local", Emulator: true}
	c.State.Walk.Case.Client = models.Client{Credential: "sas-policy", Policy: "service", TLSIssuer: "CN=methodical emulator CA"}
	c.State.Walk.Reports[checks.CheckContact] = report
	return c
}

func reached() models.CheckReport {
	return models.CheckReport{ID: checks.CheckContact, Title: "The hub can be reached", Result: models.ResultOK}
}

func unreachable() nav.Canvas {
	c := opened(models.CheckReport{
		ID: checks.CheckContact, Title: "The hub can be reached", Result: models.ResultFailed,
		Findings: []models.Finding{{
			Code: "DM-001", Severity: models.SeverityError,
			Text: "The name contoso.azure-devices.net could not be resolved.", Evidence: "lookup contoso.azure-devices.net: no such host",
		}},
	})
	c.State.Diagnosis = models.Diagnosis{Verdict: models.VerdictFault, Causes: []models.RankedCause{{
		ID: models.CauseNetworkBlocked, Probability: 0.9,
		Fix: []string{"Check the host name.", "Ask whether this machine needs a proxy and give it with --proxy."},
	}}}
	return c
}

func send(s *Screen, c nav.Canvas, msgs ...tea.Msg) []tea.Msg {
	var out []tea.Msg
	for _, msg := range msgs {
		_, cmd := s.Update(msg, c)
		out = append(out, uitest.Run(cmd)...)
	}
	return out
}

func press(s *Screen, c nav.Canvas, keys ...string) []tea.Msg {
	var out []tea.Msg
	for _, k := range keys {
		out = append(out, send(s, c, uitest.Press(k))...)
	}
	return out
}

func text(s *Screen, c nav.Canvas) string { return ansi.Strip(s.View(c).Body) }

func TestGolden(t *testing.T) {
	opening := canvas()
	opening.State.Opening, opening.State.OpeningSince = "emulator", uitest.Noon().Add(-2*time.Second)
	failed := canvas()
	failed.State.OpenError = "could not open port 8883 on 127.0.0.1: address already in use; stop the other emulator, or wait until it is gone"
	asking := opened(reached())
	delete(asking.State.Walk.Reports, checks.CheckContact)
	asking.State.Walk.InFlight = []models.Request{{ID: 1, Check: checks.CheckContact, Started: uitest.Noon().Add(-12 * time.Second)}}
	for name, c := range map[string]nav.Canvas{
		"opening": opening, "failed": failed, "asking": asking, "open": opened(reached()), "unreachable": unreachable(),
	} {
		t.Run(name, func(t *testing.T) { uitest.Golden(t, c, New().View) })
	}
	t.Run("pasted", func(t *testing.T) {
		s := New()
		send(s, canvas(), tea.PasteMsg{Content: pasted})
		uitest.Golden(t, canvas(), s.View)
	})
}

func TestEnterGoesOnWhenTheHubIsOpen(t *testing.T) {
	got := press(New(), opened(reached()), "enter")
	if len(got) != 1 || got[0] != (nav.EventMsg{Event: checks.Moved{To: models.StepDevice, At: uitest.Noon()}}) {
		t.Errorf("got %v", got)
	}
}

func TestEnterOpensTheSelectedHub(t *testing.T) {
	c := canvas()
	if got := press(New(), c, "enter"); len(got) != 1 || got[0].(nav.OpenMsg).Choice != "emulator" {
		t.Errorf("got %v", got)
	}
	c.State.Opening = "emulator"
	if got := press(New(), c, "enter"); len(got) != 0 {
		t.Errorf("opens what is being opened: %v", got)
	}
}

func TestRetryAsksTheHubAgain(t *testing.T) {
	got := press(New(), unreachable(), "r")
	if len(got) != 1 || got[0] != (nav.EventMsg{Event: checks.CheckRequested{Check: checks.CheckContact, At: uitest.Noon()}}) {
		t.Errorf("got %v", got)
	}
}

func TestAFailureSaysWhatToDo(t *testing.T) {
	got := text(New(), unreachable())
	for _, want := range []string{"✗ failed", "could not be resolved", "no such host", "Ask whether this machine needs a proxy"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is missing:\n%s", want, got)
		}
	}
}

func TestPasteOpensAndKeepsNothing(t *testing.T) {
	for name, enter := range map[string]func(*Screen){
		"pasted": func(s *Screen) { send(s, canvas(), tea.PasteMsg{Content: pasted + "\n"}) },
		"typed": func(s *Screen) {
			press(s, canvas(), "down", "enter")
			for _, r := range pasted {
				press(s, canvas(), string(r))
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := New()
			enter(s)
			if !s.Typing() {
				t.Fatal("not typing")
			}
			drawn := text(s, canvas())
			if strings.Contains(drawn, "c2Vj") || strings.Contains(drawn, "SharedAccessKey=") {
				t.Errorf("the secret is drawn:\n%s", drawn)
			}
			if !strings.Contains(drawn, "contoso.azure-devices.net, policy service") {
				t.Errorf("it does not say which hub:\n%s", drawn)
			}
			got := press(s, canvas(), "enter")
			if len(got) != 1 || string(got[0].(nav.OpenMsg).Secret) != pasted || got[0].(nav.OpenMsg).Choice != "paste" {
				t.Fatalf("got %d messages", len(got))
			}
			if !s.secret.empty() || s.Typing() {
				t.Error("the screen keeps the secret")
			}
		})
	}
}

func TestEscClearsTheSecret(t *testing.T) {
	s := New()
	send(s, canvas(), tea.PasteMsg{Content: pasted})
	kept := s.secret.text[:cap(s.secret.text)]
	press(s, canvas(), "esc")
	if !s.secret.empty() || !s.Typing() {
		t.Error("esc does not clear the text first")
	}
	if bytes.ContainsAny(kept, pasted) {
		t.Error("the secret is still in memory")
	}
	press(s, canvas(), "esc")
	if s.Typing() {
		t.Error("esc does not leave the field")
	}
}

func TestSecretIsNeverPrinted(t *testing.T) {
	s := secret{}
	s.add(pasted)
	for _, format := range []string{"%v", "%+v", "%#v", "%s"} {
		if got := fmt.Sprintf(format, s); strings.Contains(got, "contoso") {
			t.Errorf("%s prints %s", format, got)
		}
	}
	if got := s.LogValue().String(); strings.Contains(got, "contoso") {
		t.Errorf("logged as %s", got)
	}
}

func TestWhatIsWrongWithAPastedText(t *testing.T) {
	for text, want := range map[string]string{
		"":                                 "Paste the hub's connection string",
		"hello":                            "HostName= is missing",
		"HostName=h":                       "SharedAccessKeyName= is missing",
		"HostName=h;SharedAccessKeyName=p": "SharedAccessKey= is missing",
		"HostName=h;DeviceId=d;SharedAccessKey=k":                 "This is a device's connection string",
		"HostName=h;SharedAccessKeyName=p;\r\n SharedAccessKey=k": "",
	} {
		s := secret{}
		s.add(text)
		if got := s.problem(); !strings.HasPrefix(got, want) || want == "" && got != "" {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
	s := New()
	send(s, canvas(), tea.PasteMsg{Content: "hello"})
	if got := press(s, canvas(), "enter"); len(got) != 0 {
		t.Errorf("opens with a text that is no connection string: %v", got)
	}
}

func TestClicksChooseAndOpen(t *testing.T) {
	s, c := New(), canvas()
	hits := s.View(c).Hits
	if len(hits) != 2 {
		t.Fatalf("%d places to click", len(hits))
	}
	send(s, c, hits[1].Msg)
	if got, _ := s.choice(c); got.ID != "paste" {
		t.Errorf("chose %s", got.ID)
	}
	send(s, c, hits[1].Msg)
	if !s.Typing() {
		t.Error("a second click does not open")
	}
}
