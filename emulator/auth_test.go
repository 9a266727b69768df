package emulator_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"methodical/emulator"
	"methodical/emulator/sas"
)

func TestRightsOfPolicies(t *testing.T) {
	e := start(t, people)
	type call struct{ name, method, path, body string }
	calls := []call{
		{"invoke", http.MethodPost, "/twins/ok/methods", `{"methodName":"reboot"}`},
		{"twin", http.MethodGet, "/twins/ok", ""},
		{"query", http.MethodPost, "/devices/query", `{"query":"SELECT * FROM devices"}`},
		{"identity", http.MethodGet, "/devices/ok", ""},
		{"list", http.MethodGet, "/devices", ""},
		{"statistics", http.MethodGet, "/statistics/devices", ""},
		{"write", http.MethodPut, "/devices/ok", `{"deviceId":"ok"}`},
	}
	may := map[string]string{
		"iothubowner":       "invoke twin query identity list statistics write",
		"service":           "invoke twin query",
		"registryRead":      "identity list statistics",
		"registryReadWrite": "identity list statistics write",
		"device":            "",
	}
	for policy, allowed := range may {
		c := newCaller(t, e, policy)
		c.host = e.HostName()
		for _, call := range calls {
			got := c.do(call.method, call.path, call.body, "If-Match", "*")
			if want := strings.Contains(allowed, call.name); (got.status == http.StatusOK) != want {
				t.Errorf("%s %s: HTTP %d %s, want allowed %v", policy, call.name, got.status, got.body, want)
			} else if !want && (got.status != http.StatusUnauthorized || !strings.Contains(got.body, "does not allow access")) {
				t.Errorf("%s %s: HTTP %d %s, want 401 with the reason", policy, call.name, got.status, got.body)
			}
		}
	}
}

func TestTokensAreVerified(t *testing.T) {
	e := start(t, people)
	cs, err := e.ConnectionString("service")
	if err != nil {
		t.Fatal(err)
	}
	parts := parseConnectionString(t, cs)
	deviceCS, err := e.DeviceConnectionString("ok", "")
	if err != nil {
		t.Fatal(err)
	}
	host, key := parts["HostName"], parts["SharedAccessKey"]
	deviceKey := parseConnectionString(t, deviceCS)["SharedAccessKey"]
	in := func(d time.Duration) time.Time { return time.Now().Add(d) }
	token := func(resource, policy, key string, expiry time.Time) string {
		text, err := sas.New(resource, policy, key, expiry)
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	good := token(host, "service", key, in(time.Hour))
	for _, tt := range []struct{ name, token, message string }{
		{"good", good, ""},
		{"host in capitals", token(strings.ToUpper(host), "service", key, in(time.Hour)), ""},
		{"another of the hub's names", token("localhost", "service", key, in(time.Hour)), ""},
		{"scoped to the call", token(host+"/twins/ok", "service", key, in(time.Hour)), ""},
		{"not escaped", unescaped(t, host, key), ""},
		{"scoped to another device", token(host+"/twins/o", "service", key, in(time.Hour)), "Unauthorized"},
		{"for another hub", token("other.azure-devices.net", "service", key, in(time.Hour)), "Unauthorized"},
		{"expired", token(host, "service", key, in(-time.Minute)), "The specified SAS token is expired"},
		{"wrong key", token(host, "service", deviceKey, in(time.Hour)), "The specified SAS token has an invalid signature. It does not match either the primary or secondary key."},
		{"unknown policy", token(host, "servant", key, in(time.Hour)), "Unauthorized"},
		{"device's own token", token(host+"/devices/ok", "", deviceKey, in(time.Hour)), "Unauthorized"},
		{"expiry changed", strings.Replace(good, "&se=1", "&se=2", 1), "The specified SAS token has an invalid signature. It does not match either the primary or secondary key."},
		{"bearer", "Bearer abc", "Unauthorized"},
		{"none", "", "Unauthorized"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := &caller{t: t, host: e.HostName(), http: client(t, e), token: func() string { return tt.token }}
			got := c.invoke("ok", `{"methodName":"reboot"}`)
			if tt.message == "" {
				if got.status != http.StatusOK {
					t.Fatalf("HTTP %d %s, want 200", got.status, got.body)
				}
				return
			}
			if e := got.want(t, 401002, "IotHubUnauthorizedAccess"); e.Message != tt.message {
				t.Errorf("message %q, want %q", e.Message, tt.message)
			}
		})
	}
}

// unescaped is a token as the Node SDK writes it: the resource as it is, both
// in the token and under the signature.
func unescaped(t *testing.T, host, key string) string {
	t.Helper()
	token, err := sas.Sign(host, "service", key, time.Now().Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func TestRegistryErrorsHaveTheirOwnForm(t *testing.T) {
	e := start(t, people)
	got := newCaller(t, e, "iothubowner").do(http.MethodGet, "/devices/nobody", "")
	if got.status != http.StatusNotFound || !strings.HasPrefix(got.body, `{"Message":"ErrorCode:DeviceNotFound;nobody","ExceptionMessage":"Tracking ID:`) {
		t.Errorf("HTTP %d %s", got.status, got.body)
	}
	c := newCaller(t, e, "iothubowner")
	c.token = func() string { return "" }
	got = c.do(http.MethodGet, "/devices/ok", "")
	if got.status != http.StatusUnauthorized || !strings.HasPrefix(got.body, `{"Message":"ErrorCode:IotHubUnauthorizedAccess;Unauthorized"`) {
		t.Errorf("HTTP %d %s", got.status, got.body)
	}
}

func TestSwitchesChangeTheAnswers(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ switches, target, request, want string }{
		{`offlineText: "2018"`, "offline", `{"methodName":"m"}`, `\"message\":\"Timed out waiting for device to connect.\",\"info\":{\"timeout\":\"00:00:00\"}`},
		{`disabledDevice: 403012`, "off", `{"methodName":"m"}`, `\"errorCode\":403012`},
		{`unknownModule: 404001`, "edge/none", `{"methodName":"m"}`, `\"errorCode\":404001`},
		{`droppedMidCall: 404104`, "dropping", `{"methodName":"m"}`, `\"errorCode\":404104`},
		{`oversizePayload: 413001`, "ok", `{"methodName":"m","payload":"` + strings.Repeat("x", 1<<17) + `"}`, `\"errorCode\":413001`},
		{`malformedJson: 400006`, "ok", `{`, `\"errorCode\":400006`},
		{`maxMethodName: 5`, "ok", `{"methodName":"reboot"}`, `methodName must not be longer than 5 characters.`},
		{`bodyForm: A`, "offline", `{"methodName":"m"}`, `{"Message":"ErrorCode:DeviceNotOnline;The operation failed`},
		{`bodyForm: C`, "offline", `{"methodName":"m"}`, `{"errorCode":404103,"trackingId":"`},
		{`bodyForm: D`, "offline", `{"methodName":"m"}`, `{"message":"{\"Message\":\"{\\\"errorCode\\\":404103,`},
		{`bodyForm: E`, "offline", `{"methodName":"m"}`, `{"Message":"The operation failed`},
		{`bodyForm: F`, "nobody", `{"methodName":"m"}`, `{"errorCode":404001,"message":"nobody","trackingId":"`},
	} {
		t.Run(tt.switches, func(t *testing.T) {
			e := start(t, strings.Replace(people, "switches: {}", "switches: {"+tt.switches+"}", 1))
			got := newCaller(t, e, "service").invoke(tt.target, tt.request)
			if !strings.Contains(got.body, tt.want) {
				t.Errorf("HTTP %d %s, want %s in it", got.status, got.body, tt.want)
			}
		})
	}
}

func TestListeningAddresses(t *testing.T) {
	s, err := emulator.ParseScenario("t", []byte("{}"))
	if err != nil {
		t.Fatal(err)
	}
	running := start(t, "{}")
	for _, tt := range []struct{ name, https, want string }{
		{"remote", "0.0.0.0:0", "--allow-remote"},
		{"in use", running.HTTPSAddr(), "is in use"},
		{"no address", "8443", "write HOST:PORT"},
	} {
		e, err := emulator.Start(t.Context(), emulator.Options{Scenario: s, HTTPSListen: tt.https})
		if err == nil {
			_ = e.Close()
		}
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: error %v, want %q in it", tt.name, err, tt.want)
		}
	}
}
