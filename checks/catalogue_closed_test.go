package checks

import (
	"go/ast"
	"go/parser"
	"go/token"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"methodical/models"
)

// causeIDs are the values of the constants models.Cause*, read from the source
// so that none can be forgotten.
func causeIDs(t *testing.T) []string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "../models/diagnosis.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || !strings.HasPrefix(spec.Names[0].Name, "Cause") {
			return true
		}
		if lit, ok := spec.Values[0].(*ast.BasicLit); ok {
			id, err := strconv.Unquote(lit.Value)
			if err != nil {
				t.Fatal(err)
			}
			ids = append(ids, id)
		}
		return true
	})
	if len(ids) < 20 {
		t.Fatalf("only %d causes found: the constants have moved", len(ids))
	}
	return ids
}

// isSource reports whether s is the id of a document or a web address.
func isSource(c *Catalogue, s string) bool {
	if _, ok := c.Doc(s); ok {
		return true
	}
	u, err := url.Parse(s)
	return err == nil && u.Scheme == "https" && u.Host != ""
}

func isDay(s string) bool {
	_, err := time.Parse(time.DateOnly, s)
	return err == nil
}

func TestEveryMethodCodeIsExplained(t *testing.T) {
	c := realCatalogue(t)
	codes, names := models.MethodCodes{}.All()
	for i, code := range codes {
		e, ok := c.Code(code)
		if !ok {
			t.Errorf("%s %s has no entry", code, names[i])
			continue
		}
		if e.Name != names[i] {
			t.Errorf("%s is %s in the data and %s in models", code, e.Name, names[i])
		}
		if e.Short == "" || e.Meaning == "" || len(e.Causes) == 0 || len(e.CauseIDs) == 0 || len(e.Fix) == 0 ||
			e.Retry.Safe == "" || e.Retry.Why == "" || len(e.Links) == 0 || len(e.Sources) == 0 || !isDay(e.Checked) {
			t.Errorf("%s %s is not explained in full", code, e.Name)
		}
	}
	for _, e := range c.Codes() {
		if e.Meaning != "" && !slices.Contains(codes, e.Code) {
			t.Errorf("%s %s is explained in full, but models does not know it", e.Code, e.Name)
		}
	}
}

func TestEveryEntryIsSound(t *testing.T) {
	c := realCatalogue(t)
	causes := causeIDs(t)
	for _, e := range c.Codes() {
		if n, err := strconv.Atoi(e.Code); err != nil || n < 400000 || n > 599999 {
			t.Errorf("%q is no code", e.Code)
		}
		if e.Name == "" || e.Short == "" {
			t.Errorf("%s has no name or no short meaning", e.Code)
		}
		if len(e.Short) > 90 || !strings.HasSuffix(e.Short, ".") {
			t.Errorf("%s: the short meaning must be one short sentence: %q", e.Code, e.Short)
		}
		for _, id := range e.CauseIDs {
			if !slices.Contains(causes, id) {
				t.Errorf("%s: there is no cause %q", e.Code, id)
			}
		}
		for _, id := range e.Links {
			if _, ok := c.Doc(id); !ok {
				t.Errorf("%s: there is no document %q", e.Code, id)
			}
		}
		for _, s := range e.Sources {
			if !isSource(c, s) {
				t.Errorf("%s: %q is no source", e.Code, s)
			}
		}
		switch e.Retry.Safe {
		case "", models.RetryNo, models.RetryConditional, models.RetryYes:
		default:
			t.Errorf("%s: retry cannot be %q", e.Code, e.Retry.Safe)
		}
	}
	if n := len(c.Codes()); n < 160 {
		t.Errorf("only %d codes", n)
	}
}

// What Azure support itself says of the four codes it asks to look for.
func TestSupportsFourMeanings(t *testing.T) {
	c := realCatalogue(t)
	for code, words := range map[string][]string{
		"404103": {"not reachable during the timeout period", "crashed or disconnected during the request"},
		"404001": {"not registered at the hub", "Register it"},
		"504101": {"online", "did not respond during the timeout period"},
		"401002": {"authentication expired", "specified device is not found"},
	} {
		e, _ := c.Code(code)
		for _, w := range words {
			if !strings.Contains(e.Meaning, w) {
				t.Errorf("%s does not say %q: %s", code, w, e.Meaning)
			}
		}
	}
}

func TestTextsTellOneCode(t *testing.T) {
	c := realCatalogue(t)
	owner := map[string]string{}
	for _, e := range c.Codes() {
		for _, text := range e.Texts {
			if other, taken := owner[text]; taken {
				t.Errorf("%q is said for both %s and %s", text, other, e.Code)
			}
			owner[text] = e.Code
		}
	}
}

func TestLimitsAgreeWithModels(t *testing.T) {
	l := realCatalogue(t).Limits()
	if want := (models.SecondsRange{Min: models.MinConnectTimeoutSeconds, Max: models.MaxConnectTimeoutSeconds, Default: models.DefaultConnectTimeoutSeconds}); l.Timeouts.Connect != want {
		t.Errorf("connect timeout: %+v, want %+v", l.Timeouts.Connect, want)
	}
	if want := (models.SecondsRange{Min: models.MinResponseTimeoutSeconds, Max: models.MaxResponseTimeoutSeconds, Default: models.DefaultResponseTimeoutSeconds}); l.Timeouts.Response != want {
		t.Errorf("response timeout: %+v, want %+v", l.Timeouts.Response, want)
	}
	if want := (models.PayloadLimits{MaxRequestBytes: models.MaxPayloadBytes, MaxResponseBytes: models.MaxPayloadBytes, MeterBytes: models.MeterBytes}); l.Payload != want {
		t.Errorf("payload: %+v, want %+v", l.Payload, want)
	}
	if !isDay(l.Checked) || len(l.Sources) == 0 || len(l.Behaviour) == 0 || len(l.Unsure) == 0 || len(l.Clients) == 0 {
		t.Error("limits name no day, source, behaviour, open question or client")
	}
	if l.MQTT.MaxSubscriptions != 5 || l.MQTT.MaxKeepAliveSeconds != 1177 || l.MQTT.Port != 8883 || l.MQTT.MaxQoS != 1 {
		t.Errorf("MQTT: %+v", l.MQTT)
	}
	var skus []string
	for _, tier := range l.Tiers {
		skus = append(skus, tier.SKU)
		if tier.MaxUnits < 1 || tier.DailyMessages < 1 || tier.DailyMessageBytes < 1 || tier.Registry.IsZero() || tier.Queries.IsZero() {
			t.Errorf("%s lacks a limit", tier.SKU)
		}
		if tier.DirectMethods != (tier.MethodKBPerSecond > 0) || tier.DirectMethods == tier.JobDeviceOperations.IsZero() {
			t.Errorf("%s: methods and their limits disagree", tier.SKU)
		}
	}
	if got := strings.Join(skus, " "); got != "F1 B1 B2 B3 S1 S2 S3" {
		t.Errorf("tiers: %s", got)
	}
}

func TestCloudsInventNothing(t *testing.T) {
	c := realCatalogue(t)
	cl := c.Clouds()
	var ids []string
	for _, cloud := range cl.Clouds {
		ids = append(ids, cloud.ID)
		for field, value := range map[string]string{"arm": cloud.ARM, "portal": cloud.Portal, "login": cloud.Login, "logAnalytics": cloud.LogAnalytics, "hubScope": cloud.HubScope} {
			if value == "" && cloud.Sure(field) && !cloud.Retired {
				t.Errorf("%s: %s is missing and not named as unconfirmed", cloud.ID, field)
			}
		}
		if len(cloud.HubSuffixes) == 0 && cloud.Sure("hubSuffixes") {
			t.Errorf("%s: the suffix of hubs is missing and not named as unconfirmed", cloud.ID)
		}
		if len(cloud.Unconfirmed) > 0 && cloud.Note == "" {
			t.Errorf("%s does not say what its user should do about what is not known", cloud.ID)
		}
	}
	if got := strings.Join(ids, " "); got != "public usgov china germany usnat ussec" {
		t.Errorf("clouds: %s", got)
	}
	for _, template := range []string{cl.Portal.Hub, cl.Portal.Devices, cl.Portal.Hubs} {
		if !strings.HasPrefix(template, "https://{portal}/") {
			t.Errorf("%q is no portal link", template)
		}
	}
}

func TestKnownBadSDKsAreSound(t *testing.T) {
	c := realCatalogue(t)
	causes := causeIDs(t)
	seen := map[string]bool{}
	for _, bad := range c.KnownBadSDKs() {
		if seen[bad.ID] {
			t.Errorf("%s is there twice", bad.ID)
		}
		seen[bad.ID] = true
		if bad.SDK == "" || bad.Language == "" || len(bad.Names) == 0 || bad.Symptom == "" || bad.Fix == "" || !isSource(c, bad.Source) || !isDay(bad.Checked) {
			t.Errorf("%s is not told in full", bad.ID)
		}
		if !slices.Contains(causes, bad.Cause) {
			t.Errorf("%s: there is no cause %q", bad.ID, bad.Cause)
		}
		if !slices.Contains([]string{"device", "service", "edge"}, bad.Side) || !slices.Contains([]string{"fixed", "reported"}, bad.Confidence) {
			t.Errorf("%s: side %q, confidence %q", bad.ID, bad.Side, bad.Confidence)
		}
		if bad.FixedIn != "" && bad.Through != "" {
			t.Errorf("%s names both the first good and the last bad version", bad.ID)
		}
		for _, v := range []string{bad.From, bad.Through, bad.FixedIn} {
			if strings.Trim(v, "0123456789.") != "" {
				t.Errorf("%s: %q is no version", bad.ID, v)
			}
		}
	}
}

func TestDocumentsHelpEverywhere(t *testing.T) {
	c := realCatalogue(t)
	places := []string{"connect", "try", "limits", "logs", "verdict", "codes"}
	seen := map[string]bool{}
	for _, d := range c.Docs() {
		if seen[d.ID] {
			t.Errorf("%s is there twice", d.ID)
		}
		seen[d.ID] = true
		if d.Title == "" || d.Why == "" || len(d.Helps) == 0 || !isSource(c, d.URL) || !isDay(d.Checked) {
			t.Errorf("%s is not told in full", d.ID)
		}
		for _, place := range d.Helps {
			if !slices.Contains(places, place) {
				t.Errorf("%s helps at %q, which is no place", d.ID, place)
			}
		}
	}
	for _, place := range places {
		if len(c.DocsFor(place)) == 0 {
			t.Errorf("no document helps at %s", place)
		}
	}
	for _, id := range []string{"method-timeout", "direct-methods", "logs-on"} {
		if !seen[id] {
			t.Errorf("%s must be offered", id)
		}
	}
	on, _ := c.Doc("logs-on")
	if !strings.HasPrefix(on.Command, "az monitor diagnostic-settings create ") || !strings.Contains(on.Command, "DirectMethods") || strings.Contains(on.Command, "\n") {
		t.Errorf("the command that turns the logs on: %q", on.Command)
	}
}
