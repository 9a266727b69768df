package hub

import (
	"context"
	"sync"
	"time"

	"methodical/models"
)

// Operation sorts requests by the limit that applies to them.
type Operation int

// The operations. Source of the limits: learn.microsoft.com, "IoT Hub quotas
// and throttling".
const (
	OpMethod Operation = iota
	OpTwinRead
	OpTwinUpdate
	OpQuery
	OpRegistry
	OpJobs
	OpJobDevice
	operations int = iota
)

// meter counts the day's messages and holds each operation to its rate.
type meter struct {
	hub     *Hub
	shapers [operations]shaper

	mu   sync.Mutex
	used int64
	day  time.Time // the UTC day that used counts
}

func (m *meter) init(h *Hub) {
	m.hub = h
	m.used, m.day = h.cfg.QuotaUsed, dayOf(h.clock.Now())
	for i := range m.shapers {
		m.shapers[i].clock = h.clock
	}
}

func dayOf(t time.Time) time.Time { return t.UTC().Truncate(24 * time.Hour) }

// throttle waits, or refuses, as the operation's rate demands.
func (m *meter) throttle(ctx context.Context, op Operation, steps int) *Error {
	s := m.hub.settings.Load()
	limits := s.Limits
	if op != OpMethod {
		limits.Burst = time.Minute // rates a minute count over that minute
	}
	return m.shapers[op].admit(ctx, steps, rateOf(op, s.SKU, s.Units), limits)
}

// rateOf is how many steps of an operation a hub may do in a second; 0 means
// that there is no limit.
func rateOf(op Operation, sku string, units int) float64 {
	size, n := Sizes(sku), float64(units)
	switch op {
	case OpMethod:
		return float64(size.MethodBytes) / models.MeterBytes * n
	case OpQuery:
		return float64(size.QueriesMinute) / 60 * n
	case OpRegistry, OpJobs:
		return float64(size.RegistryMinute) / 60 * n
	case OpTwinRead:
		return max(float64(size.TwinReads), float64(size.TwinReadsUnit)*n)
	case OpTwinUpdate:
		return max(float64(size.TwinReads), float64(size.TwinReadsUnit)*n) / 2
	case OpJobDevice:
		return max(float64(size.JobRate), float64(size.JobRateUnit)*n)
	default:
		return 0
	}
}

// charge adds the messages that so many bytes count as: an empty body counts
// as one.
func (m *meter) charge(bytes int) {
	step := int(Sizes(m.hub.settings.Load().SKU).MeterBytes)
	m.count(int64(max(1, (bytes+step-1)/step)))
}

func (m *meter) count(messages int64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.turn()
	m.used += messages
}

// turn begins a new count at midnight UTC; it needs the lock.
func (m *meter) turn() {
	if today := dayOf(m.hub.clock.Now()); today.After(m.day) {
		m.used, m.day = 0, today
	}
}

// Quota is today's count of messages and the day's limit.
func (h *Hub) Quota() (used, limit int64) {
	s := h.settings.Load()
	h.meter.mu.Lock()
	defer h.meter.mu.Unlock()
	h.meter.turn()
	limit = Sizes(s.SKU).DailyMessages * int64(s.Units)
	return min(h.meter.used, limit), limit
}

// SetQuotaUsed sets today's count of messages.
func (h *Hub) SetQuotaUsed(messages int64) {
	h.meter.mu.Lock()
	defer h.meter.mu.Unlock()
	h.meter.turn()
	h.meter.used = messages
}

// quotaLeft is an error when the day's messages are used up.
func (m *meter) quotaLeft() *Error {
	used, limit := m.hub.Quota()
	if used < limit {
		return nil
	}
	return Errorf(CodeQuotaExceeded, "Total number of messages on IotHub '%s' exceeded the allocated quota. Max allowed message count: '%d', current message count: '%d'.", m.hub.cfg.Name, limit, used)
}

// Charge adds what an answer of that many bytes costs: twin reads and queries
// are charged by their size.
func (h *Hub) Charge(bytes int) { h.meter.charge(bytes) }
