package main_test

import (
	"bytes"
	"encoding/json"
	"hash/fnv"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"methodical/checks"
	"methodical/models"
)

// noiseRounds is how often each case is thinned at random.
const noiseRounds = 40

// groups are the facts a walk may have failed to gather altogether.
var groups = []string{"hub", "client", "devices", "invocations", "logs", "load"}

// essential fields are never dropped: the case contract gives their absence a
// meaning of its own (no payload, the service's default timeout, another
// target), so that without them the case would be another one.
var essential = map[string]bool{
	"version": true, "target": true, "comparison": true,
	"deviceId": true, "moduleId": true, "methodName": true, "httpStatus": true,
	"payload": true, "payloadText": true, "payloadBytes": true, "payloadKind": true, "tags": true,
	"connectTimeoutSeconds": true, "responseTimeoutSeconds": true,
	"resourceId": true, "category": true, "properties": true,
}

// otherwise names the cause that the facts left point to when the one fact that
// makes a label specific is gone: without a version that matches the list, a
// client known to be bad is just not subscribed, and so on.
var otherwise = map[string]string{
	models.CauseKnownBadSDK:          models.CauseNotSubscribed,
	models.CauseTransportUnsupported: models.CauseNotSubscribed,
	models.CauseDuplicateIdentity:    models.CauseFlappingConnection,
	models.CauseClockSkew:            models.CauseCredentialsInvalid,
	models.CausePermissionMissing:    models.CauseCredentialsInvalid,
	models.CauseNetworkBlocked:       models.CauseCredentialsInvalid,
}

var wrongWhenThinned = notYet{
	"ten-second-script":             "a later success hides the call that its own caller cut off",
	"explorer-proxy-thirty":         "a later success hides a call that got no answer",
	"everyone-slower-no-error":      "without the tier or the load, answers that slow down everywhere pass for healthy",
	"tower-edge-logs-show-hub-drop": "logs alone do not yet say that the whole gateway went",
	"weak-lte-on-the-ridge":         "an answer whose body was not kept does not count as one",
	"amqp-link-conflict":            "a connection some seconds old counts like one that lasts",
}

// TestAccuracyWithFactsMissing drops facts from every case: each group in turn
// and single fields at random. Less knowledge may leave more open, but it must
// never make the diagnosis sure of a wrong cause.
func TestAccuracyWithFactsMissing(t *testing.T) {
	k := knowledge(t)
	variants, mistaken := 0, map[string]int{}
	for _, l := range labelledCases(t, "tune") {
		original := l.read(t)
		subject := original.Subject() // the question stays the same
		judge := func(what string, facts map[string]any) {
			if !subject.IsZero() {
				facts["target"] = subject.String()
			}
			d, b := diagnoseFacts(t, facts, k)
			variants++
			top, ok := d.Top()
			if ok && top.Probability > sure && !l.accepts(top.ID) && top.ID != otherwise[l.Label] {
				mistaken[l.Name]++
				wrongWhenThinned.tell(t, l.Name, "without "+what+", "+l.line(d), b)
			}
		}
		for _, group := range groups {
			facts := readFacts(t, l.Raw)
			if _, has := facts[group]; has {
				delete(facts, group)
				judge(group, facts)
			}
		}
		random := rand.New(rand.NewPCG(seedOf(l.Name), 1))
		for range noiseRounds {
			facts := readFacts(t, l.Raw)
			for _, group := range groups {
				if value, has := facts[group]; has {
					facts[group] = thin(random, value, group != "invocations")
				}
			}
			judge("some fields", facts)
		}
	}
	t.Logf("%d variants, sure of a wrong cause in %v", variants, mistaken)
	wrongWhenThinned.shrink(t, mistaken)
}

func seedOf(name string) uint64 {
	h := fnv.New64a()
	h.Write([]byte(name))
	return h.Sum64()
}

func readFacts(t *testing.T, raw json.RawMessage) map[string]any {
	t.Helper()
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber() // a number keeps its digits
	var facts map[string]any
	if err := decoder.Decode(&facts); err != nil {
		t.Fatal(err)
	}
	return facts
}

func diagnoseFacts(t *testing.T, facts map[string]any, k *checks.Knowledge) (models.Diagnosis, []byte) {
	t.Helper()
	b, err := json.Marshal(facts)
	if err != nil {
		t.Fatal(err)
	}
	var c models.Case
	if err := json.Unmarshal(b, &c); err != nil {
		t.Fatalf("%v\n%s", err, b)
	}
	return checks.Diagnose(c, k), b
}

// thin drops one field in five and, if asked to, one element in ten. A call is
// never dropped: without the one that failed, all may well be healthy.
func thin(random *rand.Rand, value any, elements bool) any {
	switch value := value.(type) {
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(value)) {
			if !essential[key] && random.IntN(5) == 0 {
				delete(value, key)
			}
		}
		return value
	case []any:
		kept := make([]any, 0, len(value))
		for _, element := range value {
			if !elements || random.IntN(10) != 0 {
				kept = append(kept, thin(random, element, false))
			}
		}
		return kept
	default:
		return value
	}
}
