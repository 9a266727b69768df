package checks

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"methodical/models"
)

// How old a last activity may be and still say something about now. A quiet
// client may hold its connection with pings alone for up to half an hour (the
// hub's longest keep-alive is 29.45 minutes), so up to there silence says little.
const (
	activeNowAge    = 2 * time.Minute
	activeRecentAge = 30 * time.Minute
	quietLongAge    = 24 * time.Hour
	twinWrittenAge  = 5 * time.Minute
	// stateLag is how long a connection state may be wrong, by the documents.
	stateLag = 5 * time.Minute
)

// identity reads the registry and the twin: of the target, and of what it hangs
// on.
func (s *scene) identity() {
	s.unread()
	if s.hasDevice || s.hasOwner {
		s.registration()
		s.connection()
		s.gateway()
	}
	s.client()
}

func (s *scene) unread() {
	d := s.device
	if !s.hasDevice {
		d = s.owner
	}
	if d.ReadError == "" {
		return
	}
	text := "The registry entry of " + s.name + " could not be read."
	if lower := strings.ToLower(d.ReadError); strings.Contains(lower, "401") || strings.Contains(lower, "403") || strings.Contains(lower, "unauthorized") {
		text = "The registry entry of " + s.name + " could not be read with this credential: that needs the registry read right, which calling methods does not."
	}
	s.add(dmIdentityUnread, models.SeverityUnknown, text, quoted(d.ReadError))
}

func (s *scene) registration() {
	d := s.device
	switch {
	case d.Missing() && s.subject.IsModule():
		s.missingModule()
	case d.Missing():
		s.add(dmNotRegistered, models.SeverityError, s.name+" is not registered at this hub.", "")
	case !s.hasDevice && s.hasOwner && s.subject.IsModule() && s.owner.Missing():
		s.add(dmNotRegistered, models.SeverityError, "The device "+cleanName(s.subject.DeviceID)+" is not registered at this hub.", "")
	case s.subject.IsModule() && !d.Known() && s.ownerLacksModule():
		s.missingModule()
	case d.Known(), d.Registered == nil && d.Status != "":
		s.add(dmRegistered, models.SeverityOK, s.name+" is registered"+s.authWords()+".", "")
	}
	if d.Missing() && len(d.NearMisses) > 0 {
		s.add(dmNearMiss, models.SeverityInfo, "Names that look like it: "+listed(d.NearMisses, 3)+".", "")
	}
	for _, id := range []models.Device{s.device, s.owner} {
		if strings.EqualFold(id.Status, models.StatusDisabled) {
			reason := quoted(id.StatusReason)
			s.add(dmDisabled, models.SeverityError, cleanName(id.DeviceID)+" is disabled in the registry.", reason)
		}
	}
	if strings.EqualFold(d.Status, models.StatusEnabled) || s.subject.IsModule() && strings.EqualFold(s.owner.Status, models.StatusEnabled) {
		s.add(dmEnabled, models.SeverityOK, s.name+" is enabled.", "")
	}
	if !s.subject.IsModule() && d.IsEdge() {
		text := s.name + " is an IoT Edge device: nothing listens for methods under the device's own identity; its modules do"
		if len(d.Modules) > 0 {
			text += " (" + listed(d.Modules, 4) + ")"
		}
		s.add(dmEdgeIdentity, models.SeverityWarning, text+".", "")
	}
	if !s.subject.IsModule() && d.IoTEdge != nil && !*d.IoTEdge {
		s.add(dmPlainDevice, models.SeverityOK, s.name+" is a plain device: its own identity takes the calls.", "")
	}
	if s.subject.IsModule() && d.Known() && s.owner.IsEdge() {
		s.add(dmEdgeModule, models.SeverityInfo, s.name+" is a module of an IoT Edge device: its calls pass that device's own hub.", "")
	}
}

func (s *scene) authWords() string {
	auth := clean(s.device.AuthenticationType, 40)
	if auth == "" {
		return ""
	}
	return " and signs in with " + auth
}

// missingModule tells a module that does not exist from one whose whole device
// does not.
func (s *scene) missingModule() {
	device := cleanName(s.subject.DeviceID)
	if s.hasOwner && s.owner.Missing() {
		s.add(dmNotRegistered, models.SeverityError, "The device "+device+" is not registered at this hub.", "")
		return
	}
	if !s.hasOwner && len(s.device.Modules) == 0 && slices.ContainsFunc(s.calls, func(c call) bool { return c.class == classNotFound }) {
		return // the hub says that it is the device that it does not know
	}
	modules := s.device.Modules
	if len(modules) == 0 {
		modules = s.owner.Modules
	}
	text := device + " has no module " + cleanName(s.subject.ModuleID)
	if len(modules) > 0 {
		text += "; it has " + listed(modules, 5)
	}
	s.add(dmUnknownModule, models.SeverityError, text+".", "")
}

// ownerLacksModule reports whether the device is known with its modules, and
// the target is none of them.
func (s *scene) ownerLacksModule() bool {
	return s.hasOwner && len(s.owner.Modules) > 0 && !slices.Contains(s.owner.Modules, s.subject.ModuleID)
}

// connection reads connection state and last activity. An Edge device's own
// identity connects to nothing while its modules work, so it is left out.
func (s *scene) connection() {
	d := s.device
	if d.IsEdge() && !s.subject.IsModule() || !s.hasDevice || d.Missing() {
		return
	}
	now := s.observed(d)
	since := ""
	if !d.StateUpdatedTime.IsZero() && d.StateUpdatedTime.Year() > 1 && now.After(d.StateUpdatedTime) {
		since = " for " + inWords(now.Sub(d.StateUpdatedTime))
	}
	switch {
	case strings.EqualFold(d.ConnectionState, models.StateConnected):
		s.add(dmConnected, models.SeverityInfo, "The registry shows "+s.name+" as connected"+since+".", "")
	case strings.EqualFold(d.ConnectionState, models.StateDisconnected):
		s.add(dmDisconnected, models.SeverityInfo, "The registry shows "+s.name+" as disconnected"+since+"; that may lag by up to "+inWords(stateLag)+".", "")
	}
	s.activity(d, now)
	if age := now.Sub(d.ReportedUpdated); d.ReportedUpdated.Year() > 1 && !now.IsZero() && age < twinWrittenAge {
		s.add(dmTwinWritten, models.SeverityInfo, fmt.Sprintf("%s wrote to its twin %s ago.", s.name, inWords(age)), atTime(d.ReportedUpdated))
	}
}

func (s *scene) activity(d models.Device, now time.Time) {
	if d.NeverActive() {
		if d.Known() && strings.EqualFold(d.ConnectionState, models.StateDisconnected) && d.StateUpdatedTime.Year() <= 1 && d.ReportedUpdated.Year() <= 1 {
			s.add(dmNeverActive, models.SeverityWarning, "The registry gives no last activity for "+s.name+": it may never have connected.", "")
		}
		return
	}
	evidence := "last activity " + atTime(d.LastActivityTime)
	if refusal, ok := s.lastRefusal(); ok && d.LastActivityTime.After(refusal) {
		s.add(dmActiveAfter, models.SeverityWarning, fmt.Sprintf("%s was active %s after the hub had refused the call.", s.name, inWords(d.LastActivityTime.Sub(refusal))), evidence)
	}
	if now.IsZero() {
		return
	}
	age := max(now.Sub(d.LastActivityTime), 0)
	ago := fmt.Sprintf("%s was last active %s ago.", s.name, inWords(age))
	switch {
	case age <= activeNowAge:
		s.add(dmActiveNow, models.SeverityInfo, fmt.Sprintf("%s was active %s ago.", s.name, inWords(age)), evidence)
	case age <= activeRecentAge:
		s.add(dmActiveRecently, models.SeverityInfo, ago, evidence)
	case age <= quietLongAge:
		s.add(dmQuiet, models.SeverityWarning, ago, evidence)
	default:
		s.add(dmQuietLong, models.SeverityWarning, ago, evidence)
	}
}

// observed is when the facts about a device were read: the time stated, else
// the time of the newest call to the target, else zero.
func (s *scene) observed(d models.Device) time.Time {
	now := d.ObservedAt
	if now.IsZero() {
		for _, c := range s.calls {
			if c.inv.Time.After(now) {
				now = c.inv.Time
			}
		}
	}
	return now
}

// lastRefusal is when the newest call that found nobody came back.
func (s *scene) lastRefusal() (time.Time, bool) {
	for _, c := range slices.Backward(s.calls) {
		if c.class == classRefused && !c.inv.Time.IsZero() {
			return c.inv.Time.Add(c.time), true
		}
	}
	return time.Time{}, false
}

// gateway reads the device a call passes on its way: the parent of a child, or
// the edge hub of a module.
func (s *scene) gateway() {
	parent := s.device.Parent
	if parent == "" {
		parent = s.owner.Parent
	}
	if parent != "" && parent != s.subject.DeviceID {
		s.add(dmBehindGateway, models.SeverityInfo, fmt.Sprintf("%s reaches the hub through the gateway %s.", s.name, cleanName(parent)), "")
		s.gatewayState(parent, dmGatewayDown, dmGatewayUp)
		return
	}
	if s.subject.IsModule() && (s.owner.IsEdge() || s.edgeSystemModule()) && !strings.EqualFold(s.subject.ModuleID, edgeHubModule) {
		s.gatewayState(s.subject.DeviceID, dmEdgeHubDown, dmGatewayUp)
	}
}

// The modules that every IoT Edge device has.
const (
	edgeHubModule   = "$edgeHub"
	edgeAgentModule = "$edgeAgent"
)

func systemModule(id string) bool { return id == edgeHubModule || id == edgeAgentModule }

// edgeSystemModule reports whether the case knows an Edge system module of the
// target's device, which makes it an Edge device.
func (s *scene) edgeSystemModule() bool {
	return slices.ContainsFunc(s.c.Devices, func(d models.Device) bool {
		return d.DeviceID == s.subject.DeviceID && systemModule(d.ModuleID)
	})
}

// gatewayState judges a gateway by the calls to its modules, then by what the
// registry says of its edge hub, and of its own identity last, which may show
// as disconnected while its modules work.
func (s *scene) gatewayState(id, downCode, upCode string) {
	name := cleanName(id)
	for _, o := range s.others {
		if o.target.DeviceID != id || o.target == s.subject {
			continue
		}
		sister := s.subject.DeviceID == id && !systemModule(o.target.ModuleID)
		for _, c := range slices.Backward(o.calls) {
			switch {
			case c.class.depth() >= 4:
				s.add(upCode, models.SeverityInfo, "The gateway "+name+" takes calls: "+o.name+" got one.", c.hubSaid())
				return
			case c.class.refusal() && !sister: // a module that is refused may be the only one
				s.add(downCode, models.SeverityError, "The gateway "+name+" takes no calls either: "+o.name+" was refused.", c.hubSaid())
				return
			}
		}
	}
	for _, module := range []string{edgeHubModule, edgeAgentModule, ""} {
		d, ok := s.c.Device(models.Target{DeviceID: id, ModuleID: module})
		if !ok || module == "" && id == s.subject.DeviceID {
			continue
		}
		now := s.observed(d)
		age := now.Sub(d.LastActivityTime)
		active := d.LastActivityTime.Year() > 1 && !now.IsZero()
		switch {
		case strings.EqualFold(d.ConnectionState, models.StateConnected) || active && age <= activeNowAge:
			s.add(upCode, models.SeverityInfo, "The gateway "+cleanName(d.Target().String())+" is connected.", "")
			return
		case strings.EqualFold(d.ConnectionState, models.StateDisconnected):
			since := ""
			if active {
				since = ", last active " + inWords(age) + " ago"
			}
			s.add(downCode, models.SeverityError, "The gateway "+cleanName(d.Target().String())+" is disconnected"+since+".", "")
			return
		}
	}
}
