package checks

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"methodical/models"
)

func TestExplain(t *testing.T) {
	cat := realCatalogue(t)
	body := hubBody("404103", "Timed out waiting for device to connect.", `{"timeout":"00:00:00"}`)
	tests := []struct {
		name, text string
		code       string
		meaning    string // a part of it
		note       string // a part of one of the notes
		unread     bool
	}{
		{"code", "404103", "404103", "not reachable during the timeout period", "", false},
		{"name", "gatewaytimeout", "504101", "did not respond", "", false},
		{"misprint", "404102", "404103", "not reachable", "Microsoft's table prints that", false},
		{"body", body, "404103", "not reachable", "The hub did not wait for the device", false},
		{"body that waited", hubBody("404103", "x", `{"timeout":"00:00:30"}`), "404103", "", "The connect timeout the hub applied was 00:00:30.", false},
		{"C# exception", "Microsoft.Azure.Devices.Common.Exceptions.DeviceNotFoundException: Device " + body + " not registered", "404103", "not reachable", "words of the C# SDK", false},
		{"header against body", "HTTP/1.1 404 Not Found\niothub-errorcode: DeviceNotFound\n\n" + body, "404103", "not reachable", "The header says DeviceNotFound", false},
		{"log row", `{"category":"DirectMethods","operationName":"send","resultType":"504101"}`, "504101", "did not respond", "log row of category DirectMethods", false},
		{"sentence only", "Timed out waiting for the response from device.", "504101", "did not respond", "The text holds no code", false},
		{"uncertain code", "403012", "403012", "switched this identity off", "Not confirmed: ", false},
		{"code that meets no methods", "409001", "409001", "not known to meet direct methods", "", false},
		{"unknown code", "404999", "404999", "HTTP 404 Not Found", "", false},
		{"unknown name", `{"error":{"code":"AuthorizationFailed","message":"no"}}`, "", "another service", "", false},
		{"status only", "HTTP/1.1 404 Not Found\nServer: x\n\n", "", "without a code", "", false},
		{"Python's status", "Operation returned an invalid status code 'Not Found'", "", "without a code", "", false},
		{"portal's 200", "The request failed with status code 200.", "", "could not be read as JSON", "", false},
		{"strange status", "HTTP/1.1 418 I'm a teapot\n\n", "", "proxy or another server", "", false},
		{"device's answer", `{"status":501,"payload":null}`, "", "own status is 501", "", false},
		{"device's bad answer", `{"status":200,"payload":}`, "", "not JSON", "", false},
		{"gateway's answer", `{"status":0,"payload":null}`, "", "No device sends status 0", "", false},
		{"message only", `{"message":"Client a/b not found"}`, "", "has a message", "", false},
		{"nothing", "the pump is broken", "", "No code, name or status", "", true},
		{"partly", "404103 and the pump is broken", "404103", "", "", true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			x := Explain(cat, tt.text)
			if x.Version != models.ExplanationVersion || x.Code != tt.code {
				t.Errorf("got version %d, code %q, want %q", x.Version, x.Code, tt.code)
			}
			if x.Meaning == "" || !strings.Contains(x.Meaning, tt.meaning) {
				t.Errorf("meaning: got %q, want %q in it", x.Meaning, tt.meaning)
			}
			if tt.note != "" && !slices.ContainsFunc(x.Notes, func(n string) bool { return strings.Contains(n, tt.note) }) {
				t.Errorf("notes: got %q, want %q", x.Notes, tt.note)
			}
			if (x.Unread != "") != tt.unread {
				t.Errorf("unread: got %q, want any: %v", x.Unread, tt.unread)
			}
			if len(x.Links) == 0 {
				t.Error("no link is offered")
			}
		})
	}
}

func TestExplainKeepsWhatTheHubSaid(t *testing.T) {
	x := Explain(realCatalogue(t), hubBody("504101", "Timed out waiting for the response from device.", `{"timeout":"00:00:30"}`))
	if x.Name != "GatewayTimeout" || x.Timeout != "00:00:30" || x.Message != "Timed out waiting for the response from device." ||
		x.Time == nil || len(x.TrackingIDs) != 1 || !strings.HasPrefix(x.Retry, "With care.") {
		t.Errorf("got %+v", x)
	}
}

func TestExplainJSONHasEveryField(t *testing.T) {
	cat := realCatalogue(t)
	for _, text := range []string{"404103", "", "the pump is broken", `{"status":501,"payload":null}`} {
		b, err := json.Marshal(Explain(cat, text))
		if err != nil {
			t.Fatal(err)
		}
		for _, field := range []string{`"version":1`, `"code":"`, `"name":"`, `"message":"`, `"trackingIds":[`, `"timeout":"`, `"meaning":"`, `"causes":[`, `"fix":[`, `"retry":"`, `"links":[`, `"unread":"`} {
			if !strings.Contains(string(b), field) {
				t.Errorf("%q: no %s in %s", text, field, b)
			}
		}
	}
}

func TestExplainEveryCode(t *testing.T) {
	cat := realCatalogue(t)
	for _, e := range cat.Codes() {
		byCode, byName := Explain(cat, e.Code), Explain(cat, e.Name)
		if byCode.Code != e.Code || byName.Code != e.Code || byCode.Name != e.Name || byName.Name != e.Name {
			t.Errorf("%s %s: by code %s %s, by name %s %s", e.Code, e.Name, byCode.Code, byCode.Name, byName.Code, byName.Name)
		}
	}
}

func TestExplainOutcome(t *testing.T) {
	cat := realCatalogue(t)
	for _, tt := range []struct {
		name    string
		inv     models.Invocation
		ok      bool
		meaning string
		retry   string
		note    string
	}{
		{"content", models.Invocation{HTTPStatus: 200, Body: `{"status":200}`}, false, "", "", ""},
		{"device refused", models.Invocation{HTTPStatus: 200, Body: `{"status":404,"payload":"x"}`}, true, "own status is 404", "With care.", ""},
		{"500 and null", models.Invocation{HTTPStatus: 200, Body: `{"status":500,"payload":null}`}, true, "own status is 500", "With care.", ""},
		{"bad answer", models.Invocation{HTTPStatus: 200, Body: `{"status":200,"payload":'x'}`}, true, "not JSON", "With care.", ""},
		{"a proxy's page", models.Invocation{HTTPStatus: 200, Body: `<html>`}, true, "something on the way", "With care.", ""},
		{"refused at once", models.Invocation{HTTPStatus: 404, Body: hubBody("404103", "x", `{"timeout":"00:00:00"}`), ElapsedMilliseconds: models.Ptr(int64(80))}, true, "not reachable", "With care.", "This call was not delivered"},
		{"504101", models.Invocation{HTTPStatus: 504, Body: hubBody("504101", "x", `{}`)}, true, "did not respond", "With care.", "This call may have run"},
		{"no code", models.Invocation{HTTPStatus: 503}, true, "without a code", "", "This call may have run"},
		{"name only", models.Invocation{HTTPStatus: 401, ErrorName: "IotHubUnauthorizedAccess"}, true, "authentication expired", "No.", "This call was not delivered"},
		{"dns", models.Invocation{TransportError: "no such host"}, true, "could not be resolved", "Yes.", ""},
		{"own time limit", models.Invocation{TransportError: "deadline exceeded"}, true, "own time limit", "With care.", ""},
		{"stopped", models.Invocation{TransportError: "context canceled"}, true, "stopped waiting", "With care.", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			x, ok := ExplainOutcome(cat, tt.inv, ReadOutcome(tt.inv))
			if ok != tt.ok {
				t.Fatalf("got %v, want %v", ok, tt.ok)
			}
			if !strings.Contains(x.Meaning, tt.meaning) || !strings.HasPrefix(x.Retry, tt.retry) {
				t.Errorf("got %q and %q", x.Meaning, x.Retry)
			}
			if tt.note != "" && !slices.ContainsFunc(x.Notes, func(n string) bool { return strings.Contains(n, tt.note) }) {
				t.Errorf("notes: got %q, want %q", x.Notes, tt.note)
			}
			if ok && len(x.Fix) == 0 {
				t.Error("no step to take")
			}
		})
	}
}

func FuzzExplain(f *testing.F) {
	cat := realCatalogue(f)
	for _, s := range []string{"404103", "", "GatewayTimeout", `{"status":501,"payload":null}`, hubBody("404103", "x", `{}`), "HTTP/1.1 404\n\n"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if x := Explain(cat, text); x.Meaning == "" || x.Causes == nil || x.Fix == nil || x.Links == nil || x.TrackingIDs == nil {
			t.Errorf("%q: %+v", text, x)
		}
	})
}
