package main_test

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "methodical"

// arrows lists, for each room, the only rooms of this module it may import. A
// room covers the packages below it unless those have a row of their own.
var arrows = map[string][]string{
	"models":          {},
	"assets":          {},
	"checks":          {"models", "checks/hubtext"},
	"checks/azure":    {"models", "checks/azure"},
	"checks/logparse": {"models", "checks/logparse"},
	"checks/walkfile": {"models"},
	"checks/hubtext":  {"models"},
	"emulator":        {"models", "emulator"},
	"ui":              {"models", "checks", "ui/report"},
	"ui/report":       {"models"},
	"":                nil, // main joins everything
}

// forbiddenForChecks are the adapters of the ports: the engine must not know
// them.
var forbiddenForChecks = []string{"checks/azure", "checks/logparse", "checks/walkfile"}

// refused are modules that must not be among the packages linked.
var refused = []string{
	"github.com/charmbracelet/bubbletea", "github.com/charmbracelet/lipgloss", "github.com/charmbracelet/bubbles",
	"charm.land/lipgloss/v2/compat", "github.com/charmbracelet/fang", "testing",
}

func goList(t *testing.T, args ...string) []string {
	t.Helper()
	out, err := exec.Command("go", append([]string{"list"}, args...)...).Output()
	if err != nil {
		t.Fatalf("go list %v: %v", args, err)
	}
	return strings.Split(strings.TrimSpace(string(out)), "\n")
}

func room(pkg string) string {
	rel := strings.TrimPrefix(strings.TrimPrefix(pkg, module), "/")
	for rel != "" {
		if _, ok := arrows[rel]; ok {
			return rel
		}
		i := strings.LastIndex(rel, "/")
		if i < 0 {
			return rel
		}
		rel = rel[:i]
	}
	return ""
}

func TestArrowsRunOneWay(t *testing.T) {
	for _, line := range goList(t, "-f", `{{.ImportPath}} {{join .Imports " "}}`, "./...") {
		fields := strings.Fields(line)
		from := room(fields[0])
		allowed, known := arrows[from]
		if !known {
			t.Errorf("package %s stands in no room of the house", fields[0])
			continue
		}
		if from == "" {
			continue
		}
		for _, imp := range fields[1:] {
			if imp != module && !strings.HasPrefix(imp, module+"/") {
				checkOutside(t, from, fields[0], imp)
				continue
			}
			if to := room(imp); !slices.Contains(allowed, to) && to != from {
				t.Errorf("%s imports %s: no arrow runs from %s to %s", fields[0], imp, from, to)
			}
			if from == "checks" && slices.Contains(forbiddenForChecks, room(imp)) {
				t.Errorf("%s imports the adapter %s", fields[0], imp)
			}
		}
	}
}

// checkOutside holds the rooms that must stay free of libraries to it.
func checkOutside(t *testing.T, from, pkg, imp string) {
	t.Helper()
	first, _, _ := strings.Cut(imp, "/")
	library := strings.Contains(first, ".")
	if library && (from == "models" || from == "assets") {
		t.Errorf("%s imports %s: %s is for the standard library only", pkg, imp, from)
	}
	charm := strings.HasPrefix(imp, "charm.land/") || strings.HasPrefix(imp, "github.com/charmbracelet/")
	if charm && (from == "checks" || strings.HasPrefix(from, "checks/") || from == "emulator") {
		t.Errorf("%s imports %s: drawing belongs to ui", pkg, imp)
	}
}

func TestScreensDoNotKnowEachOther(t *testing.T) {
	shared := []string{"nav", "theme", "widget", "page", "report", "internal"}
	for _, line := range goList(t, "-f", `{{.ImportPath}} {{join .Imports " "}}`, "./ui/...") {
		fields := strings.Fields(line)
		self := strings.TrimPrefix(fields[0], module+"/ui/")
		if self == module+"/ui" || strings.HasPrefix(self, "cli") {
			continue // the root joins the screens
		}
		for _, imp := range fields[1:] {
			other, ok := strings.CutPrefix(imp, module+"/ui/")
			if ok && !slices.Contains(shared, strings.Split(other, "/")[0]) && !strings.HasPrefix(other, self) {
				t.Errorf("screen %s imports %s", self, other)
			}
		}
	}
}

func TestRefusedPackagesAreNotLinked(t *testing.T) {
	for _, dep := range goList(t, "-deps", ".") {
		for _, bad := range refused {
			if dep == bad || strings.HasPrefix(dep, bad+"/") {
				t.Errorf("%s is linked into the program", dep)
			}
		}
	}
}
