package main_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"methodical/models"
)

// run runs the program to its end and gives back what it said.
func run(t *testing.T, env []string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	cmd := exec.Command(program(t), args...)
	cmd.Env = append(os.Environ(), "XDG_STATE_HOME="+t.TempDir(), "IOTHUB_CONNECTION_STRING=", "IOTHUB_SERVICE_CONNECTION_STRING=")
	cmd.Env = append(cmd.Env, env...)
	var out, errOut bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errOut
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return cmd.ProcessState.ExitCode(), out.String(), errOut.String()
}

// verdicts are the devices of the default scenario, as the built-in hub shows
// them, and what is wrong with each.
var verdicts = []struct {
	target  string
	method  string // "" for the safe probe
	cause   string
	verdict models.Verdict
	code    int
}{
	{"pump-1", "", models.CauseNoFault, models.VerdictHealthy, 0},
	{"pump-2", "getStatus", models.CauseNoFault, models.VerdictHealthy, 0},
	{"freezer-3", "", models.CauseDeviceOffline, models.VerdictFault, 1},
	{"valve-4", "", models.CauseHandlerSlow, models.VerdictFault, 1},
	{"press-5", "", models.CauseHandlerStuck, models.VerdictFault, 1},
	{"meter-6", "", models.CauseDeviceDisabled, models.VerdictFault, 1},
	{"pump-7", "", models.CauseNotSubscribed, models.VerdictFault, 1},
	{"sensor-8", "", models.CauseBadDeviceAnswer, models.VerdictFault, 1},
	{"robot-9", "getStatus", models.CauseMethodNotImplemented, models.VerdictFault, 1},
	{"gateway-10", "", models.CauseWrongTarget, models.VerdictFault, 1},
	{"gateway-10/filter", "", models.CauseNoFault, models.VerdictHealthy, 0},
	{"gateway-10/filtre", "", models.CauseWrongTarget, models.VerdictFault, 1},
	{"pump-77", "", models.CauseDeviceNotRegistered, models.VerdictFault, 1},
}

// TestEndToEndCheck runs the built program on every device of the default
// scenario and expects the right cause, first.
func TestEndToEndCheck(t *testing.T) {
	for _, c := range verdicts {
		t.Run(strings.ReplaceAll(c.target, "/", "_"), func(t *testing.T) {
			t.Parallel()
			args := []string{"check", c.target, "--emulator", "-o", "json"}
			if c.method != "" {
				args = append(args, "--method", c.method)
			}
			code, out, errOut := run(t, nil, args...)
			var rep struct{ Diagnosis models.Diagnosis }
			if err := json.Unmarshal([]byte(out), &rep); err != nil {
				t.Fatalf("exit %d, no JSON: %v\n%s%s", code, err, out, errOut)
			}
			top, ok := rep.Diagnosis.Top()
			if !ok || top.ID != c.cause || rep.Diagnosis.Verdict != c.verdict || code != c.code {
				t.Errorf("exit %d, verdict %s, cause %s at %.2f; want %d, %s, %s\n%s",
					code, rep.Diagnosis.Verdict, top.ID, top.Probability, c.code, c.verdict, c.cause, rep.Diagnosis.Summary)
			}
		})
	}
}

// TestEndToEndBadInput expects a clear sentence for everything a person can get
// wrong about a hub.
func TestEndToEndBadInput(t *testing.T) {
	t.Parallel()
	e := startScenario(t, "default")
	good, err := e.ConnectionString("iothubowner")
	if err != nil {
		t.Fatal(err)
	}
	ca := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(ca, e.CAPEM(), 0o600); err != nil {
		t.Fatal(err)
	}
	host, _, _ := strings.Cut(strings.TrimPrefix(good, "HostName="), ";")
	wrongKey := "HostName=" + host + ";SharedAccessKeyName=iothubowner;SharedAccessKey=bm90IHRoZSBrZXkgb2YgdGhpcyBodWIgYXQgYWxsISE="
	elsewhere := func(h string) string { return strings.Replace(good, host, h, 1) }
	for _, c := range []struct {
		name, cs string
		args     []string
		code     int
		says     string
	}{
		{"malformed", "HostName=x;SharedAccessKeyName", []string{"check", "pump-1"}, 2, "SharedAccessKey"},
		{"a device's string", "HostName=x.azure-devices.net;DeviceId=pump-1;SharedAccessKey=YQ==", []string{"check", "pump-1"}, 2, "device"},
		{"wrong key", wrongKey, []string{"check", "pump-1", "--ca-file", ca}, 1, models.CauseCredentialsInvalid},
		{"no such name", elsewhere("no-such-hub.invalid"), []string{"check", "pump-1"}, 1, models.CauseNetworkBlocked},
		{"nobody listens", elsewhere("127.0.0.1:1"), []string{"check", "pump-1"}, 1, models.CauseNetworkBlocked},
		{"unknown authority", good, []string{"check", "pump-1"}, 1, models.CauseNetworkBlocked},
		{"it works with the authority", good, []string{"check", "pump-1", "--ca-file", ca}, 0, "healthy"},
		{"no log", good, []string{"check", "pump-1", "--ca-file", ca, "--logs", ca}, 0, "log"},
	} {
		t.Run(c.name, func(t *testing.T) {
			code, out, errOut := run(t, []string{"IOTHUB_CONNECTION_STRING=" + c.cs}, c.args...)
			if code != c.code || !strings.Contains(out+errOut, c.says) {
				t.Errorf("exit %d, want %d, and %q in:\n%s%s", code, c.code, c.says, out, errOut)
			}
			if _, key, ok := strings.Cut(c.cs, "SharedAccessKey="); ok && len(key) > 8 && strings.Contains(out+errOut, key) {
				t.Error("the key is told")
			}
		})
	}
}

// TestEndToEndEmulatorForOthers starts the emulator as its own program and
// reaches it with what it wrote.
func TestEndToEndEmulatorForOthers(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	ca, env := filepath.Join(dir, "ca.pem"), filepath.Join(dir, "hub.env")
	cmd := exec.Command(program(t), "emulator", "--https-listen", "127.0.0.1:0", "--mqtt-listen", "127.0.0.1:0",
		"--ca-out", ca, "--env-out", env, "-o", "json")
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var info struct {
		ConnectionStrings map[string]string `json:"connectionStrings"`
		Devices           []struct{ Target string }
	}
	if err := json.NewDecoder(stdout).Decode(&info); err != nil {
		t.Fatalf("the emulator does not say that it is ready: %v", err)
	}
	if len(info.Devices) < 10 {
		t.Errorf("it lists %d devices", len(info.Devices))
	}
	shell, err := os.ReadFile(env)
	if err != nil || !bytes.Contains(shell, []byte("SERVICE_CS='HostName=127.0.0.1:")) {
		t.Errorf("the environment file holds %.80q, %v", shell, err)
	}
	cs := info.ConnectionStrings["service"]
	code, out, errOut := run(t, []string{"IOTHUB_CONNECTION_STRING=" + cs}, "invoke", "pump-1", "getStatus", "--ca-file", ca, "-o", "json")
	if code != 0 || !strings.Contains(out, `"deviceStatus": 200`) {
		t.Errorf("exit %d:\n%s%s", code, out, errOut)
	}
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("stopped by a signal, the emulator says %v", err)
	}
}
