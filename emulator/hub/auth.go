package hub

import (
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // the service compares certificates by this thumbprint
	"crypto/x509"
	"encoding/hex"
	"strings"

	"methodical/emulator/sas"
	"methodical/models"
)

// Right is what a shared access policy may grant.
type Right int

// The rights. Source: learn.microsoft.com, "Control access to IoT Hub".
const (
	RightRegistryRead Right = 1 << iota
	RightRegistryWrite
	RightServiceConnect
	RightDeviceConnect
)

// The built-in policies.
const (
	PolicyOwner             = "iothubowner"
	PolicyService           = "service"
	PolicyDevice            = "device"
	PolicyRegistryRead      = "registryRead"
	PolicyRegistryReadWrite = "registryReadWrite"
)

// Policies lists the built-in policies.
func Policies() []string {
	return []string{PolicyOwner, PolicyService, PolicyDevice, PolicyRegistryRead, PolicyRegistryReadWrite}
}

func rightsOf(policy string) Right {
	switch policy {
	case PolicyOwner:
		return RightRegistryRead | RightRegistryWrite | RightServiceConnect | RightDeviceConnect
	case PolicyService:
		return RightServiceConnect
	case PolicyDevice:
		return RightDeviceConnect
	case PolicyRegistryRead:
		return RightRegistryRead
	case PolicyRegistryReadWrite:
		return RightRegistryRead | RightRegistryWrite
	default:
		return 0
	}
}

// PolicyKey is a policy's primary key; ok is false for an unknown policy.
func (h *Hub) PolicyKey(policy string) (key string, ok bool) {
	key, _, ok = h.PolicyKeys(policy)
	return key, ok
}

// PolicyKeys are a policy's two keys; ok is false for an unknown policy.
func (h *Hub) PolicyKeys(policy string) (primary, secondary string, ok bool) {
	if rightsOf(policy) == 0 {
		return "", "", false
	}
	return h.derive("policy:"+policy, "primary"), h.derive("policy:"+policy, "secondary"), true
}

func (h *Hub) signedByPolicy(t sas.Token) bool {
	return rightsOf(t.Policy) != 0 &&
		(t.SignedWith(h.derive("policy:"+t.Policy, "primary")) || t.SignedWith(h.derive("policy:"+t.Policy, "secondary")))
}

const badSignature = "The specified SAS token has an invalid signature. It does not match either the primary or secondary key."

// Caller is who asks the service for something, and for what.
type Caller struct {
	Remote        string // address
	Authorization string // header
	Verb          string
	Path          string // unescaped
}

// Authorize checks a service caller's address, and its Authorization header for
// one of the rights. The real time decides on expiry. A caller that the network
// rules keep out is not told so.
func (h *Hub) Authorize(c Caller, need Right) *Error {
	header, path := c.Authorization, c.Path
	switch s := h.settings.Load(); {
	case !s.admits(c.Remote):
		return Errorf(CodeUnauthorizedAccess, "Unauthorized")
	case s.LocalAuthOff && !strings.HasPrefix(header, "Bearer "):
		return Errorf(h.cfg.Switches.LocalAuthDisabled, "Unauthorized")
	}
	if bearer, ok := strings.CutPrefix(header, "Bearer "); ok {
		return h.authorizePrincipal(bearer, c, need)
	}
	token, err := sas.Parse(header)
	if err != nil || token.Policy == "" {
		return Errorf(CodeUnauthorizedAccess, "Unauthorized")
	}
	switch rights := rightsOf(token.Policy); {
	case rights == 0:
		return Errorf(CodeUnauthorizedAccess, "Unauthorized")
	case !h.signedByPolicy(token):
		return Errorf(CodeUnauthorizedAccess, badSignature)
	case token.Expired(h.RealNow()):
		return Errorf(h.cfg.Switches.ExpiredToken, "The specified SAS token is expired")
	case !token.Covers(h.cfg.HostNames, path):
		return Errorf(CodeUnauthorizedAccess, "Unauthorized")
	case rights&need == 0:
		return Errorf(h.cfg.Switches.MissingRight, "Authorization rule '%s' does not allow access for '%s'.", token.Policy, path)
	}
	return nil
}

// The roles of the one Entra principal that the emulator knows.
const (
	RoleContributor = "IoT Hub Data Contributor" // everything
	RoleReader      = "IoT Hub Data Reader"      // reads, and cannot invoke
	RoleNone        = "none"
)

// Principal is the name of the emulator's one Entra principal.
const Principal = "engineer@methodical.example"

// BearerToken is the token of the emulator's one Entra principal, for the hub
// and for its resource alike.
func (h *Hub) BearerToken() string { return h.derive("entra", "token") }

// authorizePrincipal checks an Entra caller by its role. Methods count as
// action, all reading as reading.
func (h *Hub) authorizePrincipal(bearer string, c Caller, need Right) *Error {
	if !hmac.Equal([]byte(bearer), []byte(h.BearerToken())) {
		return Errorf(CodeUnauthorizedAccess, "Unauthorized")
	}
	reads := need == RightRegistryRead || need == RightServiceConnect && (c.Verb == "GET" || strings.HasSuffix(c.Path, "/query"))
	switch role := h.settings.Load().Role; {
	case role == "", role == RoleContributor, role == RoleReader && reads:
		return nil
	default:
		return Errorf(CodeUnauthorized, "Principal %s is not authorized for %s on %s due to no assigned permissions", Principal, c.Verb, c.Path)
	}
}

// Login checks a device's credentials: a token signed with its own key or by a
// policy that may connect devices, or a certificate it is registered with. It
// returns how it logged in and when its token ends, if it has one.
func (h *Hub) Login(t models.Target, remote, password string, certificate *x509.Certificate) (*Identity, LinkInfo, *Error) {
	switch {
	case !h.settings.Load().admits(remote):
		return nil, LinkInfo{}, Errorf(CodeUnauthorized, "Unauthorized")
	case h.faults.refusesDevices():
		return nil, LinkInfo{}, Errorf(CodeRejectedOnUpgrade, "BadRequest")
	}
	id, err := h.Find(t)
	if err != nil {
		return nil, LinkInfo{}, Errorf(CodeUnauthorized, "%s", err.Message)
	}
	id.mu.Lock()
	disabled, d := id.isDisabled(), id.detail()
	primary, secondary := h.keys(id)
	id.mu.Unlock()
	if disabled {
		return nil, LinkInfo{}, Errorf(CodeUnauthorized, "Device %s is disabled.", id.DeviceID)
	}
	if d.auth() != AuthSAS {
		return id, LinkInfo{AuthType: "x509"}, checkCertificate(d, certificate)
	}
	token, bad := sas.Parse(password)
	switch {
	case bad != nil:
		return nil, LinkInfo{}, Errorf(CodeUnauthorized, "Unauthorized")
	case !h.signedFor(token, primary, secondary):
		return nil, LinkInfo{}, Errorf(CodeUnauthorized, badSignature)
	case token.Expired(h.RealNow()):
		return nil, LinkInfo{}, Errorf(CodeUnauthorized, "The specified SAS token is expired")
	case !token.Covers(h.cfg.HostNames, id.path()):
		return nil, LinkInfo{}, Errorf(CodeUnauthorized, "Unauthorized")
	}
	return id, LinkInfo{AuthType: "sas", Expiry: token.Expiry.Add(-h.cfg.ClockOffset)}, nil
}

func (h *Hub) signedFor(token sas.Token, primary, secondary string) bool {
	if token.Policy != "" {
		return rightsOf(token.Policy)&RightDeviceConnect != 0 && h.signedByPolicy(token)
	}
	return token.SignedWith(primary) || token.SignedWith(secondary)
}

func checkCertificate(d details, certificate *x509.Certificate) *Error {
	if certificate == nil {
		return Errorf(CodeUnauthorized, "Unauthorized")
	}
	sum := sha1.Sum(certificate.Raw) //nolint:gosec // see the import
	thumbprint := hex.EncodeToString(sum[:])
	if strings.EqualFold(thumbprint, d.thumbprint) || strings.EqualFold(thumbprint, d.thumbprint2) {
		return nil
	}
	return Errorf(CodeUnauthorized, "Unauthorized")
}

// DeviceKeys are an identity's two symmetric keys.
func (h *Hub) DeviceKeys(t models.Target) (primary, secondary string, err *Error) {
	id, err := h.Find(t)
	if err != nil {
		return "", "", err
	}
	id.mu.Lock()
	defer id.mu.Unlock()
	primary, secondary = h.keys(id)
	return primary, secondary, nil
}
