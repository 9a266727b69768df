package hub

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"strconv"
	"sync"
	"time"

	"methodical/emulator/twin"
)

// Identity is a registered device or module. A hub may hold a million, so what
// most of them never need is kept behind pointers.
type Identity struct {
	DeviceID string
	ModuleID string
	parent   *Identity // a module's device
	seq      uint64    // place in the registry's order

	mu            sync.Mutex
	revision      uint64 // of the identity, for its etag
	disabled      bool
	deleted       bool
	edge          bool
	connections   uint32 // how often it connected
	stateSince    int64  // when the connection state last changed, ns; 0 for never
	lastActivity  int64  // ns; 0 for never
	statusUpdated int64  // ns; 0 for never
	details       *details
	twin          *Twin
	live          *live
	modules       []*Identity // of a device, in order of creation
}

// details are what few identities have.
type details struct {
	authType     string // "" means sas
	primary      string // "" means derived from the hub's seed
	secondary    string
	thumbprint   string
	thumbprint2  string
	statusReason string
	scope        string
	parents      []string
	managedBy    string
	modelID      string
	protocol     string // what logs say it speaks; "" for the truth
}

// Twin is a device's or module's twin. Its documents never change in place.
type Twin struct {
	Tags, Desired, Reported twin.Collection
	Version                 int64
}

// The ways an identity may log in.
const (
	AuthSAS        = "sas"
	AuthSelfSigned = "selfSigned"
	AuthCA         = "certificateAuthority"
	AuthNone       = "none"
)

// key names the identity as its MQTT client id does.
func (id *Identity) key() string {
	if id.ModuleID == "" {
		return id.DeviceID
	}
	return id.DeviceID + "/" + id.ModuleID
}

// path is the identity's resource, as tokens name it.
func (id *Identity) path() string {
	if id.ModuleID == "" {
		return "/devices/" + id.DeviceID
	}
	return "/devices/" + id.DeviceID + "/modules/" + id.ModuleID
}

func (id *Identity) detail() details {
	if id.details == nil {
		return details{}
	}
	return *id.details
}

// change returns details of the identity's own to set: those of bulk devices are
// shared until then.
func (id *Identity) change() *details {
	own := id.detail()
	id.details = &own
	return id.details
}

func (d details) auth() string {
	if d.authType == "" {
		return AuthSAS
	}
	return d.authType
}

// keys are the identity's symmetric keys. Those nobody set are derived from
// the hub's seed, so that a million identities need no memory for them.
func (h *Hub) keys(id *Identity) (primary, secondary string) {
	d := id.detail()
	if primary = d.primary; primary == "" {
		primary = h.derive(id.key(), "primary")
	}
	if secondary = d.secondary; secondary == "" {
		secondary = h.derive(id.key(), "secondary")
	}
	return primary, secondary
}

func (h *Hub) derive(what, which string) string {
	mac := hmac.New(sha256.New, h.cfg.Seed)
	mac.Write([]byte(what))
	mac.Write([]byte{0})
	mac.Write([]byte(which))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// etag of the identity: opaque, and new with every change.
func (id *Identity) etag() string {
	return base64.StdEncoding.EncodeToString([]byte(strconv.FormatUint(id.revision+id.seq*7919+100000000, 10)))
}

// ETag of a twin: the version in eight bytes, as the service spells it.
func (t *Twin) ETag() string {
	var b [8]byte
	binary.BigEndian.PutUint64(b[:], uint64(max(t.Version, 1)))
	return base64.StdEncoding.EncodeToString(b[:])
}

func (h *Hub) generation(id *Identity) string {
	return strconv.FormatUint(638000000000000000+uint64(h.started.Unix())+id.seq, 10)
}

// activity needs the identity's lock: when the identity was last active.
func (id *Identity) activity(now time.Time) time.Time {
	last := fromNanos(id.lastActivity)
	if id.live == nil {
		return last
	}
	if b, ok := id.live.link.(busy); ok {
		if own := b.LastActivity(now); own.After(last) {
			return own
		}
	}
	return last
}

func nanos(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixNano()
}

func fromNanos(ns int64) time.Time {
	if ns == 0 {
		return time.Time{}
	}
	return time.Unix(0, ns).UTC()
}

// Place is the identity's position in the registry's order; positions only
// grow.
func (id *Identity) Place() uint64 { return id.seq }
