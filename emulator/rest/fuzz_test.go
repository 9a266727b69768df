package rest

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"methodical/emulator/clock"
	"methodical/emulator/hub"
	"methodical/emulator/jobs"
	"methodical/emulator/sas"
)

// FuzzRequests sends requests of every kind with the owner's rights. Whatever
// comes, the answer is JSON with a status of HTTP.
func FuzzRequests(f *testing.F) {
	for _, seed := range []struct{ method, path, body string }{
		{"POST", "/twins/a/methods", `{"methodName":"m","payload":1,"responseTimeoutInSeconds":5}`},
		{"POST", "/twins/a/modules//methods", `{}`},
		{"GET", "/devices/a%2Fb", ""},
		{"PUT", "/devices/new", `{"deviceId":"new","authentication":{"type":"sas","symmetricKey":{"primaryKey":"YQ=="}}}`},
		{"PATCH", "/twins/a", `{"tags":{"x":null},"properties":{"desired":{"$version":3,"a":{"b":[1]}}}}`},
		{"POST", "/devices/query", `{"query":"SELECT * FROM devices WHERE tags.x > 1"}`},
		{"POST", "/devices", `[{"id":"n","importMode":"create"},{"id":"n","importMode":"delete"}]`},
		{"PUT", "/jobs/v2/j", `{"type":"scheduleUpdateTwin","updateTwin":{"tags":{"a":1}},"queryCondition":"*"}`},
		{"GET", "/statistics/devices", ""},
		{"GET", "//", ""},
	} {
		f.Add(seed.method, seed.path, seed.body)
	}
	h := hub.New(hub.Config{
		Name: "lab", HostNames: []string{"lab"}, Settings: hub.Settings{SKU: "S3", Units: 1, Limits: hub.Limits{Off: true}},
		Switches: hub.DefaultSwitches(), Clock: clock.New(1000), Seed: []byte("seed"),
	})
	if _, err := h.Create(hub.Spec{DeviceID: "a"}); err != nil {
		f.Fatal(err)
	}
	store := jobs.New(h)
	f.Cleanup(store.Close)
	service := New(h, store, nil)
	key, _ := h.PolicyKey(hub.PolicyOwner)
	token, err := sas.New("lab", hub.PolicyOwner, key, time.Now().Add(24*time.Hour))
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, method, path, body string) {
		u, err := url.Parse(path)
		if err != nil || strings.ContainsAny(method, " \t\r\n") || method == "" {
			return
		}
		r := &http.Request{Method: method, URL: u, Header: http.Header{"Authorization": {token}}, Body: http.NoBody, RemoteAddr: "127.0.0.1:1"}
		u.RawQuery = "api-version=1"
		r.Body = readCloser{strings.NewReader(body)}
		w := httptest.NewRecorder()
		service.ServeHTTP(w, r)
		if w.Code < 200 || w.Code > 599 || w.Body.Len() > 0 && !json.Valid(w.Body.Bytes()) {
			t.Errorf("%s %s %q: HTTP %d %q", method, path, body, w.Code, w.Body)
		}
	})
}

type readCloser struct{ *strings.Reader }

func (readCloser) Close() error { return nil }
