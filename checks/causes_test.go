package checks_test

import (
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"methodical/assets"
	"methodical/checks"
	"methodical/models"
)

// knowledge is the product's own data.
func knowledge(tb testing.TB) *checks.Knowledge {
	tb.Helper()
	causes, err := checks.LoadCauses(assets.FS)
	if err != nil {
		tb.Fatal(err)
	}
	if err := causes.Verify(); err != nil {
		tb.Fatal(err)
	}
	catalogue, err := checks.LoadCatalogue(assets.FS)
	if err != nil {
		tb.Fatal(err)
	}
	return &checks.Knowledge{Catalogue: catalogue, Causes: causes}
}

// contract are the ids of the causes that others rely on.
var contract = []string{
	models.CauseDeviceOffline, models.CauseNotSubscribed, models.CauseDeviceNotRegistered, models.CauseDeviceDisabled, models.CauseWrongTarget,
	models.CauseGatewayOffline, models.CauseHandlerSlow, models.CauseHandlerStuck, models.CauseMethodNotImplemented, models.CauseMethodFailed,
	models.CauseBadDeviceAnswer, models.CauseInvalidRequest, models.CausePayloadTooLarge, models.CausePayloadAbsent, models.CauseCallerTimeout,
	models.CauseCredentialsInvalid, models.CausePermissionMissing, models.CauseClockSkew, models.CauseNetworkBlocked, models.CauseDuplicateIdentity,
	models.CauseFlappingConnection, models.CauseThrottled, models.CauseQuotaExhausted, models.CauseTierUnsupported, models.CauseHubSuspended,
	models.CauseInflightLimit, models.CauseServiceFault, models.CauseTransportUnsupported, models.CauseKnownBadSDK, models.CauseNoFault,
}

func TestEveryCauseIsComplete(t *testing.T) {
	k := knowledge(t)
	var ids []string
	for _, c := range k.Causes.All() {
		ids = append(ids, c.ID)
		if c.Headline == "" || c.Explanation == "" || len(c.Fixes) == 0 || len(c.SettledBy) == 0 || len(c.Explains) == 0 {
			t.Errorf("%s lacks words, fixes, what settles it or what it explains", c.ID)
		}
		if c.ID != models.CauseNoFault && (c.Likely == "" || c.NextStep == "") {
			t.Errorf("%s says neither what is likely nor what to do next", c.ID)
		}
		for _, link := range c.Links {
			if _, ok := k.Catalogue.Doc(string(link)); !ok {
				t.Errorf("%s offers document %q, which the catalogue does not have", c.ID, link)
			}
		}
		if !slices.ContainsFunc(labelled, func(l labelledCase) bool { return l.cause == c.ID }) {
			t.Errorf("no labelled case has %s", c.ID)
		}
		if !slices.Contains(contract, c.ID) {
			t.Errorf("%s is not in the contract", c.ID)
		}
	}
	for _, id := range contract {
		if !slices.Contains(ids, id) {
			t.Errorf("the data lacks %s", id)
		}
	}
}

// TestTheWorldOfFindingsIsClosed holds the codes that checks may emit, the words
// for them, and what really comes out to each other.
func TestTheWorldOfFindingsIsClosed(t *testing.T) {
	k := knowledge(t)
	declared := map[string]bool{}
	for _, check := range checks.All() {
		for _, code := range check.Codes {
			declared[code] = true
		}
	}
	for code := range declared {
		if _, ok := k.Causes.Finding(code); !ok {
			t.Errorf("%s has no words in the data", code)
		}
	}
	seen := map[string]bool{}
	for _, c := range everyCase() {
		for _, f := range checks.Observe(c, k) {
			seen[f.Code] = true
			if !declared[f.Code] {
				t.Errorf("%s is emitted and declared by no check", f.Code)
			}
		}
	}
	for code := range k.Causes.Findings() {
		if !declared[code] {
			t.Errorf("%s has words and is emitted by no check", code)
		}
		if !seen[code] {
			t.Errorf("no case of these tests gives %s", code)
		}
	}
}

// TestEveryFindingThatMattersIsWeighed finds data that does nothing: a finding
// that asks for action and speaks for no cause.
func TestEveryFindingThatMattersIsWeighed(t *testing.T) {
	k := knowledge(t)
	weighed := map[string]bool{}
	for _, c := range everyCase() {
		for _, cause := range checks.ExplainDiagnosis(c, k).Causes {
			for _, line := range cause.Lines {
				weighed[line.Finding] = true
				if line.Why == "" || line.Source == "" {
					t.Errorf("%s says no why or no source", line.Finding)
				}
			}
		}
	}
	// These are there to be read: they name a possibility that is dealt with
	// where it matters.
	toRead := []string{"DM-404", "DM-622"}
	for code, f := range k.Causes.Findings() {
		if !f.Harmless && !weighed[code] && !slices.Contains(toRead, code) {
			t.Errorf("%s (%s) asks for action and weighs nothing", code, f.Title)
		}
		if !f.Harmless && f.Cause == "" {
			t.Errorf("%s asks for action and points to no cause", code)
		}
	}
}

func TestEveryTestCanBeRun(t *testing.T) {
	k := knowledge(t)
	// These are calls that the person makes on the invoke screen.
	byHand := []string{"payload-kinds", "real-method", "repeat-probe", "call-module"}
	for _, test := range k.Causes.Tests() {
		if _, ok := checks.Find(checks.All(), test.ID); !ok && !slices.Contains(byHand, test.ID) {
			t.Errorf("test %s is no check", test.ID)
		}
		if test.Title == "" {
			t.Errorf("test %s has no title", test.ID)
		}
	}
}

// changed is the data with one piece of text replaced.
func changed(t *testing.T, file, old, replacement string) fs.FS {
	t.Helper()
	out := fstest.MapFS{}
	for _, name := range []string{"causes/causes.yaml", "causes/findings.yaml", "causes/weights.yaml", "causes/tests.yaml"} {
		text, err := fs.ReadFile(assets.FS, name)
		if err != nil {
			t.Fatal(err)
		}
		if name == file {
			if !strings.Contains(string(text), old) {
				t.Fatalf("%s has no %q", file, old)
			}
			text = []byte(strings.Replace(string(text), old, replacement, 1))
		}
		out[name] = &fstest.MapFile{Data: text}
	}
	return out
}

func TestFaultyDataIsRefusedWithItsPlace(t *testing.T) {
	for _, tt := range []struct{ name, file, old, replacement, want string }{
		{"a misspelt key", "causes/causes.yaml", "    headline:", "    headlin:", "causes/causes.yaml:"},
		{"a cause twice", "causes/causes.yaml", "  - id: not-subscribed", "  - id: device-offline", "device-offline is there twice"},
		{"a prior without its source", "causes/causes.yaml", `source: "Seldom in the threads`, `explanation: "Seldom`, "causes/causes.yaml"},
		{"an unknown placeholder", "causes/causes.yaml", "{target} has no connection", "{taget} has no connection", "nothing fills {taget}"},
		{"an open brace", "causes/causes.yaml", "{target} has no connection", "{target has no connection", "a brace is not closed"},
		{"an unknown finding in a cause", "causes/causes.yaml", "settledBy: [[DM-202]]", "settledBy: [[DM-999]]", `no finding "DM-999"`},
		{"requires without unmet", "causes/causes.yaml", "    unmet: -4\n", "", "belong together"},
		{"a share above one", "causes/causes.yaml", "ceiling: 0.9", "ceiling: 9", "shares above 0"},
		{"a finding twice", "causes/findings.yaml", "- code: DM-102", "- code: DM-101", "DM-101 is there twice"},
		{"a finding of no family", "causes/findings.yaml", "family: answers", "family: anwsers", `"anwsers"`},
		{"a finding that points nowhere", "causes/findings.yaml", "cause: device-disabled", "cause: device-of", `"device-of"`},
		{"a finding without a meaning", "causes/findings.yaml", "  means: Clients of this SDK answer when a handler is missing. Silence means that there is one and that it does not finish.\n", "", "DM-158"},
		{"a weight for no cause", "causes/weights.yaml", "causes: [no-fault]", "causes: [nofault]", `no cause "nofault"`},
		{"a weight for no group", "causes/weights.yaml", `["@mute"`, `["@mite"`, "causes/weights.yaml"},
		{"a weight without a source", "causes/weights.yaml", "source: methods}", "source: hearsay}", `"hearsay"`},
		{"a weight said twice", "causes/weights.yaml", "causes: [no-fault], by: 4.5", "causes: [no-fault, no-fault], by: 4.5", "speaks twice on no-fault"},
		{"a family without a cap", "causes/weights.yaml", "{id: timing, cap: 2,", "{id: timing, cap: 0,", "family timing"},
		{"weights of an unknown finding", "causes/weights.yaml", "- finding: DM-101", "- finding: DM-001", `no finding "DM-001"`},
		{"outcomes that do not sum to one", "causes/tests.yaml", "p: [0.12, 0.88]", "p: [0.12, 0.98]", "not to 1"},
		{"too few outcomes", "causes/tests.yaml", "p: [0.12, 0.88]", "p: [1]", "1 probabilities for 2 outcomes"},
		{"a test for no cause", "causes/tests.yaml", "{causes: [device-offline], p: [0.12, 0.88]}", "{causes: [device-of], p: [0.12, 0.88]}", `no cause "device-of"`},
		{"not YAML", "causes/tests.yaml", "- id: call\n", "- id: [call\n", "causes/tests.yaml"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			causes, err := checks.LoadCauses(changed(t, tt.file, tt.old, tt.replacement))
			if err != nil {
				t.Fatal(err)
			}
			err = causes.Verify()
			if err == nil || !strings.Contains(err.Error(), tt.want) || !strings.Contains(err.Error(), "causes/") {
				t.Errorf("got %v, want words on %q and the file", err, tt.want)
			}
		})
	}
}

func TestUnreadableDataIsSaidNotGuessed(t *testing.T) {
	causes, err := checks.LoadCauses(changed(t, "causes/tests.yaml", "- id: call\n", "- id: [call\n"))
	if err != nil {
		t.Fatal(err)
	}
	d := checks.Diagnose(labelled[0].c, &checks.Knowledge{Causes: causes})
	if d.Verdict != models.VerdictUndetermined || !strings.Contains(d.Summary, "cannot be read") || d.Causes == nil {
		t.Errorf("got %+v", d)
	}
	if _, err := checks.LoadCauses(fstest.MapFS{}); err == nil || !strings.Contains(err.Error(), "causes/causes.yaml") {
		t.Errorf("missing files: %v", err)
	}
}

func BenchmarkLoadCauses(b *testing.B) {
	for b.Loop() {
		causes, err := checks.LoadCauses(assets.FS)
		if err != nil {
			b.Fatal(err)
		}
		if err := causes.Verify(); err != nil {
			b.Fatal(err)
		}
	}
}
