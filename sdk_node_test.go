package main_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	"methodical/ui/cli"
)

// nodeSuite is where the tests of the official Node SDKs live.
const nodeSuite = "tests/node"

// suiteWithin is how long installing the SDKs, or their whole suite, may take
// before it counts as hanging.
const suiteWithin = 10 * time.Minute

// TestEndToEndNodeSDK runs the official Node SDKs, unmodified, against the
// built program's hub: `azure-iothub` over HTTPS, `azure-iot-device` over MQTT
// and MQTT over WebSocket. They know no other ports than 443 and 8883.
func TestEndToEndNodeSDK(t *testing.T) {
	t.Parallel()
	for _, tool := range []string{"node", "npm"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("SKIPPED: %s is not installed, so the official SDKs cannot be tried (apt-get install nodejs npm)", tool)
		}
	}
	address := pinnedPorts(t, 2)
	installNodeSDKs(t)
	caFile := filepath.Join(t.TempDir(), "ca.pem")
	info := startHubProgram(t, "--scenario", filepath.Join(nodeSuite, "hub.yaml"), "--host-name", address, "--ca-out", caFile,
		"--https-listen", net.JoinHostPort(address, "443"), "--mqtt-listen", net.JoinHostPort(address, "8883"))

	files, err := filepath.Glob(filepath.Join(nodeSuite, "*.test.js"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no tests in %s: %v", nodeSuite, err)
	}
	args := []string{"--test", "--test-reporter=spec"}
	for _, f := range files {
		args = append(args, filepath.Base(f))
	}
	own := selfSigned(t, "sdk")
	env := append(os.Environ(), "NODE_EXTRA_CA_CERTS="+caFile,
		"X509_CERT="+string(own.cert), "X509_KEY="+string(own.key), "X509_THUMBPRINT="+own.thumbprint)
	for _, v := range info.Environment {
		env = append(env, v.Name+"="+v.Value)
	}
	if err := inSuite(t, env, "node", args...); err != nil {
		t.Errorf("the suite of the Node SDKs: %v", err)
	}
}

// installNodeSDKs brings in exactly the packages of the lock file, unless they
// are there.
func installNodeSDKs(t *testing.T) {
	t.Helper()
	lock, err := os.Stat(filepath.Join(nodeSuite, "package-lock.json"))
	if err != nil {
		t.Fatal(err)
	}
	// npm leaves this file when an installation is complete.
	done, err := os.Stat(filepath.Join(nodeSuite, "node_modules", ".package-lock.json"))
	if err == nil && !done.ModTime().Before(lock.ModTime()) {
		return
	}
	if err := inSuite(t, os.Environ(), "npm", "ci", "--no-audit", "--no-fund"); err != nil {
		t.Skipf("SKIPPED: the official Node SDKs could not be installed, so they cannot be tried: %v", err)
	}
}

// inSuite runs a command in the suite's folder; its output is the test's.
func inSuite(t *testing.T, env []string, name string, args ...string) error {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), suiteWithin)
	defer cancel()
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = nodeSuite, env, t.Output(), t.Output()
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) } // so that it stops its own children
	cmd.WaitDelay = 10 * time.Second
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%s %s: %w", name, args[0], err)
	}
	return nil
}

// startHubProgram runs `methodical emulator` until the test ends, and expects a
// signal to stop it cleanly.
func startHubProgram(t *testing.T, args ...string) cli.EmulatorInfo {
	t.Helper()
	cmd := exec.Command(program(t), append([]string{"emulator", "-o", "json"}, args...)...)
	cmd.Env = append(os.Environ(), "XDG_STATE_HOME="+t.TempDir())
	cmd.Stderr = t.Output()
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
			t.Errorf("the hub ended before its test: %v", err)
		}
		if err := cmd.Wait(); err != nil {
			t.Errorf("the hub did not stop cleanly: %v", err)
		}
	})
	var info cli.EmulatorInfo
	if err := json.NewDecoder(out).Decode(&info); err != nil { // it writes once it is ready
		t.Fatalf("the hub did not start: %v", err)
	}
	return info
}

// pinnedPorts finds a loopback address, from 127.0.0.first on, whose ports 443
// and 8883 are free: the SDKs know no others. It skips loudly where there is
// none, or where this process may not bind port 443.
func pinnedPorts(t *testing.T, first int) string {
	t.Helper()
	var last error
	for i := first; i < first+16; i++ {
		address := "127.0.0." + strconv.Itoa(i)
		if last = bindable(address, "443", "8883"); last == nil {
			return address
		}
	}
	t.Skipf("SKIPPED: no loopback address has the ports 443 and 8883 to itself, so clients that know no others cannot be tried "+
		"(on Linux: sudo sysctl net.ipv4.ip_unprivileged_port_start=443): %v", last)
	return ""
}

func bindable(address string, ports ...string) error {
	for _, port := range ports {
		l, err := net.Listen("tcp", net.JoinHostPort(address, port))
		if err != nil {
			return err
		}
		_ = l.Close() // it was opened only to see that it can be
	}
	return nil
}
