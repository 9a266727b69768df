package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"methodical/assets"
	"methodical/checks"
	"methodical/models"
)

// fakeHub answers every call with one canned answer.
type fakeHub struct {
	status int
	body   string
	device models.Device
	calls  []models.Call
}

func (h *fakeHub) HostName() string { return "contoso.azure-devices.net" }

func (h *fakeHub) Invoke(_ context.Context, call models.Call) models.Invocation {
	h.calls = append(h.calls, call)
	inv := models.NewInvocation(call, time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC))
	inv.HTTPStatus, inv.Body, inv.ElapsedMilliseconds = h.status, h.body, models.Ptr(int64(12))
	return inv
}

func (h *fakeHub) Device(_ context.Context, t models.Target) (models.Device, error) {
	d := h.device
	d.DeviceID, d.ModuleID = t.DeviceID, t.ModuleID
	return d, nil
}

func (h *fakeHub) Modules(context.Context, string) ([]models.Device, error) { return nil, nil }

func (h *fakeHub) Devices(context.Context, models.DeviceQuery) (models.DevicePage, error) {
	return models.DevicePage{}, nil
}

func (h *fakeHub) Statistics(context.Context) (models.Statistics, error) {
	return models.Statistics{}, errors.New("no right")
}

func (h *fakeHub) Contact(context.Context) (models.Contact, error) {
	return models.Contact{HasClock: true}, nil
}

// memoryWalks keeps walks in memory.
type memoryWalks map[string]models.Walk

func (m memoryWalks) Save(w models.Walk) error { m[w.ID] = w; return nil }

func (m memoryWalks) Load(id string) (models.Walk, error) {
	w, ok := m[id]
	if !ok {
		return w, errors.New("there is no walk " + id)
	}
	return w, nil
}

func (m memoryWalks) List() ([]models.Walk, error) {
	var all []models.Walk
	for _, w := range m {
		all = append(all, w)
	}
	return all, nil
}

func (m memoryWalks) Delete(id string) error { delete(m, id); return nil }
func (m memoryWalks) Dir() string            { return "memory" }

// bench is one run of the command line with everything faked.
type bench struct {
	hub    *fakeHub
	env    map[string]string
	in     string
	opened []HubSource
	walks  memoryWalks
}

func newBench() *bench {
	return &bench{
		hub: &fakeHub{status: 200, body: `{"status":200,"payload":{"ok":true}}`,
			device: models.Device{Registered: models.Ptr(true), Status: models.StatusEnabled}},
		env: map[string]string{}, walks: memoryWalks{},
	}
}

func (b *bench) run(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errOut bytes.Buffer
	deps := Deps{
		In: strings.NewReader(b.in), Out: &out, Err: &errOut,
		Getenv: func(name string) string { return b.env[name] },
		Width:  func() int { return 80 }, Version: "v1.2.3", Clock: checks.RealClock{},
		Know: func() (*checks.Knowledge, error) { return checks.LoadKnowledge(assets.FS) },
		Open: func(_ context.Context, s HubSource, _ *slog.Logger) (*checks.Session, error) {
			b.opened = append(b.opened, s)
			return &checks.Session{
				Env:   checks.Env{Hub: b.hub, Clock: checks.RealClock{}},
				Hub:   models.Hub{HostName: b.hub.HostName()},
				Close: func() error { return nil },
			}, nil
		},
		Walks: b.walks,
		OpenLogFile: func(path string) (io.WriteCloser, error) {
			return os.OpenFile(path, os.O_CREATE|os.O_WRONLY, 0o600)
		},
	}
	code = Run(context.Background(), deps, args)
	return code, out.String(), errOut.String()
}

const notOnline = `{"Message":"{\"errorCode\":404103,\"trackingId\":\"aa761f96e9174d0e849c96a8b2e10a8c-TimeStamp:03/14/2024 09:54:49\",\"message\":\"The operation failed because the requested device isn't online or hasn't registered the direct method callback. To learn more, see https://aka.ms/iothub404103\",\"info\":{\"timeout\":\"00:00:00\"},\"timestampUtc\":\"2024-03-14T09:54:49.6536567Z\"}","ExceptionMessage":""}`

func TestInvokeTellsHubAndDeviceApart(t *testing.T) {
	for _, c := range []struct {
		name   string
		status int
		body   string
		code   int
		says   []string
	}{
		{"answered", 200, `{"status":200,"payload":[1,"two",null]}`, ExitOK, []string{`[1,"two",null]`, "status 200"}},
		{"the device refused", 200, `{"status":501,"payload":null}`, ExitProblem, []string{"status 501"}},
		{"the hub refused", 404, notOnline, ExitProblem, []string{"404103", "DeviceNotOnline"}},
		{"no JSON", 200, `{"status":200,"payload":OK}`, ExitProblem, []string{"payload\":OK"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := newBench()
			b.hub.status, b.hub.body = c.status, c.body
			code, out, errOut := b.run(t, "invoke", "pump-7", "reboot", `{"delay": 5}`)
			if code != c.code {
				t.Errorf("exit %d, want %d\n%s%s", code, c.code, out, errOut)
			}
			for _, s := range c.says {
				if !strings.Contains(out, s) {
					t.Errorf("the output does not say %q:\n%s", s, out)
				}
			}
			if got := b.hub.calls[0].Payload.String(); got != `{"delay": 5}` {
				t.Errorf("the payload was sent as %s", got)
			}
		})
	}
}

func TestInvokeWithoutAPayloadSendsNone(t *testing.T) {
	b := newBench()
	b.run(t, "invoke", "pump-7", "reboot")
	b.run(t, "invoke", "pump-7", "reboot", "null")
	if !b.hub.calls[0].Payload.IsAbsent() || b.hub.calls[1].Payload.Kind() != models.PayloadNull {
		t.Errorf("absent and null were sent as %s and %s", b.hub.calls[0].Payload, b.hub.calls[1].Payload)
	}
	if got := *b.hub.calls[0].ResponseTimeoutSeconds; got != 30 {
		t.Errorf("a named method waits %d s, want the service's 30", got)
	}
}

func TestJSONIsAllThatStdoutHolds(t *testing.T) {
	b := newBench()
	b.hub.status, b.hub.body = 404, notOnline
	for _, args := range [][]string{
		{"invoke", "pump-7", "reboot", "-o", "json"},
		{"check", "pump-7", "-o", "json"},
		{"explain", "404103", "-o", "json"},
		{"check", "--list", "-o", "json"},
	} {
		_, out, _ := b.run(t, args...)
		dec := json.NewDecoder(strings.NewReader(out))
		var v any
		if err := dec.Decode(&v); err != nil {
			t.Errorf("%v: stdout is no JSON: %v\n%s", args, err, out)
			continue
		}
		if _, err := dec.Token(); !errors.Is(err, io.EOF) {
			t.Errorf("%v: stdout holds more than one document", args)
		}
		if strings.ContainsRune(out, 0x1b) {
			t.Errorf("%v: stdout holds an escape character", args)
		}
	}
}

func TestUsageMistakesSayWhatToDo(t *testing.T) {
	dir := t.TempDir()
	empty := filepath.Join(dir, "empty")
	if err := os.WriteFile(empty, []byte(" \n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		args []string
		says string
	}{
		{[]string{"invoke", "pump-7"}, "usage: methodical invoke TARGET METHOD [PAYLOAD]"},
		{[]string{"invoke", "pump 7", "m"}, "a hub accepts ASCII letters"},
		{[]string{"invoke", "pump-7/", "m"}, "write DEVICE/MODULE"},
		{[]string{"invoke", "pump-7", "m", `{"a":1,}`}, "line 1, column 8"},
		{[]string{"invoke", "pump-7", "m", "{\n  \"a\": tru\n}"}, "line 2, column 11"},
		{[]string{"invoke", "pump-7", "m", "text"}, `'"text"'`},
		{[]string{"invoke", "pump-7", "m", "--response-timeout", "4"}, "5 to 300"},
		{[]string{"invoke", "pump-7", "m", "--connect-timeout", "301"}, "0 to 300"},
		{[]string{"invoke", "pump-7", "m", "-o", "xml"}, "text or json"},
		{[]string{"invoke", "pump-7", "m", "@" + filepath.Join(dir, "none")}, "cannot read"},
		{[]string{"check", "pump-7", "--only", "nonsense"}, "the checks are contact"},
		{[]string{"check", "pump-7", "--compare", "pump-7"}, "names the target itself"},
		{[]string{"check", "pump-7", "--payload", "{}", "--no-payload"}, "exclude each other"},
		{[]string{"check", "--emulator", "--connection-string-file", empty}, "give only one"},
		{[]string{"check", "--connection-string-file", empty}, "is empty"},
		{[]string{"check", "--sas-token-file", empty}, "needs --hub"},
		{[]string{"check", "--hub", "contoso.azure-devices.net"}, "IOTHUB_CONNECTION_STRING"},
		{[]string{"walks", "show", "nothing"}, "no walk nothing"},
		{[]string{"nonsense"}, `no command "nonsense"`},
		{[]string{"explain"}, "nothing to explain"},
		{[]string{"diagnose", empty}, "not JSON"},
		{[]string{"logs", "x", "--since", "yesterday"}, "2026-03-02T06:00:00Z"},
	} {
		code, out, errOut := newBench().run(t, c.args...)
		if code != ExitUsage {
			t.Errorf("%q: exit %d, want %d\n%s", c.args, code, ExitUsage, errOut)
		}
		if !strings.Contains(errOut, c.says) {
			t.Errorf("%q: says %q, want %q in it", c.args, errOut, c.says)
		}
		if out != "" {
			t.Errorf("%q: wrote %q to stdout", c.args, out)
		}
	}
}

func TestWhereTheHubComesFrom(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "cs")
	if err := os.WriteFile(file, []byte("HostName=from-file\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		env  map[string]string
		args []string
		want SourceKind
		from string
	}{
		{"nothing", nil, nil, SourceEmulator, "nothing configured"},
		{"first variable", map[string]string{"IOTHUB_CONNECTION_STRING": "a", "IOTHUB_SERVICE_CONNECTION_STRING": "b"}, nil, SourceConnectionString, "IOTHUB_CONNECTION_STRING"},
		{"second variable", map[string]string{"IOTHUB_SERVICE_CONNECTION_STRING": "b"}, nil, SourceConnectionString, "IOTHUB_SERVICE_CONNECTION_STRING"},
		{"a flag wins", map[string]string{"IOTHUB_CONNECTION_STRING": "a"}, []string{"--emulator"}, SourceEmulator, "--emulator"},
		{"a file", map[string]string{"IOTHUB_CONNECTION_STRING": "a"}, []string{"--connection-string-file", file}, SourceConnectionString, file},
		{"a token", nil, []string{"--sas-token-file", file, "--hub", "h"}, SourceSASToken, file},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := newBench()
			b.env = c.env
			_, _, errOut := b.run(t, append([]string{"check", "pump-7", "--only", "identity"}, c.args...)...)
			if len(b.opened) != 1 {
				t.Fatalf("no hub was opened: %s", errOut)
			}
			if got := b.opened[0]; got.Kind != c.want || got.From != c.from {
				t.Errorf("the hub came from %v, want %s from %s", got, c.want, c.from)
			}
		})
	}
}

func TestSecretsAreNotPrinted(t *testing.T) {
	s := HubSource{Kind: SourceConnectionString, Secret: []byte("hunter2"), From: "a file"}
	var logged bytes.Buffer
	slog.New(slog.NewJSONHandler(&logged, nil)).Info("x", "source", s.String())
	for _, text := range []string{s.String(), s.GoString(), logged.String()} {
		if strings.Contains(text, "hunter2") {
			t.Errorf("a secret is told: %s", text)
		}
	}
}

func TestCheckExitCodes(t *testing.T) {
	b := newBench()
	if code, out, _ := b.run(t, "check", "pump-7", "--method", "getStatus"); code != ExitOK {
		t.Errorf("a device that answers gives exit %d\n%s", code, out)
	}
	b.hub.status, b.hub.body = 404, notOnline
	b.hub.device.ConnectionState, b.hub.device.LastActivityTime = models.StateDisconnected, time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC)
	b.hub.device.ObservedAt = time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)
	code, out, _ := b.run(t, "check", "pump-7")
	if code != ExitProblem || !strings.Contains(out, models.CauseDeviceOffline) {
		t.Errorf("an offline device gives exit %d\n%s", code, out)
	}
}

func TestCaseRoundTrip(t *testing.T) {
	b := newBench()
	b.hub.status, b.hub.body = 404, notOnline
	_, out, _ := b.run(t, "check", "pump-7", "-o", "json")
	file := filepath.Join(t.TempDir(), "case.json")
	if err := os.WriteFile(file, []byte(out), 0o600); err != nil {
		t.Fatal(err)
	}
	var checked struct{ Diagnosis json.RawMessage }
	if err := json.Unmarshal([]byte(out), &checked); err != nil {
		t.Fatal(err)
	}
	code, again, errOut := b.run(t, "diagnose", file, "-o", "json")
	if code != ExitOK {
		t.Fatalf("diagnose gives exit %d: %s", code, errOut)
	}
	var live, saved bytes.Buffer
	_ = json.Compact(&live, checked.Diagnosis)
	_ = json.Compact(&saved, []byte(again))
	if live.String() != strings.TrimSpace(saved.String()) {
		t.Errorf("the saved case is judged differently:\n%s\n%s", live.String(), saved.String())
	}
}

func TestPlainWalkReadsAsSentences(t *testing.T) {
	b := newBench()
	b.hub.status, b.hub.body = 404, notOnline
	b.in = strings.Join([]string{"", "pump-7", "", "", "", "", "no", "none", "", "", "", ""}, "\n") + "\n"
	code, out, errOut := b.run(t)
	if code != ExitOK {
		t.Fatalf("exit %d: %s\n%s", code, errOut, out)
	}
	for _, s := range []string{"Step 1 of 7, Connect", "Step 7 of 7, Verdict", "Verdict: ", "404103"} {
		if !strings.Contains(out, s) {
			t.Errorf("the transcript does not say %q:\n%s", s, out)
		}
	}
	for _, r := range out {
		if r == 0x1b || r >= 0x2500 && r < 0x2600 {
			t.Fatalf("the transcript holds %q, which reads badly aloud", r)
		}
	}
}

func TestPlainWalkEndsWithItsInput(t *testing.T) {
	b := newBench()
	b.in = "\npump-7\n"
	if code, _, errOut := b.run(t); code != ExitOK {
		t.Errorf("exit %d: %s", code, errOut)
	}
	if len(b.walks) != 1 {
		t.Errorf("%d walks were saved, want 1", len(b.walks))
	}
}

func TestVersion(t *testing.T) {
	if code, out, _ := newBench().run(t, "--version"); code != ExitOK || out != "methodical v1.2.3\n" {
		t.Errorf("exit %d, %q", code, out)
	}
}

func TestManualPage(t *testing.T) {
	if code, out, errOut := newBench().run(t, "man"); code != ExitOK || !strings.Contains(out, ".TH METHODICAL 1") {
		t.Errorf("exit %d: %s %.200s", code, errOut, out)
	}
}
