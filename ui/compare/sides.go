package compare

import (
	"crypto/sha256"
	"encoding/hex"
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

// sideOf is a device with its newest call; where there is one like another call,
// the newest of those, so that like is compared with like.
func sideOf(c models.Case, t models.Target, like *models.Invocation) side {
	s := side{target: t}
	s.device, s.known = c.Device(t)
	for _, inv := range c.CallsTo(t) {
		if !s.called || like == nil || calledAlike(inv, *like) == "" || calledAlike(s.call, *like) != "" {
			s.call, s.called = inv, true
		}
	}
	if s.called {
		s.outcome = checks.ReadOutcomeFor(s.call, s.device)
	}
	return s
}

// sidesOf are the device in trouble and the one it is compared with.
func sidesOf(w models.Walk) (a, b side) {
	b = sideOf(w.Case, w.Inputs.CompareWith, nil)
	if b.called {
		return sideOf(w.Case, w.Inputs.Target, &b.call), b
	}
	return sideOf(w.Case, w.Inputs.Target, nil), b
}

// thirdSide is the newest call to a device that is neither of the two.
func thirdSide(w models.Walk) (side, bool) {
	calls := w.Case.Invocations
	for i := len(calls) - 1; i >= 0; i-- {
		t := calls[i].Target()
		if t != w.Inputs.Target && t != w.Inputs.CompareWith {
			return sideOf(w.Case, t, nil), true
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
	// never marks what is never the same twice, and so tells nothing.
	never bool
}

func (f fact) differs(a, b side) bool {
	va, vb := f.value(a), f.value(b)
	return !f.never && va != "" && vb != "" && va != vb
}

// words is the value for people, who want to know why there is none.
func (f fact) words(s side) string {
	switch v := f.value(s); {
	case v != "":
		return v
	case f.call && !s.called:
		return "not called"
	default:
		return "not known"
	}
}

func outcomeWords(s side) string {
	if !s.called {
		return ""
	}
	return page.HeadlineOf(theme.NoColour(), s.call, s.outcome).String()
}

func facts() []fact {
	return []fact{
		{label: "outcome", value: outcomeWords, call: true},
		{label: "hub status", value: hubStatus, call: true},
		{label: "device", value: deviceStatus, call: true},
		{label: "took", value: took, call: true, never: true},
		{label: "registered", plain: "registration", value: func(s side) string { return yesNo(s.device.Registered) }},
		{label: "status", plain: "status", value: func(s side) string { return s.device.Status }},
		{label: "connection", plain: "connection state", value: func(s side) string { return s.device.ConnectionState }},
		{label: "active", plain: "last activity", value: activity},
		{label: "sign-in", plain: "kind of sign-in", value: func(s side) string { return s.device.AuthenticationType }},
		{label: "protocol", plain: "protocol", value: func(s side) string { return s.device.Protocol }},
		{label: "SDK", plain: "SDK", value: func(s side) string { return s.device.SDK }},
		{label: "IoT Edge", plain: "being an Edge device", value: func(s side) string { return yesNo(s.device.IoTEdge) }},
		{label: "gateway", plain: "gateway", value: func(s side) string { return s.device.Parent }},
		{label: "model", plain: "model", value: func(s side) string { return s.device.ModelID }},
	}
}

func took(s side) string {
	if !s.called {
		return ""
	}
	return page.ElapsedWords(s.call)
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
			out = append(out, difference(f.plain, f.value(a), f.value(b)))
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
				out = append(out, difference(kind.name+" "+name, orNone(x), orNone(y)))
			}
		}
	}
	return out
}

// difference is one difference in words, short enough for a sentence.
func difference(name, a, b string) string {
	const longest = 30
	return fmt.Sprintf("%s (%s · %s)", oneLine(name, longest), oneLine(a, longest), oneLine(b, longest))
}

// calledAlike says in words how the two calls were not the same, "" when they
// were: a comparison of different calls proves little.
func calledAlike(a, b models.Invocation) string {
	var unlike []string
	if a.MethodName != b.MethodName {
		unlike = append(unlike, fmt.Sprintf("the method (%s · %s)", a.MethodName, b.MethodName))
	}
	if payloadMark(a) != payloadMark(b) {
		unlike = append(unlike, "the payload")
	}
	if a.ConnectTimeout() != b.ConnectTimeout() || a.ResponseTimeout() != b.ResponseTimeout() {
		unlike = append(unlike, "the timeouts")
	}
	return strings.Join(unlike, ", ")
}

// payloadMark is the same for the same payload, also where a resumed walk kept
// only its hash.
func payloadMark(inv models.Invocation) string {
	sent := inv.Payload.Raw()
	switch {
	case inv.PayloadSHA256 != "":
		return inv.PayloadSHA256
	case inv.PayloadText != "":
		sent = []byte(inv.PayloadText)
	case inv.Payload.IsAbsent():
		return string(models.PayloadAbsent)
	}
	sum := sha256.Sum256(sent)
	return hex.EncodeToString(sum[:])
}

func orNone(s string) string {
	if s == "" {
		return "none"
	}
	return s
}
