package hub

import (
	"sort"
	"time"

	"methodical/emulator/twin"
	"methodical/models"
)

// MaxIdentities is the most devices and modules a hub holds.
// Source: learn.microsoft.com, "IoT Hub quotas and throttling".
const MaxIdentities = 1_000_000

// MaxModules is the most modules a device may have. Source: the same page.
const MaxModules = 50

// Spec is an identity to create or change. Empty fields mean the default when
// creating.
type Spec struct {
	DeviceID, ModuleID      string
	Disabled                bool
	StatusReason            string
	AuthType                string
	PrimaryKey              string
	SecondaryKey            string
	Thumbprint, Thumbprint2 string
	Edge                    bool
	Scope                   string
	Parents                 []string
	ManagedBy               string
	ModelID                 string
	Protocol                string // what logs are to say it speaks; "" for the truth
	Tags, Desired, Reported map[string]any
}

// Target is the identity the spec is about.
func (s Spec) Target() models.Target {
	return models.Target{DeviceID: s.DeviceID, ModuleID: s.ModuleID}
}

func key(t models.Target) string { return t.String() }

// Lookup finds an identity.
func (h *Hub) Lookup(t models.Target) (*Identity, bool) {
	h.mu.RLock()
	defer h.mu.RUnlock()
	id, ok := h.byKey[key(t)]
	return id, ok
}

// Find is Lookup with the error a caller gets.
func (h *Hub) Find(t models.Target) (*Identity, *Error) {
	if id, ok := h.Lookup(t); ok {
		return id, nil
	}
	if t.IsModule() {
		if _, ok := h.Lookup(models.Target{DeviceID: t.DeviceID}); ok {
			return nil, Errorf(CodeModuleNotFound, "%s/%s", t.DeviceID, t.ModuleID)
		}
	}
	return nil, Errorf(CodeDeviceNotFound, "%s", t.DeviceID)
}

// Create registers a device or module.
func (h *Hub) Create(s Spec) (*Identity, *Error) {
	t := s.Target()
	if _, err := models.ParseTarget(t.String()); err != nil {
		return nil, Errorf(CodeArgumentInvalid, "%s", err)
	}
	id := &Identity{DeviceID: s.DeviceID, ModuleID: s.ModuleID, edge: s.Edge, disabled: s.Disabled}
	h.apply(id, s)
	id.twin = newTwin(s, h.clock.Now())

	h.mu.Lock()
	defer h.mu.Unlock()
	if _, taken := h.byKey[key(t)]; taken {
		if t.IsModule() {
			return nil, Errorf(CodeModuleExists, "%s/%s", t.DeviceID, t.ModuleID)
		}
		return nil, Errorf(CodeDeviceExists, "A device with ID '%s' is already registered.", t.DeviceID)
	}
	if len(h.byKey) >= MaxIdentities {
		return nil, Errorf(CodeTooManyDevices, "The hub holds %d identities, the most it can.", len(h.byKey))
	}
	if t.IsModule() {
		device, ok := h.byKey[t.DeviceID]
		if !ok {
			return nil, Errorf(CodeDeviceNotFound, "%s", t.DeviceID)
		}
		id.parent = device
		if !device.addModule(id) {
			return nil, Errorf(413003, "Device %s already has %d modules.", t.DeviceID, MaxModules)
		}
	}
	h.insert(id)
	return id, nil
}

func (d *Identity) addModule(m *Identity) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.modules) >= MaxModules {
		return false
	}
	d.modules = append(d.modules, m)
	return true
}

// insert needs h.mu held.
func (h *Hub) insert(id *Identity) {
	h.nextSeq++
	id.seq = h.nextSeq
	h.byKey[id.key()] = id
	if id.ModuleID != "" {
		h.modules = append(h.modules, id)
		return
	}
	h.order = append(h.order, id)
	h.devices.Add(1)
	if id.disabled {
		h.disabled.Add(1)
	}
}

func newTwin(s Spec, now time.Time) *Twin {
	if len(s.Tags)+len(s.Desired)+len(s.Reported) == 0 {
		return nil // most identities of a large hub
	}
	return &Twin{
		Version: 1, Tags: twin.New(s.Tags, now),
		Desired: twin.New(s.Desired, now), Reported: twin.New(s.Reported, now),
	}
}

// apply sets what an update may set; id is new or locked.
func (h *Hub) apply(id *Identity, s Spec) {
	set := func(field func(*details) *string, value string) {
		if d := id.detail(); *field(&d) != value {
			*field(id.change()) = value
		}
	}
	if s.AuthType == AuthSAS {
		s.AuthType = ""
	}
	set(func(d *details) *string { return &d.authType }, s.AuthType)
	set(func(d *details) *string { return &d.primary }, s.PrimaryKey)
	set(func(d *details) *string { return &d.secondary }, s.SecondaryKey)
	set(func(d *details) *string { return &d.thumbprint }, s.Thumbprint)
	set(func(d *details) *string { return &d.thumbprint2 }, s.Thumbprint2)
	set(func(d *details) *string { return &d.statusReason }, s.StatusReason)
	set(func(d *details) *string { return &d.scope }, s.Scope)
	set(func(d *details) *string { return &d.managedBy }, s.ManagedBy)
	set(func(d *details) *string { return &d.modelID }, s.ModelID)
	if s.Protocol != "" {
		id.change().protocol = s.Protocol
	}
	if len(s.Parents) > 0 {
		id.change().parents = s.Parents
	}
	if s.Edge && id.detail().scope == "" {
		id.change().scope = h.EdgeScope(id.DeviceID)
	}
}

// EdgeScope is the scope that an Edge device and its children share.
func (h *Hub) EdgeScope(edgeDeviceID string) string {
	return "ms-azure-iot-edge://" + edgeDeviceID + "-" + h.cfg.Name
}

// Modules lists a device's modules in order of creation.
func (h *Hub) Modules(deviceID string) ([]*Identity, *Error) {
	id, err := h.Find(models.Target{DeviceID: deviceID})
	if err != nil {
		return nil, err
	}
	id.mu.Lock()
	defer id.mu.Unlock()
	return append([]*Identity(nil), id.modules...), nil
}

// Scan calls visit for devices, or for modules, in order of creation, starting
// after the given place, until visit returns false. It returns the place of
// the last one visited and whether any follow.
func (h *Hub) Scan(modules bool, after uint64, visit func(*Identity) bool) (last uint64, more bool) {
	h.mu.RLock()
	list := h.order
	if modules {
		list = h.modules
	}
	h.mu.RUnlock()
	i := sort.Search(len(list), func(i int) bool { return list[i].seq > after })
	last = after
	for ; i < len(list); i++ {
		id := list[i]
		if id.isDeleted() {
			continue
		}
		if !visit(id) {
			return last, true
		}
		last = id.seq
	}
	return last, false
}

func (id *Identity) isDeleted() bool {
	id.mu.Lock()
	defer id.mu.Unlock()
	return id.deleted
}

// Matches reports whether an If-Match value allows a change to something with
// that etag. Values come quoted or not; none at all allows everything.
func Matches(match, etag string) bool {
	match = Unquote(match)
	return match == "" || match == "*" || match == etag
}

// Unquote drops the quotes, and the weakness mark, that HTTP puts round an
// etag.
func Unquote(etag string) string {
	if len(etag) > 2 && etag[:2] == "W/" {
		etag = etag[2:]
	}
	if len(etag) >= 2 && etag[0] == '"' && etag[len(etag)-1] == '"' {
		return etag[1 : len(etag)-1]
	}
	return etag
}

// SeenBefore says that an identity was last active that long ago and has been
// disconnected since; zero leaves it as never seen.
func (h *Hub) SeenBefore(id *Identity, ago time.Duration) {
	if ago <= 0 {
		return
	}
	at := nanos(h.clock.Now().Add(-ago))
	id.mu.Lock()
	id.lastActivity, id.stateSince = at, at
	id.mu.Unlock()
}
