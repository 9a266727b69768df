package hub

import (
	"encoding/json"

	"methodical/emulator/twin"
	"methodical/models"
)

// IdentityView is an identity as the registry's API shows it, keys included.
type IdentityView struct {
	DeviceID                   string          `json:"deviceId"`
	ModuleID                   string          `json:"moduleId,omitempty"`
	ManagedBy                  string          `json:"managedBy,omitempty"`
	GenerationID               string          `json:"generationId"`
	ETag                       string          `json:"etag"`
	ConnectionState            string          `json:"connectionState"`
	Status                     string          `json:"status,omitempty"`
	StatusReason               *string         `json:"statusReason,omitempty"`
	ConnectionStateUpdatedTime string          `json:"connectionStateUpdatedTime"`
	StatusUpdatedTime          string          `json:"statusUpdatedTime,omitempty"`
	LastActivityTime           string          `json:"lastActivityTime"`
	CloudToDeviceMessageCount  int             `json:"cloudToDeviceMessageCount"`
	Authentication             *Authentication `json:"authentication"`
	Capabilities               *Capabilities   `json:"capabilities,omitempty"`
	DeviceScope                string          `json:"deviceScope,omitempty"`
	ParentScopes               []string        `json:"parentScopes,omitempty"`
}

// Authentication is how an identity logs in.
type Authentication struct {
	SymmetricKey   SymmetricKey `json:"symmetricKey"`
	X509Thumbprint Thumbprint   `json:"x509Thumbprint"`
	Type           string       `json:"type"`
}

// SymmetricKey are an identity's keys; null for one that has none.
type SymmetricKey struct {
	PrimaryKey   *string `json:"primaryKey"`
	SecondaryKey *string `json:"secondaryKey"`
}

// Thumbprint are the SHA-1 thumbprints of an identity's certificates.
type Thumbprint struct {
	PrimaryThumbprint   *string `json:"primaryThumbprint"`
	SecondaryThumbprint *string `json:"secondaryThumbprint"`
}

// Capabilities of a device.
type Capabilities struct {
	IoTEdge bool `json:"iotEdge"`
}

func word(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// stateWord needs the identity's lock. The registry may lag behind.
func (h *Hub) stateWord(id *Identity) string {
	connected := id.live != nil && id.live.link != nil
	if lag := h.settings.Load().StateLag; lag > 0 && id.live != nil && h.clock.Now().Sub(fromNanos(id.stateSince)) < lag {
		connected = !connected
	}
	if connected {
		return models.StateConnected
	}
	return models.StateDisconnected
}

func (id *Identity) statusWord() string {
	if id.disabled {
		return models.StatusDisabled
	}
	return models.StatusEnabled
}

// View is the identity as GET /devices shows it.
func (h *Hub) View(id *Identity) IdentityView {
	id.mu.Lock()
	defer id.mu.Unlock()
	d := id.detail()
	v := IdentityView{
		DeviceID: id.DeviceID, ModuleID: id.ModuleID, ManagedBy: d.managedBy,
		GenerationID: h.generation(id), ETag: id.etag(),
		ConnectionState:            h.stateWord(id),
		ConnectionStateUpdatedTime: twin.FormatTime(fromNanos(id.stateSince)),
		LastActivityTime:           twin.FormatTime(id.activity(h.clock.Now())),
		Authentication: &Authentication{
			Type:           d.auth(),
			X509Thumbprint: Thumbprint{word(d.thumbprint), word(d.thumbprint2)},
		},
		DeviceScope: d.scope, ParentScopes: d.parents,
	}
	if d.auth() == AuthSAS {
		primary, secondary := h.keys(id)
		v.Authentication.SymmetricKey = SymmetricKey{&primary, &secondary}
	}
	if id.ModuleID == "" {
		v.Status, v.StatusReason = id.statusWord(), word(d.statusReason)
		v.StatusUpdatedTime = twin.FormatTime(fromNanos(id.statusUpdated))
		v.Capabilities = &Capabilities{IoTEdge: id.edge}
	}
	return v
}

// twinHead is a twin without its documents.
type twinHead struct {
	DeviceID                  string     `json:"deviceId"`
	ModuleID                  string     `json:"moduleId,omitempty"`
	ETag                      string     `json:"etag"`
	DeviceETag                string     `json:"deviceEtag"`
	Status                    string     `json:"status"`
	StatusUpdateTime          string     `json:"statusUpdateTime"`
	StatusReason              *string    `json:"statusReason,omitempty"`
	ConnectionState           string     `json:"connectionState"`
	LastActivityTime          string     `json:"lastActivityTime"`
	CloudToDeviceMessageCount int        `json:"cloudToDeviceMessageCount"`
	AuthenticationType        string     `json:"authenticationType"`
	X509Thumbprint            Thumbprint `json:"x509Thumbprint"`
	ModelID                   string     `json:"modelId"`
	Version                   int64      `json:"version"`
}

// TwinETag is the twin's current etag.
func (h *Hub) TwinETag(id *Identity) string {
	id.mu.Lock()
	defer id.mu.Unlock()
	return id.twinOf().ETag()
}

// TwinView is the twin as GET /twins and queries show it.
func (h *Hub) TwinView(id *Identity) []byte {
	id.mu.Lock()
	t, d, module := id.twinOf(), id.detail(), id.ModuleID != ""
	head := twinHead{
		DeviceID: id.DeviceID, ModuleID: id.ModuleID, ETag: t.ETag(), DeviceETag: id.etag(),
		Status: id.statusWord(), StatusUpdateTime: twin.FormatTime(fromNanos(id.statusUpdated)), StatusReason: word(d.statusReason),
		ConnectionState: h.stateWord(id), LastActivityTime: twin.FormatTime(id.activity(h.clock.Now())),
		AuthenticationType: d.auth(), X509Thumbprint: Thumbprint{word(d.thumbprint), word(d.thumbprint2)},
		ModelID: d.modelID, Version: max(t.Version, 1),
	}
	capabilities := Capabilities{IoTEdge: id.edge}
	id.mu.Unlock()

	b, err := json.Marshal(head)
	if err != nil { // plain strings and numbers always marshal
		return []byte("{}")
	}
	b = append(b[:len(b)-1], `,"tags":`...)
	b = t.Tags.AppendTags(b)
	b = append(b, `,"properties":{"desired":`...)
	b = t.Desired.AppendProperties(b, true)
	b = append(b, `,"reported":`...)
	b = t.Reported.AppendProperties(b, false)
	b = append(b, '}')
	if !module {
		scopes, err := json.Marshal(struct {
			Capabilities Capabilities `json:"capabilities"`
			DeviceScope  string       `json:"deviceScope,omitempty"`
			ParentScopes []string     `json:"parentScopes,omitempty"`
		}{capabilities, d.scope, d.parents})
		if err == nil {
			b = append(append(b, ','), scopes[1:len(scopes)-1]...)
		}
	}
	return append(b, '}')
}
