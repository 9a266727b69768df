package checks

import (
	"fmt"
	"slices"
	"strings"

	"methodical/models"
)

// comparison reads the calls to other devices beside those to the target. The
// first of them is the comparison, the next ones are third devices; the
// target's own gateway is neither.
func (s *scene) comparison() {
	if len(s.past.calls) == 0 {
		return
	}
	trouble, failing := s.currentTrouble()
	peers := 0
	for _, o := range s.others {
		calls := conclusive(o.calls)
		if len(calls) == 0 || s.isGateway(o.target) {
			continue
		}
		peers++
		theirs := likest(calls, trouble, failing)
		switch {
		case !failing && !theirs.good() && theirs.class != classSilent:
			s.addAbout(o.name, dmOtherFails, models.SeverityWarning, fmt.Sprintf("%s fails where %s answers (%s).", o.name, s.name, theirs.cameTo()), theirs.hubSaid())
		case failing && peers == 1:
			s.compare(o, trouble, theirs)
		case failing:
			s.third(o, trouble, theirs)
		}
	}
	s.differences()
	s.siblings(trouble, failing)
}

// currentTrouble is the newest call to the target that failed and is not over;
// one that reached the device's doorstep goes before one that did not.
func (s *scene) currentTrouble() (trouble call, failing bool) {
	for i, c := range slices.Backward(s.past.calls) {
		if c.good() || s.past.over[i] || failing && c.class.depth() < 3 {
			continue
		}
		if c.class.depth() >= 3 {
			return c, true
		}
		trouble, failing = c, true
	}
	return trouble, failing
}

// isGateway reports whether a target is what the calls to the subject pass.
func (s *scene) isGateway(t models.Target) bool {
	return s.device.Parent != "" && t.DeviceID == s.device.Parent || s.owner.Parent != "" && t.DeviceID == s.owner.Parent ||
		t.DeviceID == s.subject.DeviceID && systemModule(t.ModuleID)
}

// likest is the newest call that is most like the one in trouble: of the same
// method before any other.
func likest(calls []call, trouble call, failing bool) call {
	if failing {
		for _, c := range slices.Backward(calls) {
			if sameMethod(c, trouble) {
				return c
			}
		}
	}
	return calls[len(calls)-1]
}

// cameTo says in a few words what a call came to.
func (c call) cameTo() string {
	switch {
	case c.class == classAnswered:
		return fmt.Sprintf("status %d", c.status)
	case c.code != "":
		return c.code
	case c.inv.HTTPStatus != 0:
		return "HTTP " + itoa(c.inv.HTTPStatus)
	}
	return "no answer"
}

// likeWords says what makes the other device alike, as far as the case knows.
func (s *scene) likeWords(o other) string {
	if !o.known || !s.hasDevice {
		return ""
	}
	mine, theirs := flatTags(s.device.Tags), flatTags(o.device.Tags)
	for _, key := range []string{"firmware", "fw", "firmwareVersion", "version", "model", "type"} {
		for tag, value := range mine {
			last := tag[strings.LastIndexByte(tag, '.')+1:]
			if strings.EqualFold(last, key) && theirs[tag] == value && value != "" {
				return " with the same " + cleanName(last)
			}
		}
	}
	if a, b := s.device.SDK, o.device.SDK; a != "" && a == b {
		return " with the same SDK"
	}
	return ""
}

func (s *scene) compare(o other, trouble, theirs call) {
	like := s.likeWords(o)
	alike := theirs.class == trouble.class
	switch {
	case theirs.good():
		s.addAbout(o.name, dmOtherAnswers, models.SeverityInfo, o.name+like+" answers.", theirs.answered())
	case alike && trouble.class == classSilent && trouble.probe && theirs.probe:
		s.addAbout(o.name, dmLikeSilentProbe, models.SeverityInfo, o.name+like+" does not answer the safe probe either: its client may say nothing to unknown names.", theirs.hubSaid())
	case alike && trouble.class == classSilent:
		s.addAbout(o.name, dmOtherSilent, models.SeverityWarning, o.name+like+" does not answer in time either.", theirs.hubSaid())
	case alike && trouble.class == classAnswered && theirs.status == trouble.status:
		s.addAbout(o.name, dmOtherDeviceStatus, models.SeverityWarning, fmt.Sprintf("%s%s answers with the same status, %d.", o.name, like, theirs.status), theirs.answered())
	case alike && (trouble.class.refusal()):
		s.addAbout(o.name, dmOtherRefused, models.SeverityWarning, o.name+like+" is refused in the same way ("+theirs.cameTo()+").", theirs.hubSaid())
	case alike:
		s.addAbout(o.name, dmOtherHubWide, models.SeverityWarning, "The call to "+o.name+" fails in the same way ("+theirs.cameTo()+").", theirs.hubSaid()+quoted(theirs.inv.TransportError))
	case theirs.class.depth() >= 4 && trouble.class.depth() < 4:
		s.addAbout(o.name, dmOtherAnswers, models.SeverityInfo, o.name+like+" takes calls.", theirs.hubSaid())
	default:
		s.addAbout(o.name, dmOtherDiffers, models.SeverityInfo, fmt.Sprintf("%s%s fails differently (%s).", o.name, like, theirs.cameTo()), theirs.hubSaid())
	}
	s.likeProbe(o)
}

// likeProbe compares the answers to the safe probe of two devices with the same
// client: where one answers, the other's silence is no habit of the SDK.
func (s *scene) likeProbe(o other) {
	silent := func(c call) bool { return c.probe && c.class == classSilent }
	answers := func(c call) bool { return c.probe && c.class == classAnswered }
	if !slices.ContainsFunc(s.calls, silent) || slices.ContainsFunc(s.calls, answers) || !slices.ContainsFunc(o.calls, answers) {
		return
	}
	theirs := s.readSDK(o.device, o.target)
	sameClient := s.sdk.family != "" && s.sdk.family == theirs.family || s.likeWords(o) != ""
	if sameClient {
		s.addAbout(o.name, dmLikeAnswersProbe, models.SeverityWarning, o.name+s.likeWords(o)+" answers the safe probe, and "+s.name+" does not.", "")
	}
}

func (s *scene) third(o other, trouble, theirs call) {
	switch {
	case theirs.good(), theirs.class.depth() >= 4 && trouble.class.depth() < 4:
		s.addAbout(o.name, dmThirdAnswers, models.SeverityInfo, "A third device, "+o.name+", answers.", theirs.answered())
	case theirs.class == trouble.class:
		s.addAbout(o.name, dmThirdFails, models.SeverityWarning, "A third device, "+o.name+", fails in the same way ("+theirs.cameTo()+").", theirs.hubSaid())
	}
}

// differences sets the target's client beside that of a device that answers.
func (s *scene) differences() {
	for _, o := range s.others {
		if !o.known || s.isGateway(o.target) || !slices.ContainsFunc(o.calls, call.good) {
			continue
		}
		theirs := s.readSDK(o.device, o.target)
		var diff []string
		if s.sdk.text != "" && theirs.text != "" && s.sdk.text != theirs.text {
			diff = append(diff, fmt.Sprintf("SDK %s against %s", clean(s.sdk.text, 60), clean(theirs.text, 60)))
		}
		if s.sdk.protocol != "" && theirs.protocol != "" && !strings.EqualFold(s.sdk.protocol, theirs.protocol) {
			diff = append(diff, fmt.Sprintf("protocol %s against %s", clean(s.sdk.protocol, 20), clean(theirs.protocol, 20)))
		}
		mine, tags := flatTags(s.device.Tags), flatTags(o.device.Tags)
		for _, key := range slices.Sorted(keysOf(mine)) {
			last := strings.ToLower(key[strings.LastIndexByte(key, '.')+1:])
			if other, ok := tags[key]; ok && other != mine[key] && (strings.Contains(last, "firmware") || last == "fw" || last == "version") {
				diff = append(diff, fmt.Sprintf("%s %s against %s", clean(key, 40), clean(mine[key], 40), clean(other, 40)))
			}
		}
		if len(diff) > 0 {
			s.addAbout(o.name, dmDifferences, models.SeverityInfo, s.name+" differs from "+o.name+": "+strings.Join(diff, "; ")+".", "")
		}
		if s.hasDevice && o.device.LastActivityTime.Year() > 1 && s.device.LastActivityTime.Year() > 1 &&
			o.device.LastActivityTime.Sub(s.device.LastActivityTime) > activeRecentAge {
			s.addAbout(o.name, dmOtherActive, models.SeverityInfo, fmt.Sprintf("%s has been active since %s fell silent.", o.name, s.name), "")
		}
	}
}

// siblings sets the target beside devices that use the same gateway.
func (s *scene) siblings(trouble call, failing bool) {
	parent := s.device.Parent
	if parent == "" || !failing {
		return
	}
	for _, o := range s.others {
		if o.device.Parent != parent || len(o.calls) == 0 {
			continue
		}
		c := o.calls[len(o.calls)-1]
		switch {
		case c.class.depth() >= 4:
			s.addAbout(o.name, dmSiblingAnswers, models.SeverityInfo, fmt.Sprintf("%s takes calls through the same gateway %s.", o.name, cleanName(parent)), c.hubSaid())
		case c.class == trouble.class && c.class.refusal():
			s.addAbout(o.name, dmSiblingsFail, models.SeverityWarning, fmt.Sprintf("%s fails too behind the same gateway %s.", o.name, cleanName(parent)), c.hubSaid())
		}
	}
}
