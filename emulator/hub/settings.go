package hub

import (
	"net/netip"
	"time"

	"methodical/emulator/sas"
)

// Settings are what an administrator, or Azure itself, can change about a
// running hub.
type Settings struct {
	SKU       string // F1, B1, B2, B3, S1, S2 or S3
	Units     int
	Suspended bool // for billing, say
	// LocalAuthOff refuses every shared access signature of service callers.
	LocalAuthOff bool
	// Role is what the Entra principal may do; "" means RoleContributor.
	Role string
	// PublicAccessOff refuses every caller and device: nobody comes in over a
	// private link here.
	PublicAccessOff bool
	// IPRules are checked in order, and the first that matches decides; an
	// address that none matches is refused when there are any that accept.
	IPRules []IPRule
	// StateLag is how long connectionState keeps saying the old thing; the
	// documentation allows up to five minutes.
	StateLag time.Duration
	Limits   Limits
}

// IPRule accepts or rejects the addresses of a network.
type IPRule struct {
	Name   string
	Accept bool
	Mask   netip.Prefix
}

// Limits are the measures of throttling that Microsoft does not publish. The
// rates themselves follow from the SKU.
type Limits struct {
	Off bool // no throttling at all
	// Burst is how much of the rate may be used up at once before calls queue.
	Burst time.Duration
	// Backlog is how many calls may queue before 429002.
	Backlog int
	// MaxWait is how long a call may queue before 429003.
	MaxWait time.Duration
	// Lasting is how long calls may be queueing or refused before all of them
	// get 429001.
	Lasting time.Duration
}

// DefaultLimits make a throttled hub slow first and refusing later.
func DefaultLimits() Limits {
	return Limits{Burst: time.Second, Backlog: 400, MaxWait: 10 * time.Second, Lasting: time.Minute}
}

// Settings are the settings in force.
func (h *Hub) Settings() Settings { return *h.settings.Load() }

// Change changes the settings from now on.
func (h *Hub) Change(change func(*Settings)) {
	for {
		old := h.settings.Load()
		fresh := *old
		change(&fresh)
		if h.settings.CompareAndSwap(old, &fresh) {
			return
		}
	}
}

// admits reports whether the network rules let an address in.
func (s *Settings) admits(remote string) bool {
	if s.PublicAccessOff {
		return false
	}
	if len(s.IPRules) == 0 {
		return true
	}
	ip, err := netip.ParseAddr(sas.StripPort(remote))
	if err != nil {
		return false
	}
	ip = ip.Unmap()
	accepts := false
	for _, rule := range s.IPRules {
		if rule.Mask.Contains(ip) {
			return rule.Accept
		}
		accepts = accepts || rule.Accept
	}
	return !accepts
}
