package scenario

import (
	"fmt"
	"net/netip"
	"slices"
	"time"

	"methodical/emulator/hub"
)

// IPRule accepts or rejects the addresses of a network, as the classic IP
// filter does.
type IPRule struct {
	Name   string `yaml:"name"`
	Action string `yaml:"action"` // "Accept" or "Reject"
	Mask   string `yaml:"mask"`   // for example 10.0.0.0/8
}

// Limits are the measures of throttling that Microsoft does not publish; those
// left out keep their defaults.
type Limits struct {
	Burst   *Duration `yaml:"burst"`
	Backlog *int      `yaml:"backlog"`
	MaxWait *Duration `yaml:"maxWait"`
	Lasting *Duration `yaml:"lasting"`
}

// Fault is something wrong with the service for a while.
type Fault struct {
	// Kind is failover, maintenance, error or slow.
	Kind  string   `yaml:"kind"`
	At    Duration `yaml:"at"`
	For   Duration `yaml:"for"` // 0 means to the end
	Code  int      `yaml:"code"`
	Text  string   `yaml:"text"`
	Share float64  `yaml:"share"`
	Delay Duration `yaml:"delay"`
	On    []string `yaml:"on"` // methods, twins, queries, registry, jobs; none means all
}

// The kinds of fault.
const (
	faultFailover    = "failover"
	faultMaintenance = "maintenance"
	faultError       = "error"
	faultSlow        = "slow"
)

// Hub is the fault as the hub plays it.
func (f Fault) Hub() hub.Fault {
	fault := hub.Fault{Code: f.Code, Message: f.Text, Share: f.Share, Delay: time.Duration(f.Delay)}
	for _, name := range f.On {
		fault.Only = append(fault.Only, operationsOf(name)...)
	}
	switch f.Kind {
	case faultFailover:
		fault.Code, fault.Disconnects = hub.CodeFailingOver, true
	case faultMaintenance:
		fault.Code, fault.Disconnects = hub.CodeRejectedOnUpgrade, true
	}
	return fault
}

func operationsOf(name string) []hub.Operation {
	switch name {
	case "methods":
		return []hub.Operation{hub.OpMethod}
	case "twins":
		return []hub.Operation{hub.OpTwinRead, hub.OpTwinUpdate}
	case "queries":
		return []hub.Operation{hub.OpQuery}
	case "registry":
		return []hub.Operation{hub.OpRegistry}
	case "jobs":
		return []hub.Operation{hub.OpJobs}
	default:
		return nil
	}
}

// Settings are the hub's settings to begin with. The file has been checked.
func (h Hub) Settings() hub.Settings {
	s := hub.Settings{
		SKU: h.SKU, Units: h.Units, Suspended: h.State == "Suspended", LocalAuthOff: h.LocalAuth == "off",
		PublicAccessOff: h.PublicNetworkAccess == "Disabled", StateLag: time.Duration(h.ConnectionStateLag), Limits: hub.DefaultLimits(),
	}
	for _, r := range h.IPRules {
		if mask, err := netip.ParsePrefix(r.Mask); err == nil {
			s.IPRules = append(s.IPRules, hub.IPRule{Name: r.Name, Accept: r.Action == "Accept", Mask: mask})
		}
	}
	s.Limits.Off = h.Throttling == "off"
	set(&s.Limits.Burst, h.Limits.Burst)
	set(&s.Limits.MaxWait, h.Limits.MaxWait)
	set(&s.Limits.Lasting, h.Limits.Lasting)
	if h.Limits.Backlog != nil {
		s.Limits.Backlog = *h.Limits.Backlog
	}
	return s
}

func set(into *time.Duration, given *Duration) {
	if given != nil {
		*into = time.Duration(*given)
	}
}

func (h Hub) checkDetails() *problem {
	for i, r := range h.IPRules {
		at := fmt.Sprintf("$.hub.ipRules[%d]", i)
		if _, err := netip.ParsePrefix(r.Mask); err != nil {
			return wrong(at+".mask", "%q is no network: write something like 10.0.0.0/8", r.Mask)
		}
		if r.Action != "Accept" && r.Action != "Reject" {
			return wrong(at+".action", "the action is Accept or Reject, not %q", r.Action)
		}
	}
	for i, f := range h.Faults {
		if p := f.check(fmt.Sprintf("$.hub.faults[%d]", i)); p != nil {
			return p
		}
	}
	return nil
}

func (f Fault) check(at string) *problem {
	switch {
	case !slices.Contains([]string{faultFailover, faultMaintenance, faultError, faultSlow}, f.Kind):
		return wrong(at+".kind", "the kind of a fault is failover, maintenance, error or slow, not %q", f.Kind)
	case f.Kind == faultError && (f.Code < 400000 || f.Code > 599999):
		return wrong(at+".code", "an error needs a code of six digits, for example 500001")
	case f.Kind == faultSlow && f.Delay <= 0:
		return wrong(at+".delay", "a slow hub needs a delay")
	case f.Share < 0 || f.Share > 1:
		return wrong(at+".share", "the share lies between 0 and 1, not at %g", f.Share)
	}
	for _, name := range f.On {
		if operationsOf(name) == nil {
			return wrong(at+".on", "%q is no kind of request: write methods, twins, queries, registry or jobs", name)
		}
	}
	return nil
}
