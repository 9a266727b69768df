package compare

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"methodical/checks"
	"methodical/models"
	"methodical/ui/page"
	"methodical/ui/theme"
	"methodical/ui/widget"
)

// side is one of the devices being compared: what it is and what its last call
// came to.
type side struct {
	target  models.Target
	device  models.Device
	known   bool // the case holds facts about it
	call    models.Invocation
	called  bool
	outcome models.Outcome
}

func sideOf(c models.Case, t models.Target) side {
	s := side{target: t}
	s.device, s.known = c.Device(t)
	if calls := c.CallsTo(t); len(calls) > 0 {
		s.call, s.called = calls[len(calls)-1], true
		s.outcome = checks.ReadOutcomeFor(s.call, s.device)
	}
	return s
}

// thirdSide is the newest call to a device that is neither of the two.
func thirdSide(w models.Walk) (side, bool) {
	calls := w.Case.Invocations
	for i := len(calls) - 1; i >= 0; i-- {
		t := calls[i].Target()
		if t != w.Inputs.Target && t != w.Inputs.CompareWith {
			return sideOf(w.Case, t), true
		}
	}
	return side{}, false
}

// fact is one row of the comparison. What is not known on either side is no
// difference.
type fact struct {
	label string
	plain string // the label inside a sentence
	value func(side) string
	// call marks what a call came to rather than what a device is: it is what
	// the differences are meant to explain.
	call bool
}

func (f fact) differs(a, b side) bool {
	va, vb := f.value(a), f.value(b)
	return va != "" && vb != "" && va != vb
}

func outcomeWords(s side) string {
	if !s.called {
		return ""
	}
	return page.HeadlineOf(theme.NoColour(), s.call, s.outcome).String()
}

func facts() []fact {
	return []fact{
		{"outcome", "outcome", outcomeWords, true},
		{"hub status", "hub status", hubStatus, true},
		{"device", "device status", deviceStatus, true},
		{"took", "time taken", func(s side) string {
			if !s.called {
				return ""
			}
			return page.ElapsedWords(s.call)
		}, true},
		{"registered", "registration", func(s side) string { return yesNo(s.device.Registered) }, false},
		{"status", "status", func(s side) string { return s.device.Status }, false},
		{"connection", "connection state", func(s side) string { return s.device.ConnectionState }, false},
		{"active", "last activity", activity, false},
		{"sign-in", "kind of sign-in", func(s side) string { return s.device.AuthenticationType }, false},
		{"protocol", "protocol", func(s side) string { return s.device.Protocol }, false},
		{"SDK", "SDK", func(s side) string { return s.device.SDK }, false},
		{"IoT Edge", "being an Edge device", func(s side) string { return yesNo(s.device.IoTEdge) }, false},
		{"gateway", "gateway", func(s side) string { return s.device.Parent }, false},
		{"model", "model", func(s side) string { return s.device.ModelID }, false},
	}
}

func hubStatus(s side) string {
	switch {
	case !s.called:
		return ""
	case s.outcome.HubStatus == 0:
		return "none"
	default:
		return strconv.Itoa(s.outcome.HubStatus)
	}
}

func deviceStatus(s side) string {
	switch {
	case !s.called:
		return ""
	case s.outcome.DeviceStatus == nil:
		return "none"
	default:
		return strconv.Itoa(*s.outcome.DeviceStatus)
	}
}

// activity puts ages into words coarse enough that two live devices read alike.
func activity(s side) string {
	if !s.known || s.device.ObservedAt.IsZero() {
		return ""
	}
	age, ok := s.device.ActiveAgo()
	switch {
	case !ok:
		return "never"
	case age < time.Minute:
		return "within the last minute"
	default:
		return widget.Age(age) + " ago"
	}
}

func yesNo(v *bool) string {
	switch {
	case v == nil:
		return ""
	case *v:
		return "yes"
	default:
		return "no"
	}
}

// differences are the facts, tags and reported properties in which the two
// devices differ, calls left out: what may explain that one answers and the
// other does not.
func differences(a, b side) []string {
	var out []string
	for _, f := range facts() {
		if !f.call && f.differs(a, b) {
			out = append(out, fmt.Sprintf("%s (%s · %s)", f.plain, f.value(a), f.value(b)))
		}
	}
	for _, kind := range []struct {
		name   string
		va, vb map[string]string
	}{
		{"tag", flatten(a.device.Tags), flatten(b.device.Tags)},
		{"reported", flatten(a.device.Reported), flatten(b.device.Reported)},
	} {
		for _, name := range union(kind.va, kind.vb) {
			if x, y := kind.va[name], kind.vb[name]; x != y {
				out = append(out, fmt.Sprintf("%s %s (%s · %s)", kind.name, name, orNone(x), orNone(y)))
			}
		}
	}
	return out
}

// calledAlike says in words how the two calls were not the same, "" when they
// were: a comparison of different calls proves little.
func calledAlike(a, b models.Invocation) string {
	var unlike []string
	if a.MethodName != b.MethodName {
		unlike = append(unlike, fmt.Sprintf("the method (%s · %s)", a.MethodName, b.MethodName))
	}
	if payloadWords(a) != payloadWords(b) {
		unlike = append(unlike, "the payload")
	}
	if a.ConnectTimeout() != b.ConnectTimeout() || a.ResponseTimeout() != b.ResponseTimeout() {
		unlike = append(unlike, "the timeouts")
	}
	return strings.Join(unlike, ", ")
}

// payloadWords tells payloads apart also where only kind, size and hash were
// kept.
func payloadWords(inv models.Invocation) string {
	if inv.PayloadSHA256 != "" {
		return inv.PayloadSHA256
	}
	if inv.PayloadText != "" {
		return inv.PayloadText
	}
	return inv.Payload.String()
}

func orNone(s string) string {
	if s == "" {
		return "none"
	}
	return s
}
