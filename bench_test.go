package main_test

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/creack/pty"

	"methodical/emulator"
)

// The benchmarks of whole processes. Run them with
//
//	go test -run '^$' -bench 'FirstFrame|Idle' -benchtime 20x .
//
// and compare rows of one run with each other: machines drift.

// emptyProgram builds the yardstick: an empty Bubble Tea v2 program.
var emptyProgram = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "methodical-empty-")
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "empty")
	return path, exec.Command("go", "build", "-o", path, "./testdata/emptytea").Run()
})

// screenful is a program in a pseudo-terminal that answers no queries, with
// everything it wrote.
type screenful struct {
	cmd  *exec.Cmd
	tty  *os.File
	mu   sync.Mutex
	data bytes.Buffer
	grew chan struct{}
}

func startOnPTY(tb testing.TB, path string, args ...string) *screenful {
	tb.Helper()
	s := &screenful{cmd: exec.Command(path, args...), grew: make(chan struct{}, 1)}
	s.cmd.Env = append(os.Environ(), "TERM=xterm-256color", "XDG_STATE_HOME="+tb.TempDir(), "IOTHUB_CONNECTION_STRING=", "IOTHUB_SERVICE_CONNECTION_STRING=")
	tty, err := pty.StartWithSize(s.cmd, &pty.Winsize{Rows: 40, Cols: 120})
	if err != nil {
		tb.Fatal(err)
	}
	s.tty = tty
	go s.read()
	tb.Cleanup(s.stop)
	return s
}

func (s *screenful) read() {
	buf := make([]byte, 32<<10)
	for {
		n, err := s.tty.Read(buf)
		s.mu.Lock()
		s.data.Write(buf[:n])
		s.mu.Unlock()
		select {
		case s.grew <- struct{}{}:
		default:
		}
		if err != nil {
			return
		}
	}
}

func (s *screenful) stop() {
	_ = s.cmd.Process.Kill()
	_ = s.cmd.Wait()
	_ = s.tty.Close()
}

func (s *screenful) written() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.data.Len()
}

// waitForText waits until the program wrote the text.
func (s *screenful) waitForText(tb testing.TB, text string) {
	tb.Helper()
	deadline := time.After(patience)
	for {
		s.mu.Lock()
		found := bytes.Contains(s.data.Bytes(), []byte(text))
		s.mu.Unlock()
		if found {
			return
		}
		select {
		case <-s.grew:
		case <-deadline:
			s.mu.Lock()
			defer s.mu.Unlock()
			tb.Fatalf("the program never wrote %q; it wrote %q", text, s.data.Bytes())
		}
	}
}

// settle waits until the program has written nothing for a while.
func (s *screenful) settle(tb testing.TB, quiet time.Duration) {
	tb.Helper()
	deadline := time.Now().Add(patience)
	for {
		before := s.written()
		time.Sleep(quiet)
		if s.written() == before {
			return
		}
		if time.Now().After(deadline) {
			tb.Fatal("the program never stopped writing")
		}
	}
}

// BenchmarkFirstFrame measures from exec to the first text on the screen, for
// methodical with its emulator starting behind it and for the yardstick.
func BenchmarkFirstFrame(b *testing.B) {
	for _, c := range []struct {
		name string
		path func() (string, error)
	}{{"methodical", binary}, {"empty", emptyProgram}} {
		b.Run(c.name, func(b *testing.B) {
			path, err := c.path()
			if err != nil {
				b.Fatal(err)
			}
			var took []time.Duration
			for b.Loop() {
				start := time.Now()
				s := startOnPTY(b, path)
				s.waitForText(b, "methodical")
				took = append(took, time.Since(start))
				s.stop()
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "ms-median")
		})
	}
}

// BenchmarkIdle reports what an idle walk writes to the terminal, in bytes in
// five seconds, and the processor time it takes.
func BenchmarkIdle(b *testing.B) {
	path, err := binary()
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		s := startOnPTY(b, path)
		s.waitForText(b, "EMULATOR")
		s.settle(b, time.Second)
		before := s.written()
		time.Sleep(5 * time.Second)
		b.ReportMetric(float64(s.written()-before), "bytes/5s")
		s.stop()
	}
}

// BenchmarkHealthyInvocation measures a healthy call through the emulator: TLS
// both ways, the broker, and a real MQTT client that answers at once.
func BenchmarkHealthyInvocation(b *testing.B) {
	hub, e := openEmulator(b)
	// The throttle of an S1 unit, 40 calls a second, would be what is measured.
	e.ChangeSettings(func(s *emulator.Settings) { s.Limits.Off = true })
	call := healthyCall()
	if inv := hub.Invoke(context.Background(), call); inv.HTTPStatus != 200 {
		b.Fatalf("the healthy device does not answer: %+v", inv)
	}
	var took []time.Duration
	for b.Loop() {
		start := time.Now()
		if inv := hub.Invoke(context.Background(), call); inv.HTTPStatus != 200 {
			b.Fatalf("the healthy device does not answer: %+v", inv)
		}
		took = append(took, time.Since(start))
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "ms-median")
}
