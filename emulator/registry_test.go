package emulator_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/amenzhinsky/iothub/iotservice"
)

const registryYAML = `
hub: {switches: {}}
devices:
  - {id: a, tags: {site: north, n: 1, big: 9007199254740993}, desired: {x: {y: 1}}, reported: {fw: 1.0.0}}
  - {id: b, tags: {site: south, n: 2}, behaviour: offline}
  - {id: c, tags: {site: north, n: 3}, behaviour: offline, status: disabled}
  - {id: gw, edge: true, modules: [{id: m, tags: {kind: filter}}]}
  - {id: "odd#% ?", behaviour: offline}
`

func decode[T any](t *testing.T, text string) T {
	t.Helper()
	var v T
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatalf("%q is not JSON: %v", text, err)
	}
	return v
}

func TestIdentities(t *testing.T) {
	e := start(t, strings.ReplaceAll(registryYAML, "odd#% ?", "odd#%?"))
	c := newCaller(t, e, "iothubowner")

	got := c.do(http.MethodGet, "/devices/a", "")
	d := decode[map[string]any](t, got.body)
	if d["deviceId"] != "a" || d["connectionState"] != "Connected" || d["status"] != "enabled" {
		t.Errorf("identity %s", got.body)
	}
	if got.header.Get("ETag") != `"`+d["etag"].(string)+`"` {
		t.Errorf("ETag %s is not the body's %v in quotes", got.header.Get("ETag"), d["etag"])
	}
	for _, key := range []string{"generationId", "authentication", "capabilities", "statusUpdatedTime", "lastActivityTime", "cloudToDeviceMessageCount"} {
		if _, ok := d[key]; !ok {
			t.Errorf("the identity lacks %s: %s", key, got.body)
		}
	}
	if got := c.do(http.MethodGet, "/devices/b", ""); !strings.Contains(got.body, `"lastActivityTime":"0001-01-01T00:00:00Z"`) {
		t.Errorf("a device that never connected: %s", got.body)
	}
	if got := c.do(http.MethodGet, "/devices/odd%23%25%3F", ""); got.status != http.StatusOK {
		t.Errorf("escaped id: HTTP %d %s", got.status, got.body)
	}
	if got := c.do(http.MethodGet, "/devices/gw", ""); !strings.Contains(got.body, `"iotEdge":true`) || !strings.Contains(got.body, `"deviceScope":"ms-azure-iot-edge://gw-`) {
		t.Errorf("edge device: %s", got.body)
	}
	for _, path := range []string{"/devices", "/devices/", "/devices?top=1000"} {
		if list := decode[[]map[string]any](t, c.do(http.MethodGet, path, "").body); len(list) != 5 {
			t.Errorf("%s lists %d devices, want 5", path, len(list))
		}
	}
	if list := decode[[]map[string]any](t, c.do(http.MethodGet, "/devices?top=2", "").body); len(list) != 2 {
		t.Errorf("top=2 lists %d", len(list))
	}
	if got := c.do(http.MethodGet, "/devices?top=1001", ""); got.status != http.StatusBadRequest {
		t.Errorf("top=1001: HTTP %d", got.status)
	}
	if list := decode[[]map[string]any](t, c.do(http.MethodGet, "/devices/gw/modules", "").body); len(list) != 1 || list[0]["moduleId"] != "m" {
		t.Errorf("modules %v", list)
	}
}

func TestChangingIdentities(t *testing.T) {
	c := newCaller(t, start(t, registryYAML2()), "iothubowner")
	if got := c.do(http.MethodPut, "/devices/a", `{"deviceId":"a"}`); got.status != http.StatusConflict || got.header.Get("iothub-errorcode") != "DeviceAlreadyExists" {
		t.Errorf("creating a again: HTTP %d %s", got.status, got.body)
	}
	if got := c.do(http.MethodPut, "/devices/new", `{"deviceId":"other"}`); got.status != http.StatusBadRequest {
		t.Errorf("two ids: HTTP %d %s", got.status, got.body)
	}
	if got := c.do(http.MethodPut, "/devices/new", `{"deviceId":"new","status":"enabled"}`); got.status != http.StatusOK {
		t.Fatalf("create: HTTP %d %s", got.status, got.body)
	}
	if got := c.do(http.MethodPut, "/devices/new", `{"deviceId":"new","status":"disabled"}`, "If-Match", `"wrong"`); got.status != http.StatusPreconditionFailed {
		t.Errorf("wrong etag: HTTP %d %s", got.status, got.body)
	}
	etag := c.do(http.MethodGet, "/devices/new", "").header.Get("ETag")
	for _, match := range []string{etag, `"*"`, "*"} {
		if got := c.do(http.MethodPut, "/devices/new", `{"deviceId":"new","status":"disabled","statusReason":"why"}`, "If-Match", match); got.status != http.StatusOK || !strings.Contains(got.body, `"status":"disabled"`) {
			t.Errorf("If-Match %s: HTTP %d %s", match, got.status, got.body)
		}
	}
	stats := decode[map[string]int](t, c.do(http.MethodGet, "/statistics/devices", "").body)
	if stats["totalDeviceCount"] != 5 || stats["disabledDeviceCount"] != 2 || stats["enabledDeviceCount"] != 3 {
		t.Errorf("statistics %v", stats)
	}
	if got := c.do(http.MethodPut, "/devices/new/modules/m1", `{"deviceId":"new","moduleId":"m1"}`); got.status != http.StatusOK {
		t.Errorf("create a module: HTTP %d %s", got.status, got.body)
	}
	c.do(http.MethodPut, "/devices/new/modules/m2", `{"deviceId":"new","moduleId":"m2"}`)
	if got := c.do(http.MethodDelete, "/devices/new/modules/m2", ""); got.status != http.StatusNoContent {
		t.Errorf("delete a module: HTTP %d %s", got.status, got.body)
	}
	if list := decode[[]map[string]any](t, c.do(http.MethodGet, "/devices/new/modules", "").body); len(list) != 1 || list[0]["moduleId"] != "m1" {
		t.Errorf("modules left: %v", list)
	}
	if got := c.do(http.MethodDelete, "/devices/new", "", "If-Match", `"*"`); got.status != http.StatusNoContent || got.body != "" {
		t.Errorf("delete: HTTP %d %s", got.status, got.body)
	}
	for _, path := range []string{"/devices/new", "/twins/new", "/devices/new/modules/m1"} {
		if got := c.do(http.MethodGet, path, ""); got.status != http.StatusNotFound {
			t.Errorf("%s after deletion: HTTP %d %s", path, got.status, got.body)
		}
	}
	if connected := decode[map[string]int](t, c.do(http.MethodGet, "/statistics/service", "").body)["connectedDeviceCount"]; connected != 1 {
		t.Errorf("%d devices connected, want 1", connected)
	}
}

// registryYAML2 is registryYAML without the device of the odd id.
func registryYAML2() string {
	lines := strings.Split(strings.TrimRight(registryYAML, "\n"), "\n")
	return strings.Join(lines[:len(lines)-1], "\n")
}

func TestBulk(t *testing.T) {
	c := newCaller(t, start(t, registryYAML2()), "iothubowner")
	got := c.do(http.MethodPost, "/devices", `[{"id":"n1","importMode":"create","status":"enabled"},{"id":"n2","importMode":"create","tags":{"t":1}}]`)
	if got.status != http.StatusOK || got.body != `{"isSuccessful":true,"errors":[],"warnings":[]}` {
		t.Fatalf("HTTP %d %s", got.status, got.body)
	}
	got = c.do(http.MethodPost, "/devices", `[{"id":"n1","importMode":"create"},{"id":"n2","importMode":"Delete"}]`)
	if got.status != http.StatusBadRequest || !strings.Contains(got.body, `"isSuccessful":false,"errors":[{"deviceId":"n1","errorCode":409001`) {
		t.Errorf("HTTP %d %s", got.status, got.body)
	}
	if got := c.do(http.MethodGet, "/devices/n2", ""); got.status != http.StatusNotFound {
		t.Errorf("n2 is still there: %s", got.body)
	}
}

func TestTwins(t *testing.T) {
	c := newCaller(t, start(t, registryYAML2()), "service")
	got := c.do(http.MethodGet, "/twins/a", "")
	for _, want := range []string{
		`"tags":{"big":9007199254740993,"n":1,"site":"north"}`, `"desired":{"x":{"y":1},"$metadata":{"$lastUpdated":"`,
		`"reported":{"fw":"1.0.0","$metadata":`, `"$version":1`, `"deviceEtag":"`, `"authenticationType":"sas"`, `"capabilities":{"iotEdge":false}`,
	} {
		if !strings.Contains(got.body, want) {
			t.Errorf("the twin lacks %s: %s", want, got.body)
		}
	}
	etag := got.header.Get("ETag")
	got = c.do(http.MethodPatch, "/twins/a", `{"tags":{"n":null,"extra":{"k":[1]}},"properties":{"desired":{"x":{"z":2}}}}`, "If-Match", etag)
	for _, want := range []string{`"tags":{"big":9007199254740993,"extra":{"k":[1]},"site":"north"}`, `"desired":{"x":{"y":1,"z":2}`, `"$lastUpdatedVersion":2`, `"version":2`} {
		if got.status != http.StatusOK || !strings.Contains(got.body, want) {
			t.Errorf("patched twin: HTTP %d lacks %s: %s", got.status, want, got.body)
		}
	}
	if got := c.do(http.MethodPatch, "/twins/a", `{"tags":{}}`, "If-Match", etag); got.status != http.StatusPreconditionFailed || got.header.Get("iothub-errorcode") != "PreconditionFailed" {
		t.Errorf("old etag: HTTP %d %s", got.status, got.body)
	}
	got = c.do(http.MethodPut, "/twins/a", `{"tags":{"only":true}}`, "If-Match", "*")
	if !strings.Contains(got.body, `"tags":{"only":true}`) || !strings.Contains(got.body, `"x":{"y":1,"z":2}`) {
		t.Errorf("replaced tags: %s", got.body)
	}
	if got := c.do(http.MethodPatch, "/twins/a", `{"tags":[1]}`); got.status != http.StatusBadRequest {
		t.Errorf("tags as a list: HTTP %d %s", got.status, got.body)
	}
	if got := c.do(http.MethodGet, "/twins/gw/modules/m", ""); !strings.Contains(got.body, `"moduleId":"m"`) || !strings.Contains(got.body, `"tags":{"kind":"filter"}`) {
		t.Errorf("module twin: HTTP %d %s", got.status, got.body)
	}
}

func TestQueries(t *testing.T) {
	c := newCaller(t, start(t, registryYAML2()), "service")
	query := func(text string, headers ...string) reply {
		body, err := json.Marshal(map[string]string{"query": text})
		if err != nil {
			t.Fatal(err)
		}
		return c.do(http.MethodPost, "/devices/query", string(body), headers...)
	}
	for _, tt := range []struct{ query, want string }{
		{"SELECT deviceId FROM devices WHERE tags.site = 'north'", `[{"deviceId":"a"},{"deviceId":"c"}]`},
		{"SELECT deviceId AS id, tags.n FROM devices WHERE tags.n >= 2 AND status='enabled'", `[{"id":"b","n":2}]`},
		{"SELECT deviceId FROM devices WHERE connectionState = 'Connected'", `[{"deviceId":"a"}]`},
		{"SELECT COUNT() AS n, status AS status FROM devices GROUP BY status", `[{"n":3,"status":"enabled"},{"n":1,"status":"disabled"}]`},
		{"SELECT moduleId FROM devices.modules WHERE deviceId = 'gw'", `[{"moduleId":"m"}]`},
		{"SELECT deviceId FROM devices WHERE capabilities.iotEdge = true", `[{"deviceId":"gw"}]`},
		{"SELECT * FROM devices WHERE deviceId = 'nobody'", `[]`},
		{"SELECT properties.reported.fw AS fw, properties.desired.x.y AS y, properties.desired.$version AS v FROM devices WHERE properties.reported.fw = '1.0.0'", `[{"fw":"1.0.0","y":1,"v":1}]`},
		{"SELECT tags, authenticationType, lastActivityTime FROM devices WHERE deviceId = 'b'", `[{"tags":{"n":2,"site":"south"},"authenticationType":"sas","lastActivityTime":"0001-01-01T00:00:00Z"}]`},
		{"SELECT deviceId FROM devices WHERE deviceScope != ''", `[{"deviceId":"gw"}]`},
		{"SELECT TOP 2 deviceId FROM devices", `[{"deviceId":"a"},{"deviceId":"b"}]`},
		{"SELECT deviceId, moduleId, status, modelId, version FROM devices.modules WHERE tags.kind = 'filter'", `[{"deviceId":"gw","moduleId":"m","status":"enabled","modelId":"","version":1}]`},
	} {
		if got := query(tt.query); got.status != http.StatusOK || got.body != tt.want {
			t.Errorf("%s\n got HTTP %d %s\nwant %s", tt.query, got.status, got.body, tt.want)
		}
	}
	if got := query("SELECT * FROM"); got.status != http.StatusBadRequest || !strings.Contains(got.body, "position") {
		t.Errorf("bad query: HTTP %d %s", got.status, got.body)
	}

	var ids []string
	headers := []string{"x-ms-max-item-count", "2"}
	for pages := 0; pages < 5; pages++ {
		got := query("SELECT * FROM devices", headers...)
		for _, row := range decode[[]map[string]any](t, got.body) {
			ids = append(ids, row["deviceId"].(string))
		}
		next := got.header.Get("x-ms-continuation")
		if next == "" {
			break
		}
		headers = []string{"x-ms-max-item-count", "2", "x-ms-continuation", next}
	}
	if fmt.Sprint(ids) != "[a b c gw]" {
		t.Errorf("paging gave %v", ids)
	}
}

func TestAmenzhinskyServiceClient(t *testing.T) {
	e := start(t, registryYAML2())
	cs, err := e.ConnectionString("iothubowner")
	if err != nil {
		t.Fatal(err)
	}
	c, err := iotservice.NewFromConnectionString(cs, iotservice.WithHTTPClient(client(t, e)))
	if err != nil {
		t.Fatal(err)
	}
	ctx := t.Context()
	if d, err := c.GetDevice(ctx, "a"); err != nil || d.ConnectionState != iotservice.Connected || d.Authentication.Type != iotservice.AuthSAS {
		t.Errorf("device %+v, %v", d, err)
	}
	if tw, err := c.GetDeviceTwin(ctx, "a"); err != nil || tw.Tags["site"] != "north" {
		t.Errorf("twin %+v, %v", tw, err)
	}
	if list, err := c.ListDevices(ctx); err != nil || len(list) != 4 {
		t.Errorf("list of %d, %v", len(list), err)
	}
	if d, err := c.CreateDevice(ctx, &iotservice.Device{DeviceID: "fresh"}); err != nil || d.DeviceID != "fresh" {
		t.Errorf("created %+v, %v", d, err)
	}
	n := 0
	err = c.QueryDevices(ctx, "SELECT deviceId FROM devices", func(map[string]any) error { n++; return nil })
	if err != nil || n != 5 {
		t.Errorf("query gave %d, %v", n, err)
	}
	if _, err := c.CallDeviceMethod(ctx, "a", &iotservice.MethodCall{MethodName: "x", Payload: map[string]any{"k": 1}}); err != nil {
		t.Errorf("call: %v", err)
	}
	if err := c.DeleteDevice(ctx, &iotservice.Device{DeviceID: "fresh"}); err != nil {
		t.Errorf("delete: %v", err)
	}
}
