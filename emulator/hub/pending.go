package hub

import (
	"context"
	"time"
)

// call is one delivered method that waits for its answer.
type call struct {
	answer chan Answer // buffered, so that the device's side never waits
	failed chan *Error // likewise
}

// begin waits until the device can be called and notes the call as pending.
func (h *Hub) begin(ctx context.Context, id *Identity, m Method) (*call, uint64, Link, *Error) {
	var deadline *time.Timer
	late := false
	for {
		id.mu.Lock()
		if id.deleted || id.isDisabled() {
			id.mu.Unlock()
			return nil, 0, nil, h.unavailable(id)
		}
		l := id.alive()
		if l.subscribed() && !h.lingers(late) {
			c, rid, err := h.enter(l)
			link := l.link
			if err == nil {
				id.lastActivity = nanos(h.clock.Now())
			}
			id.mu.Unlock()
			return c, rid, link, err
		}
		ready := make(chan struct{})
		if !l.subscribed() {
			l.waiters = append(l.waiters, ready)
		}
		lingering := l.subscribed()
		id.mu.Unlock()

		if lingering {
			if h.clock.Sleep(ctx, h.lateDelay()) != nil {
				return nil, 0, nil, Errorf(CodeClientClosed, "The caller closed the request.")
			}
			late = false
			continue
		}
		if m.Connect <= 0 {
			h.forget(id, ready)
			return nil, 0, nil, h.offline(CodeDeviceNotOnline, m.Connect)
		}
		if deadline == nil {
			deadline = h.clock.NewTimer(m.Connect)
			defer deadline.Stop()
		}
		select {
		case <-ready:
			late = true
		case <-deadline.C:
			h.forget(id, ready)
			return nil, 0, nil, h.offline(CodeDeviceNotOnline, m.Connect)
		case <-ctx.Done():
			h.forget(id, ready)
			return nil, 0, nil, Errorf(CodeClientClosed, "The caller closed the request.")
		}
	}
}

func (h *Hub) lateDelay() time.Duration {
	return time.Duration(h.cfg.Switches.LateSubscriptionSeconds * float64(time.Second))
}

// lingers reports whether a device that has only just subscribed is given time.
func (h *Hub) lingers(late bool) bool { return late && h.lateDelay() > 0 }

// enter needs the identity's lock.
func (h *Hub) enter(l *live) (*call, uint64, *Error) {
	if limit := h.cfg.Switches.MaxInFlight; limit > 0 && len(l.pending) >= limit {
		return nil, 0, Errorf(CodeInflight, "The device has reached its maximum of %d direct methods in flight.", limit)
	}
	if l.pending == nil {
		l.pending = make(map[uint64]*call)
	}
	rid := h.rid.Add(1)
	c := &call{answer: make(chan Answer, 1), failed: make(chan *Error, 1)}
	l.pending[rid] = c
	return c, rid, nil
}

func (h *Hub) end(id *Identity, rid uint64) {
	id.mu.Lock()
	delete(id.live.pending, rid)
	id.mu.Unlock()
}

// forget takes a waiter off the list, so that calls to a device that never
// comes leave nothing behind.
func (h *Hub) forget(id *Identity, ready chan struct{}) {
	id.mu.Lock()
	defer id.mu.Unlock()
	l := id.alive()
	for i, w := range l.waiters {
		if w == ready {
			l.waiters = append(l.waiters[:i], l.waiters[i+1:]...)
			return
		}
	}
}
