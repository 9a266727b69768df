// Package hub is the heart of the emulator: the identity registry, twins,
// sessions, direct methods, quotas and resource logs of one IoT hub. It knows
// nothing of HTTP or MQTT; those are doors that other packages build.
package hub

import (
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"methodical/emulator/clock"
)

// Config is what a hub is made of.
type Config struct {
	Name      string   // the resource's name, as in resource ids
	HostNames []string // every name tokens may be made for
	Location  string   // Azure region, as in resource logs
	QuotaUsed int64    // messages already used today
	Settings  Settings // to begin with
	Switches  Switches
	LogsOn    bool // whether resource logs are exported
	Clock     *clock.Clock
	// ClockOffset is how far the hub's own idea of the real time is ahead, in
	// authentication, Date headers and error bodies.
	ClockOffset time.Duration
	Seed        []byte // keys are derived from it
	Logger      *slog.Logger
}

// Hub is one IoT hub. All its methods may be called at any time from any
// goroutine.
type Hub struct {
	cfg     Config
	clock   *clock.Clock
	started time.Time

	mu      sync.RWMutex // guards what follows; never held while an Identity's is wanted
	byKey   map[string]*Identity
	order   []*Identity // devices in order of creation, deleted ones included
	modules []*Identity // modules likewise
	nextSeq uint64

	devices, disabled, connected atomic.Int64
	rid                          atomic.Uint64

	settings atomic.Pointer[Settings]
	faults   faultBox
	logs     logBook
	meter    meter
}

// New makes an empty hub.
func New(cfg Config) *Hub {
	h := &Hub{cfg: cfg, clock: cfg.Clock, byKey: make(map[string]*Identity)}
	h.started = h.clock.Now()
	h.settings.Store(&cfg.Settings)
	h.meter.init(h)
	return h
}

// Name is the resource's name.
func (h *Hub) Name() string { return h.cfg.Name }

// Location is the hub's Azure region.
func (h *Hub) Location() string { return h.cfg.Location }

// LogsOn reports whether resource logs are exported.
func (h *Hub) LogsOn() bool { return h.cfg.LogsOn }

// Switches are the unconfirmed behaviours in force.
func (h *Hub) Switches() Switches { return h.cfg.Switches }

// Clock is the hub's time.
func (h *Hub) Clock() *clock.Clock { return h.clock }

// RealNow is what the hub takes for the real time.
func (h *Hub) RealNow() time.Time { return time.Now().Add(h.cfg.ClockOffset) }

// HostNames are the names tokens may be made for.
func (h *Hub) HostNames() []string { return h.cfg.HostNames }

// Counts are the registry's totals.
type Counts struct{ Total, Enabled, Disabled, Connected int64 }

// Counts reads the registry's totals; modules are not counted.
func (h *Hub) Counts() Counts {
	total, disabled := h.devices.Load(), h.disabled.Load()
	return Counts{Total: total, Enabled: total - disabled, Disabled: disabled, Connected: h.connected.Load()}
}
