package azure_test

import (
	"net/http"
	"strings"
	"testing"

	"methodical/models"
)

func TestInvokeSendsExactlyTheCall(t *testing.T) {
	payload := func(s string) models.Payload {
		p, err := models.ParsePayload([]byte(s))
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	for _, c := range []struct {
		name, path, body string
		call             models.Call
	}{
		{
			"nothing but the method", "/twins/pump-7/methods", `{"methodName":"reboot"}`,
			models.Call{Target: models.Target{DeviceID: "pump-7"}, Method: "reboot"},
		},
		{
			"null is sent, absent is not", "/twins/pump-7/methods", `{"methodName":"reboot","payload":null}`,
			models.Call{Target: models.Target{DeviceID: "pump-7"}, Method: "reboot", Payload: models.NullPayload()},
		},
		{
			"time-outs of zero are sent", "/twins/pump-7/methods",
			`{"methodName":"reboot","responseTimeoutInSeconds":5,"connectTimeoutInSeconds":0,"payload":{}}`,
			models.Call{
				Target: models.Target{DeviceID: "pump-7"}, Method: "reboot", Payload: payload("{}"),
				ConnectTimeoutSeconds: models.Ptr(0), ResponseTimeoutSeconds: models.Ptr(5),
			},
		},
		{
			"a module, and bytes as they are", "/twins/edge%231%25/modules/$edgeAgent/methods",
			`{"methodName":"say \"hi\"","payload":{ "b" : 9007199254740993,"a":1.50 , "b":"\u00e9<&" }}`,
			models.Call{
				Target: models.Target{DeviceID: "edge#1%", ModuleID: "$edgeAgent"}, Method: `say "hi"`,
				Payload: payload(`{ "b" : 9007199254740993,"a":1.50 , "b":"\u00e9<&" }`),
			},
		},
		{
			"every character an id may hold", "/twins/a-:.+%25_%23%2A%3F%21%28%29%2C=@%3B$%27/methods", `{"methodName":"m","payload":[1,"two",null]}`,
			models.Call{Target: models.Target{DeviceID: "a-:.+%_#*?!(),=@;$'"}, Method: "m", Payload: payload(`[1,"two",null]`)},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			var path, body string
			var header http.Header
			s := newHubServer(t, func(w http.ResponseWriter, r *http.Request) {
				path, body, header = r.RequestURI, readAll(t, r), r.Header
				write(w, 200, "", `{"status":200,"payload":{ "x" : 1.0 }}`)
			})
			inv := s.open(t).Invoke(t.Context(), c.call)
			if want := c.path + "?api-version=2021-04-12"; path != want {
				t.Errorf("path %s, want %s", path, want)
			}
			if body != c.body {
				t.Errorf("body %s, want %s", body, c.body)
			}
			auth := header.Get("Authorization")
			if !strings.HasPrefix(auth, "SharedAccessSignature sr=127.0.0.1%3A") || !strings.Contains(auth, "&skn=service") {
				t.Errorf("Authorization %q", auth)
			}
			if header.Get("User-Agent") != "methodical" || len(header.Get("Request-Id")) != 36 {
				t.Errorf("headers %v", header)
			}
			if inv.HTTPStatus != 200 || inv.Body != `{"status":200,"payload":{ "x" : 1.0 }}` || inv.TransportError != "" || inv.MayHaveRun != "" {
				t.Errorf("invocation %+v", inv)
			}
			if inv.ElapsedMilliseconds == nil || *inv.ElapsedMilliseconds < 1 {
				t.Errorf("elapsed %v, want at least 1 ms", inv.ElapsedMilliseconds)
			}
			if inv.Target() != c.call.Target || inv.MethodName != c.call.Method {
				t.Errorf("invocation of %v %q", inv.Target(), inv.MethodName)
			}
		})
	}
}
