package checks

import (
	"slices"
	"testing"
)

func TestNearest(t *testing.T) {
	names := []string{"pump-1", "pump-2", "Pump-7", "freezer-3", "valve-4"}
	for _, c := range []struct {
		wanted string
		best   []string
	}{
		{"pump-7", []string{"Pump-7", "pump-1", "pump-2"}},
		{"pmup-1", []string{"pump-1"}},
		{"frezer-3", []string{"freezer-3"}},
		{"unlike-anything", nil},
		{"valve-4", nil}, // itself is no near miss, and nothing else is near
	} {
		got := Nearest(c.wanted, names, 3)
		if len(got) < len(c.best) || !slices.Equal(got[:len(c.best)], c.best) {
			t.Errorf("Nearest(%q) = %v, want it to begin with %v", c.wanted, got, c.best)
		}
		if c.best == nil && len(got) > 0 {
			t.Errorf("Nearest(%q) = %v, want nothing", c.wanted, got)
		}
	}
}
