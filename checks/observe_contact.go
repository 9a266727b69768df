package checks

import (
	"fmt"
	"math"
	"net/url"
	"slices"
	"strings"
	"time"

	"methodical/models"
)

// clockTolerance is how far the caller's clock may be off.
// Source: learn.microsoft.com, error 401003, "clock off by more than 5 minutes",
// and the same constant in azure-iot-sdk-csharp.
const clockTolerance = 5 * time.Minute

// contact reads what is known of the way to the hub and of the credential.
func (s *scene) contact() {
	s.firstContact()
	s.clock()
	s.credential()
	s.tlsIssuer()
	s.ownLimit()
	if strings.EqualFold(s.c.Hub.PublicNetworkAccess, "Disabled") && !s.reached(classUnauthorized.depth()+1) {
		s.addClient(dmPublicAccessOff, models.SeverityWarning, "The hub's public network access is off: only private endpoints get in, all others see 401.", "")
	}
}

// addClient records a finding about the caller rather than a device.
func (s *scene) addClient(code string, severity models.Severity, text, evidence string) {
	s.addAbout("", code, severity, text, evidence)
}

// reached reports whether any call of the case got at least that far.
func (s *scene) reached(depth int) bool {
	far := func(c call) bool { return c.class.depth() >= depth }
	return slices.ContainsFunc(s.calls, far) ||
		slices.ContainsFunc(s.others, func(o other) bool { return slices.ContainsFunc(o.calls, far) })
}

// firstContact reads the walk's first request, unless a call has got farther
// since.
func (s *scene) firstContact() {
	client := s.c.Client
	first := readCall(models.Invocation{
		HTTPStatus: client.ContactStatus, Body: client.ContactBody,
		TransportError: client.ContactError, TransportErrorKind: client.ContactErrorKind,
	}, -1)
	failed := client.ContactStatus != 0 || client.ContactError != ""
	switch {
	case !failed && client.ClockOffsetSeconds != nil:
		s.addClient(dmContactFine, models.SeverityOK, "The hub answers requests from here.", "")
	case !failed, s.reached(first.class.depth() + 1):
	case first.class == classUnreached || first.class == classGaveUp || first.class == classForeign:
		code, text := transportFinding(TransportKind(first.inv))
		if first.class == classForeign {
			code, text = dmForeignAnswer, "Something on the way answered in the hub's place."
		}
		if code == dmGaveUp {
			code, text = dmTCPTimeout, "No answer came from the hub in time."
		}
		s.addClient(code, models.SeverityError, text, quoted(client.ContactError))
	case first.class == classUnauthorized:
		s.addClient(dmContactRefused, models.SeverityError, "The hub refused the caller at the first request ("+first.codeWords()+").", first.hubSaid())
		s.readUnauthorized(first.out.Error.Message+" "+client.ContactBody, first.hubSaid())
	case first.class.hubWide():
		row := troubleRows[first.class]
		s.addClient(row.code, models.SeverityError, fill(row.text, s.name, "the request", "", first.codeWords()), first.hubSaid())
	default:
		s.addClient(dmContactHubError, models.SeverityWarning, "The hub refused the first request ("+first.codeWords()+").", first.hubSaid())
	}
}

func (s *scene) clock() {
	off := s.c.Client.ClockOffsetSeconds
	if off == nil || math.IsNaN(*off) || math.IsInf(*off, 0) {
		return
	}
	seconds := math.Max(math.Min(math.Abs(*off), 1e8), 0)
	apart := time.Duration(seconds * float64(time.Second))
	if apart <= clockTolerance {
		s.addClient(dmClockFine, models.SeverityOK, "The local clock agrees with the hub's.", "")
		return
	}
	direction := "ahead of"
	if *off < 0 {
		direction = "behind"
	}
	s.addClient(dmClockOff, models.SeverityWarning, fmt.Sprintf("The local clock is %s %s the hub's; more than %s spoils tokens made here.",
		inWords(apart), direction, inWords(clockTolerance)), "")
}

// The shared access policies every hub starts with, and whether they hold the
// right to call methods.
// Source: learn.microsoft.com, "Control access to IoT Hub by using shared
// access signatures": ServiceConnect.
var policyMayCall = map[string]bool{
	"iothubowner": true, "service": true,
	"device": false, "registryread": false, "registryreadwrite": false,
}

func (s *scene) credential() {
	client := s.c.Client
	policy := cleanName(client.Policy)
	if may, known := policyMayCall[strings.ToLower(client.Policy)]; known {
		if may {
			s.addClient(dmPolicyHasRight, models.SeverityInfo, "The policy "+policy+" may call methods.", "")
		} else {
			s.addClient(dmPolicyLacksRight, models.SeverityError, "The policy "+policy+" may not call methods: that needs the right ServiceConnect.", "")
		}
	}
	if strings.EqualFold(client.Credential, "entra") {
		s.addClient(dmEntra, models.SeverityInfo, "The caller signs in with Microsoft Entra ID.", "")
	}
	if off := s.c.Hub.LocalAuthDisabled; off != nil && *off && strings.HasPrefix(strings.ToLower(client.Credential), "sas") {
		s.addClient(dmLocalAuthOff, models.SeverityError, "The hub takes no shared access keys (local authentication is off), and the caller uses one.", "")
	}
	if expiry, err := time.Parse(time.RFC3339, client.TokenExpiry); err == nil {
		if now := s.hubTime(); !now.IsZero() && now.After(expiry) {
			s.addClient(dmTokenExpired, models.SeverityError, fmt.Sprintf("The token had expired %s before.", inWords(now.Sub(expiry))), "expiry "+atTime(expiry))
		}
	}
	s.tokenResource(client.TokenResource)
}

// tokenResource checks that a ready-made token is for this hub, and for the hub
// rather than for one device of it.
func (s *scene) tokenResource(resource string) {
	if resource == "" {
		return
	}
	if plain, err := url.PathUnescape(resource); err == nil {
		resource = plain
	}
	resource = strings.TrimPrefix(strings.ToLower(resource), "https://")
	host, path, _ := strings.Cut(resource, "/")
	hub := strings.ToLower(s.c.Hub.HostName)
	switch {
	case strings.HasPrefix(path, "devices/"):
		s.addClient(dmTokenElsewhere, models.SeverityError, "The token is a device's own: it does not open the service side of the hub.", "resource "+quoted(resource))
	case hub != "" && stripPort(host) != stripPort(hub):
		s.addClient(dmTokenElsewhere, models.SeverityError, "The token is for "+cleanName(host)+", not for this hub.", "resource "+quoted(resource))
	}
}

func stripPort(host string) string {
	name, _, _ := strings.Cut(host, ":")
	return name
}

// hubTime is the hub's time at the newest call, or zero.
func (s *scene) hubTime() time.Time {
	var now time.Time
	for _, inv := range s.c.Invocations {
		if inv.Time.After(now) {
			now = inv.Time
		}
	}
	if now.IsZero() {
		now = s.device.ObservedAt
	}
	if off := s.c.Client.ClockOffsetSeconds; off != nil && !now.IsZero() {
		now = now.Add(-time.Duration(*off * float64(time.Second)))
	}
	return now
}

// What the words of a 401 may tell beside its code. The wordings are those on
// record in the issue trackers of the SDKs and in the documents.
var unauthorizedWords = []struct {
	code  string
	text  string
	words []string
}{
	{dmRightMissing, "The hub says that the caller lacks a right.", []string{"does not allow access", "is not authorized for", "no assigned permissions", "not have permission", "insufficient"}},
	{dmAddressRule, "The hub speaks of an address or network rule.", []string{"ip address", "ip filter", "ipfilter", "ip rule", "public network", "network rule", "private endpoint", "firewall", "virtual network"}},
	{dmLocalAuthOff, "The hub takes no shared access keys (local authentication is off).", []string{"local auth", "localauth", "key-based authentication", "sas authentication is disabled", "shared access key is disabled"}},
	{dmSaidExpired, "The hub says that the token has expired.", []string{"expired"}},
	{dmBadToken, "The hub says that the token is bad.", []string{"signature", "malformed", "sas token"}},
}

func (s *scene) readUnauthorized(text, evidence string) {
	lower := strings.ToLower(text)
	for _, row := range unauthorizedWords {
		for _, w := range row.words {
			if strings.Contains(lower, w) {
				s.addClient(row.code, models.SeverityError, row.text, evidence)
				return
			}
		}
	}
}

// azureIssuers are words in the names of those who issue the certificates of
// real hubs.
// Source: learn.microsoft.com, "Azure Certificate Authority details".
var azureIssuers = []string{"microsoft", "digicert", "baltimore"}

// tlsIssuer notices a certificate that somebody else put in the hub's place, as
// inspecting proxies do.
func (s *scene) tlsIssuer() {
	issuer := strings.ToLower(s.c.Client.TLSIssuer)
	if issuer == "" || s.c.Hub.Emulator || !strings.Contains(strings.ToLower(s.c.Hub.HostName), ".azure-devices.") {
		return
	}
	for _, known := range azureIssuers {
		if strings.Contains(issuer, known) {
			return
		}
	}
	s.addClient(dmIntercepted, models.SeverityWarning, "The hub's certificate was issued by somebody other than Azure's authorities: a proxy reads the traffic.", quoted(s.c.Client.TLSIssuer))
}

// ownLimit notices that the caller's own time limit is shorter than what it
// asks of the hub, before that has done harm.
func (s *scene) ownLimit() {
	own := s.c.Client.HTTPTimeoutSeconds
	if own == nil || *own <= 0 || slices.ContainsFunc(s.calls, func(c call) bool { return c.class == classGaveUp }) {
		return
	}
	limit := time.Duration(math.Min(*own, 1e6) * float64(time.Second))
	for _, c := range s.calls {
		if longest := longestWait(c); limit < longest {
			s.addClient(dmLimitTooShort, models.SeverityWarning, fmt.Sprintf("The caller waits %s at most, less than the hub may take (%s): a late answer would be missed.",
				inWords(limit), inWords(longest)), "")
			return
		}
	}
}
