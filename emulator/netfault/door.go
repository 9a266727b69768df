// Package netfault puts a faulty network in front of a listener: delay, stall,
// reset, refusal and TLS interception, switched on and off while it listens.
package netfault

import (
	"fmt"
	"net"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"methodical/emulator/clock"
)

// Kind names what is wrong with the network.
type Kind string

// The kinds of fault.
const (
	Delay     Kind = "delay"     // everything takes longer by Delay, each way
	Stall     Kind = "stall"     // connections open, then nothing moves
	Reset     Kind = "reset"     // connections are cut, new ones at once
	Refuse    Kind = "refuse"    // nobody listens
	Intercept Kind = "intercept" // something in between shows a certificate of its own
)

// Kinds lists every kind.
func Kinds() []Kind { return []Kind{Delay, Stall, Reset, Refuse, Intercept} }

// Fault is one thing wrong.
type Fault struct {
	Kind  Kind
	Delay time.Duration // of the kind Delay
}

// Door is a TCP listener with a faulty network in front of it.
type Door struct {
	clock *clock.Clock
	addr  net.Addr

	mu      sync.Mutex
	inner   net.Listener // nil while nobody listens
	closed  bool
	faults  []*Fault
	some    atomic.Bool   // whether there are any, readable without the lock
	changed chan struct{} // closed and replaced with every change
	conns   map[*conn]struct{}
}

// New puts a door in front of l.
func New(l net.Listener, c *clock.Clock) *Door {
	return &Door{clock: c, addr: l.Addr(), inner: l, changed: make(chan struct{}), conns: make(map[*conn]struct{})}
}

// Begin puts a fault in force and returns how to end it.
func (d *Door) Begin(f Fault) (end func()) {
	fault := &f
	d.mu.Lock()
	d.faults = append(d.faults, fault)
	d.announce()
	cut := d.open(f.Kind == Reset)
	if f.Kind == Refuse && d.inner != nil {
		_ = d.inner.Close() // what matters is that nobody listens
		d.inner = nil
	}
	d.mu.Unlock()
	for _, c := range cut {
		c.reset()
	}
	return func() { d.end(fault) }
}

// open lists the open connections if wanted; it needs the lock.
func (d *Door) open(wanted bool) []*conn {
	if !wanted {
		return nil
	}
	list := make([]*conn, 0, len(d.conns))
	for c := range d.conns {
		list = append(list, c)
	}
	return list
}

func (d *Door) end(fault *Fault) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.faults = slices.DeleteFunc(d.faults, func(f *Fault) bool { return f == fault })
	d.announce()
}

// EndAll ends every fault.
func (d *Door) EndAll() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.faults = nil
	d.announce()
}

// announce needs the lock.
func (d *Door) announce() {
	d.some.Store(len(d.faults) > 0)
	close(d.changed)
	d.changed = make(chan struct{})
}

// has needs the lock.
func (d *Door) has(kind Kind) *Fault {
	for _, f := range d.faults {
		if f.Kind == kind {
			return f
		}
	}
	return nil
}

// Intercepted reports whether clients are to see a foreign certificate.
func (d *Door) Intercepted() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.has(Intercept) != nil
}

// Addr implements net.Listener.
func (d *Door) Addr() net.Addr { return d.addr }

// Close implements net.Listener.
func (d *Door) Close() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.closed {
		return nil
	}
	d.closed = true
	d.announce()
	if d.inner == nil {
		return nil
	}
	return d.inner.Close()
}

// Accept implements net.Listener.
func (d *Door) Accept() (net.Conn, error) {
	for {
		inner, err := d.listener()
		if err != nil {
			return nil, err
		}
		tcp, err := inner.Accept()
		if err != nil {
			if d.stillOpen() && !d.listens(inner) {
				continue // refusing has begun
			}
			return nil, err
		}
		if c := d.admit(tcp); c != nil {
			return c, nil
		}
	}
}

// admit takes a connection in, or cuts it.
func (d *Door) admit(tcp net.Conn) net.Conn {
	c := &conn{Conn: tcp, door: d, gone: make(chan struct{})}
	d.mu.Lock()
	cut := d.has(Reset) != nil || d.has(Refuse) != nil
	if !cut {
		d.conns[c] = struct{}{}
	}
	d.mu.Unlock()
	if cut {
		c.reset()
		return nil
	}
	return c
}

func (d *Door) stillOpen() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return !d.closed
}

func (d *Door) listens(l net.Listener) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.inner == l
}

// listener waits until somebody may listen, and does.
func (d *Door) listener() (net.Listener, error) {
	for {
		d.mu.Lock()
		switch {
		case d.closed:
			d.mu.Unlock()
			return nil, net.ErrClosed
		case d.inner != nil:
			defer d.mu.Unlock()
			return d.inner, nil
		case d.has(Refuse) == nil:
			defer d.mu.Unlock()
			l, err := net.Listen("tcp", d.addr.String())
			if err != nil {
				return nil, fmt.Errorf("listen again on %s: %w", d.addr, err)
			}
			d.inner = l
			return l, nil
		}
		changed := d.changed
		d.mu.Unlock()
		<-changed
	}
}
