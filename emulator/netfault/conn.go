package netfault

import (
	"net"
	"sync"
	"time"
)

// conn is a connection through a faulty network.
type conn struct {
	net.Conn
	door *Door
	once sync.Once
	gone chan struct{}
}

// Read waits as the network demands, then reads.
func (c *conn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	if bad := c.pass(); bad != nil {
		return 0, bad
	}
	return n, err
}

// Write waits as the network demands, then writes.
func (c *conn) Write(b []byte) (int, error) {
	if err := c.pass(); err != nil {
		return 0, err
	}
	return c.Conn.Write(b)
}

// pass returns when data may move, or with an error when the connection ends
// first.
func (c *conn) pass() error {
	for c.door.some.Load() { // hardly ever
		c.door.mu.Lock()
		stalled, delay, changed := c.door.has(Stall) != nil, c.door.has(Delay), c.door.changed
		c.door.mu.Unlock()
		switch {
		case stalled:
			select {
			case <-changed:
			case <-c.gone:
				return net.ErrClosed
			}
		case delay != nil:
			return c.wait(delay.Delay)
		default:
			return nil
		}
	}
	return nil
}

func (c *conn) wait(d time.Duration) error {
	timer := c.door.clock.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-c.gone:
		return net.ErrClosed
	}
}

// Close implements net.Conn.
func (c *conn) Close() error {
	c.once.Do(func() {
		close(c.gone)
		c.door.mu.Lock()
		delete(c.door.conns, c)
		c.door.mu.Unlock()
	})
	return c.Conn.Close()
}

// reset ends the connection with a TCP reset.
func (c *conn) reset() {
	if tcp, ok := c.Conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0) // at worst the end is more polite
	}
	_ = c.Close() // it is to be gone either way
}
