package checks_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"methodical/checks"
	"methodical/models"
)

// TestALostFieldNeverMisleads drops every single field of every labelled case in
// turn. The answer may become weaker or open; it must not become another one
// that sounds sure.
func TestALostFieldNeverMisleads(t *testing.T) {
	k := knowledge(t)
	dropped := 0
	for _, tt := range labelled {
		for path, c := range withoutEachField(t, tt.c) {
			dropped++
			d := checks.Diagnose(c, k)
			top := d.Causes[0]
			if top.ID != tt.cause && top.Probability > ceiling+1e-9 && !changesMeaning(path) && !losesTheTrouble(path, top) {
				t.Errorf("%s without %s: %s %.2f", tt.name, path, top.ID, top.Probability)
			}
		}
	}
	if dropped < 1000 {
		t.Errorf("only %d fields were dropped", dropped)
	}
}

// ceiling is the most a cause may have that nothing seen settles.
const ceiling = 0.9

// TestNothingIsSureThatNothingSettles holds the ceiling: a cause gets more only
// where one of the groups of findings that settle it was seen.
func TestNothingIsSureThatNothingSettles(t *testing.T) {
	k := knowledge(t)
	for _, c := range everyCase() {
		seen := codes(checks.Observe(c, k))
		top := checks.Diagnose(c, k).Causes[0]
		if top.Probability <= ceiling+1e-9 {
			continue
		}
		cause, _ := k.Causes.Cause(top.ID)
		settled := slices.ContainsFunc(cause.SettledBy, func(group []string) bool {
			return !slices.ContainsFunc(group, func(code string) bool { return !slices.Contains(seen, code) })
		})
		if !settled {
			t.Errorf("%s has %.3f, and nothing of %v settles it", top.ID, top.Probability, seen)
		}
	}
}

// losesTheTrouble are the losses after which only good answers are left.
func losesTheTrouble(path string, top models.RankedCause) bool {
	return top.ID == models.CauseNoFault && (strings.HasSuffix(path, ".httpStatus") || strings.HasSuffix(path, ".body"))
}

// changesMeaning are the fields whose absence says something else by the
// contract rather than less: a call to another target, without a payload.
func changesMeaning(path string) bool {
	for _, field := range []string{".payload", ".deviceId", ".moduleId", ".target"} {
		if strings.HasSuffix(path, field) {
			return true
		}
	}
	return false
}

// withoutEachField yields the case once for every field it has, without it.
func withoutEachField(t *testing.T, c models.Case) map[string]models.Case {
	t.Helper()
	text, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]models.Case{}
	var paths func(v any, path string, visit func(path string, parent map[string]any, key string))
	paths = func(v any, path string, visit func(string, map[string]any, string)) {
		switch v := v.(type) {
		case map[string]any:
			for key, inner := range v {
				visit(path+"."+key, v, key)
				paths(inner, path+"."+key, visit)
			}
		case []any:
			for i, inner := range v {
				paths(inner, fmt.Sprintf("%s[%d]", path, i), visit)
			}
		}
	}
	var tree any
	if err := json.Unmarshal(text, &tree); err != nil {
		t.Fatal(err)
	}
	paths(tree, "", func(path string, parent map[string]any, key string) {
		kept := parent[key]
		delete(parent, key)
		less, err := json.Marshal(tree)
		parent[key] = kept
		if err != nil {
			t.Fatal(err)
		}
		var c models.Case
		if err := json.Unmarshal(less, &c); err != nil {
			t.Fatalf("without %s: %v", path, err)
		}
		out[path] = c
	})
	return out
}
