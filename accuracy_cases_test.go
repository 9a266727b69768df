package main_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"methodical/assets"
	"methodical/checks"
	"methodical/models"
)

// labelUndetermined is the label of a case whose facts do not single out a
// cause. Its accept list names the causes that may be behind it.
const labelUndetermined = "undetermined"

// labelledCase is one file of testdata/cases: a case, and what an expert says
// of it.
type labelledCase struct {
	Name    string          `json:"-"`
	Label   string          `json:"label"`  // the cause, or labelUndetermined
	Accept  []string        `json:"accept"` // causes that are as right as the label
	Verdict models.Verdict  `json:"verdict"`
	Source  string          `json:"source"`
	Why     string          `json:"why"`
	Raw     json.RawMessage `json:"case"`
}

func (l labelledCase) accepts(cause string) bool {
	return cause == l.Label || slices.Contains(l.Accept, cause)
}

func (l labelledCase) read(t *testing.T) models.Case {
	t.Helper()
	var c models.Case
	if err := json.Unmarshal(l.Raw, &c); err != nil {
		t.Fatalf("%s: %v", l.Name, err)
	}
	return c
}

func labelledCases(t *testing.T, set string) []labelledCase {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join("testdata", "cases", set, "*.json"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no cases in the set %q (%v)", set, err)
	}
	cases := make([]labelledCase, 0, len(paths))
	for _, path := range paths {
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		l := labelledCase{Name: strings.TrimSuffix(filepath.Base(path), ".json")}
		if err := json.Unmarshal(b, &l); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		cases = append(cases, l)
	}
	return cases
}

func knowledge(t *testing.T) *checks.Knowledge {
	t.Helper()
	k, err := checks.LoadKnowledge(assets.FS)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// causesOf lists every cause a label may name.
func causesOf(k *checks.Knowledge) []string {
	var ids []string
	for _, c := range checks.Diagnose(models.Case{Version: models.CaseVersion}, k).Causes {
		ids = append(ids, c.ID)
	}
	return ids
}

// TestLabelledCasesAreSound keeps slips in the case files from passing as
// errors of the diagnosis.
func TestLabelledCasesAreSound(t *testing.T) {
	ids := causesOf(knowledge(t))
	labels := map[string]int{}
	names := map[string]bool{}
	for _, set := range []string{"tune", "held"} {
		for _, l := range labelledCases(t, set) {
			labels[l.Label]++
			if names[l.Name] {
				t.Errorf("%s stands in both sets", l.Name)
			}
			names[l.Name] = true
			want := models.VerdictFault
			switch l.Label {
			case labelUndetermined:
				want = models.VerdictUndetermined
			case models.CauseNoFault:
				want = models.VerdictHealthy
			}
			if l.Verdict != want {
				t.Errorf("%s: the verdict %q does not go with the label %q", l.Name, l.Verdict, l.Label)
			}
			for _, id := range append([]string{l.Label}, l.Accept...) {
				if id != labelUndetermined && !slices.Contains(ids, id) {
					t.Errorf("%s: there is no cause %q", l.Name, id)
				}
			}
			if l.Source == "" || l.Why == "" {
				t.Errorf("%s does not say where it comes from and why", l.Name)
			}
			strict := json.NewDecoder(strings.NewReader(string(l.Raw)))
			strict.DisallowUnknownFields()
			var c models.Case
			if err := strict.Decode(&c); err != nil {
				t.Errorf("%s: %v", l.Name, err)
			}
		}
	}
	for _, id := range append([]string{labelUndetermined}, ids...) {
		if labels[id] < 3 {
			t.Errorf("%d cases are labelled %q: there should be three at least", labels[id], id)
		}
	}
}
