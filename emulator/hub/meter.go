package hub

import (
	"context"
	"sync/atomic"

	"methodical/models"
)

// meter counts and limits the traffic of the hub.
type meter struct {
	hub          *Hub
	used         atomic.Int64 // messages of today's quota
	localAuthBad atomic.Bool
}

func (m *meter) init(h *Hub) {
	m.hub = h
	m.used.Store(h.cfg.QuotaUsed)
}

func (m *meter) localAuthOff() bool { return m.localAuthBad.Load() }

// admitMethod charges a method's request.
func (m *meter) admitMethod(_ context.Context, payload int) *Error {
	m.charge(models.MeterUnits(payload))
	return nil
}

func (m *meter) charge(messages int) { m.used.Add(int64(messages)) }

// Quota is today's count of messages and the day's limit.
func (h *Hub) Quota() (used, limit int64) {
	return h.meter.used.Load(), Sizes(h.cfg.SKU).DailyMessages * int64(h.cfg.Units)
}
