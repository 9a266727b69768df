package hub

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"methodical/emulator/twin"
	"methodical/models"
)

// TwinPatch is a change to a twin by the service. A nil part is left alone.
type TwinPatch struct {
	Tags, Desired map[string]any
	Replace       bool // the parts given replace what was there
}

// twinOf needs the identity's lock.
func (id *Identity) twinOf() *Twin {
	if id.twin == nil {
		return &Twin{Version: 1}
	}
	return id.twin
}

// PatchTwin changes tags and desired properties, and notifies the device.
func (h *Hub) PatchTwin(t models.Target, patch TwinPatch, match string) (*Identity, *Error) {
	id, err := h.Find(t)
	if err != nil {
		return nil, err
	}
	now := h.clock.Now()
	id.mu.Lock()
	old := id.twinOf()
	if !Matches(match, old.ETag()) {
		id.mu.Unlock()
		return nil, Errorf(CodePreconditionFailed, "Precondition failed: Twin version did not match, existing ETag:%s", old.ETag())
	}
	fresh := &Twin{Version: old.Version + 1, Tags: old.Tags, Desired: old.Desired, Reported: old.Reported}
	change := func(c twin.Collection, values map[string]any) twin.Collection {
		switch {
		case values == nil:
			return c
		case patch.Replace:
			return c.Replace(values, now)
		default:
			return c.Merge(values, now)
		}
	}
	fresh.Tags, fresh.Desired = change(old.Tags, patch.Tags), change(old.Desired, patch.Desired)
	id.twin = fresh
	var link Link
	if patch.Desired != nil && id.live != nil && id.live.link != nil && slices.Contains(id.live.filters, DesiredFilter) {
		link = id.live.link
	}
	id.mu.Unlock()

	if link != nil {
		notice := patch.Desired
		if patch.Replace {
			notice = fresh.Desired.Values()
		}
		if text, bad := notification(notice, fresh.Desired.Version); bad == nil {
			_ = link.Desired(fresh.Desired.Version, text) // a device that has just gone reads its twin when it is back
		}
	}
	return id, nil
}

func notification(values map[string]any, version int64) ([]byte, error) {
	withVersion := maps.Clone(values)
	if withVersion == nil {
		withVersion = make(map[string]any, 1)
	}
	// What a caller read as the hub's own members, and wrote back, is no change.
	maps.DeleteFunc(withVersion, func(key string, _ any) bool { return strings.HasPrefix(key, "$") })
	withVersion["$version"] = version
	return json.Marshal(withVersion)
}

// Report merges the device's own patch of its reported properties and returns
// their new version.
func (h *Hub) Report(id *Identity, patch []byte) (int64, *Error) {
	values, err := twin.Parse(patch)
	if err != nil {
		return 0, Errorf(CodeArgumentInvalid, "%s", err)
	}
	now := h.clock.Now()
	id.mu.Lock()
	defer id.mu.Unlock()
	old := id.twinOf()
	fresh := *old
	fresh.Version++
	fresh.Reported = old.Reported.Merge(values, now)
	id.twin = &fresh
	id.lastActivity = nanos(now)
	return fresh.Reported.Version, nil
}

// DeviceView is the twin as the device itself reads it over MQTT.
func (h *Hub) DeviceView(id *Identity) []byte {
	id.mu.Lock()
	t := id.twinOf()
	id.mu.Unlock()
	b := append(make([]byte, 0, 512), `{"desired":`...)
	b = appendVersioned(b, t.Desired)
	b = append(b, `,"reported":`...)
	b = appendVersioned(b, t.Reported)
	return append(b, '}')
}

func appendVersioned(b []byte, c twin.Collection) []byte {
	text, err := notification(c.Values(), max(c.Version, 1))
	if err != nil { // values come out of a decoder, so this cannot be
		return append(b, "{}"...)
	}
	return append(b, text...)
}

// Telemetry takes a device-to-cloud message of that many bytes. It is counted
// and forgotten: nothing here reads telemetry.
func (h *Hub) Telemetry(id *Identity, bytes int) {
	h.Touch(id)
	h.meter.charge(bytes)
}
