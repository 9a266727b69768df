package azure_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"methodical/models"
)

// The shapes of learn.microsoft.com, "Understand and use device twins" and
// "Understand the identity registry".
const (
	twinJSON = `{"deviceId":"pump-7","etag":"AAAAAAAAAAc=","deviceEtag":"MTIz","status":"enabled","statusUpdateTime":"0001-01-01T00:00:00Z",
"connectionState":"Connected","lastActivityTime":"2026-11-22T10:00:00.1234567Z","cloudToDeviceMessageCount":0,"authenticationType":"sas",
"x509Thumbprint":{"primaryThumbprint":null,"secondaryThumbprint":null},"modelId":"dtmi:contoso:pump;1","version":2,
"tags":{"site":"Hall 3","serial":9007199254740993},
"properties":{"desired":{"$metadata":{"$lastUpdated":"2026-01-01T00:00:00Z"},"$version":1},
"reported":{"fw":"1.2","n":9007199254740993,"$metadata":{"$lastUpdated":"2026-11-22T09:59:58.5Z","fw":{}},"$version":7}},
"capabilities":{"iotEdge":false}}`
	identityJSON = `{"deviceId":"pump-7","generationId":"6371","etag":"MTIz","connectionState":"Connected","status":"enabled","statusReason":"paid",
"connectionStateUpdatedTime":"2026-11-22T08:00:00","statusUpdatedTime":"0001-01-01T00:00:00","lastActivityTime":"2026-11-22T10:00:00",
"cloudToDeviceMessageCount":0,"authentication":{"symmetricKey":{"primaryKey":"` + testKey + `","secondaryKey":"` + testKey + `"},
"x509Thumbprint":{"primaryThumbprint":null,"secondaryThumbprint":null},"type":"sas"},"capabilities":{"iotEdge":false},
"deviceScope":"ms-azure-iot-edge://gate-way-1-637000000000000000","parentScopes":["ms-azure-iot-edge://gate-way-1-637000000000000000"]}`
	notFoundA = `{"Message":"ErrorCode:DeviceNotFound;E2E_missing","ExceptionMessage":"Tracking ID:e4cb4b6c18f4462fbe2c1a2d02d7dbe4-G:11-TimeStamp:07/16/2016 00:12:41"}`
	notFoundB = `{"Message":"{\"errorCode\":404001,\"trackingId\":\"191306c3cfda487ebe0988aa7663fb0f-TimeStamp:05/21/2020 20:14:49\",\"message\":\"gone\"}","ExceptionMessage":""}`
	moduleB   = `{"message":"{\"Message\":\"{\\\"errorCode\\\":404010,\\\"message\\\":\\\"gone\\\"}\"}"}`
	noRight   = `{"Message":"ErrorCode:IotHubUnauthorized;Principal x is not authorized for GET on /devices/pump-7 due to no assigned permissions","ExceptionMessage":""}`
)

// routes answers by method and path.
type routes map[string]func(http.ResponseWriter)

func (rs routes) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	answer, ok := rs[r.Method+" "+r.URL.EscapedPath()]
	if !ok {
		write(w, 404, "", `{"Message":"no route for `+r.URL.EscapedPath()+`"}`)
		return
	}
	answer(w)
}

func says(status int, name, body string) func(http.ResponseWriter) {
	return func(w http.ResponseWriter) { write(w, status, name, body) }
}

var observed = time.Date(2026, 11, 22, 10, 0, 4, 0, time.UTC)

func asJSON(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestDeviceMergesTwinAndIdentity(t *testing.T) {
	s := newHubServer(t, routes{
		"GET /twins/pump-7":   says(200, "", twinJSON),
		"GET /devices/pump-7": says(200, "", identityJSON),
	}.ServeHTTP)
	d, err := s.open(t, at(observed)).Device(t.Context(), models.Target{DeviceID: "pump-7"})
	if err != nil {
		t.Fatal(err)
	}
	want := models.Device{
		DeviceID: "pump-7", ObservedAt: observed, Registered: models.Ptr(true), Status: "enabled", StatusReason: "paid",
		ConnectionState: "Connected", StateUpdatedTime: time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC),
		LastActivityTime:   time.Date(2026, 11, 22, 10, 0, 0, 123456700, time.UTC),
		ReportedUpdated:    time.Date(2026, 11, 22, 9, 59, 58, 500000000, time.UTC),
		AuthenticationType: "sas", IoTEdge: models.Ptr(false), Parent: "gate-way-1", ModelID: "dtmi:contoso:pump;1",
		Tags:     json.RawMessage(`{"site":"Hall 3","serial":9007199254740993}`),
		Reported: json.RawMessage(`{"fw":"1.2","n":9007199254740993,"$metadata":{"$lastUpdated":"2026-11-22T09:59:58.5Z","fw":{}},"$version":7}`),
	}
	if got, want := asJSON(t, d), asJSON(t, want); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	noSecret(t, "the device", asJSON(t, d)+fmt.Sprintf("%+v", d))
}

func TestDeviceOfAModule(t *testing.T) {
	s := newHubServer(t, routes{
		"GET /twins/edge%231/modules/$edgeAgent":   says(200, "", `{"deviceId":"edge#1","moduleId":"$edgeAgent","connectionState":"Disconnected","lastActivityTime":"0001-01-01T00:00:00"}`),
		"GET /devices/edge%231/modules/$edgeAgent": says(200, "", `{"deviceId":"edge#1","moduleId":"$edgeAgent","connectionStateUpdatedTime":"2026-11-22T08:00:00Z","authentication":{"type":"sas","symmetricKey":{"primaryKey":"`+testKey+`"}}}`),
	}.ServeHTTP)
	target := models.Target{DeviceID: "edge#1", ModuleID: "$edgeAgent"}
	d, err := s.open(t).Device(t.Context(), target)
	if err != nil || d.Target() != target || !d.Known() || !d.NeverActive() || d.AuthenticationType != "sas" || d.StateUpdatedTime.Hour() != 8 {
		t.Errorf("%+v, %v", d, err)
	}
	noSecret(t, "the module", asJSON(t, d))
}

func TestDeviceThatIsNotRegistered(t *testing.T) {
	for name, answer := range map[string]func(http.ResponseWriter){
		"the header says so":         says(404, "DeviceNotFound", ""),
		"the header names a module":  says(404, "ModuleNotFound", "{}"),
		"the old body":               says(404, "", notFoundA),
		"JSON within JSON":           says(404, "", notFoundB),
		"wrapped once more, module":  says(404, "", moduleB),
		"the inner object by itself": says(404, "", `{ "errorCode" : 404001, "message": "x" }`),
	} {
		t.Run(name, func(t *testing.T) {
			s := newHubServer(t, func(w http.ResponseWriter, r *http.Request) {
				if strings.HasPrefix(r.URL.Path, "/devices") {
					t.Error("the registry was asked about a device that does not exist")
				}
				answer(w)
			})
			d, err := s.open(t, at(observed)).Device(t.Context(), models.Target{DeviceID: "pump-7"})
			if err != nil || !d.Missing() || d.DeviceID != "pump-7" || !d.ObservedAt.Equal(observed) || d.ReadError != "" {
				t.Errorf("%+v, %v", d, err)
			}
		})
	}
}

func TestDeviceThatCannotBeRead(t *testing.T) {
	for name, c := range map[string]struct {
		answer func(http.ResponseWriter)
		status int
		words  string
	}{
		"a proxy's 404":         {says(404, "", "<html>Not Found, incident 404001</html>"), 404, "the hub answered 404"},
		"another 404":           {says(404, "IotHubFailingOver", `{"Message":"{\"errorCode\":404012}"}`), 404, "IotHubFailingOver"},
		"a fault":               {says(500, "ServerError", `{}`), 500, "ServerError"},
		"throttled":             {says(429, "ThrottlingException", ``), 429, "ThrottlingException"},
		"a page for an answer":  {says(200, "", "<html>Log in</html>"), 200, "not what a hub sends"},
		"JSON of another thing": {says(200, "", `{"hello":"world"}`), 200, "not what a hub sends"},
		"not an object":         {says(200, "", `[]`), 200, "not what a hub sends"},
		"no right":              {says(401, "IotHubUnauthorized", noRight), 401, "IotHubUnauthorized"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newHubServer(t, func(w http.ResponseWriter, _ *http.Request) { c.answer(w) })
			d, err := s.open(t).Device(t.Context(), models.Target{DeviceID: "pump-7"})
			failure, ok := err.(*models.HubFailure)
			if !ok || failure.HTTPStatus != c.status || !strings.Contains(failure.Error(), c.words) || failure.Op != "read the twin of pump-7" {
				t.Fatalf("%#v", err)
			}
			if d.Registered != nil || d.ReadError != failure.Error() || d.DeviceID != "pump-7" {
				t.Errorf("%+v", d)
			}
		})
	}
	s := newHubServer(t, func(http.ResponseWriter, *http.Request) { t.Error("asked about no device") })
	if _, err := s.open(t).Device(t.Context(), models.Target{}); err == nil {
		t.Error("no device, no error")
	}
}

func TestDeviceByRightsAtHand(t *testing.T) {
	var registry atomic.Int32
	t.Run("service only", func(t *testing.T) {
		s := newHubServer(t, func(w http.ResponseWriter, r *http.Request) {
			if strings.HasPrefix(r.URL.Path, "/devices") {
				registry.Add(1)
				write(w, 401, "IotHubUnauthorized", noRight)
				return
			}
			write(w, 200, "", twinJSON)
		})
		h := s.open(t)
		for range 3 {
			d, err := h.Device(t.Context(), models.Target{DeviceID: "pump-7"})
			if err != nil || !d.Known() || d.Status != "enabled" || !d.StateUpdatedTime.IsZero() {
				t.Errorf("%+v, %v", d, err)
			}
		}
		if n := registry.Load(); n != 1 {
			t.Errorf("the registry was asked %d times although it refused", n)
		}
	})
	t.Run("registry only", func(t *testing.T) {
		s := newHubServer(t, routes{
			"GET /twins/pump-7":   says(401, "IotHubUnauthorized", noRight),
			"GET /devices/pump-7": says(200, "", identityJSON),
		}.ServeHTTP)
		d, err := s.open(t, at(observed)).Device(t.Context(), models.Target{DeviceID: "pump-7"})
		if err != nil || !d.Known() || d.Status != "enabled" || d.Parent != "gate-way-1" || d.ReadError != "" || !d.ObservedAt.Equal(observed) {
			t.Errorf("%+v, %v", d, err)
		}
	})
	t.Run("a registry that talks nonsense", func(t *testing.T) {
		s := newHubServer(t, routes{
			"GET /twins/pump-7":   says(200, "", twinJSON),
			"GET /devices/pump-7": says(200, "", `{"lastActivityTime":"yesterday"}`),
		}.ServeHTTP)
		d, err := s.open(t).Device(t.Context(), models.Target{DeviceID: "pump-7"})
		if err != nil || d.Status != "enabled" {
			t.Errorf("%+v, %v", d, err)
		}
	})
}

// TestTwinsOfOddShape reads what it can; a fact of the wrong shape is missing.
func TestTwinsOfOddShape(t *testing.T) {
	for name, c := range map[string]struct {
		twin string
		good func(models.Device) bool
	}{
		"times with an offset": {
			`{"deviceId":"pump-7","lastActivityTime":"2026-11-22T12:00:00+02:00"}`,
			func(d models.Device) bool {
				return d.LastActivityTime.Equal(time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC))
			},
		},
		"a time that is none": {
			`{"deviceId":"pump-7","lastActivityTime":"soon","properties":{"reported":{"$metadata":{"$lastUpdated":7}}}}`,
			func(d models.Device) bool { return d.LastActivityTime.IsZero() && d.ReportedUpdated.IsZero() },
		},
		"nulls": {
			`{"deviceId":"pump-7","status":null,"tags":null,"properties":{"reported":null},"capabilities":null,"parentScopes":null}`,
			func(d models.Device) bool { return d.Tags == nil && d.Reported == nil && d.IoTEdge == nil },
		},
		"reported properties that are a list": {
			`{"deviceId":"pump-7","properties":{"reported":[1]}}`,
			func(d models.Device) bool { return string(d.Reported) == "[1]" },
		},
		"an Edge device below another": {
			`{"deviceId":"pump-7","capabilities":{"iotEdge":true},"deviceScope":"ms-azure-iot-edge://pump-7-1","parentScopes":["ms-azure-iot-edge://top-2"]}`,
			func(d models.Device) bool { return d.IsEdge() && d.Parent == "top" },
		},
		"an Edge device at the top": {
			`{"deviceId":"pump-7","capabilities":{"iotEdge":true},"deviceScope":"ms-azure-iot-edge://pump-7-1"}`,
			func(d models.Device) bool { return d.Parent == "" },
		},
		"a scope without a generation": {
			`{"deviceId":"pump-7","deviceScope":"ms-azure-iot-edge://gate-way"}`,
			func(d models.Device) bool { return d.Parent == "gate-way" },
		},
		"a scope of another kind": {
			`{"deviceId":"pump-7","deviceScope":"other://gate-1"}`,
			func(d models.Device) bool { return d.Parent == "" },
		},
		"another device's twin": {
			`{"deviceId":"other","moduleId":"x"}`,
			func(d models.Device) bool { return d.Target() == models.Target{DeviceID: "pump-7"} },
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := newHubServer(t, routes{"GET /twins/pump-7": says(200, "", c.twin)}.ServeHTTP)
			d, err := s.open(t).Device(t.Context(), models.Target{DeviceID: "pump-7"})
			if err != nil || !d.Known() || !c.good(d) {
				t.Errorf("%+v, %v", d, err)
			}
		})
	}
}
