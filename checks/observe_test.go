package checks_test

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"methodical/checks"
	"methodical/models"
)

// observations are cases that must give a finding and must not give others. The
// labelled cases give the findings that are not here.
var observations = []struct {
	name string
	code string
	not  []string
	c    models.Case
}{
	// --- calls
	{"refused later than the wait says", "DM-106", nil, about(call("pump-7", "a", hub(404, "404103", notOnline, `\"timeout\":\"00:00:00\"`), took(20*time.Second)))},
	{"refused sooner than the wait says", "DM-106", nil, about(call("pump-7", "a", waits(60, 30), hub(404, "404103", notOnline, `\"timeout\":\"00:01:00\"`), took(2*time.Second)))},
	{"refused when the wait says", "DM-105", []string{"DM-106", "DM-104"}, about(call("pump-7", "a", refusedAfter(30)))},
	{"the wait the hub applied counts, not the one asked for", "DM-104", []string{"DM-105"}, about(call("pump-7", "a", waits(30, 30), hub(404, "404103", notOnline, `\"timeout\":\"00:00:00\"`), took(90*time.Millisecond)))},
	{"the documents' misprint", "DM-104", nil, about(call("pump-7", "a", hub(404, "404102", notOnline, ""), took(90*time.Millisecond)))},
	{"the legacy body", "DM-104", nil, about(call("pump-7", "a", func(i *models.Invocation) {
		i.HTTPStatus, i.ErrorName, i.Body = 404, "DeviceNotOnline", `{"Message":"ErrorCode:DeviceNotOnline;Timed out waiting for device to connect.","ExceptionMessage":"Tracking ID:66b8d59066b24105a49bffcbde18495d-G:5-TimeStamp:01/18/2017 08:11:45"}`
	}))},
	{"a name in the header alone", "DM-104", nil, about(call("pump-7", "a", func(i *models.Invocation) { i.HTTPStatus, i.ErrorName = 404, "DeviceNotOnline" }))},
	{"lost during the call", "DM-120", nil, about(call("pump-7", "a", hub(404, "404104", "closed", "")))},
	{"out of reach", "DM-127", nil, about(call("pump-7", "a", hub(503, "503102", "DeviceUnavailable", "")))},
	{"no reason", "DM-129", nil, about(call("pump-7", "a", hub(400, "400000", "GenericBadRequest", "")))},
	{"revoked", "DM-130", nil, about(call("pump-7", "a", hub(403, "403011", "revoked", "")))},
	{"waited for in vain", "DM-132", []string{"DM-131"}, about(call("pump-7", "a", refusedAtOnce), call("pump-7", "a", refusedAfter(30)))},
	{"a quick answer was not waited for", "DM-139", []string{"DM-131"}, about(call("pump-7", "a", refusedAtOnce), call("pump-7", "a", waits(30, 30), ok))},
	{"a payload does not help", "DM-137", []string{"DM-136"}, about(call("pump-7", "a", without, noReply), call("pump-7", "a", noReply))},
	{"silent, then answered", "DM-140", []string{"DM-107", "DM-133"}, about(call("pump-7", "a", noReply), call("pump-7", "a", ok))},
	{"refused caller, then through", "DM-141", []string{"DM-128"}, about(call("pump-7", "a", unauthorized("Unauthorized")), call("pump-7", "a", refusedAtOnce))},
	{"just in time", "DM-144", nil, about(call("pump-7", "a", took(27*time.Second), ok))},
	{"in good time", "DM-101", []string{"DM-144"}, about(call("pump-7", "a", took(7*time.Second), ok))},
	{"there only sometimes", "DM-146", nil, about(call("pump-7", "a", ok), call("pump-7", "a", answered(501, "null")), call("pump-7", "a", ok), call("pump-7", "a", answered(501, "null")))},
	{"failed, then carried out", "DM-147", []string{"DM-112"}, about(call("pump-7", "a", answered(500, `"no"`)), call("pump-7", "a", ok))},
	{"given up early", "DM-150", nil, about(call("pump-7", "a", hub(504, "504101", "Timed out", `\"timeout\":\"00:00:30\"`), took(3*time.Second)))},
	{"a page of a proxy", "DM-155", []string{"DM-115"}, about(call("pump-7", "a", func(i *models.Invocation) { i.HTTPStatus, i.Body = 200, "<html>Log in</html>" }))},
	{"bytes that are no envelope", "DM-115", []string{"DM-155"}, about(call("pump-7", "a", func(i *models.Invocation) { i.HTTPStatus, i.Body = 200, "temperature=21" }))},
	{"a 200 whose body is lost", "DM-100", []string{"DM-115", "DM-155"}, about(call("pump-7", "a", func(i *models.Invocation) { i.HTTPStatus = 200 }))},
	{"an answer whose HTTP status is lost", "DM-101", nil, about(call("pump-7", "a", func(i *models.Invocation) { i.Body = `{"status":200,"payload":null}` }))},
	{"came and went", "DM-160", []string{"DM-142"}, about(call("pump-7", "a", refusedAtOnce), call("pump-7", "a", ok), call("pump-7", "a", refusedAtOnce))},
	{"a proxy's 403", "DM-155", []string{"DM-153"}, about(call("pump-7", "a", func(i *models.Invocation) { i.HTTPStatus, i.Body = 403, "<html>Blocked by policy</html>" }))},
	{"too large, without a code", "DM-118", nil, about(call("pump-7", "a", func(i *models.Invocation) { i.HTTPStatus, i.PayloadBytes = 400, models.Ptr(200_000) }))},
	{"out of range, without a code", "DM-116", nil, about(call("pump-7", "a", waits(0, 1), func(i *models.Invocation) { i.HTTPStatus = 400 }))},
	{"404001 for a module whose device is not known", "DM-108", []string{"DM-213"}, about(onTarget("gate-1/filter"), device("gate-1/filter", missing), call("gate-1/filter", "a", hub(404, "404001", "gate-1", "")))},
	{"502 without words", "DM-161", []string{"DM-115"}, about(call("pump-7", "a", func(i *models.Invocation) { i.HTTPStatus = 502 }))},
	{"throttled earlier", "DM-162", []string{"DM-122"}, about(call("pump-7", "a", hub(429, "429001", "", "")), call("pump-7", "a", ok))},
	{"throttled half of the time", "DM-122", nil, about(call("pump-7", "a", hub(429, "429001", "", "")), call("pump-7", "a", ok), call("pump-7", "a", hub(429, "429001", "", "")), call("pump-7", "a", ok))},
	{"a fault earlier", "DM-163", []string{"DM-126"}, about(call("pump-7", "a", hub(500, "500001", "", "")), call("pump-7", "a", ok))},
	{"cancelled calls say nothing", "DM-100", nil, about(call("pump-7", "a", lost("context canceled", time.Second)))},
	{"a probe answered 501 is good", "DM-102", []string{"DM-111", "DM-101"}, about(probe("pump-7", answered(501, "null")))},
	{"a probe whose answer a gateway hid", "DM-113", []string{"DM-102"}, about(onTarget("gate-1/filter"), device("gate-1", edge), probe("gate-1/filter", answered(500, "null")))},
	{"a real 501 is not", "DM-111", []string{"DM-102"}, about(call("pump-7", "a", answered(501, "null")))},
	{"a Node client's silence to the probe", "DM-149", []string{"DM-148", "DM-103", "DM-107"}, about(device("pump-7", sdk(node, "Mqtt")), probe("pump-7", noReply))},
	{"a Java client's silence to the probe", "DM-148", []string{"DM-149"}, about(device("pump-7", sdk("com.microsoft.azure.sdk.iot.iot-device-client/2.1.0", "Mqtt")), probe("pump-7", noReply))},
	{"the SDK known from the log", "DM-149", nil, about(conn("pump-7", "deviceConnect", "", "10.0.0.X", python, 10), probe("pump-7", noReply))},
	{"a client that answered the probe has a handler", "DM-158", []string{"DM-157"}, about(probe("pump-7", answered(404, "null")), call("pump-7", "a", noReply))},
	{"a probe answered once and silent now", "DM-148", nil, about(probe("pump-7", answered(404, "null")), probe("pump-7", noReply))},
	// --- registry, twin, client
	{"near misses", "DM-217", nil, about(device("pump-7", missing, func(d *models.Device) { d.NearMisses = []string{"Pump-7"} }), probe("pump-7", refusedAtOnce))},
	{"wrote to its twin", "DM-219", nil, about(device("pump-7", connected, func(d *models.Device) { d.ReportedUpdated = d.ObservedAt.Add(-time.Minute) }))},
	{"active after the refusal", "DM-221", nil, about(call("pump-7", "a", refusedAtOnce), device("pump-7", connected, active(time.Second)))},
	{"active before the refusal", "DM-207", []string{"DM-221"}, about(call("pump-7", "a", refusedAtOnce), device("pump-7", connected, active(10*time.Second)))},
	{"the edge hub is down", "DM-223", nil, about(onTarget("gate-1/filter"), device("gate-1", edge), device("gate-1/$edgeHub", disconnected), device("gate-1/filter", disconnected), probe("gate-1/filter", refusedAtOnce))},
	{"an Edge device shown as disconnected is not down", "DM-212", []string{"DM-223", "DM-215"}, about(onTarget("gate-1/filter"), device("gate-1", edge, disconnected), device("gate-1/filter", connected), probe("gate-1/filter", refusedAtOnce))},
	{"a plain device", "DM-224", []string{"DM-211"}, about(device("pump-7", func(d *models.Device) { d.IoTEdge = models.Ptr(false) }))},
	{"a plain MQTT library", "DM-232", nil, about(device("pump-7", sdk("paho-mqtt/1.6.1", "Mqtt")))},
	{"an SDK that stumbles", "DM-236", nil, about(device("pump-7", sdk("azure-iot-device-iothub-py/2.12.0", "Mqtt")), call("pump-7", "a", without, noReply))},
	{"an SDK that would stumble, but was given a payload", "DM-107", []string{"DM-236"}, about(device("pump-7", sdk("azure-iot-device-iothub-py/2.12.0", "Mqtt")), call("pump-7", "a", noReply))},
	{"an SDK that loses answers", "DM-237", nil, about(device("pump-7", sdk("com.microsoft.azure.sdk.iot.iot-device-client/1.30.1", "Mqtt")), call("pump-7", "a", noReply))},
	{"a missing time is no old time", "DM-201", []string{"DM-208", "DM-209", "DM-220"}, about(device("pump-7", connected))},
	{"a missing status is no disabled one", "DM-201", []string{"DM-203"}, about(device("pump-7", connected, func(d *models.Device) { d.Status = "" }))},
	{"what could not be read is not missing", "DM-218", []string{"DM-202"}, about(unreadable("pump-7"))},
	{"an Edge identity's state says nothing", "DM-211", []string{"DM-206"}, about(device("pump-7", edge, disconnected))},
	{"a module in other capitals", "DM-213", nil, about(onTarget("gate-1/Filter"), device("gate-1", edge, func(d *models.Device) { d.Modules = []string{"filter"} }))},
	// --- other devices
	{"both silent", "DM-303", nil, about(call("pump-7", "a", noReply), call("pump-9", "a", noReply))},
	{"both 501", "DM-305", nil, about(call("pump-7", "a", answered(501, "null")), call("pump-9", "a", answered(501, "null")))},
	{"different troubles", "DM-306", nil, about(call("pump-7", "a", noReply), call("pump-9", "a", refusedAtOnce))},
	{"both silent to the probe", "DM-308", []string{"DM-303"}, about(probe("pump-7", noReply), probe("pump-9", noReply))},
	{"what differs", "DM-309", nil, about(device("pump-7", connected, sdk(csharp, "Amqp")), device("pump-9", connected, sdk(csharp, "Mqtt")), call("pump-7", "a", noReply), call("pump-9", "a", ok))},
	{"the other one fails", "DM-310", []string{"DM-302"}, about(call("pump-7", "a", ok), call("pump-9", "a", refusedAtOnce))},
	{"a third answers", "DM-311", []string{"DM-312"}, about(call("pump-7", "a", refusedAtOnce), call("pump-9", "a", refusedAtOnce), call("pump-4", "a", ok))},
	{"a third fails", "DM-312", []string{"DM-311"}, about(call("pump-7", "a", refusedAtOnce), call("pump-9", "a", refusedAtOnce), call("pump-4", "a", refusedAtOnce))},
	{"a sibling answers", "DM-315", []string{"DM-313"}, about(device("pump-7", parent("gate-1")), device("pump-9", parent("gate-1")), call("pump-7", "a", refusedAtOnce), call("pump-9", "a", ok))},
	{"a gateway's own module is no comparison", "DM-216", []string{"DM-301"}, about(device("pump-7", parent("gate-1")), call("pump-7", "a", refusedAtOnce), call("gate-1/$edgeAgent", "ping", ok))},
	{"a sister module shows that the edge hub is up", "DM-216", []string{"DM-223"}, about(onTarget("gate-1/filter"), device("gate-1", edge), call("gate-1/filter", "a", refusedAtOnce), call("gate-1/logger", "a", ok))},
	// --- limits
	{"nearly used", "DM-404", []string{"DM-403", "DM-405"}, about(theHub(quotaOf(370_000, 400_000)))},
	{"used", "DM-403", []string{"DM-404"}, about(theHub(quotaOf(400_001, 400_000)))},
	{"quota left", "DM-405", nil, about(theHub(quotaOf(10, 400_000)))},
	{"quota half known", "DM-402", []string{"DM-403", "DM-404", "DM-405"}, about(theHub(func(h *models.Hub) { h.QuotaUsed = models.Ptr[int64](400_000) }))},
	{"near the rate", "DM-407", nil, about(load(35))},
	{"room", "DM-408", nil, about(load(5))},
	{"a large payload counts more", "DM-406", nil, about(func(c *models.Case) { c.Load = &models.Load{CallsPerSecond: 25, PayloadBytes: 5000} })},
	{"later and later without a load", "DM-410", []string{"DM-409"}, about(every(6, func(i int) change {
		return all(call("pump-7", "s", took(time.Duration(1+i*i)*400*time.Millisecond), ok), call("pump-9", "s", took(time.Duration(1+i*i)*380*time.Millisecond), ok))
	}))},
	{"one slow device is not the hub", "DM-101", []string{"DM-409", "DM-410"}, about(load(70), every(6, func(i int) change { return call("pump-7", "s", took(time.Duration(1+i*i)*400*time.Millisecond), ok) }))},
	{"suspended", "DM-411", nil, about(theHub(func(h *models.Hub) { h.State = "Suspended" }))},
	{"in transition", "DM-414", nil, about(theHub(func(h *models.Hub) { h.State = "Transitioning" }))},
	{"active", "DM-402", []string{"DM-411", "DM-414"}, about(theHub(func(h *models.Hub) { h.State = "Active" }))},
	{"unread", "DM-412", nil, about(theHub(func(h *models.Hub) { h.SKU, h.ReadError = "", "not signed in" }))},
	{"the log is over the rate", "DM-413", nil, about(every(2500, func(int) change { return row("pump-7", "", 10.25, 20) }))},
	// --- logs
	{"switched off", "DM-501", nil, about(theHub(func(h *models.Hub) { h.DirectMethodLogs = "off" }))},
	{"refusals", "DM-510", nil, about(row("pump-7", "404103", 10, 3))},
	{"refusals before an answer are history", "DM-525", []string{"DM-510"}, about(row("pump-7", "404103", 10, 3), row("pump-7", "", 5, 30))},
	{"refusals before this walk's answer are history", "DM-101", []string{"DM-510"}, about(row("pump-7", "404103", 10, 3), call("pump-7", "a", ok))},
	{"a name instead of a code", "DM-510", nil, about(row("pump-7", "DeviceNotOnline", 10, 3))},
	{"not found", "DM-512", nil, about(row("pump-7", "404001", 10, 3))},
	{"refused callers", "DM-513", nil, about(row("pump-7", "401002", 10, 3))},
	{"throttling of anybody", "DM-514", nil, about(row("pump-9", "429001", 10, 3))},
	{"faults on two devices", "DM-515", nil, about(row("pump-8", "500001", 10, 3), row("pump-9", "500008", 9, 3))},
	{"cut off", "DM-516", nil, about(row("pump-7", "400027", 10, 3))},
	{"in flight", "DM-517", nil, about(row("pump-7", "403800", 10, 3))},
	{"quota", "DM-518", nil, about(row("pump-7", "403002", 10, 3))},
	{"something else", "DM-519", nil, about(row("pump-7", "412001", 10, 3))},
	{"it alone", "DM-521", []string{"DM-522"}, about(row("pump-7", "404103", 10, 3), row("pump-8", "", 9, 30), row("pump-9", "0", 8, 30))},
	{"many", "DM-522", []string{"DM-521"}, about(row("pump-7", "404103", 10, 3), row("pump-8", "404103", 9, 3), row("pump-9", "404103", 8, 3))},
	{"slow", "DM-523", nil, about(row("pump-7", "", 10, 21_000))},
	{"in turn", "DM-524", nil, about(every(8, func(i int) change { return row("pump-7", []string{"", "404103"}[i%2], 20-float64(i), 20) }))},
	{"other hubs' rows", "DM-540", []string{"DM-510"}, about(func(c *models.Case) {
		row("pump-7", "404103", 10, 3)(c)
		c.Logs[0].ResourceID = "/SUBSCRIPTIONS/1/RESOURCEGROUPS/RG/PROVIDERS/MICROSOFT.DEVICES/IOTHUBS/FABRIKAM"
	})},
	{"another device's rows", "DM-502", []string{"DM-510"}, about(row("pump-70", "404103", 10, 3))},
	{"token renewals", "DM-531", []string{"DM-530", "DM-537", "DM-538"}, about(every(4, func(i int) change {
		at := 200 - float64(i)*52
		return all(conn("pump-7", "deviceDisconnect", "401003", "10.0.0.X", csharp, at+0.5), conn("pump-7", "deviceDisconnect", "404104", "10.0.0.X", csharp, at+0.4), conn("pump-7", "deviceConnect", "", "10.0.0.X", csharp, at))
	}))},
	{"two SDKs in turn", "DM-534", nil, about(conn("pump-7", "deviceConnect", "", "10.0.0.X", csharp, 50), conn("pump-7", "deviceConnect", "", "10.0.0.X", node, 40), conn("pump-7", "deviceConnect", "", "10.0.0.X", csharp, 30))},
	{"409002 once", "DM-539", []string{"DM-532"}, about(conn("pump-7", "deviceConnect", "409002", "10.0.0.X", csharp, 50))},
	{"moved once", "DM-541", []string{"DM-533", "DM-542"}, about(conn("pump-7", "deviceConnect", "", "10.0.0.X", csharp, 150), conn("pump-7", "deviceConnect", "", "10.9.9.X", csharp, 30))},
	{"followed soon", "DM-542", []string{"DM-533", "DM-541"}, about(conn("pump-7", "deviceConnect", "", "10.0.0.X", csharp, 32), conn("pump-7", "deviceConnect", "", "10.9.9.X", csharp, 30))},
	{"409002 among many reconnects", "DM-532", []string{"DM-539"}, about(conn("pump-7", "deviceConnect", "409002", "10.0.0.X", csharp, 41), every(9, func(i int) change { return conn("pump-7", "deviceConnect", "", "10.0.0.X", csharp, 40-float64(i)*4) }))},
	{"no SDK named", "DM-238", nil, about(conn("pump-7", "deviceConnect", "", "10.0.0.X", "", 41))},
	{"a module's rows under its device", "DM-510", nil, about(onTarget("gate-1/filter"), row("gate-1", "404103", 10, 3))},
	// --- the caller
	{"a token expired, by the hub", "DM-627", []string{"DM-618"}, about(probe("pump-7", unauthorized("The specified SAS token is expired")))},
	{"a proxy that wants a login", "DM-605", nil, about(probe("pump-7", func(i *models.Invocation) { i.HTTPStatus = 407 }))},
	{"a limit equal to the wait", "DM-608", []string{"DM-621"}, about(call("pump-7", "a", lost("context deadline exceeded", 30*time.Second)))},
	{"refused connection", "DM-602", nil, about(probe("pump-7", lost("dial tcp 10.0.0.1:443: connect: connection refused", time.Second)))},
	{"no route", "DM-603", nil, about(probe("pump-7", lost("dial tcp 10.0.0.1:443: i/o timeout", time.Second)))},
	{"reset", "DM-606", nil, about(probe("pump-7", lost("read tcp: connection reset by peer", time.Second)))},
	{"the clocks agree", "DM-610", []string{"DM-609"}, about(client(func(c *models.Client) { c.ClockOffsetSeconds = models.Ptr(-299.0) }))},
	{"an address rule", "DM-612", nil, about(probe("pump-7", unauthorized("Access from this IP address is not allowed by the IP filter")))},
	{"the first contact is refused", "DM-619", []string{"DM-100"}, about(client(func(c *models.Client) {
		c.ContactStatus, c.ContactError, c.ContactBody = 401, "the hub answered 401", `{"Message":"ErrorCode:IotHubUnauthorizedAccess;Unauthorized"}`
	}))},
	{"a first contact that a call overtook", "DM-101", []string{"DM-619"}, about(client(func(c *models.Client) { c.ContactStatus, c.ContactError = 401, "the hub answered 401" }), call("pump-7", "a", ok))},
	{"somebody reads the traffic", "DM-620", nil, about(client(func(c *models.Client) { c.TLSIssuer = "CN=Acme Inspection CA" }))},
	{"Azure's own certificate", "DM-402", []string{"DM-620"}, about(client(func(c *models.Client) { c.TLSIssuer = "CN=Microsoft Azure RSA TLS Issuing CA 07" }))},
	{"however long", "DM-621", []string{"DM-608"}, about(call("pump-7", "a", lost("context deadline exceeded", 45*time.Second)))},
	{"a limit that did no harm", "DM-622", []string{"DM-608"}, about(client(func(c *models.Client) { c.HTTPTimeoutSeconds = models.Ptr(10.0) }), call("pump-7", "a", ok))},
	{"the first request fails otherwise", "DM-623", nil, about(client(func(c *models.Client) { c.ContactStatus, c.ContactError = 404, "the hub answered 404" }))},
	{"no reason", "DM-626", nil, about(probe("pump-7", lost("something odd", time.Second)))},
	{"a token still good by the hub's clock", "DM-609", []string{"DM-613"}, about(client(func(c *models.Client) {
		c.ClockOffsetSeconds, c.TokenExpiry = models.Ptr(7200.0), "2026-11-22T11:00:00Z"
	}), probe("pump-7", unauthorized("Unauthorized")))},
	{"a token for this hub, escaped", "DM-128", []string{"DM-614"}, about(client(func(c *models.Client) { c.TokenResource = "Contoso.azure-devices.net%2F" }), probe("pump-7", unauthorized("Unauthorized")))},
}

func quotaOf(used, most int64) func(*models.Hub) {
	return func(h *models.Hub) { h.QuotaUsed, h.QuotaMax = &used, &most }
}

func codes(findings []models.Finding) []string {
	var out []string
	for _, f := range findings {
		out = append(out, f.Code)
	}
	return out
}

func TestObserve(t *testing.T) {
	k := knowledge(t)
	for _, tt := range observations {
		t.Run(tt.code+" "+tt.name, func(t *testing.T) {
			got := codes(checks.Observe(tt.c, k))
			if !slices.Contains(got, tt.code) {
				t.Errorf("no %s in %v", tt.code, got)
			}
			for _, code := range tt.not {
				if slices.Contains(got, code) {
					t.Errorf("%s in %v", code, got)
				}
			}
		})
	}
}

// everyCase is all cases of these tests.
func everyCase() []models.Case {
	var out []models.Case
	for _, tt := range labelled {
		out = append(out, tt.c)
	}
	for _, tt := range observations {
		out = append(out, tt.c)
	}
	return out
}

func TestFindingsAreWholeSentences(t *testing.T) {
	k := knowledge(t)
	for _, c := range everyCase() {
		for _, f := range checks.Observe(c, k) {
			if !strings.HasSuffix(f.Text, ".") || strings.Contains(f.Text, "  ") || strings.Contains(f.Text, "%!") || strings.ContainsAny(f.Text, "{}\n") && !strings.Contains(f.Text, "payload {}") {
				t.Errorf("%s: %q", f.Code, f.Text)
			}
			if f.Severity == "" {
				t.Errorf("%s has no severity", f.Code)
			}
		}
	}
}

// TestThePartsMakeTheWhole holds Observe to what the checks see one by one.
func TestThePartsMakeTheWhole(t *testing.T) {
	k := knowledge(t)
	for _, c := range everyCase() {
		whole := codes(checks.Observe(c, k))
		for _, part := range []func(models.Case, *checks.Knowledge) []models.Finding{
			checks.ObserveContact, checks.ObserveIdentity, checks.ObserveCalls,
			checks.ObserveComparison, checks.ObserveLimits, checks.ObserveLogs,
		} {
			for _, f := range part(c, k) {
				// What the load means for latency needs the other parts' findings.
				if !slices.Contains(whole, f.Code) {
					t.Errorf("a part sees %s, the whole does not: %v", f.Code, whole)
				}
			}
		}
	}
}

func TestObserveLeavesTheCaseAlone(t *testing.T) {
	k := knowledge(t)
	for _, c := range everyCase() {
		before, err := json.Marshal(c)
		if err != nil {
			t.Fatal(err)
		}
		checks.Diagnose(c, k)
		after, err := json.Marshal(c)
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(before, after) {
			t.Fatalf("the case changed:\n%s\n%s", before, after)
		}
	}
}

// TestASavedCaseReadsTheSame holds a case to its form on disk.
func TestASavedCaseReadsTheSame(t *testing.T) {
	k := knowledge(t)
	for _, c := range everyCase() {
		text, err := json.Marshal(c)
		if err != nil {
			t.Fatal(err)
		}
		var saved models.Case
		if err := json.Unmarshal(text, &saved); err != nil {
			t.Fatal(err)
		}
		live, again := checks.Observe(c, k), checks.Observe(saved, k)
		if !reflect.DeepEqual(live, again) {
			t.Errorf("live %v, saved %v", codes(live), codes(again))
		}
	}
}

const hostile = "\x1b]0;owned\x07pump\u202e7\r\n\x00\x9b31m"

func TestHostileTextIsTamed(t *testing.T) {
	k := knowledge(t)
	c := about(
		func(c *models.Case) {
			c.Target = ""
			c.Hub.HostName = hostile
			c.Hub.SKU = hostile
			c.Hub.State = hostile
		},
		client(func(cl *models.Client) {
			cl.Policy, cl.TLSIssuer, cl.TokenResource, cl.ContactError, cl.ContactStatus, cl.ContactBody = hostile, hostile, hostile+"/devices/x", hostile, 401, hostile
		}))
	c.Devices = []models.Device{{DeviceID: hostile, Registered: models.Ptr(true), Status: "disabled", StatusReason: hostile, ObservedAt: noon, SDK: hostile, Protocol: hostile, Parent: hostile, NearMisses: []string{hostile}, Modules: []string{hostile}, IoTEdge: models.Ptr(true), AuthenticationType: hostile},
		{DeviceID: "x" + hostile, ReadError: strings.Repeat(hostile, 100)}}
	c.Invocations = []models.Invocation{
		{DeviceID: hostile, MethodName: hostile, HTTPStatus: 404, ErrorName: hostile, Body: strings.Repeat(hostile, 1000), Time: noon},
		{DeviceID: hostile, MethodName: hostile, HTTPStatus: 200, Body: `{"status":500,"payload":"` + strings.Repeat("a", 5000) + `\u001b[2J"}`, Time: noon},
		{DeviceID: hostile, MethodName: hostile, TransportError: hostile, Time: noon},
		{DeviceID: "x" + hostile, MethodName: hostile, HTTPStatus: 401, Body: hostile, Time: noon},
	}
	c.Logs = []models.LogRecord{
		{Time: noon, Category: "DirectMethods", ResultType: hostile, Properties: `{"deviceId":"` + "x" + `"}`},
		{Time: noon, Category: "Connections", OperationName: "deviceConnect", Properties: hostile},
	}
	text, err := json.Marshal(struct {
		F []models.Finding
		D models.Diagnosis
		E checks.Explanation
	}{checks.Observe(c, k), checks.Diagnose(c, k), checks.ExplainDiagnosis(c, k)})
	if err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{`\u001b`, `\u0000`, `\u0007`, "\u202e", "\u009b", `\r`, `\n`} {
		if strings.Contains(string(text), bad) {
			t.Errorf("%q came through", bad)
		}
	}
	for _, f := range checks.Observe(c, k) {
		if len(f.Text) > 1000 || len(f.Evidence) > 2000 {
			t.Errorf("%s is %d and %d bytes long", f.Code, len(f.Text), len(f.Evidence))
		}
	}
}

func FuzzDiagnose(f *testing.F) {
	for _, c := range everyCase()[:40] {
		text, err := json.Marshal(c)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	k := knowledge(f)
	f.Fuzz(func(t *testing.T, text []byte) {
		var c models.Case
		if json.Unmarshal(text, &c) != nil {
			return
		}
		d := checks.Diagnose(c, k)
		sum := 0.0
		for _, cause := range d.Causes {
			sum += cause.Probability
		}
		if !(sum > 0.999 && sum < 1.001) {
			t.Errorf("the probabilities sum to %g", sum)
		}
	})
}
