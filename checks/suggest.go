package checks

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"methodical/models"
)

// Suggestion is a device worth comparing with, and why.
type Suggestion struct {
	Device models.Device
	Why    string
	score  int
}

// What makes a device a good comparison, in points. Sharing firmware and model
// matters most: then a difference in the answers is the device's own.
const (
	pointsPerTag    = 3
	pointsConnected = 4
	pointsFresh     = 3 // active within freshActivity
	pointsSameAuth  = 1
	freshActivity   = 10 * time.Minute
)

// SuggestComparison picks the device that resembles the target most and is most
// likely to answer. It never picks the target, a disabled device, or an Edge
// device for one that is not.
func SuggestComparison(target models.Device, t models.Target, candidates []models.Device, now time.Time) (Suggestion, bool) {
	ranked := RankComparisons(target, t, candidates, now)
	if len(ranked) == 0 {
		return Suggestion{}, false
	}
	return ranked[0], true
}

// RankComparisons orders the candidates, best first.
func RankComparisons(target models.Device, t models.Target, candidates []models.Device, now time.Time) []Suggestion {
	wanted := flatTags(target.Tags)
	var out []Suggestion
	for _, c := range candidates {
		if c.Target() == t || c.Status == models.StatusDisabled {
			continue
		}
		if !t.IsModule() && c.IsEdge() {
			continue // nothing listens under an Edge device's own identity
		}
		if t.IsModule() && c.ModuleID == "" {
			continue
		}
		out = append(out, suggestion(target, c, wanted, now))
	}
	slices.SortStableFunc(out, func(a, b Suggestion) int {
		if a.score != b.score {
			return b.score - a.score
		}
		return strings.Compare(a.Device.Target().String(), b.Device.Target().String())
	})
	return out
}

func suggestion(target, c models.Device, wanted map[string]string, now time.Time) Suggestion {
	s := Suggestion{Device: c}
	var why, shared []string
	for key, value := range flatTags(c.Tags) {
		if wanted[key] == value {
			shared = append(shared, fmt.Sprintf("%s %s", key, value))
			s.score += pointsPerTag
		}
	}
	slices.Sort(shared)
	if len(shared) > 0 {
		why = append(why, "same "+strings.Join(shared, ", "))
	}
	if c.ModuleID != "" && c.ModuleID == target.ModuleID {
		s.score += pointsPerTag
		why = append(why, "the same module")
	}
	if c.ConnectionState == models.StateConnected {
		s.score += pointsConnected
		why = append(why, "connected")
	}
	if !c.NeverActive() && now.Sub(c.LastActivityTime) < freshActivity {
		s.score += pointsFresh
		why = append(why, "recently active")
	}
	if c.AuthenticationType != "" && c.AuthenticationType == target.AuthenticationType {
		s.score += pointsSameAuth
	}
	s.Why = strings.Join(why, "; ")
	return s
}

// flatTags reads tags into "a.b" → text pairs. Hostile or odd tags give none.
func flatTags(raw json.RawMessage) map[string]string {
	out := map[string]string{}
	var tree map[string]any
	if json.Unmarshal(raw, &tree) == nil {
		flatten(out, "", tree, 0)
	}
	return out
}

func flatten(out map[string]string, prefix string, tree map[string]any, depth int) {
	const deepest = 5 // twins nest no deeper by the service's own rule for tags
	if depth > deepest {
		return
	}
	for key, value := range tree {
		switch v := value.(type) {
		case map[string]any:
			flatten(out, prefix+key+".", v, depth+1)
		case string, float64, bool:
			out[prefix+key] = fmt.Sprint(v)
		}
	}
}
