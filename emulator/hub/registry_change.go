package hub

import "methodical/models"

// Update changes an identity. match is an If-Match value or "".
func (h *Hub) Update(s Spec, match string) (*Identity, *Error) {
	id, err := h.Find(s.Target())
	if err != nil {
		return nil, err
	}
	id.mu.Lock()
	if !Matches(match, id.etag()) {
		id.mu.Unlock()
		return nil, Errorf(CodePreconditionFailed, "Precondition failed: identity version did not match, existing ETag:%s", id.etag())
	}
	h.apply(id, s)
	id.edge = s.Edge
	id.revision++
	id.mu.Unlock()
	h.SetEnabled(s.Target(), !s.Disabled, s.StatusReason)
	return id, nil
}

// SetEnabled enables or disables a device. Disabling drops its connection and
// those of its modules.
func (h *Hub) SetEnabled(t models.Target, enabled bool, reason string) *Error {
	id, err := h.Find(t)
	if err != nil {
		return err
	}
	id.mu.Lock()
	changed := id.disabled == enabled
	var links []Link
	if changed {
		id.disabled = !enabled
		id.statusUpdated = nanos(h.clock.Now())
		id.revision++
		if reason != id.detail().statusReason {
			id.change().statusReason = reason
		}
		if !enabled {
			links = id.links()
		}
	}
	modules := id.modules
	id.mu.Unlock()
	if !changed {
		return nil
	}
	if enabled {
		h.disabled.Add(-1)
		return nil
	}
	h.disabled.Add(1)
	for _, m := range modules {
		m.mu.Lock()
		links = append(links, m.links()...)
		m.mu.Unlock()
	}
	for _, link := range links {
		link.Close(CauseDisabled)
	}
	return nil
}

// Delete removes an identity, and a device's modules with it.
func (h *Hub) Delete(t models.Target, match string) *Error {
	id, err := h.Find(t)
	if err != nil {
		return err
	}
	id.mu.Lock()
	if !Matches(match, id.etag()) {
		id.mu.Unlock()
		return Errorf(CodePreconditionFailed, "Precondition failed: identity version did not match, existing ETag:%s", id.etag())
	}
	id.deleted = true
	links, modules, disabled := id.links(), id.modules, id.disabled
	id.mu.Unlock()

	h.mu.Lock()
	if h.byKey[id.key()] == id {
		delete(h.byKey, id.key())
		if !t.IsModule() {
			h.devices.Add(-1)
			if disabled {
				h.disabled.Add(-1)
			}
		}
	}
	parent := h.byKey[t.DeviceID]
	h.mu.Unlock()
	if t.IsModule() && parent != nil {
		parent.removeModule(id)
	}
	for _, m := range modules {
		_ = h.Delete(models.Target{DeviceID: m.DeviceID, ModuleID: m.ModuleID}, "*") // already gone is as good
	}
	for _, link := range links {
		link.Close(CauseDeleted)
	}
	return nil
}

func (d *Identity) removeModule(m *Identity) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for i, have := range d.modules {
		if have == m {
			d.modules = append(d.modules[:i:i], d.modules[i+1:]...)
			return
		}
	}
}
