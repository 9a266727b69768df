package emulator_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"methodical/emulator"
	"methodical/emulator/device"
)

// people is a hub with one device for every answer. Its clock runs fast, so
// that waits of seconds are short.
const people = `
hub: {switches: {}}
clock: {speed: 50}
devices:
  - {id: ok, methods: {reboot: {payload: {done: true}}, echo: {echo: true}, busy: {status: 409, payload: [1, "two", null]}}}
  - {id: offline, behaviour: offline}
  - {id: never}
  - {id: deaf, behaviour: no-subscription}
  - {id: slow, behaviour: {kind: slow, delay: 8s}, methods: {reboot: {}}}
  - {id: stuck, behaviour: stuck}
  - {id: garbled, behaviour: {kind: non-json, text: OK rebooting}}
  - {id: failing, behaviour: {kind: status, status: 503, text: '{"why":"jammed"}'}}
  - {id: dropping, behaviour: {kind: drop-in-call, down: 1h}}
  - {id: choking, behaviour: chokes-on-null, methods: {reboot: {payload: 1}}}
  - {id: off, status: disabled}
  - {id: other, client: iotdevice, unknown: silent, methods: {reboot: {payload: {done: true}}, echo: {echo: true}}}
  - {id: edge, edge: true, modules: [{id: $edgeAgent, methods: {ping: {payload: null}}}, {id: filter, methods: {echo: {echo: true}}}]}
`

func TestAnswersOfDevices(t *testing.T) {
	e := start(t, people)
	c := newCaller(t, e, "service")
	for _, tt := range []struct{ name, target, request, want string }{
		{"an answer", "ok", `{"methodName":"reboot","payload":{"delay":5}}`, `{"status":200,"payload":{"done":true}}`},
		{"any JSON", "ok", `{"methodName":"busy"}`, `{"status":409,"payload":[1,"two",null]}`},
		{"string", "ok", `{"methodName":"echo","payload":"text"}`, `{"status":200,"payload":"text"}`},
		{"number with digits", "ok", `{"methodName":"echo","payload":12345678901234567890.10}`, `{"status":200,"payload":12345678901234567890.10}`},
		{"bytes kept", "ok", `{"methodName":"echo","payload":{ "b" : 1, "a":"\u00e9" }}`, `{"status":200,"payload":{ "b" : 1, "a":"\u00e9" }}`},
		{"null arrives as null", "ok", `{"methodName":"echo","payload":null}`, `{"status":200,"payload":null}`},
		{"absent arrives as null", "ok", `{"methodName":"echo"}`, `{"status":200,"payload":null}`},
		{"unknown method", "ok", `{"methodName":"methodical-probe","payload":{}}`, `{"status":501,"payload":{"error":"method not implemented","method":"methodical-probe"}}`},
		{"device status", "failing", `{"methodName":"reboot"}`, `{"status":503,"payload":{"why":"jammed"}}`},
		{"not JSON", "garbled", `{"methodName":"reboot"}`, `{"status":200,"payload":OK rebooting}`},
		{"chokes", "choking", `{"methodName":"reboot"}`, `{"status":400,"payload":"Invalid request"}`},
		{"does not choke", "choking", `{"methodName":"reboot","payload":{}}`, `{"status":200,"payload":1}`},
		{"slow but in time", "slow", `{"methodName":"reboot"}`, `{"status":200,"payload":{}}`},
		{"module", "edge/filter", `{"methodName":"echo","payload":[]}`, `{"status":200,"payload":[]}`},
		{"edge agent", "edge/$edgeAgent", `{"methodName":"ping","payload":null}`, `{"status":200,"payload":null}`},
		{"other library", "other", `{"methodName":"echo","payload":{"a":1}}`, `{"status":200,"payload":{"a":1}}`},
		{"other library, array", "other", `{"methodName":"echo","payload":[1]}`, `{"status":500,"payload":{"error":"json: cannot unmarshal array into Go value of type map[string]interface {}"}}`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := c.invoke(tt.target, patient(tt.request))
			if got.status != http.StatusOK || got.body != tt.want {
				t.Errorf("HTTP %d %s, want %s", got.status, got.body, tt.want)
			}
		})
	}
}

// patient gives the device all the time there is: the clock runs fast, and the
// machine may be busy.
func patient(request string) string {
	return `{"responseTimeoutInSeconds":300,` + request[1:]
}

func TestErrorsOfTheHub(t *testing.T) {
	t.Parallel()
	e := start(t, people)
	c := newCaller(t, e, "service")
	const offlineText = "The operation failed because the requested device isn't online or hasn't registered the direct method callback. To learn more, see https://aka.ms/iothub404103"
	for _, tt := range []struct {
		name, target, request string
		code                  int
		codeName, message     string
		timeout               string
	}{
		{"offline at once", "offline", `{"methodName":"m"}`, 404103, "DeviceNotOnline", offlineText, "00:00:00"},
		{"offline after a wait", "offline", `{"methodName":"m","connectTimeoutInSeconds":61}`, 404103, "DeviceNotOnline", offlineText, "00:01:01"},
		{"not subscribed", "deaf", `{"methodName":"m"}`, 404103, "DeviceNotOnline", offlineText, "00:00:00"},
		{"edge device itself", "edge", `{"methodName":"ping"}`, 404103, "DeviceNotOnline", offlineText, "00:00:00"},
		{"no answer", "stuck", `{"methodName":"m","responseTimeoutInSeconds":5}`, 504101, "GatewayTimeout", "Timed out waiting for the response from device.", "00:00:05"},
		{"too slow", "slow", `{"methodName":"reboot","responseTimeoutInSeconds":5}`, 504101, "GatewayTimeout", "Timed out waiting for the response from device.", "00:00:05"},
		{"default timeout", "stuck", `{"methodName":"m"}`, 504101, "GatewayTimeout", "Timed out waiting for the response from device.", "00:00:30"},
		{"silent library", "other", `{"methodName":"unheard","responseTimeoutInSeconds":5}`, 504101, "GatewayTimeout", "Timed out waiting for the response from device.", "00:00:05"},
		{"dropped in call", "dropping", `{"methodName":"m"}`, 404103, "DeviceNotOnline", offlineText, "00:00:00"},
		{"unknown device", "nobody", `{"methodName":"m"}`, 404001, "DeviceNotFound", "nobody", ""},
		{"case counts", "OK", `{"methodName":"m"}`, 404001, "DeviceNotFound", "OK", ""},
		{"disabled", "off", `{"methodName":"m"}`, 404001, "DeviceNotFound", "off", ""},
		{"unknown module", "edge/none", `{"methodName":"m"}`, 404010, "ModuleNotFound", "edge/none", ""},
		{"module of unknown device", "nobody/none", `{"methodName":"m"}`, 404001, "DeviceNotFound", "nobody", ""},
		{"response too short", "ok", `{"methodName":"m","responseTimeoutInSeconds":4}`, 400004, "ArgumentInvalid", "responseTimeoutInSeconds must be within [5; 300].", ""},
		{"response too long", "ok", `{"methodName":"m","responseTimeoutInSeconds":301}`, 400004, "ArgumentInvalid", "responseTimeoutInSeconds must be within [5; 300].", ""},
		{"response absurd", "ok", `{"methodName":"m","responseTimeoutInSeconds":9223372036854775807}`, 400004, "ArgumentInvalid", "responseTimeoutInSeconds must be within [5; 300].", ""},
		{"connect negative", "ok", `{"methodName":"m","connectTimeoutInSeconds":-1}`, 400004, "ArgumentInvalid", "connectTimeoutInSeconds must be within [0; 300].", ""},
		{"no method name", "ok", `{"payload":{}}`, 400004, "ArgumentInvalid", "methodName is null or empty.", ""},
		{"not JSON", "ok", `{"methodName":`, 400004, "ArgumentInvalid", "The request body could not be read as JSON.", ""},
		{"not an object", "ok", `null`, 400004, "ArgumentInvalid", "The request body could not be read as JSON.", ""},
		{"payload too large", "ok", `{"methodName":"echo","payload":"` + strings.Repeat("x", 128*1024) + `"}`, 400004, "ArgumentInvalid", "'payload' size should be less than 131072 bytes.", ""},
		{"far too large", "ok", `{"methodName":"echo","payload":"` + strings.Repeat("x", 1<<20) + `"}`, 400004, "ArgumentInvalid", "'payload' size should be less than 131072 bytes.", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := c.invoke(tt.target, tt.request).want(t, tt.code, tt.codeName)
			if got.Message != tt.message || got.Info["timeout"] != tt.timeout {
				t.Errorf("message %q, timeout %q; want %q, %q", got.Message, got.Info["timeout"], tt.message, tt.timeout)
			}
		})
	}
}

func TestLargestPayloadPassesBothWays(t *testing.T) {
	c := newCaller(t, start(t, people), "service")
	payload := `"` + strings.Repeat("x", 128*1024-2) + `"`
	got := c.invoke("ok", patient(`{"methodName":"echo","payload":`+payload+`}`))
	if want := `{"status":200,"payload":` + payload + `}`; got.status != http.StatusOK || got.body != want {
		t.Errorf("HTTP %d with %d bytes, want 200 with %d", got.status, len(got.body), len(want))
	}
}

func TestConnectTimeoutEndsWhenTheDeviceComes(t *testing.T) {
	e := start(t, `devices: [{id: late, behaviour: offline, methods: {reboot: {payload: {done: true}}}}]`)
	c := newCaller(t, e, "service")
	answered := make(chan reply, 1)
	go func() { answered <- c.invoke("late", `{"methodName":"reboot","connectTimeoutInSeconds":300}`) }()
	select {
	case got := <-answered:
		t.Fatalf("answered %d %s before the device was there", got.status, got.body)
	case <-time.After(50 * time.Millisecond):
	}
	if err := e.SetBehaviour("late", "", emulator.Behaviour{Kind: device.Healthy}); err != nil {
		t.Fatal(err)
	}
	select {
	case got := <-answered:
		if got.status != http.StatusOK || got.body != `{"status":200,"payload":{"done":true}}` {
			t.Errorf("HTTP %d %s, want the device's answer", got.status, got.body)
		}
	case <-time.After(longEnough):
		t.Fatal("no answer although the device came")
	}
}

func TestEmptyModuleIDAndVersion(t *testing.T) {
	c := newCaller(t, start(t, people), "service")
	got := c.do(http.MethodPost, "/twins/edge/modules//methods", `{"methodName":"m"}`)
	if want := `{"Message":"The requested resource does not support http method 'POST'."}`; got.status != http.StatusMethodNotAllowed || got.body != want {
		t.Errorf("HTTP %d %s, want 405 %s", got.status, got.body, want)
	}
	got = c.do(http.MethodPost, "/twins/ok/methods?x-api-version=none", `{"methodName":"m"}`)
	if got.status != http.StatusBadRequest || got.header.Get("iothub-errorcode") != "InvalidProtocolVersion" {
		t.Errorf("without api-version: HTTP %d %s", got.status, got.body)
	}
}

func TestManyCallsAtOnce(t *testing.T) {
	e := start(t, people)
	c := newCaller(t, e, "service")
	for _, target := range []string{"ok", "other"} {
		const calls = 100
		answers := make(chan reply, calls)
		for range calls {
			go func() {
				answers <- c.invoke(target, `{"methodName":"reboot","payload":{},"responseTimeoutInSeconds":300}`)
			}()
		}
		for range calls {
			if got := <-answers; got.body != `{"status":200,"payload":{"done":true}}` {
				t.Fatalf("%s: HTTP %d %s", target, got.status, got.body)
			}
		}
	}
}
