package checks_test

import (
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"methodical/checks"
	"methodical/models"
)

const csharp, node, python = "Microsoft.Azure.Devices.Client/1.42.0", "azure-iot-device/1.18.4 (node v20)", "azure-iot-device-iothub-py/2.13.0"

type labelledCase struct {
	name  string
	cause string
	least float64 // the share the cause must have at least
	c     models.Case
}

// labelled are cases whose cause is plain ("" means that it cannot be told).
var labelled = []labelledCase{
	// --- nobody takes the call
	{"silent for three hours, its like answers", models.CauseDeviceOffline, 0.8, about(
		device("pump-7", disconnected, active(3*time.Hour)), device("pump-9", connected, active(5*time.Second)), call("pump-7", "reboot", refusedAtOnce), call("pump-9", "reboot", ok))},
	{"silent for days, waited for", models.CauseDeviceOffline, 0.8, about(device("pump-7", disconnected, active(90*time.Hour)), probe("pump-7", refusedAfter(30)))},
	{"never connected", models.CauseDeviceOffline, 0.6, about(device("pump-7", disconnected), probe("pump-7", refusedAtOnce))},
	{"sleeps and comes while waited for", models.CauseDeviceOffline, 0.6, about(
		device("pump-7", disconnected, active(40*time.Minute)), call("pump-7", "read", refusedAtOnce), call("pump-7", "read", waits(60, 30), took(22*time.Second), ok))},
	{"active four seconds ago, its like answers", models.CauseNotSubscribed, 0.8, about(
		device("pump-7", connected, active(4*time.Second), tags(`{"firmware":"2.1"}`)), device("pump-9", connected, active(9*time.Second), tags(`{"firmware":"2.1"}`)),
		call("pump-7", "reboot", refusedAtOnce), call("pump-9", "reboot", ok))},
	{"connected by registry and log, waited for", models.CauseNotSubscribed, 0.8, about(
		device("pump-7", connected, active(time.Minute)), probe("pump-7", refusedAfter(30)), conn("pump-7", "deviceConnect", "", "10.0.0.X", csharp, 55))},
	{"connected and quiet for an hour", models.CauseNotSubscribed, 0.5, about(device("pump-7", connected, active(10*time.Minute)), probe("pump-7", refusedAtOnce))},
	{"only a refusal", "", 0, about(call("pump-7", "reboot", refusedAtOnce))},
	{"a refusal and an unreadable registry", "", 0, about(unreadable("pump-7"), probe("pump-7", refusedAfter(30)))},
	{"shown as disconnected but active just now", models.CauseNotSubscribed, 0.5, about(device("pump-7", disconnected, active(5*time.Second)), probe("pump-7", refusedAtOnce))},
	// --- identity
	{"unknown id", models.CauseDeviceNotRegistered, 0.9, about(device("pump-7", missing), probe("pump-7", hub(404, "404001", "pump-7", "")))},
	{"404001 alone", models.CauseDeviceNotRegistered, 0.6, about(probe("pump-7", hub(404, "404001", "pump-7", "")))},
	{"404001 and an unreadable registry", "", 0, about(unreadable("pump-7"), theHub(func(h *models.Hub) { h.SKU = "" }), probe("pump-7", hub(404, "404000", "", "")))},
	{"disabled, called not found", models.CauseDeviceDisabled, 0.85, about(device("pump-7", disabled, disconnected, active(30*time.Hour)), probe("pump-7", hub(404, "404001", "pump-7", "")))},
	{"disabled, by its own code", models.CauseDeviceDisabled, 0.9, about(probe("pump-7", hub(403, "403012", "disabled", "")))},
	{"disabled and refused", models.CauseDeviceDisabled, 0.7, about(device("pump-7", disabled, disconnected, active(3*time.Hour)), probe("pump-7", refusedAtOnce))},
	{"not found though enabled", "", 0, about(device("pump-7", connected, active(4*time.Second)), probe("pump-7", hub(404, "404001", "pump-7", "")))},
	{"the Edge device instead of a module", models.CauseWrongTarget, 0.8, about(
		device("pump-7", edge, disconnected, func(d *models.Device) { d.Modules = []string{"$edgeAgent", "$edgeHub", "filter"} }), probe("pump-7", refusedAtOnce))},
	{"no such module", models.CauseWrongTarget, 0.9, about(onTarget("pump-7/Filter"), device("pump-7", edge, func(d *models.Device) { d.Modules = []string{"filter"} }),
		device("pump-7/Filter", missing), probe("pump-7/Filter", hub(404, "404010", "Filter", "")))},
	{"404010 alone", models.CauseWrongTarget, 0.9, about(onTarget("pump-7/filter"), probe("pump-7/filter", hub(404, "404010", "filter", "")))},
	{"child of a gateway that is gone", models.CauseGatewayOffline, 0.7, about(
		device("pump-7", disconnected, active(2*time.Hour), parent("gate-1")), device("gate-1", edge, disconnected, active(2*time.Hour)), probe("pump-7", refusedAtOnce))},
	{"two children of one gateway", models.CauseGatewayOffline, 0.7, about(
		device("pump-7", disconnected, active(2*time.Hour), parent("gate-1")), device("pump-8", disconnected, active(2*time.Hour), parent("gate-1")),
		device("gate-1", edge, disconnected, active(2*time.Hour)), probe("pump-7", refusedAtOnce), probe("pump-8", refusedAtOnce))},
	{"child of a gateway that is well", models.CauseDeviceOffline, 0.5, about(
		device("pump-7", disconnected, active(2*time.Hour), parent("gate-1")), device("gate-1", edge, connected, active(5*time.Second)), probe("pump-7", refusedAtOnce), probe("gate-1/$edgeAgent", ok))},
	// --- delivered, silent
	{"a longer wait is answered", models.CauseHandlerSlow, 0.9, about(device("pump-7", connected, active(5*time.Second)),
		call("pump-7", "calibrate", noReply), call("pump-7", "calibrate", waits(0, 120), took(47*time.Second), ok))},
	{"a longer wait for the probe is answered", models.CauseHandlerSlow, 0.9, about(device("pump-7", connected, active(5*time.Second)),
		probe("pump-7", noReply), probe("pump-7", waits(0, 30), took(12*time.Second), answered(501, "null")))},
	{"another method is answered", models.CauseHandlerSlow, 0.7, about(device("pump-7", connected, active(5*time.Second)),
		call("pump-7", "calibrate", noReply), call("pump-7", "status", ok))},
	{"the probe is answered, the method is not", models.CauseHandlerSlow, 0.7, about(device("pump-7", connected, sdk(csharp, "Mqtt")),
		call("pump-7", "calibrate", noReply), probe("pump-7", answered(501, "null")))},
	{"one call without an answer", "", 0, about(call("pump-7", "calibrate", noReply))},
	{"one call without an answer, its like answers", "", 0, about(device("pump-7", connected), call("pump-7", "calibrate", noReply), call("pump-9", "calibrate", ok))},
	{"nothing is answered however long", models.CauseHandlerStuck, 0.7, about(device("pump-7", connected, active(5*time.Second)),
		call("pump-7", "reboot", noReply), call("pump-7", "status", noReply), call("pump-7", "status", waits(0, 120), noReply), call("pump-9", "status", ok))},
	{"a C# client silent to the probe and to a method", models.CauseHandlerStuck, 0.7, about(device("pump-7", connected, active(5*time.Second), sdk(csharp, "Amqp")),
		probe("pump-7", noReply), call("pump-7", "reboot", noReply), row("pump-7", "", 90, 80), row("pump-7", "504101", 10, 30000))},
	{"its like answers the probe", models.CauseHandlerStuck, 0.5, about(device("pump-7", connected, sdk("com.acme/1", "Mqtt"), tags(`{"firmware":"2"}`)), device("pump-9", connected, sdk("com.acme/1", "Mqtt"), tags(`{"firmware":"2"}`)),
		probe("pump-7", noReply), probe("pump-9", answered(404, "null")), call("pump-7", "reboot", noReply))},
	{"a Python client silent to the probe", "", 0, about(device("pump-7", connected, active(5*time.Second), sdk(python, "Mqtt")), probe("pump-7", noReply))},
	{"a probe without an answer", "", 0, about(probe("pump-7", noReply))},
	// --- the device's own answers
	{"501", models.CauseMethodNotImplemented, 0.9, about(call("pump-7", "Reboot", answered(501, "null")))},
	{"404 of the device", models.CauseMethodNotImplemented, 0.7, about(device("pump-7", connected), call("pump-7", "Reboot", answered(404, `"no such method"`)))},
	{"silent for one spelling", models.CauseMethodNotImplemented, 0.6, about(device("pump-7", connected, sdk(node, "Mqtt")), call("pump-7", "Reboot", noReply), call("pump-7", "reboot", ok))},
	{"500 with a reason", models.CauseMethodFailed, 0.9, about(device("pump-7", connected, active(time.Second)), call("pump-7", "reboot", answered(500, `{"error":"valve stuck"}`)))},
	{"409 of the device", models.CauseMethodFailed, 0.9, about(call("pump-7", "reboot", answered(409, `{"error":"busy"}`)))},
	{"500 and null behind Edge", models.CauseBadDeviceAnswer, 0.7, about(onTarget("gate-1/filter"), device("gate-1", edge), device("gate-1/filter", connected), call("gate-1/filter", "reset", answered(500, "null")))},
	{"an answer that is not JSON", models.CauseBadDeviceAnswer, 0.9, about(call("pump-7", "reboot", func(i *models.Invocation) { i.HTTPStatus, i.Body = 200, `{"status":200,"payload":}` }))},
	{"502 bad device response", models.CauseBadDeviceAnswer, 0.8, about(call("pump-7", "reboot", func(i *models.Invocation) {
		i.HTTPStatus, i.Body = 502, `{"Message":"ErrorCode:InvalidResponseWhileProxying;bad","ExceptionMessage":""}`
	}))},
	// --- the request
	{"a timeout out of range", models.CauseInvalidRequest, 0.9, about(call("pump-7", "reboot", waits(0, 3000), hub(400, "400004", "responseTimeoutInSeconds must be within [5; 300].", "")))},
	{"no method name", models.CauseInvalidRequest, 0.8, about(call("pump-7", "", hub(400, "400004", "methodName is null or empty.", "")))},
	{"too large", models.CausePayloadTooLarge, 0.9, about(call("pump-7", "flash", func(i *models.Invocation) { i.PayloadBytes = models.Ptr(140_000) }, hub(413, "413001", "too large", "")))},
	{"too large, as 400004", models.CausePayloadTooLarge, 0.9, about(call("pump-7", "flash", func(i *models.Invocation) { i.PayloadBytes = models.Ptr(140_000) }, hub(400, "400004", "'payload' size should be less than 131072 bytes.", "")))},
	{"too large for the device", models.CausePayloadTooLarge, 0.6, about(device("pump-7", connected, active(time.Second)),
		call("pump-7", "flash", with(`"`+strings.Repeat("x", 20_000)+`"`), noReply), call("pump-7", "flash", with(`"x"`), ok))},
	{"works with {} only", models.CausePayloadAbsent, 0.9, about(call("pump-7", "reboot", without, noReply), call("pump-7", "reboot", with("{}"), ok))},
	{"null fails with 500", models.CausePayloadAbsent, 0.8, about(call("pump-7", "reboot", with("null"), answered(500, "null")), call("pump-7", "reboot", with("{}"), ok))},
	// --- the caller
	{"24 s of a Java client", models.CauseCallerTimeout, 0.8, about(call("pump-7", "reboot", waits(0, 30), lost("Read timed out", 24*time.Second)))},
	{"a limit below the sum", models.CauseCallerTimeout, 0.8, about(client(func(c *models.Client) { c.HTTPTimeoutSeconds = models.Ptr(100.0) }),
		call("pump-7", "reboot", waits(60, 60), lost("context deadline exceeded (Client.Timeout exceeded while awaiting headers)", 100*time.Second)))},
	{"401 and nothing else", models.CauseCredentialsInvalid, 0.5, about(probe("pump-7", unauthorized("Unauthorized")))},
	{"a bad signature", models.CauseCredentialsInvalid, 0.8, about(probe("pump-7", unauthorized("The specified SAS token has an invalid signature. It does not match either the primary or secondary key.")))},
	{"an expired token", models.CauseCredentialsInvalid, 0.9, about(client(func(c *models.Client) { c.Credential, c.TokenExpiry = "sas-token", "2026-11-22T11:00:00Z" }), probe("pump-7", unauthorized("Unauthorized")))},
	{"a device's token", models.CauseCredentialsInvalid, 0.9, about(client(func(c *models.Client) { c.TokenResource = "contoso.azure-devices.net%2Fdevices%2Fpump-7" }), probe("pump-7", unauthorized("Unauthorized")))},
	{"keys switched off", models.CauseCredentialsInvalid, 0.9, about(theHub(func(h *models.Hub) { h.LocalAuthDisabled = models.Ptr(true) }), client(func(c *models.Client) { c.Credential, c.Policy = "sas-policy", "service" }), probe("pump-7", unauthorized("Unauthorized")))},
	{"the device is turned away", models.CauseCredentialsInvalid, 0.5, about(device("pump-7", disconnected, active(2*time.Hour)), probe("pump-7", refusedAtOnce),
		every(6, func(i int) change {
			return conn("pump-7", "deviceConnect", "401003", "10.0.0.X", csharp, 30-float64(i)*5)
		}))},
	{"a principal without a role", models.CausePermissionMissing, 0.9, about(client(func(c *models.Client) { c.Credential = "entra" }),
		probe("pump-7", func(i *models.Invocation) {
			i.HTTPStatus, i.Body = 401, `{"Message":"ErrorCode:IotHubUnauthorized;Principal a@b.c is not authorized for POST on /twins/pump-7/methods due to no assigned permissions","ExceptionMessage":"Tracking ID:abc"}`
		}))},
	{"the policy registryRead", models.CausePermissionMissing, 0.9, about(client(func(c *models.Client) { c.Credential, c.Policy = "sas-policy", "registryRead" }), probe("pump-7", unauthorized("Unauthorized")))},
	{"a clock twenty minutes off", models.CauseClockSkew, 0.8, about(client(func(c *models.Client) {
		c.Credential, c.Policy, c.ClockOffsetSeconds = "sas-policy", "service", models.Ptr(-1200.0)
	}), probe("pump-7", unauthorized("Unauthorized")))},
	{"public access off", models.CauseNetworkBlocked, 0.8, about(theHub(func(h *models.Hub) { h.PublicNetworkAccess = "Disabled" }), client(func(c *models.Client) { c.Credential, c.Policy = "sas-policy", "service" }), probe("pump-7", unauthorized("Unauthorized")))},
	{"no such host", models.CauseNetworkBlocked, 0.9, about(probe("pump-7", lost("dial tcp: lookup contoso.azure-devices.net: no such host", 20*time.Millisecond)))},
	{"an unknown authority", models.CauseNetworkBlocked, 0.9, about(probe("pump-7", lost("tls: failed to verify certificate: x509: certificate signed by unknown authority", 90*time.Millisecond)))},
	{"the first contact fails", models.CauseNetworkBlocked, 0.9, about(client(func(c *models.Client) {
		c.ContactError, c.ContactErrorKind = "proxyconnect tcp: EOF", models.TransportProxy
	}))},
	// --- two clients, one identity
	{"two addresses put each other out", models.CauseDuplicateIdentity, 0.8, about(device("pump-7", connected, active(2*time.Second)), probe("pump-7", refusedAtOnce), probe("pump-7", answered(501, "null")),
		every(8, func(i int) change {
			return all(conn("pump-7", "deviceDisconnect", "400027", []string{"10.0.0.X", "10.9.9.X"}[i%2], csharp, 30-float64(i)*3-0.1),
				conn("pump-7", "deviceConnect", "", []string{"10.9.9.X", "10.0.0.X"}[i%2], csharp, 30-float64(i)*3))
		}))},
	{"400027 on a call", models.CauseDuplicateIdentity, 0.6, about(call("pump-7", "reboot", hub(400, "400027", "BadRequest", "")))},
	{"comes and goes", models.CauseFlappingConnection, 0.8, about(device("pump-7", connected, active(2*time.Second)),
		probe("pump-7", refusedAtOnce), probe("pump-7", ok), probe("pump-7", refusedAtOnce), probe("pump-7", ok), probe("pump-7", refusedAtOnce),
		every(9, func(i int) change {
			return all(conn("pump-7", "deviceDisconnect", "404104", "10.0.0.X", csharp, 30-float64(i)*3-0.5), conn("pump-7", "deviceConnect", "", "10.0.0.X", csharp, 30-float64(i)*3))
		}))},
	{"refused and answered in turn", models.CauseFlappingConnection, 0.6, about(device("pump-7", connected, active(2*time.Second)),
		probe("pump-7", refusedAtOnce), probe("pump-7", ok), probe("pump-7", refusedAtOnce), probe("pump-7", ok), probe("pump-7", refusedAtOnce))},
	// --- the hub
	{"429", models.CauseThrottled, 0.9, about(load(60), call("pump-7", "reboot", hub(429, "429001", "Throttling", "")))},
	{"slower and slower under load", models.CauseThrottled, 0.8, about(load(55),
		every(6, func(i int) change {
			return all(call("pump-7", "status", took(time.Duration(1+i*i)*400*time.Millisecond), ok), call("pump-9", "status", took(time.Duration(1+i*i)*380*time.Millisecond), ok))
		}))},
	{"quota", models.CauseQuotaExhausted, 0.9, about(theHub(func(h *models.Hub) { h.QuotaUsed, h.QuotaMax = models.Ptr[int64](400_000), models.Ptr[int64](400_000) }), call("pump-7", "reboot", hub(403, "403002", "quota", "")))},
	{"a basic hub", models.CauseTierUnsupported, 0.9, about(theHub(func(h *models.Hub) { h.SKU = "B1" }), call("pump-7", "reboot", hub(403, "403010", "tier", "")))},
	{"suspended", models.CauseHubSuspended, 0.9, about(call("pump-7", "reboot", hub(403, "403001", "suspended", "")))},
	{"in flight", models.CauseInflightLimit, 0.9, about(call("pump-7", "reboot", hub(403, "403800", "too many", "")))},
	{"403 without a code", "", 0, about(theHub(func(h *models.Hub) { h.SKU = "" }), call("pump-7", "reboot", func(i *models.Invocation) { i.HTTPStatus = 403 }))},
	{"500s on two devices", models.CauseServiceFault, 0.9, about(call("pump-7", "reboot", hub(500, "500001", "ServerError", "")), call("pump-9", "reboot", hub(500, "500001", "ServerError", "")))},
	{"a fail-over", models.CauseServiceFault, 0.8, about(call("pump-7", "reboot", hub(404, "404012", "failing over", "")))},
	// --- the client
	{"HTTPS", models.CauseTransportUnsupported, 0.8, about(device("pump-7", disconnected, sdk("azure-iot-device/1.18.4", "Https")), probe("pump-7", refusedAtOnce))},
	{"a C module over AMQP", models.CauseTransportUnsupported, 0.7, about(onTarget("gate-1/filter"), device("gate-1", edge), device("gate-1/filter", connected, active(5*time.Second), sdk("iothubclient/1.15.0", "Amqp")), probe("gate-1/filter", refusedAtOnce))},
	{"an old C# client over AMQP", models.CauseKnownBadSDK, 0.6, about(device("pump-7", connected, active(5*time.Second), sdk("Microsoft.Azure.Devices.Client/1.18.0", "Amqp")), probe("pump-7", refusedAtOnce))},
	{"an old C# client that is off", models.CauseDeviceOffline, 0.5, about(device("pump-7", disconnected, active(50*time.Hour), sdk("Microsoft.Azure.Devices.Client/1.18.0", "Amqp")), probe("pump-7", refusedAfter(30)))},
	// --- all well
	{"answered", models.CauseNoFault, 0.8, about(call("pump-7", "reboot", ok))},
	{"the probe is answered", models.CauseNoFault, 0.7, about(device("pump-7", connected, active(time.Second)), probe("pump-7", answered(501, "null")))},
	{"one refusal long ago", models.CauseNoFault, 0.6, about(call("pump-7", "reboot", refusedAtOnce), call("pump-7", "reboot", ok), call("pump-7", "reboot", ok), call("pump-7", "reboot", ok))},
	{"nothing tried", "", 0, about(device("pump-7", connected, active(time.Second)))},
	{"nothing known", "", 0, models.Case{Version: 1}},
}

func TestDiagnoseFindsTheCause(t *testing.T) {
	k := knowledge(t)
	for _, tt := range labelled {
		t.Run(tt.name, func(t *testing.T) {
			d := checks.Diagnose(tt.c, k)
			top := d.Causes[0]
			verdict := models.VerdictFault
			switch tt.cause {
			case "":
				verdict = models.VerdictUndetermined
			case models.CauseNoFault:
				verdict = models.VerdictHealthy
			}
			if d.Verdict != verdict || tt.cause != "" && (top.ID != tt.cause || top.Probability < tt.least) {
				t.Errorf("verdict %s, %s %.2f, %s %.2f, %s %.2f\n%s", d.Verdict, top.ID, top.Probability, d.Causes[1].ID, d.Causes[1].Probability, d.Causes[2].ID, d.Causes[2].Probability, d.Summary)
			}
			if tt.cause == "" && top.Probability > 0.75 {
				t.Errorf("%s has %.2f although it cannot be told", top.ID, top.Probability)
			}
			sum := 0.0
			for _, c := range d.Causes {
				sum += c.Probability
			}
			if math.Abs(sum-1) > 1e-9 {
				t.Errorf("the probabilities sum to %g", sum)
			}
			t.Logf("%s: %s %.2f next %v\n%s", d.Verdict, top.ID, top.Probability, d.Next, d.Summary)
		})
	}
}

// TestTheSumIsAllThereIs adds the lines of the explanation up again.
func TestTheSumIsAllThereIs(t *testing.T) {
	k := knowledge(t)
	for _, c := range everyCase() {
		d, e := checks.Diagnose(c, k), checks.ExplainDiagnosis(c, k)
		if len(e.Causes) != len(d.Causes) {
			t.Fatalf("%d causes explained, %d ranked", len(e.Causes), len(d.Causes))
		}
		top, all := math.Inf(-1), 0.0
		for i, cause := range e.Causes {
			if cause.ID != d.Causes[i].ID || cause.Probability != d.Causes[i].Probability {
				t.Fatalf("%s %g explained, %s %g ranked", cause.ID, cause.Probability, d.Causes[i].ID, d.Causes[i].Probability)
			}
			sum := cause.LnPrior + cause.Unmet
			families := map[string]float64{}
			for _, line := range cause.Lines {
				sum += line.Weight
				families[line.Family] += line.Weight
				if line.Weight*line.Stated < 0 || math.Abs(line.Weight) > math.Abs(line.Stated)+1e-9 {
					t.Errorf("%s of %s: stated %g, counted %g", line.Finding, cause.ID, line.Stated, line.Weight)
				}
			}
			if math.Abs(sum-cause.Total) > 1e-9 {
				t.Errorf("%s adds up to %g, not %g", cause.ID, sum, cause.Total)
			}
			for family, weight := range families {
				if math.Abs(weight) > 9+1e-9 {
					t.Errorf("family %s counts %g for %s", family, weight, cause.ID)
				}
			}
			top = max(top, cause.Total)
			all += cause.Probability
		}
		if math.Abs(all-1) > 1e-9 {
			t.Errorf("the probabilities sum to %g", all)
		}
	}
}

// TestOneFamilyCountsOnce says the same thing in several ways and looks that it
// is not believed the more.
func TestOneFamilyCountsOnce(t *testing.T) {
	k := knowledge(t)
	e := checks.ExplainDiagnosis(about(call("pump-7", "a", refusedAtOnce), call("pump-7", "a", refusedAfter(30))), k)
	for _, cause := range e.Causes {
		if cause.ID != models.CauseDeviceOffline {
			continue
		}
		stated, counted := 0.0, 0.0
		for _, line := range cause.Lines {
			if line.Family == "outcome" {
				stated += line.Stated
				counted += line.Weight
			}
		}
		if stated <= 8 || math.Abs(counted-8) > 1e-9 {
			t.Errorf("stated %g, counted %g, want the cap of 8", stated, counted)
		}
	}
}

func TestContributingNamesTheOtherTroubles(t *testing.T) {
	k := knowledge(t)
	c := about(
		theHub(quotaOf(390_000, 400_000)), client(func(c *models.Client) { c.ClockOffsetSeconds = models.Ptr(400.0) }),
		device("pump-7", disconnected, active(30*time.Hour)), probe("pump-7", refusedAfter(30)))
	d := checks.Diagnose(c, k)
	if d.Causes[0].ID != models.CauseDeviceOffline {
		t.Fatalf("%s", d.Summary)
	}
	got := map[string]string{}
	for _, con := range d.Contributing {
		got[con.Finding] = con.Cause
	}
	want := map[string]string{"DM-404": models.CauseQuotaExhausted, "DM-609": models.CauseClockSkew}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("contributing %v, want %v", got, want)
	}
	for _, c := range checks.Diagnose(labelled[0].c, k).Contributing {
		t.Errorf("%s contributes to a plain case: %s", c.Finding, c.Text)
	}
}

func TestTheNextTestIsOneNotYetRun(t *testing.T) {
	k := knowledge(t)
	for _, tt := range []struct {
		name string
		want string
		c    models.Case
	}{
		{"nothing tried", "call", about(device("pump-7", connected))},
		{"refused, nothing known of the device", "identity", about(call("pump-7", "a", refusedAtOnce))},
		{"refused and unreadable", "logs", about(unreadable("pump-7"), call("pump-7", "a", refusedAfter(30)))},
		{"silent once", "longer-response", about(device("pump-7", connected), call("pump-7", "a", noReply))},
		{"403 that does not say why", "limits", about(theHub(func(h *models.Hub) { h.SKU = "" }), call("pump-7", "a", func(i *models.Invocation) { i.HTTPStatus = 403 }))},
		{"a probe without an answer", "real-method", about(device("pump-7", connected), probe("pump-7", noReply))},
		{"no payload and a failing status", "payload-kinds", about(device("pump-7", connected, sdk("iothubclient/1.3.0", "Mqtt")), call("pump-7", "a", without, answered(500, "null")))},
		{"all well", "", about(call("pump-7", "a", ok))},
	} {
		d := checks.Diagnose(tt.c, k)
		got := ""
		if d.Next != nil {
			got = d.Next.Test
			if d.Next.Why == "" || d.Next.Gain <= 0 {
				t.Errorf("%s: %+v", tt.name, d.Next)
			}
		}
		if got != tt.want {
			t.Errorf("%s: next %q, want %q", tt.name, got, tt.want)
		}
	}
	// A test that was run is not proposed again.
	done := about(device("pump-7", connected), call("pump-7", "a", noReply), call("pump-7", "a", waits(0, 120), noReply), call("pump-9", "a", noReply), call("pump-4", "a", noReply), row("pump-7", "", 50, 30))
	if d := checks.Diagnose(done, k); d.Next != nil && slices.Contains([]string{"call", "identity", "longer-response", "comparison-call", "third-device", "logs", "limits"}, d.Next.Test) {
		t.Errorf("%s is proposed although it was run", d.Next.Test)
	}
}

// TestFixesNameTheCase looks that fixes speak of the hub and device at hand, and
// that ids are quoted for a shell.
func TestFixesNameTheCase(t *testing.T) {
	k := knowledge(t)
	c := about(onTarget("pump-7"), device("pump-7", disabled), probe("pump-7", hub(404, "404001", "", "")))
	fix := strings.Join(checks.Diagnose(c, k).Causes[0].Fix, "\n")
	if !strings.Contains(fix, "Enable it: az iot hub device-identity update -n contoso -d pump-7 --set status=enabled") {
		t.Errorf("%s", fix)
	}
	odd := "p;$(id)'s"
	c = about(onTarget(odd), device(odd, disabled), probe(odd, hub(404, "404001", "", "")))
	fix = strings.Join(checks.Diagnose(c, k).Causes[0].Fix, "\n")
	if !strings.Contains(fix, `-d 'p;$(id)'\''s' --set`) {
		t.Errorf("%s", fix)
	}
	for _, c := range everyCase() {
		for _, cause := range checks.Diagnose(c, k).Causes {
			for _, text := range append(slices.Clone(cause.Fix), cause.Explanation) {
				for _, place := range []string{"{hub", "{device", "{module", "{target", "{method", "{parent", "{near", "{fixed"} {
					if strings.Contains(text, place) {
						t.Errorf("%s: nothing filled %q", cause.ID, text)
					}
				}
			}
		}
	}
}

func TestSummaryIsAFewPlainSentences(t *testing.T) {
	k := knowledge(t)
	c := about(
		device("pump-7", connected, active(4*time.Second), tags(`{"firmware":"2.1"}`)), device("pump-9", connected, active(9*time.Second), tags(`{"firmware":"2.1"}`)),
		call("pump-7", "reboot", refusedAtOnce), call("pump-9", "reboot", ok))
	c.Invocations[0].Time = noon.Add(2 * time.Second) // as the registry was read
	want := "pump-7 is connected but nothing on it listens for direct methods. " +
		"Evidence: the hub refused at once (404103, connect timeout 0 s); pump-7 was active 4 s ago; pump-9 with the same firmware answers. " +
		"Most likely its subscription was lost on a reconnect, or its program never set a method handler. " +
		"Next: restart the client, or let it subscribe again after every connect; then bring its SDK up to date."
	if got := checks.Diagnose(c, k).Summary; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	for _, c := range everyCase() {
		s := checks.Diagnose(c, k).Summary
		if s == "" || len(s) > 900 || strings.Contains(s, "..") || strings.Contains(s, "  ") {
			t.Errorf("%q", s)
		}
	}
}

func BenchmarkDiagnose(b *testing.B) {
	k := knowledge(b)
	b.ReportAllocs()
	for b.Loop() {
		for i := range labelled {
			checks.Diagnose(labelled[i].c, k)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*len(labelled)), "µs/diagnosis")
}

// BenchmarkDiagnoseLargeCase is a soak test's worth of calls and as many log
// rows as a case keeps.
func BenchmarkDiagnoseLargeCase(b *testing.B) {
	k := knowledge(b)
	c := about(device("pump-7", connected, active(time.Second)),
		every(600, func(i int) change {
			return call("pump-7", "status", [](func(*models.Invocation)){ok, ok, noReply, refusedAtOnce}[i%4])
		}),
		every(2000, func(i int) change { return row("pump-7", []string{"", "404103"}[i%2], 200-float64(i)/10, 30) }))
	b.ReportAllocs()
	for b.Loop() {
		checks.Diagnose(c, k)
	}
}
