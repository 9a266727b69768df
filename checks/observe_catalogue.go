package checks

import (
	"slices"
	"strings"

	"methodical/models"
)

// What the observers ask of the catalogue. A case read without one gives no
// finding that would need it.

// tier records whether the hub's tier has direct methods.
func (s *scene) tier(hub models.Hub) {
	tier, ok := s.tierOf(hub.SKU)
	if !ok {
		return
	}
	stated := ""
	if hub.Stated {
		stated = " (as stated, not read)"
	}
	if !tier.DirectMethods {
		s.addClient(dmTierWithout, models.SeverityError, "The hub is of tier "+cleanName(tier.SKU)+stated+", which has no direct methods.", "")
		return
	}
	s.addClient(dmTierWith, models.SeverityOK, "The hub is of tier "+cleanName(tier.SKU)+stated+", which has direct methods.", "")
}

func (s *scene) tierOf(sku string) (models.Tier, bool) {
	if s.k == nil || s.k.Catalogue == nil || sku == "" {
		return models.Tier{}, false
	}
	return s.k.Catalogue.Tier(sku)
}

// callLimit is the throttle on methods for the hub's tier, units and payload
// size, in calls a second; ok is false when it is not known.
func (s *scene) callLimit() (perSecond float64, ok bool) {
	tier, known := s.tierOf(s.c.Hub.SKU)
	if !known || s.c.Hub.Units <= 0 {
		return 0, false
	}
	bytes := 0
	if s.c.Load != nil {
		bytes = s.c.Load.PayloadBytes
	}
	perSecond = tier.CallsPerSecond(s.c.Hub.Units, bytes)
	return perSecond, perSecond > 0
}

// knownBad records that the target's client is one known to be bad at methods.
func (s *scene) knownBad() {
	if s.k == nil || s.k.Catalogue == nil || s.sdk.text == "" {
		return
	}
	for _, bad := range s.k.Catalogue.MatchSDK(s.sdk.text, s.sdk.protocol) {
		if bad.Side == "service" || bad.Modules && !s.subject.IsModule() {
			continue
		}
		evidence := quoted(s.sdk.text + " " + s.sdk.protocol)
		silent := func(c call) bool { return c.class == classSilent && !c.probe }
		emptyFailed := func(c call) bool { return c.emptyPayload() && !c.good() && c.class.depth() >= 4 }
		switch {
		case bad.Cause == models.CauseTransportUnsupported:
			s.add(dmModuleOverAMQP, models.SeverityError, s.name+" uses "+cleanName(bad.SDK)+" over "+cleanName(s.sdk.protocol)+", which carries no direct methods.", evidence)
		case bad.Cause == models.CausePayloadAbsent:
			if slices.ContainsFunc(s.calls, emptyFailed) {
				s.add(dmBadWithNoPayload, models.SeverityWarning, s.name+" uses "+cleanName(bad.SDK)+" in a version that stumbles over a call without payload.", evidence)
			}
		case bad.Cause == models.CauseHandlerStuck:
			if slices.ContainsFunc(s.calls, silent) {
				s.add(dmKnownBadMute, models.SeverityWarning, s.name+" uses "+cleanName(bad.SDK)+" in a version known to lose answers when it reconnects.", evidence)
				s.remember(bad)
			}
		default:
			s.add(dmKnownBadSDK, models.SeverityError, s.name+" uses "+cleanName(bad.SDK)+" in a version known to lose direct methods"+fixedWords(bad)+".",
				strings.TrimSpace(evidence+" "+clean(bad.Symptom, maxEvidenceText)))
			s.remember(bad)
		}
	}
}

// remember keeps the cure of the first client fault that fits, for the fixes.
func (s *scene) remember(bad models.KnownBadSDK) {
	if s.sdkFix != "" {
		return
	}
	s.sdkFix = clean(bad.Fix, maxEvidenceText)
	s.fixedSDK = "a newer release of " + cleanName(bad.SDK)
	switch {
	case bad.FixedIn != "":
		s.fixedSDK = cleanName(bad.SDK) + " " + cleanName(bad.FixedIn) + " or newer"
	case bad.Through != "":
		s.fixedSDK = "a release of " + cleanName(bad.SDK) + " after " + cleanName(bad.Through)
	}
}

func fixedWords(bad models.KnownBadSDK) string {
	if bad.FixedIn == "" {
		return ""
	}
	return "; fixed in " + cleanName(bad.FixedIn)
}
