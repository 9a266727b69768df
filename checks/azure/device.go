package azure

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/amenzhinsky/iothub/iotservice"

	"methodical/models"
)

// registryPause is how long no registry read is tried after the hub refused
// one for want of a right. Rights are given while people look for the fault.
const registryPause = 2 * time.Minute

// Device reads the twin, which takes the right to connect as a service, and the
// identity where there is a right to read the registry. A target that does not
// exist is Registered false. With an error, the Device says in ReadError what
// could not be read.
func (h *Hub) Device(ctx context.Context, t models.Target) (models.Device, error) {
	d, failure := h.twin(ctx, t)
	if failure != nil && failure.HTTPStatus != http.StatusUnauthorized && failure.HTTPStatus != http.StatusForbidden {
		return d, failure
	}
	if d.Missing() {
		return d, nil
	}
	id, ok := h.identity(ctx, t)
	switch {
	case ok && failure != nil:
		// Only the registry may be read: that much is known.
		id.ObservedAt = d.ObservedAt
		return id, nil
	case failure != nil:
		return d, failure
	case ok:
		fill(&d, id)
	}
	return d, nil
}

// twin reads a twin with a request of our own: the library turns tags and
// properties into maps, drops the model id and a module's status reason, and
// fails on a time with an offset.
func (h *Hub) twin(ctx context.Context, t models.Target) (models.Device, *models.HubFailure) {
	d := models.Device{DeviceID: t.DeviceID, ModuleID: t.ModuleID, ObservedAt: h.now()}
	op := "read the twin of " + t.String()
	if t.DeviceID == "" {
		d.ReadError = "no device named"
		return d, &models.HubFailure{Op: op, Transport: d.ReadError}
	}
	limited, cancel := context.WithTimeout(ctx, h.requestTimeout)
	defer cancel()
	ex, err := h.do(limited, request{method: http.MethodGet, path: t.TwinPath(), maxBody: maxAnswer})
	d.ObservedAt = h.now()
	if err == nil && notRegistered(ex) {
		d.Registered = models.Ptr(false)
		return d, nil
	}
	var form twinForm
	var failure *models.HubFailure
	switch {
	case err != nil || ex.status != http.StatusOK:
		failure = h.failure(ctx, op, ex, err)
	case json.Unmarshal(ex.body, &form) != nil || form.DeviceID == "":
		failure = h.unreadable(op, ex)
	default:
		// The ids asked for, not those in the answer, are what is talked about.
		form.DeviceID, form.ModuleID = t.DeviceID, t.ModuleID
		return form.facts(d.ObservedAt), nil
	}
	d.ReadError = failure.Error()
	return d, failure
}

// identity reads the registry's entry with the library. ok is false when there
// is no right to, or any other trouble: the twin is what matters.
func (h *Hub) identity(ctx context.Context, t models.Target) (d models.Device, ok bool) {
	if h.registryClosed() {
		return models.Device{}, false
	}
	var ex *exchange
	var err error
	if t.IsModule() {
		d, ex, err = viaLibrary(ctx, h, func(ctx context.Context, lib *iotservice.Client) (models.Device, error) {
			m, err := lib.GetModule(ctx, t.DeviceID, t.ModuleID)
			if err != nil {
				return models.Device{}, err
			}
			return moduleFacts(m), nil
		})
	} else {
		d, ex, err = viaLibrary(ctx, h, func(ctx context.Context, lib *iotservice.Client) (models.Device, error) {
			dev, err := lib.GetDevice(ctx, t.DeviceID)
			if err != nil {
				return models.Device{}, err
			}
			return deviceFacts(dev), nil
		})
	}
	h.noteRegistry(ex)
	if err != nil {
		return models.Device{}, false
	}
	// The library's types have no place for the scopes.
	var scopes struct {
		DeviceScope  string   `json:"deviceScope"`
		ParentScopes []string `json:"parentScopes"`
	}
	if json.Unmarshal(ex.body, &scopes) == nil {
		d.Parent = parentOf(scopes.DeviceScope, scopes.ParentScopes, d.IoTEdge)
	}
	d.DeviceID, d.ModuleID, d.Registered = t.DeviceID, t.ModuleID, models.Ptr(true)
	return d, true
}

// deviceFacts are the identity's facts without its keys.
func deviceFacts(dev *iotservice.Device) models.Device {
	d := models.Device{
		DeviceID: dev.DeviceID, Status: string(dev.Status), StatusReason: dev.StatusReason,
		ConnectionState: string(dev.ConnectionState), AuthenticationType: authenticationType(dev.Authentication),
		StateUpdatedTime: libraryTime(dev.ConnectionStateUpdatedTime), LastActivityTime: libraryTime(dev.LastActivityTime),
	}
	if edge, ok := dev.Capabilities["iotEdge"].(bool); ok {
		d.IoTEdge = &edge
	}
	return d
}

// moduleFacts are a module identity's facts without its keys.
func moduleFacts(m *iotservice.Module) models.Device {
	return models.Device{
		DeviceID: m.DeviceID, ModuleID: m.ModuleID,
		ConnectionState: string(m.ConnectionState), AuthenticationType: authenticationType(m.Authentication),
		StateUpdatedTime: libraryTime(m.ConnectionStateUpdatedTime), LastActivityTime: libraryTime(m.LastActivityTime),
	}
}

func authenticationType(a *iotservice.Authentication) string {
	if a == nil {
		return ""
	}
	return string(a.Type)
}

func libraryTime(t *iotservice.MicrosoftTime) time.Time {
	if t == nil {
		return time.Time{}
	}
	return t.UTC()
}

// fill adds to d what only the identity says.
func fill(d *models.Device, id models.Device) {
	setDefault(&d.Status, id.Status)
	setDefault(&d.StatusReason, id.StatusReason)
	setDefault(&d.ConnectionState, id.ConnectionState)
	setDefault(&d.AuthenticationType, id.AuthenticationType)
	setDefault(&d.Parent, id.Parent)
	setDefault(&d.StateUpdatedTime, id.StateUpdatedTime)
	setDefault(&d.LastActivityTime, id.LastActivityTime)
	if d.IoTEdge == nil {
		d.IoTEdge = id.IoTEdge
	}
}

// noteRegistry remembers whether the registry may be read.
func (h *Hub) noteRegistry(ex *exchange) {
	switch {
	case denied(ex):
		h.registryDenied.Store(time.Now().UnixNano())
	case ex.status != 0:
		h.registryDenied.Store(0)
	}
}

func (h *Hub) registryClosed() bool {
	at := h.registryDenied.Load()
	return at != 0 && time.Since(time.Unix(0, at)) < registryPause
}
