package page

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"methodical/models"
	"methodical/ui/internal/uitest"
	"methodical/ui/internal/walktest"
	"methodical/ui/nav"
	"methodical/ui/theme"
)

func TestADocumentCleansAndFitsWhateverItIsGiven(t *testing.T) {
	for _, width := range []int{1, 5, 20, 80} {
		d := NewDoc(theme.NoColour(), width)
		d.Text(d.Theme.Text, walktest.Hostile)
		d.Heading(walktest.Hostile)
		d.Lead(walktest.Hostile, d.Theme.Text, d.Theme.Text, walktest.Hostile)
		d.Lead("  • ", d.Theme.Text, d.Theme.Text, walktest.Hostile)
		d.Fact(walktest.Hostile, 8, d.Theme.Text, walktest.Hostile)
		d.Bullet(walktest.Hostile)
		d.Command(4, walktest.Hostile)
		harmless := walktest.Harmless(t, func(nav.Canvas) nav.Frame { return nav.Frame{Body: strings.Join(d.Lines(), "\n")} })
		harmless(nav.Canvas{})
		for _, line := range d.Lines() {
			if ansi.StringWidth(line) > width {
				t.Errorf("%d cells in a document of %d: %q", ansi.StringWidth(line), width, line)
			}
		}
	}
}

func TestACommandCanBeCopiedFromTheScreen(t *testing.T) {
	d := NewDoc(theme.NoColour(), 44)
	d.Command(4, "# it's a remark that is longer than the line is wide\naz iot hub invoke-device-method --device-id pump-7 --method-payload '{\"a b\": 1}' --timeout 30")
	got := ansi.Strip(strings.Join(d.Lines(), "\n"))
	var command []string
	for _, line := range strings.Split(got, "\n") {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "#") {
			continue
		}
		command = append(command, strings.TrimSuffix(line, ` \`))
	}
	if joined := strings.Join(command, " "); joined != `az iot hub invoke-device-method --device-id pump-7 --method-payload '{"a b": 1}' --timeout 30` {
		t.Errorf("a shell would read %q from\n%s", joined, got)
	}
	for _, line := range strings.Split(got, "\n")[:2] {
		if !strings.HasPrefix(line, "    # ") {
			t.Errorf("a remark goes on as a command: %q", line)
		}
	}
	if last := command[len(command)-1]; strings.HasSuffix(last, `\`) {
		t.Errorf("the last line goes on: %q", last)
	}
}

func TestColumnsStandSideBySide(t *testing.T) {
	got := Columns([]string{"ab", "c"}, []string{"x", "y", "z"}, 4, 2)
	want := []string{"ab    x", "c     y", "      z"}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("line %d is %q, want %q", i, got[i], want[i])
		}
	}
}

func TestCountAndRate(t *testing.T) {
	for n, want := range map[int64]string{0: "0", 999: "999", 1000: "1,000", 1234567: "1,234,567", -1234: "-1,234"} {
		if got := Count(n); got != want {
			t.Errorf("Count(%d) = %q, want %q", n, got, want)
		}
	}
	for v, want := range map[float64]string{0.5: "0.5", 1.25: "1.25", 1.6666: "1.67", 2: "2", 26.67: "27", 6144: "6,144"} {
		if got := Rate(v); got != want {
			t.Errorf("Rate(%v) = %q, want %q", v, got, want)
		}
	}
}

func TestHeadlineTellsHubAndDeviceApart(t *testing.T) {
	status := func(n int) *int { return &n }
	tests := []struct {
		name string
		inv  models.Invocation
		out  models.Outcome
		want string
	}{
		{"answered", models.Invocation{MethodName: "m"}, models.Outcome{Kind: models.OutcomeAnswered, DeviceStatus: status(200)}, "✓ the device answered 200"},
		{"refused by the device", models.Invocation{MethodName: "m"}, models.Outcome{Kind: models.OutcomeAnswered, DeviceStatus: status(501)}, "✗ the device answered 501"},
		{"the probe is answered", models.Invocation{MethodName: models.SafeProbeMethod}, models.Outcome{Kind: models.OutcomeAnswered, DeviceStatus: status(501)}, "✓ the device answered 501"},
		{"no status", models.Invocation{}, models.Outcome{Kind: models.OutcomeAnswered}, "! the device answered without a status"},
		{"the probe is delivered", models.Invocation{SafeProbe: true}, models.Outcome{Kind: models.OutcomeHubError, Error: models.HubError{Code: "504101", Name: "GatewayTimeout"}}, "! 504101 GatewayTimeout"},
		{"a method is delivered", models.Invocation{MethodName: "m"}, models.Outcome{Kind: models.OutcomeHubError, Error: models.HubError{Code: "504101", Name: "GatewayTimeout"}}, "✗ 504101 GatewayTimeout"},
		{"no code", models.Invocation{}, models.Outcome{Kind: models.OutcomeHubError, HubStatus: 405}, "✗ the hub answered 405"},
		{"bad answer", models.Invocation{}, models.Outcome{Kind: models.OutcomeBadAnswer}, "✗ the device's answer is not JSON"},
		{"nothing", models.Invocation{}, models.Outcome{Kind: models.OutcomeNoAnswer}, "✗ no answer from the hub"},
		{"cancelled", models.Invocation{}, models.Outcome{Kind: models.OutcomeCancelled}, "– cancelled"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := HeadlineOf(theme.NoColour(), tt.inv, tt.out).String(); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestConsent(t *testing.T) {
	live := walktest.Live()
	live.Inputs.Method = "reboot"
	pump := live.Inputs.Target
	answered := walktest.With(live, walktest.Call(live, pump, 1, 200, `{"status":200,"payload":1}`))
	silent := walktest.With(live, walktest.Silent(live, pump))
	emulated := live
	emulated.Case.Hub.Emulator = true
	tests := []struct {
		name string
		walk models.Walk
		call models.Call
		want bool
	}{
		{"the probe", walktest.Live(), walktest.Live().Inputs.Call(pump), false},
		{"a real method", live, live.Inputs.Call(pump), true},
		{"on the emulator", emulated, live.Inputs.Call(pump), false},
		{"agreed to before", answered, live.Inputs.Call(pump), false},
		{"agreed to for another device", answered, live.Inputs.Call(models.Target{DeviceID: "x"}), true},
		{"may have run", silent, live.Inputs.Call(pump), true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var c Consent
			sent := false
			then := func() tea.Msg { sent = true; return nil }
			uitest.Run(c.Ask(tt.walk, tt.call, then))
			if c.Asking() != tt.want || sent == tt.want {
				t.Fatalf("asking is %v, sent is %v; want to be asked: %v", c.Asking(), sent, tt.want)
			}
			if !tt.want {
				return
			}
			for _, k := range []string{"enter", "space", "x"} {
				uitest.Run(c.Key(uitest.Press(k)))
			}
			if sent || !c.Asking() {
				t.Fatal("another key than y agrees or refuses")
			}
			uitest.Run(c.Key(uitest.Press("y")))
			if !sent || c.Asking() {
				t.Error("y does not agree")
			}
		})
	}
}
