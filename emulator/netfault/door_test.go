package netfault

import (
	"errors"
	"io"
	"net"
	"syscall"
	"testing"
	"time"

	"methodical/emulator/clock"
)

const longEnough = 20 * time.Second

// echo serves a door that sends back what it gets.
func echo(t *testing.T) *Door {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	d := New(l, clock.New(1))
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			c, err := d.Accept()
			if err != nil {
				return
			}
			go func() {
				_, _ = io.Copy(c, c) // ends with the connection
				_ = c.Close()
			}()
		}
	}()
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
		<-done
	})
	return d
}

func ask(t *testing.T, c net.Conn, within time.Duration) error {
	t.Helper()
	if err := c.SetDeadline(time.Now().Add(within)); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Write([]byte("x")); err != nil {
		return err
	}
	_, err := io.ReadFull(c, make([]byte, 1))
	return err
}

func dial(t *testing.T, d *Door) net.Conn {
	t.Helper()
	c, err := net.Dial("tcp", d.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

func TestRefuseAndBack(t *testing.T) {
	d := echo(t)
	end := d.Begin(Fault{Kind: Refuse})
	if _, err := net.Dial("tcp", d.Addr().String()); !errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("dialling gives %v, want a refusal", err)
	}
	end()
	for stop := time.Now().Add(longEnough); ; {
		c, err := net.Dial("tcp", d.Addr().String())
		if err == nil {
			if err := ask(t, c, longEnough); err != nil {
				t.Error(err)
			}
			_ = c.Close()
			return
		}
		if time.Now().After(stop) {
			t.Fatal("nobody listens again")
		}
	}
}

func TestReset(t *testing.T) {
	d := echo(t)
	c := dial(t, d)
	if err := ask(t, c, longEnough); err != nil {
		t.Fatal(err)
	}
	end := d.Begin(Fault{Kind: Reset})
	defer end()
	if err := ask(t, c, longEnough); !errors.Is(err, syscall.ECONNRESET) && !errors.Is(err, syscall.EPIPE) {
		t.Errorf("an open connection: %v, want a reset", err)
	}
	fresh, err := net.Dial("tcp", d.Addr().String()) // which may itself meet the reset
	if err == nil {
		err = ask(t, fresh, longEnough)
		_ = fresh.Close()
	}
	if !errors.Is(err, syscall.ECONNRESET) && !errors.Is(err, syscall.EPIPE) {
		t.Errorf("a new connection: %v, want a reset", err)
	}
}

func TestStallHoldsUntilItEnds(t *testing.T) {
	d := echo(t)
	c := dial(t, d)
	end := d.Begin(Fault{Kind: Stall})
	var timeout net.Error
	if err := ask(t, c, 50*time.Millisecond); !errors.As(err, &timeout) || !timeout.Timeout() {
		t.Errorf("stalled: %v, want a time-out", err)
	}
	end()
	if err := c.SetDeadline(time.Now().Add(longEnough)); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadFull(c, make([]byte, 1)); err != nil {
		t.Errorf("after the stall: %v", err)
	}
}

func TestDelayAddsUp(t *testing.T) {
	d := echo(t)
	c := dial(t, d)
	defer d.Begin(Fault{Kind: Delay, Delay: 20 * time.Millisecond})()
	begun := time.Now()
	if err := ask(t, c, longEnough); err != nil {
		t.Fatal(err)
	}
	if took := time.Since(begun); took < 40*time.Millisecond {
		t.Errorf("there and back took %s, want at least twice the delay", took)
	}
}

func TestCloseEndsWhatStalls(t *testing.T) {
	d := echo(t)
	c := dial(t, d)
	defer d.Begin(Fault{Kind: Stall})()
	if _, err := c.Write([]byte("x")); err != nil {
		t.Fatal(err)
	}
	defer d.Begin(Fault{Kind: Refuse})() // and Accept waits for its end
	// The clean-up of echo closes the door and waits for Accept to return.
}
