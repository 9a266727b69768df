package main_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
)

// built is the folder of the program that the end-to-end tests run, once it is
// built.
var built string

// binary builds the program once for all end-to-end tests.
var binary = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "methodical-e2e-")
	if err != nil {
		return "", err
	}
	built = dir
	path := filepath.Join(dir, "methodical")
	out, err := exec.Command("go", "build", "-o", path, ".").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("building the program: %w\n%s", err, out)
	}
	return path, nil
})

func TestMain(m *testing.M) {
	code := m.Run()
	if built != "" {
		_ = os.RemoveAll(built)
	}
	os.Exit(code)
}

func program(t *testing.T) string {
	t.Helper()
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// patience is how long a condition on the screen may take to come true. It is
// generous: nothing is measured here.
const patience = 60 * time.Second

// terminal is the program running in a terminal of its own.
type terminal struct {
	t       *testing.T
	socket  string
	session string
}

// startTerminal runs the program in tmux. It skips loudly where there is none.
func startTerminal(t *testing.T, width, height int, env []string, args ...string) *terminal {
	t.Helper()
	if _, err := exec.LookPath("tmux"); err != nil {
		t.Skip("SKIPPED: tmux is not installed, so the end-to-end tests cannot run (apt-get install tmux)")
	}
	dir, err := os.MkdirTemp("", "mtmux")
	if err != nil {
		t.Fatal(err)
	}
	term := &terminal{t: t, socket: filepath.Join(dir, "s"), session: "m"}
	command := []string{"env", "-u", "IOTHUB_CONNECTION_STRING", "-u", "IOTHUB_SERVICE_CONNECTION_STRING", "XDG_STATE_HOME=" + t.TempDir()}
	command = append(command, env...)
	command = append(command, program(t))
	command = append(command, args...)
	// The shell stays, so that the exit code can be read off the screen.
	line := shellQuote(command) + `; printf '\nEXIT %s\n' $?; sleep 600`
	out, err := exec.Command("tmux", "-S", term.socket, "-f", "/dev/null", "new-session", "-d", "-s", term.session,
		"-x", fmt.Sprint(width), "-y", fmt.Sprint(height), "sh", "-c", line).CombinedOutput()
	if err != nil {
		t.Fatalf("tmux: %v\n%s", err, out)
	}
	t.Cleanup(func() {
		_ = exec.Command("tmux", "-S", term.socket, "kill-server").Run()
		_ = os.RemoveAll(dir)
	})
	return term
}

func shellQuote(words []string) string {
	var quoted []string
	for _, w := range words {
		quoted = append(quoted, "'"+strings.ReplaceAll(w, "'", `'\''`)+"'")
	}
	return strings.Join(quoted, " ")
}

// keys presses keys, by tmux's names or as text.
func (x *terminal) keys(keys ...string) {
	x.t.Helper()
	for _, k := range keys {
		args := []string{"-S", x.socket, "send-keys", "-t", x.session, k}
		if out, err := exec.Command("tmux", args...).CombinedOutput(); err != nil {
			x.t.Fatalf("tmux send-keys %s: %v\n%s", k, err, out)
		}
	}
}

// text types text as it is.
func (x *terminal) text(s string) {
	x.t.Helper()
	if out, err := exec.Command("tmux", "-S", x.socket, "send-keys", "-t", x.session, "-l", s).CombinedOutput(); err != nil {
		x.t.Fatalf("tmux send-keys -l: %v\n%s", err, out)
	}
}

// escape presses esc alone. A key that follows at once would be read as alt and
// that key: a terminal sends the same bytes for both.
func (x *terminal) escape() {
	x.t.Helper()
	x.keys("Escape")
	time.Sleep(escapeAlone)
}

// escapeAlone is well above the time in which a program takes esc and a key for
// one chord.
const escapeAlone = 500 * time.Millisecond

// screen is what the terminal shows now.
func (x *terminal) screen() string {
	x.t.Helper()
	out, err := exec.Command("tmux", "-S", x.socket, "capture-pane", "-p", "-t", x.session).Output()
	if err != nil {
		x.t.Fatalf("tmux capture-pane: %v", err)
	}
	return string(out)
}

// waitFor polls until the screen matches the pattern, and returns the screen.
func (x *terminal) waitFor(pattern string) string {
	x.t.Helper()
	re := regexp.MustCompile(pattern)
	deadline := time.Now().Add(patience)
	for {
		s := x.screen()
		if re.MatchString(s) {
			return s
		}
		if time.Now().After(deadline) {
			x.t.Fatalf("the screen never showed %q; it shows:\n%s", pattern, s)
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// resize changes the terminal's size.
func (x *terminal) resize(width, height int) {
	x.t.Helper()
	out, err := exec.Command("tmux", "-S", x.socket, "resize-window", "-t", x.session, "-x", fmt.Sprint(width), "-y", fmt.Sprint(height)).CombinedOutput()
	if err != nil {
		x.t.Fatalf("tmux resize-window: %v\n%s", err, out)
	}
}
