package hub

import (
	"methodical/emulator/query"
	"methodical/emulator/twin"
)

// Row shows the identity's twin to a query without spelling it out, so that a
// condition over a million devices stays cheap.
func (h *Hub) Row(id *Identity) query.Row { return row{h, id} }

type row struct {
	hub *Hub
	id  *Identity
}

// Field implements query.Row.
func (r row) Field(path []string) (any, bool) {
	id := r.id
	id.mu.Lock()
	defer id.mu.Unlock()
	switch path[0] {
	case "tags":
		return walk(id.twinOf().Tags.Values(), path[1:])
	case "properties":
		return propertyField(id.twinOf(), path[1:])
	case "capabilities":
		if len(path) == 2 && path[1] == "iotEdge" && id.ModuleID == "" {
			return id.edge, true
		}
		return map[string]any{"iotEdge": id.edge}, len(path) == 1
	}
	if len(path) > 1 {
		return nil, false
	}
	switch path[0] {
	case "connectionState":
		return r.hub.stateWord(id), true
	case "lastActivityTime":
		return twin.FormatTime(id.activity(r.hub.clock.Now())), true
	}
	return id.plainField(path[0])
}

func propertyField(t *Twin, path []string) (any, bool) {
	if len(path) == 0 {
		return map[string]any{"desired": t.Desired.Values(), "reported": t.Reported.Values()}, true
	}
	c, ok := t.Desired, true
	switch path[0] {
	case "desired":
	case "reported":
		c = t.Reported
	default:
		ok = false
	}
	switch {
	case !ok:
		return nil, false
	case len(path) == 2 && path[1] == "$version":
		return max(c.Version, 1), true
	case len(path) == 3 && path[1] == "$metadata" && path[2] == "$lastUpdated":
		return twin.FormatTime(c.Updated()), true
	default:
		return walk(c.Values(), path[1:])
	}
}

func walk(value any, path []string) (any, bool) {
	for _, name := range path {
		object, ok := value.(map[string]any)
		if !ok {
			return nil, false
		}
		if value, ok = object[name]; !ok {
			return nil, false
		}
	}
	if object, ok := value.(map[string]any); ok && object == nil {
		return map[string]any{}, true
	}
	return value, true
}

// plainField needs the identity's lock.
func (id *Identity) plainField(name string) (any, bool) {
	d := id.detail()
	switch name {
	case "deviceId":
		return id.DeviceID, true
	case "moduleId":
		return id.ModuleID, id.ModuleID != ""
	case "status":
		return id.statusWord(), true
	case "statusReason":
		return d.statusReason, d.statusReason != ""
	case "statusUpdateTime":
		return twin.FormatTime(fromNanos(id.statusUpdated)), true
	case "authenticationType":
		return d.auth(), true
	case "modelId":
		return d.modelID, true
	case "deviceScope":
		return d.scope, d.scope != ""
	case "etag":
		return id.twinOf().ETag(), true
	case "deviceEtag":
		return id.etag(), true
	case "version":
		return max(id.twinOf().Version, 1), true
	case "cloudToDeviceMessageCount":
		return 0, true
	default:
		return nil, false
	}
}
