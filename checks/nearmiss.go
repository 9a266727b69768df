package checks

import (
	"context"
	"slices"
	"strings"

	"methodical/models"
)

const (
	nearMissPages    = 2   // queries spent on looking for a misspelt id: the hub allows 20 a minute
	nearMissPageSize = 100 // devices read by each
	nearMissWanted   = 3   // names offered
)

// nearMisses looks for ids that resemble one the registry does not know: other
// case first, then few edits. For a module it looks among the device's modules.
func nearMisses(ctx context.Context, hub Hub, t models.Target, owner models.Device) []string {
	if t.IsModule() && owner.Known() {
		return Nearest(t.ModuleID, owner.Modules, nearMissWanted)
	}
	var names []string
	for _, prefix := range nearMissPrefixes(t.DeviceID)[:nearMissPages] {
		page, err := hub.Devices(ctx, models.DeviceQuery{Prefix: prefix, Top: nearMissPageSize})
		if err != nil {
			break
		}
		for _, d := range page.Devices {
			names = append(names, d.DeviceID)
		}
	}
	slices.Sort(names)
	return Nearest(t.DeviceID, slices.Compact(names), nearMissWanted)
}

// nearMissPrefixes are the starts under which a misspelt id is looked for: its
// first letters as written, and no prefix at all for an error in the first one.
func nearMissPrefixes(id string) []string {
	head := id[:min(len(id), 2)]
	return []string{head, ""}
}

// Nearest returns up to n of the names that resemble the wanted one, best
// first: the same but for case, then by the number of edits. Names more than a
// third of their length away are not offered.
func Nearest(wanted string, names []string, n int) []string {
	type scored struct {
		name  string
		score int
	}
	var found []scored
	for _, name := range names {
		if name == wanted {
			continue
		}
		score := edits(strings.ToLower(wanted), strings.ToLower(name))
		if score <= max(1, len(wanted)/3) {
			found = append(found, scored{name, score})
		}
	}
	slices.SortStableFunc(found, func(a, b scored) int {
		if a.score != b.score {
			return a.score - b.score
		}
		return strings.Compare(a.name, b.name)
	})
	out := make([]string, 0, n)
	for _, f := range found[:min(n, len(found))] {
		out = append(out, f.name)
	}
	return out
}

// edits is the Levenshtein distance in bytes: ids are ASCII.
func edits(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		diagonal := row[0]
		row[0] = i
		for j := 1; j <= len(b); j++ {
			above := row[j]
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(row[j]+1, row[j-1]+1, diagonal+cost)
			diagonal = above
		}
	}
	return row[len(b)]
}
