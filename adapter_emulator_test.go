package main_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"methodical/checks"
	"methodical/checks/azure"
	"methodical/emulator"
	"methodical/models"
)

// The adapter satisfies the engine's port without knowing it.
var _ checks.Hub = (*azure.Hub)(nil)

// adapterWorld is a hub with one device for every answer. Its clock runs fast,
// so that waits of seconds pass at once.
const adapterWorld = `
hub: {sku: S1, units: 1}
clock: {speed: 200}
devices:
  - {id: ok, tags: {site: north}, reported: {firmware: 1.2.0}, modelId: "dtmi:contoso:pump;1", parent: edge, methods: {reboot: {payload: {done: true}}, echo: {echo: true}, busy: {status: 409, payload: [1, "two", null]}}}
  - {id: offline, behaviour: offline, tags: {site: south}}
  - {id: deaf, behaviour: no-subscription}
  - {id: stuck, behaviour: stuck}
  - {id: garbled, behaviour: {kind: non-json, text: OK rebooting}}
  - {id: off, status: disabled, statusReason: stolen}
  - {id: "odd#id%1'", methods: {reboot: {payload: 7}}}
  - {id: edge, edge: true, modules: [{id: $edgeAgent, methods: {ping: {payload: null}}}, {id: filter, methods: {echo: {echo: true}}}]}
`

func startAdapterWorld(t *testing.T, text string) *emulator.Emulator {
	t.Helper()
	scenario, err := emulator.ParseScenario("adapter", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	e, err := emulator.Start(context.Background(), emulator.Options{Scenario: scenario})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	})
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if err := e.Ready(ctx); err != nil {
		t.Fatal(err)
	}
	return e
}

// openAdapter opens the emulator with one of its policies.
func openAdapter(t *testing.T, e *emulator.Emulator, policy string, change ...func(*azure.Options)) *azure.Hub {
	t.Helper()
	text, err := e.ConnectionString(policy)
	if err != nil {
		t.Fatal(err)
	}
	credential, err := azure.ParseConnectionString([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	opt := azure.Options{Credential: credential, CAPEM: e.CAPEM(), Proxy: azure.ProxyNone, Now: e.Clock().Now}
	for _, c := range change {
		c(&opt)
	}
	h, err := azure.Open(opt)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = h.Close() })
	return h
}

func methodCall(t *testing.T, target, method, payload string, timeouts ...int) models.Call {
	t.Helper()
	to, err := models.ParseTarget(target)
	if err != nil {
		t.Fatal(err)
	}
	call := models.Call{Target: to, Method: method}
	if payload != "" {
		if call.Payload, err = models.ParsePayload([]byte(payload)); err != nil {
			t.Fatal(err)
		}
	}
	if len(timeouts) == 2 {
		call.ConnectTimeoutSeconds, call.ResponseTimeoutSeconds = &timeouts[0], &timeouts[1]
	}
	return call
}

func TestAdapterInvokesOnTheEmulator(t *testing.T) {
	e := startAdapterWorld(t, adapterWorld)
	h := openAdapter(t, e, "service")
	for _, c := range []struct {
		name   string
		call   models.Call
		status int
		error  string
		body   string // the whole of it for 200, else a part
		took   time.Duration
	}{
		{"an answer", methodCall(t, "ok", "reboot", `{"delay":5}`), 200, "", `{"status":200,"payload":{"done":true}}`, 0},
		{"any JSON back", methodCall(t, "ok", "busy", ""), 200, "", `{"status":409,"payload":[1,"two",null]}`, 0},
		{"bytes as they are", methodCall(t, "ok", "echo", `{ "n" : 12345678901234567890.10, "s":"\u00e9" }`), 200, "", `{"status":200,"payload":{ "n" : 12345678901234567890.10, "s":"\u00e9" }}`, 0},
		{"a module", methodCall(t, "edge/$edgeAgent", "ping", "null"), 200, "", `{"status":200,"payload":null}`, 0},
		{"an id that needs escaping", methodCall(t, "odd#id%1'", "reboot", "{}"), 200, "", `{"status":200,"payload":7}`, 0},
		{"no JSON by the device", methodCall(t, "garbled", "reboot", "{}"), 200, "", `{"status":200,"payload":OK rebooting}`, 0},
		{"the safe probe", models.SafeProbe(models.Target{DeviceID: "ok"}, 0), 200, "", `{"status":501,"payload":{"error":"method not implemented","method":"methodical-probe"}}`, 0},
		{"offline", methodCall(t, "offline", "reboot", "{}"), 404, "DeviceNotOnline", `404103`, 0},
		{"offline, waited for", methodCall(t, "offline", "reboot", "{}", 60, 5), 404, "DeviceNotOnline", `00:01:00`, time.Minute},
		{"not subscribed", methodCall(t, "deaf", "reboot", "{}"), 404, "DeviceNotOnline", `404103`, 0},
		{"no answer", methodCall(t, "stuck", "reboot", "{}", 0, 30), 504, "GatewayTimeout", `504101`, 30 * time.Second},
		{"not registered", methodCall(t, "nobody", "reboot", "{}"), 404, "DeviceNotFound", `404001`, 0},
		{"a time-out out of range", methodCall(t, "ok", "reboot", "{}", 0, 4), 400, "ArgumentInvalid", `responseTimeoutInSeconds must be within [5; 300].`, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			inv := h.Invoke(t.Context(), c.call)
			if inv.HTTPStatus != c.status || inv.ErrorName != c.error || inv.TransportError != "" {
				t.Errorf("HTTP %d %s %s: %s", inv.HTTPStatus, inv.ErrorName, inv.TransportError, inv.Body)
			}
			if inv.Body != c.body && (c.status == 200 || !strings.Contains(inv.Body, c.body)) {
				t.Errorf("body %s, want %s", inv.Body, c.body)
			}
			if inv.RequestID == "" || inv.Header("Content-Type") == "" || inv.Header("Date") == "" {
				t.Errorf("headers %v, request id %q", inv.Headers, inv.RequestID)
			}
			// The clock runs 200 times as fast: allow it what a busy machine takes.
			if took, ok := inv.Elapsed(); !ok || took < c.took || took > c.took+10*time.Minute {
				t.Errorf("took %v, want %v", took, c.took)
			}
		})
	}
}

func TestAdapterReadsTheEmulatorsDevices(t *testing.T) {
	e := startAdapterWorld(t, adapterWorld)
	for _, policy := range []string{"iothubowner", "service"} {
		t.Run(policy, func(t *testing.T) {
			h := openAdapter(t, e, policy)
			ok, err := h.Device(t.Context(), models.Target{DeviceID: "ok"})
			if err != nil || !ok.Known() || ok.Status != "enabled" || ok.ConnectionState != "Connected" || ok.AuthenticationType != "sas" {
				t.Errorf("%+v, %v", ok, err)
			}
			if ok.NeverActive() || ok.ObservedAt.IsZero() || ok.IsEdge() || ok.ModelID != "dtmi:contoso:pump;1" {
				t.Errorf("%+v", ok)
			}
			var tags struct{ Site string }
			var reported struct{ Firmware string }
			if json.Unmarshal(ok.Tags, &tags) != nil || json.Unmarshal(ok.Reported, &reported) != nil || tags.Site != "north" || reported.Firmware != "1.2.0" {
				t.Errorf("tags %s, reported %s", ok.Tags, ok.Reported)
			}
			if policy == "iothubowner" && (ok.StateUpdatedTime.IsZero() || !strings.HasPrefix(ok.Parent, "edge")) {
				t.Errorf("the identity adds state time %v, parent %q", ok.StateUpdatedTime, ok.Parent)
			}
			off, err := h.Device(t.Context(), models.Target{DeviceID: "off"})
			if err != nil || off.Status != "disabled" || off.StatusReason != "stolen" || !off.NeverActive() {
				t.Errorf("%+v, %v", off, err)
			}
			edge, err := h.Device(t.Context(), models.Target{DeviceID: "edge"})
			if err != nil || !edge.IsEdge() || edge.Parent != "" {
				t.Errorf("%+v, %v", edge, err)
			}
			module, err := h.Device(t.Context(), models.Target{DeviceID: "edge", ModuleID: "filter"})
			if err != nil || !module.Known() || module.ConnectionState != "Connected" {
				t.Errorf("%+v, %v", module, err)
			}
			for _, missing := range []models.Target{{DeviceID: "OK"}, {DeviceID: "edge", ModuleID: "nobody"}, {DeviceID: "nobody", ModuleID: "filter"}} {
				if d, err := h.Device(t.Context(), missing); err != nil || !d.Missing() {
					t.Errorf("%v: %+v, %v", missing, d, err)
				}
			}
			modules, err := h.Modules(t.Context(), "edge")
			var ids []string
			for _, m := range modules {
				ids = append(ids, m.Target().String())
			}
			slices.Sort(ids)
			if err != nil || fmt.Sprint(ids) != "[edge/$edgeAgent edge/filter]" {
				t.Errorf("modules %v, %v", ids, err)
			}
		})
	}
}

func TestAdapterPagesThroughTheEmulator(t *testing.T) {
	var text strings.Builder
	text.WriteString("devices:\n  - {id: other, behaviour: offline}\n  - {id: \"it's\", behaviour: offline}\n")
	for i := range 25 {
		fmt.Fprintf(&text, "  - {id: pump-%02d, behaviour: offline, tags: {even: %v}}\n", i, i%2 == 0)
	}
	h := openAdapter(t, startAdapterWorld(t, text.String()), "service")
	list := func(q models.DeviceQuery) (ids []string, pages int) {
		for {
			page, err := h.Devices(t.Context(), q)
			if err != nil {
				t.Fatal(err)
			}
			pages++
			for _, d := range page.Devices {
				if !d.Known() || d.Status != "enabled" || d.ConnectionState != "Disconnected" || d.AuthenticationType != "sas" {
					t.Errorf("%+v", d)
				}
				ids = append(ids, d.DeviceID)
			}
			if q.Continuation = page.Next; q.Continuation == "" {
				return ids, pages
			}
		}
	}
	if ids, pages := list(models.DeviceQuery{Top: 10}); len(ids) != 27 || pages != 3 {
		t.Errorf("%d devices on %d pages", len(ids), pages)
	}
	if ids, _ := list(models.DeviceQuery{Prefix: "pump-", Where: "tags.even = true OR deviceId = 'pump-01'"}); len(ids) != 14 {
		t.Errorf("prefix and condition: %v", ids)
	}
	if ids, _ := list(models.DeviceQuery{Prefix: "it's"}); fmt.Sprint(ids) != "[it's]" {
		t.Errorf("a quote in the prefix: %v", ids)
	}
	if ids, _ := list(models.DeviceQuery{Prefix: "PUMP"}); len(ids) != 0 {
		t.Errorf("ids are case-sensitive, yet %v", ids)
	}
	_, err := h.Devices(t.Context(), models.DeviceQuery{Where: "this is no query"})
	if failure, ok := err.(*models.HubFailure); !ok || failure.HTTPStatus != http.StatusBadRequest {
		t.Errorf("a wrong condition: %v", err)
	}
}

func TestAdapterCountsAndContactsTheEmulator(t *testing.T) {
	e := startAdapterWorld(t, adapterWorld)
	owner := openAdapter(t, e, "iothubowner")
	counts, err := owner.Statistics(t.Context())
	if err != nil || *counts.Total != 8 || *counts.Enabled != 7 || *counts.Disabled != 1 || counts.Connected == nil || *counts.Connected == 0 {
		t.Errorf("%+v, %v", counts, err)
	}
	contact, err := openAdapter(t, e, "service").Contact(t.Context())
	if err != nil || !contact.HasClock || contact.ClockOffset.Abs() > 2*time.Second || contact.TLSIssuer == "" || contact.Remote == "" || contact.RoundTrip <= 0 {
		t.Errorf("%+v, %v", contact, err)
	}
	if owner.HostName() != e.HostName() {
		t.Errorf("host %q, want %q", owner.HostName(), e.HostName())
	}
}

// TestAdapterTellsMissingRightsAndWrongKeys covers the ways of a 401.
func TestAdapterTellsMissingRightsAndWrongKeys(t *testing.T) {
	e := startAdapterWorld(t, adapterWorld)
	refused := func(name string, err error) {
		t.Helper()
		failure, ok := err.(*models.HubFailure)
		if !ok || failure.HTTPStatus != http.StatusUnauthorized || failure.Hub.Name == "" || failure.Body == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
	registry := openAdapter(t, e, "registryRead")
	if inv := registry.Invoke(t.Context(), methodCall(t, "ok", "reboot", "{}")); inv.HTTPStatus != 401 {
		t.Errorf("invoked without the right: %d %s", inv.HTTPStatus, inv.Body)
	}
	_, err := registry.Devices(t.Context(), models.DeviceQuery{})
	refused("a query without the right", err)
	if d, err := registry.Device(t.Context(), models.Target{DeviceID: "off"}); err != nil || d.Status != "disabled" {
		t.Errorf("the registry alone: %+v, %v", d, err)
	}
	text, err := e.ConnectionString("service")
	if err != nil {
		t.Fatal(err)
	}
	head, _, _ := strings.Cut(text, "SharedAccessKey=")
	forged, err := azure.ParseConnectionString([]byte(head + "SharedAccessKey=d3Jvbmcga2V5IHdyb25nIGtleSB3cm9uZyBrZXkhISE="))
	if err != nil {
		t.Fatal(err)
	}
	wrong := openAdapter(t, e, "service", func(o *azure.Options) { o.Credential = forged })
	contact, err := wrong.Contact(t.Context())
	refused("a wrong key", err)
	if !contact.HasClock || contact.TLSIssuer == "" {
		t.Errorf("a refusal tells the time too: %+v", contact)
	}
	_, err = wrong.Statistics(t.Context())
	refused("a wrong key by the library", err)
	old, err := azure.ParseSASToken([]byte("SharedAccessSignature sr="+strings.ReplaceAll(e.HostName(), ":", "%3A")+"&sig=AAAA&se=1&skn=service"), "")
	if err != nil {
		t.Fatal(err)
	}
	_, err = openAdapter(t, e, "service", func(o *azure.Options) { o.Credential = old }).Contact(t.Context())
	refused("an expired token", err)
}

func TestAdapterLeavesAWaitingCall(t *testing.T) {
	e := startAdapterWorld(t, "devices: [{id: stuck, behaviour: stuck}]")
	h := openAdapter(t, e, "service")
	ctx, cancel := context.WithCancel(t.Context())
	var call sync.WaitGroup
	var inv models.Invocation
	call.Go(func() { inv = h.Invoke(ctx, methodCall(t, "stuck", "reboot", "{}", 0, 300)) })
	deadline := time.Now().Add(time.Minute)
	for e.InFlight("stuck", "") == 0 {
		if time.Now().After(deadline) {
			t.Fatal("the call never reached the device")
		}
		time.Sleep(5 * time.Millisecond)
	}
	cancel()
	call.Wait()
	if inv.TransportErrorKind != models.TransportCancelled || inv.MayHaveRun != "" || inv.HTTPStatus != 0 {
		t.Errorf("%+v", inv)
	}
}
