package checks

import (
	"slices"
	"strings"

	"methodical/models"
)

// Observe reads a whole case into findings. It is pure: a saved case gives the
// findings a live one gave. A fact the case does not have gives no finding, and
// no code comes twice for one target.
func Observe(c models.Case, k *Knowledge) []models.Finding {
	return observed(c, k).found
}

// observed is a case with everything read out of it.
func observed(c models.Case, k *Knowledge) *scene {
	s := look(c, k)
	s.contact()
	s.identity()
	s.callsToTarget()
	s.comparison()
	s.limits()
	s.logs()
	return s
}

// ObserveContact reads what is known of the way to the hub: network, clock and
// credential.
func ObserveContact(c models.Case, k *Knowledge) []models.Finding {
	return part(c, k, (*scene).contact)
}

// ObserveIdentity reads what registry and twin say of the target, of the device
// or gateway it hangs on, and of its SDK.
func ObserveIdentity(c models.Case, k *Knowledge) []models.Finding {
	return part(c, k, (*scene).identity)
}

// ObserveCalls reads the calls to the target.
func ObserveCalls(c models.Case, k *Knowledge) []models.Finding {
	return part(c, k, (*scene).callsToTarget)
}

// ObserveComparison reads the calls to other devices, beside those to the target.
func ObserveComparison(c models.Case, k *Knowledge) []models.Finding {
	return part(c, k, (*scene).comparison)
}

// ObserveLimits reads tier, units, quota and load.
func ObserveLimits(c models.Case, k *Knowledge) []models.Finding {
	return part(c, k, (*scene).limits)
}

// ObserveLogs reads the resource log rows of the hub the case is about.
func ObserveLogs(c models.Case, k *Knowledge) []models.Finding {
	return part(c, k, (*scene).logs)
}

func part(c models.Case, k *Knowledge, observe func(*scene)) []models.Finding {
	s := look(c, k)
	observe(s)
	return s.found
}

// scene is a case seen from its target: what several observers need, worked
// out once.
type scene struct {
	c       models.Case
	k       *Knowledge
	subject models.Target
	name    string // the target, fit for a sentence

	device    models.Device // the target's own facts
	hasDevice bool
	owner     models.Device // the device a module lives on; a device owns itself
	hasOwner  bool

	calls  []call  // to the target, oldest first
	past   history // the newest of them that say something
	others []other // other targets that were called, the comparison first
	rows   logRows
	sdk    sdkFacts

	fixedSDK string // the good version of a client that is known to be bad …
	sdkFix   string // … and its cure in words, "" when none is known to be bad

	found []models.Finding
	seen  map[[2]string]bool
}

// other is a target beside the one the case is about, and the calls to it.
type other struct {
	target models.Target
	name   string
	device models.Device
	known  bool // whether the case has facts about the device
	calls  []call
}

func look(c models.Case, k *Knowledge) *scene {
	s := &scene{c: c, k: k, subject: c.Subject(), seen: map[[2]string]bool{}}
	s.name = cleanName(s.subject.String())
	if s.name == "" {
		s.name = "the device"
	}
	s.device, s.hasDevice = c.Device(s.subject)
	s.owner, s.hasOwner = s.device, s.hasDevice
	if s.subject.IsModule() {
		s.owner, s.hasOwner = c.Device(models.Target{DeviceID: s.subject.DeviceID})
	}
	s.readCalls()
	s.past = newHistory(s.calls)
	s.rows = s.readLogs()
	s.sdk = s.readSDK(s.device, s.subject)
	if slices.ContainsFunc(s.calls, func(c call) bool { return c.probe && c.good() }) {
		s.sdk.habit = habitAnswers // what it does counts more than what its kind does
	}
	return s
}

// readCalls reads every invocation and sorts them out by target. Calls are in
// the order of their times where all have one, else in the order of the case.
func (s *scene) readCalls() {
	invs := slices.Clone(s.c.Invocations)
	if !slices.ContainsFunc(invs, func(i models.Invocation) bool { return i.Time.IsZero() }) {
		slices.SortStableFunc(invs, func(a, b models.Invocation) int { return a.Time.Compare(b.Time) })
	}
	byTarget := map[models.Target]int{}
	comparison, err := models.ParseTarget(s.c.Comparison)
	if err == nil && comparison != s.subject {
		byTarget[comparison] = 0
		s.others = append(s.others, s.newOther(comparison))
	}
	for i, inv := range invs {
		t := inv.Target()
		read := readCall(inv, i)
		if t == s.subject {
			read.hidden = s.viaEdge() && masked(read)
			s.calls = append(s.calls, read)
			continue
		}
		at, ok := byTarget[t]
		if !ok {
			at = len(s.others)
			byTarget[t] = at
			s.others = append(s.others, s.newOther(t))
		}
		s.others[at].calls = append(s.others[at].calls, read)
	}
}

func (s *scene) newOther(t models.Target) other {
	d, ok := s.c.Device(t)
	return other{target: t, name: cleanName(t.String()), device: d, known: ok}
}

// add records a finding about the target.
func (s *scene) add(code string, severity models.Severity, text, evidence string) {
	s.addAbout(s.name, code, severity, text, evidence)
}

// addAbout records a finding about another target, or about none ("").
func (s *scene) addAbout(target, code string, severity models.Severity, text, evidence string) {
	key := [2]string{code, target}
	if s.seen[key] {
		return
	}
	s.seen[key] = true
	s.found = append(s.found, models.Finding{
		Code: code, Severity: severity, Target: target,
		Text: text, Evidence: strings.TrimSpace(evidence),
	})
}
