package hub

import (
	"context"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"methodical/emulator/clock"
)

// Fault is something wrong with the service itself for a while.
type Fault struct {
	Code    int           // what requests are answered with
	Message string        // "" for a plain one
	Share   float64       // of the requests that are hit; 0 means all
	Only    []Operation   // the operations that are hit; none means all
	Delay   time.Duration // how long a request hangs first
	// Disconnects drops every device when the fault begins and lets none in
	// while it lasts, as an upgrade or a fail-over does.
	Disconnects bool
}

// faultBox holds the faults in force.
type faultBox struct {
	mu     sync.RWMutex
	active []*Fault
}

// Begin puts a fault in force and returns how to end it.
func (h *Hub) Begin(f Fault) (end func()) {
	fault := &f
	h.faults.mu.Lock()
	h.faults.active = append(h.faults.active, fault)
	h.faults.mu.Unlock()
	if f.Disconnects {
		h.DropAll(CauseMaintenance)
	}
	return func() {
		h.faults.mu.Lock()
		defer h.faults.mu.Unlock()
		h.faults.active = slices.DeleteFunc(h.faults.active, func(have *Fault) bool { return have == fault })
	}
}

// EndFaults ends every fault.
func (h *Hub) EndFaults() {
	h.faults.mu.Lock()
	defer h.faults.mu.Unlock()
	h.faults.active = nil
}

// strike is the error a request gets, if a fault hits it.
func (b *faultBox) strike(ctx context.Context, c *clock.Clock, op Operation) *Error {
	f := b.hit(op)
	if f == nil {
		return nil
	}
	if c.Sleep(ctx, f.Delay) != nil {
		return Errorf(CodeClientClosed, "The caller closed the request.")
	}
	if f.Code == 0 { // it only makes the hub slow
		return nil
	}
	text := f.Message
	if text == "" {
		text = defaultFaultText(f.Code)
	}
	return Errorf(f.Code, "%s", text)
}

func (b *faultBox) hit(op Operation) *Fault {
	b.mu.RLock()
	defer b.mu.RUnlock()
	for _, f := range b.active {
		concerned := len(f.Only) == 0 || slices.Contains(f.Only, op)
		if concerned && (f.Share <= 0 || rand.Float64() < f.Share) {
			return f
		}
	}
	return nil
}

// refusesDevices is true while a fault keeps devices out.
func (b *faultBox) refusesDevices() bool {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return slices.ContainsFunc(b.active, func(f *Fault) bool { return f.Disconnects })
}

// RefusesDevices reports whether a fault keeps devices out.
func (h *Hub) RefusesDevices() bool { return h.faults.refusesDevices() }

func defaultFaultText(code int) string {
	switch code {
	case CodeFailingOver:
		return "The IoT hub is failing over. Try again later."
	case CodeForciblyClosed, CodeRejectedOnUpgrade:
		return "BadRequest"
	case CodeServerError:
		return "An internal error occurred."
	case CodeServerBusy:
		return "Server busy, please try again later."
	default:
		return CodeName(code)
	}
}
