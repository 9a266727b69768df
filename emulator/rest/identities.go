package rest

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strconv"

	"methodical/emulator/hub"
	"methodical/models"
)

// maxBody bounds registry and twin requests. Source: the service's own limit
// for bulk operations is 100 identities, far below it.
const maxBody = 1 << 20

// maxList is the most identities one answer lists. Source:
// learn.microsoft.com, "Understand the identity registry".
const maxList = 1000

// identityBody is an identity as callers write it.
type identityBody struct {
	DeviceID       string `json:"deviceId"`
	ModuleID       string `json:"moduleId"`
	ManagedBy      string `json:"managedBy"`
	Status         string `json:"status"`
	StatusReason   string `json:"statusReason"`
	Authentication *struct {
		Type           string                                                   `json:"type"`
		SymmetricKey   *struct{ PrimaryKey, SecondaryKey string }               `json:"symmetricKey"`
		X509Thumbprint *struct{ PrimaryThumbprint, SecondaryThumbprint string } `json:"x509Thumbprint"`
	} `json:"authentication"`
	Capabilities *struct {
		IoTEdge bool `json:"iotEdge"`
	} `json:"capabilities"`
	DeviceScope  string   `json:"deviceScope"`
	ParentScopes []string `json:"parentScopes"`
}

func (b identityBody) spec(t models.Target) (hub.Spec, *hub.Error) {
	s := hub.Spec{
		DeviceID: t.DeviceID, ModuleID: t.ModuleID, StatusReason: b.StatusReason, ManagedBy: b.ManagedBy,
		Scope: b.DeviceScope, Parents: b.ParentScopes, Disabled: b.Status == models.StatusDisabled,
	}
	if b.Status != "" && b.Status != models.StatusDisabled && b.Status != models.StatusEnabled {
		return s, hub.Errorf(hub.CodeArgumentInvalid, "status must be enabled or disabled.")
	}
	if b.Capabilities != nil {
		s.Edge = b.Capabilities.IoTEdge
	}
	auth := b.Authentication
	if auth == nil {
		return s, nil
	}
	s.AuthType = auth.Type
	if auth.SymmetricKey != nil {
		s.PrimaryKey, s.SecondaryKey = auth.SymmetricKey.PrimaryKey, auth.SymmetricKey.SecondaryKey
	}
	if auth.X509Thumbprint != nil {
		s.Thumbprint, s.Thumbprint2 = auth.X509Thumbprint.PrimaryThumbprint, auth.X509Thumbprint.SecondaryThumbprint
	}
	switch {
	case s.AuthType == "" && s.Thumbprint != "":
		s.AuthType = hub.AuthSelfSigned
	case s.AuthType != "" && s.AuthType != hub.AuthSAS && s.AuthType != hub.AuthSelfSigned && s.AuthType != hub.AuthCA && s.AuthType != hub.AuthNone:
		return s, hub.Errorf(hub.CodeArgumentInvalid, "authentication.type must be sas, selfSigned, certificateAuthority or none.")
	}
	for _, k := range []string{s.PrimaryKey, s.SecondaryKey} {
		if _, err := base64.StdEncoding.DecodeString(k); err != nil {
			return s, hub.Errorf(hub.CodeArgumentInvalid, "A symmetric key must be base64.")
		}
	}
	return s, nil
}

func (q *request) readJSON(into any) *hub.Error {
	text, err := q.readBody(maxBody)
	if err != nil {
		return hub.Errorf(413000, "The request is larger than %d bytes.", maxBody)
	}
	if json.Unmarshal(text, into) != nil {
		return hub.Errorf(q.hub.Switches().MalformedJSON, "The request body could not be read as JSON.")
	}
	return nil
}

// target is the device or module that the path names.
func (q *request) target() models.Target {
	t := models.Target{DeviceID: q.seg[1]}
	if len(q.seg) >= 4 {
		t.ModuleID = q.seg[3]
	}
	return t
}

// identity serves /devices/{id} and /devices/{id}/modules/{id}.
func (q *request) identity() {
	switch q.r.Method {
	case http.MethodGet:
		if q.allow(hub.RightRegistryRead, hub.OpRegistry) {
			id, err := q.hub.Find(q.target())
			q.showIdentity(id, err)
		}
	case http.MethodPut:
		if q.allow(hub.RightRegistryWrite, hub.OpRegistry) {
			q.putIdentity()
		}
	case http.MethodDelete:
		if q.allow(hub.RightRegistryWrite, hub.OpRegistry) {
			if err := q.hub.Delete(q.target(), q.r.Header.Get("If-Match")); err != nil {
				q.fail(err)
				return
			}
			q.w.WriteHeader(http.StatusNoContent)
		}
	default:
		q.noSuchVerb()
	}
}

func (q *request) putIdentity() {
	var body identityBody
	if err := q.readJSON(&body); err != nil {
		q.fail(err)
		return
	}
	t := q.target()
	if body.DeviceID != "" && body.DeviceID != t.DeviceID || body.ModuleID != "" && body.ModuleID != t.ModuleID {
		q.fail(hub.Errorf(hub.CodeArgumentInvalid, "The id in the body is not the id in the path."))
		return
	}
	spec, err := body.spec(t)
	if err != nil {
		q.fail(err)
		return
	}
	if match := q.r.Header.Get("If-Match"); match != "" {
		id, err := q.hub.Update(spec, match)
		q.showIdentity(id, err)
		return
	}
	id, err := q.hub.Create(spec)
	q.showIdentity(id, err)
}

func (q *request) showIdentity(id *hub.Identity, err *hub.Error) {
	if err != nil {
		q.fail(err)
		return
	}
	view := q.hub.View(id)
	q.w.Header().Set("ETag", `"`+view.ETag+`"`)
	q.writeJSON(http.StatusOK, view)
}

// devices serves /devices: the list, and bulk changes.
func (q *request) devices() {
	switch q.r.Method {
	case http.MethodGet:
		if q.allow(hub.RightRegistryRead, hub.OpRegistry) {
			q.listDevices()
		}
	case http.MethodPost:
		if q.allow(hub.RightRegistryWrite, hub.OpRegistry) {
			q.bulk()
		}
	default:
		q.noSuchVerb()
	}
}

func (q *request) listDevices() {
	top := maxList
	for _, name := range []string{"top", "maxCount"} {
		text := q.r.URL.Query().Get(name)
		if text == "" {
			continue
		}
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 || n > maxList {
			q.fail(hub.Errorf(hub.CodeArgumentInvalid, "%s must be within [1; %d].", name, maxList))
			return
		}
		top = n
	}
	list := make([]hub.IdentityView, 0, 16)
	q.hub.Scan(false, 0, func(id *hub.Identity) bool {
		if len(list) == top {
			return false
		}
		list = append(list, q.hub.View(id))
		return true
	})
	q.writeJSON(http.StatusOK, list)
}

// modules serves /devices/{id}/modules.
func (q *request) modules() {
	if q.r.Method != http.MethodGet {
		q.noSuchVerb()
		return
	}
	if !q.allow(hub.RightRegistryRead, hub.OpRegistry) {
		return
	}
	modules, err := q.hub.Modules(q.seg[1])
	if err != nil {
		q.fail(err)
		return
	}
	list := make([]hub.IdentityView, len(modules))
	for i, m := range modules {
		list[i] = q.hub.View(m)
	}
	q.writeJSON(http.StatusOK, list)
}

// routeStatistics serves the registry's counts.
func (q *request) routeStatistics() {
	need := hub.RightRegistryRead
	if q.hub.Switches().StatisticsRight == "serviceConnect" {
		need = hub.RightServiceConnect
	}
	if q.r.Method != http.MethodGet || len(q.seg) != 2 {
		q.noSuchVerb()
		return
	}
	if !q.allow(need, hub.OpRegistry) {
		return
	}
	c := q.hub.Counts()
	switch q.seg[1] {
	case "devices":
		q.writeJSON(http.StatusOK, map[string]int64{"totalDeviceCount": c.Total, "enabledDeviceCount": c.Enabled, "disabledDeviceCount": c.Disabled})
	case "service":
		q.writeJSON(http.StatusOK, map[string]int64{"connectedDeviceCount": c.Connected})
	default:
		q.fail(hub.Errorf(hub.CodeNotFound, "No such resource: %s", q.path))
	}
}
