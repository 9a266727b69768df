package emulator_test

import (
	"net/http"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"
)

const crowd = `
clock: {speed: 20}
devices:
  - {id: first, methods: {m: {}}}
  - {id: "sensor-{n}", count: 1000, tags: {site: north}, telemetry: 10s, methods: {m: {payload: {ok: true}}}}
  - {id: "lost-{n}", count: 50, behaviour: offline, lastSeen: 3h}
  - {id: "deaf-{n}", count: 5, behaviour: no-subscription}
  - {id: "late-{n}", count: 5, behaviour: {kind: slow, delay: 6s}, methods: {m: {}}}
  - {id: "mute-{n}", count: 5, behaviour: stuck}
`

func TestBulkDevices(t *testing.T) {
	t.Parallel()
	e := start(t, crowd)
	c := newCaller(t, e, "iothubowner")
	if got := c.do(http.MethodGet, "/statistics/devices", "").body; got != `{"disabledDeviceCount":0,"enabledDeviceCount":1066,"totalDeviceCount":1066}` {
		t.Errorf("statistics %s", got)
	}
	if got := c.do(http.MethodGet, "/statistics/service", "").body; got != `{"connectedDeviceCount":1016}` {
		t.Errorf("statistics %s", got)
	}
	for target, want := range map[string]string{
		"sensor-0001": `{"status":200,"payload":{"ok":true}}`, "sensor-1000": `{"status":200,"payload":{"ok":true}}`, "late-5": `{"status":200,"payload":{}}`,
		"lost-01": "404103", "deaf-1": "404103", "mute-1": "504101", "sensor-1001": "404001",
	} {
		if got := c.invoke(target, `{"methodName":"m","responseTimeoutInSeconds":30}`); !strings.Contains(got.body, want) {
			t.Errorf("%s: HTTP %d %s, want %s", target, got.status, got.body, want)
		}
	}
	if got := c.do(http.MethodPost, "/devices/query", `{"query":"SELECT COUNT() AS n FROM devices WHERE tags.site='north' AND connectionState='Connected'"}`).body; got != `[{"n":1000}]` {
		t.Errorf("query %s", got)
	}
	// One twin changes alone although all share theirs.
	c.do(http.MethodPatch, "/twins/sensor-0007", `{"tags":{"site":"south"}}`)
	if got := c.do(http.MethodPost, "/devices/query", `{"query":"SELECT deviceId FROM devices WHERE tags.site='south'"}`).body; got != `[{"deviceId":"sensor-0007"}]` {
		t.Errorf("query %s", got)
	}
	c.do(http.MethodPut, "/devices/sensor-0008", `{"deviceId":"sensor-0008","status":"disabled","statusReason":"alone"}`, "If-Match", "*")
	if got := c.do(http.MethodPost, "/devices/query", `{"query":"SELECT deviceId FROM devices WHERE statusReason='alone'"}`).body; got != `[{"deviceId":"sensor-0008"}]` {
		t.Errorf("query %s", got)
	}
	twin := decode[map[string]any](t, c.do(http.MethodGet, "/twins/sensor-0002", "").body)
	active, err := time.Parse(time.RFC3339, twin["lastActivityTime"].(string))
	if err != nil || e.Clock().Now().Sub(active) > 30*time.Second {
		t.Errorf("telemetry every 10 s, last active %v (%v), now %v", active, err, e.Clock().Now())
	}
}

func TestBulkDeviceStepsAside(t *testing.T) {
	e := start(t, crowd)
	service := newCaller(t, e, "service")
	c, token := connect(t, e, loginOf(t, e, "sensor-0001", ""))
	must(t, token)
	answering(t, c, 0)
	if got := service.invoke("sensor-0001", patient(`{"methodName":"m"}`)); !strings.HasPrefix(got.body, `{"status":207`) {
		t.Errorf("HTTP %d %s, want the answer of the test's own device", got.status, got.body)
	}
	c.Disconnect(100)
	eventually(t, "the bulk device is back", func() bool {
		return service.invoke("sensor-0001", `{"methodName":"m"}`).body == `{"status":200,"payload":{"ok":true}}`
	})
}

// TestMillionDevices runs when asked for: METHODICAL_LARGE=1 go test -run Million
func TestMillionDevices(t *testing.T) {
	if os.Getenv("METHODICAL_LARGE") == "" {
		t.Skip("needs a gigabyte: set METHODICAL_LARGE=1 to run it")
	}
	begun := time.Now()
	e := start(t, `
hub: {sku: S3, units: 10}
devices: [{id: "sensor-{n}", count: 1000000, tags: {site: north}, telemetry: 60s, methods: {m: {}}}]
`)
	took := time.Since(begun)
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	t.Logf("a million devices: %s, %d MB in use, %d MB from the system", took, m.HeapInuse>>20, m.Sys>>20)
	if m.HeapInuse > 1500<<20 {
		t.Errorf("%d MB in use, want less than 1500", m.HeapInuse>>20)
	}
	c := newCaller(t, e, "iothubowner")
	if got := c.invoke("sensor-0999999", `{"methodName":"m"}`); got.status != http.StatusOK {
		t.Errorf("HTTP %d %s", got.status, got.body)
	}
	if got := c.do(http.MethodPost, "/devices/query", `{"query":"SELECT COUNT() AS n FROM devices WHERE connectionState='Connected'"}`).body; got != `[{"n":1000000}]` {
		t.Errorf("query %s", got)
	}
}
