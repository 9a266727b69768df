package hub

import (
	"slices"
	"time"
)

// The topic filters whose subscriptions matter to the hub itself.
const (
	MethodsFilter = "$iothub/methods/POST/#"
	DesiredFilter = "$iothub/twin/PATCH/properties/desired/#"
)

// Cause says why a connection ended.
type Cause int

// The causes. The hub logs them, and they decide what a call in flight comes to.
const (
	CauseClient       Cause = iota // the device said goodbye
	CauseLost                      // reset, keep-alive missed, crash
	CauseReplaced                  // another client with the same id
	CauseDisabled                  // the identity was disabled
	CauseDeleted                   // the identity was deleted
	CauseTokenExpired              // the token ran out
	CauseProtocol                  // the device broke the protocol
	CauseShutdown                  // the hub itself is going away
	CauseMaintenance               // the platform is being upgraded
)

// Link is a device's connection, as the hub uses it. Its methods do not block
// for long and may be called from any goroutine.
type Link interface {
	// Method hands a direct method to the device.
	Method(name, rid string, payload []byte) error
	// Desired notifies the device of changed desired properties.
	Desired(version int64, patch []byte) error
	// Close ends the connection; the hub hears of it through Detach.
	Close(Cause)
}

// LinkInfo is what the hub knows of a connection.
type LinkInfo struct {
	Protocol string // "Mqtt", "MqttWs"
	SDK      string // what the client said it is
	Remote   string // its address
	AuthType string
	Expiry   time.Time // of its token; zero for none
}

// live is the part of an identity that only connected ones have.
type live struct {
	link    Link
	info    *LinkInfo // shared by devices attached in bulk
	filters []string  // subscribed in this session
	keep    bool      // the session outlives its connection
	pending map[uint64]*call
	waiters []chan struct{} // told when the device subscribes to methods
}

func (id *Identity) alive() *live {
	if id.live == nil {
		id.live = new(live)
	}
	return id.live
}

// links needs id.mu held.
func (id *Identity) links() []Link {
	if id.live == nil || id.live.link == nil {
		return nil
	}
	return []Link{id.live.link}
}

func (l *live) subscribed() bool { return l.link != nil && slices.Contains(l.filters, MethodsFilter) }

// Attach makes link the identity's connection. An older connection is closed,
// because a hub keeps one per identity. present tells whether a kept session
// was taken up.
func (h *Hub) Attach(id *Identity, link Link, info LinkInfo, clean bool) (present bool) {
	now := h.clock.Now()
	id.mu.Lock()
	l := id.alive()
	old, was, calls := l.link, l.info, l.takePending()
	present = !clean && l.keep
	if !present {
		l.filters = nil
	}
	if claimed := id.detail().protocol; claimed != "" {
		info.Protocol = claimed
	}
	l.link, l.info, l.keep = link, &info, !clean
	id.connections++
	if old == nil {
		id.stateSince = nanos(now)
	}
	id.lastActivity = nanos(now)
	wake := l.wakeable()
	id.mu.Unlock()

	if old == nil {
		h.countConnected(id, 1)
	} else {
		h.failCalls(calls, CauseReplaced)
		h.logs.replaced(h, id, *was)
		old.Close(CauseReplaced)
	}
	h.logs.connection(h, id, "deviceConnect", info, 0)
	wakeAll(wake)
	return present
}

func (h *Hub) countConnected(id *Identity, by int64) {
	if id.ModuleID == "" {
		h.connected.Add(by)
	}
}

// Detach tells that link has ended. It does nothing when another link has
// taken its place.
func (h *Hub) Detach(id *Identity, link Link, cause Cause) {
	id.mu.Lock()
	l := id.alive()
	if l.link != link {
		id.mu.Unlock()
		return
	}
	info, calls := l.info, l.takePending()
	l.link = nil
	if !l.keep {
		l.filters = nil
	}
	id.stateSince = nanos(h.clock.Now())
	id.mu.Unlock()

	h.countConnected(id, -1)
	h.failCalls(calls, cause)
	h.logs.disconnect(h, id, *info, cause)
}

// Subscribe adds topic filters to the session. The device may get calls at
// once; waiting calls are delivered after Subscribed.
func (h *Hub) Subscribe(id *Identity, link Link, filters ...string) {
	id.mu.Lock()
	defer id.mu.Unlock()
	l := id.alive()
	if l.link != link {
		return
	}
	for _, f := range filters {
		if !slices.Contains(l.filters, f) {
			l.filters = append(l.filters, f)
		}
	}
}

// Subscribed wakes the calls that wait for the device's subscription.
func (h *Hub) Subscribed(id *Identity) {
	id.mu.Lock()
	wake := id.alive().wakeable()
	id.mu.Unlock()
	wakeAll(wake)
}

// Unsubscribe takes topic filters out of the session.
func (h *Hub) Unsubscribe(id *Identity, link Link, filters ...string) {
	id.mu.Lock()
	defer id.mu.Unlock()
	l := id.alive()
	if l.link == link {
		l.filters = slices.DeleteFunc(l.filters, func(f string) bool { return slices.Contains(filters, f) })
	}
}

// Filters are the session's subscriptions.
func (h *Hub) Filters(id *Identity) []string {
	id.mu.Lock()
	defer id.mu.Unlock()
	if id.live == nil {
		return nil
	}
	return slices.Clone(id.live.filters)
}

// wakeable needs the identity's lock; it returns whom to wake, if the device
// can be called now.
func (l *live) wakeable() []chan struct{} {
	if !l.subscribed() {
		return nil
	}
	wake := l.waiters
	l.waiters = nil
	return wake
}

func wakeAll(waiters []chan struct{}) {
	for _, w := range waiters {
		close(w)
	}
}

// Touch notes that the device sent something.
func (h *Hub) Touch(id *Identity) {
	id.mu.Lock()
	id.lastActivity = nanos(h.clock.Now())
	id.mu.Unlock()
}

// Connected reports whether the identity has a connection, and whether it has
// subscribed to direct methods.
func (h *Hub) Connected(id *Identity) (connected, subscribed bool) {
	id.mu.Lock()
	defer id.mu.Unlock()
	if id.live == nil {
		return false, false
	}
	return id.live.link != nil, id.live.subscribed()
}

// Drop closes the identity's connection, if it has one.
func (h *Hub) Drop(id *Identity, cause Cause) {
	id.mu.Lock()
	links := id.links()
	id.mu.Unlock()
	for _, link := range links {
		link.Close(cause)
	}
}

// DropAll closes every connection.
func (h *Hub) DropAll(cause Cause) {
	for _, modules := range []bool{false, true} {
		h.Scan(modules, 0, func(id *Identity) bool {
			h.Drop(id, cause)
			return true
		})
	}
}

// InFlight is how many delivered calls wait for the device's answer.
func (h *Hub) InFlight(id *Identity) int {
	id.mu.Lock()
	defer id.mu.Unlock()
	if id.live == nil {
		return 0
	}
	return len(id.live.pending)
}
