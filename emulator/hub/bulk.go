package hub

import (
	"time"

	"methodical/models"
)

// busy is a Link whose device is active without the hub being told each time.
type busy interface{ LastActivity(now time.Time) time.Time }

// bulkStep is how many identities are made under one lock, so that others get
// their turn.
const bulkStep = 4096

// CreateMany registers count devices that share everything but their id, and
// calls made with each. It stops when made returns false.
func (h *Hub) CreateMany(s Spec, count int, name func(i int) string, made func(*Identity) bool) *Error {
	pattern := &Identity{edge: s.Edge, disabled: s.Disabled}
	h.apply(pattern, s)
	shared := newTwin(s, h.clock.Now())
	for from := 0; from < count; from += bulkStep {
		block := make([]Identity, min(bulkStep, count-from)) // one allocation for all of them
		for i := range block {
			block[i].DeviceID, block[i].disabled = name(from+i), s.Disabled
			block[i].details, block[i].twin = pattern.details, shared
		}
		if err := h.insertBlock(block); err != nil {
			return err
		}
		for i := range block {
			if !made(&block[i]) {
				return nil
			}
		}
	}
	return nil
}

func (h *Hub) insertBlock(block []Identity) *Error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.byKey)+len(block) > MaxIdentities {
		return Errorf(CodeTooManyDevices, "The hub holds %d identities, the most it can.", MaxIdentities)
	}
	for i := range block {
		id := &block[i]
		if _, err := models.ParseTarget(id.DeviceID); err != nil {
			return Errorf(CodeArgumentInvalid, "%s", err)
		}
		if _, taken := h.byKey[id.DeviceID]; taken {
			return Errorf(CodeDeviceExists, "A device with ID '%s' is already registered.", id.DeviceID)
		}
		h.insert(id)
	}
	return nil
}

// AttachBulk connects a device without a socket, and without a row in the log:
// a hundred thousand of them would drown everything else. info and filters are
// shared and must not change.
func (h *Hub) AttachBulk(id *Identity, link Link, info *LinkInfo, filters []string) {
	now := h.clock.Now()
	id.mu.Lock()
	l := id.alive()
	attached := l.link == nil
	if attached {
		l.link, l.info, l.filters = link, info, filters
		id.stateSince, id.lastActivity = nanos(now), nanos(now)
		id.connections++
	}
	wake := l.wakeable()
	id.mu.Unlock()
	if attached {
		h.countConnected(id, 1)
	}
	wakeAll(wake)
}
