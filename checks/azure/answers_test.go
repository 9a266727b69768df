package azure_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"
	"unicode/utf8"

	"methodical/checks/azure"
	"methodical/models"
)

func probe() models.Call { return models.SafeProbe(models.Target{DeviceID: "pump-7"}, 0) }

// Bodies as hubs sent them: azure-iot-sdk-csharp issues 3442, 37, 724 and 2321,
// azure-iot-arduino-protocol-mqtt issue 15, azure-docs issue 44709.
func TestInvokeKeepsEveryAnswerAsItCame(t *testing.T) {
	for _, c := range []struct {
		name, errorName, body string
		status                int
	}{
		{"device not online", "DeviceNotOnline", `{"Message":"{\"errorCode\":404103,\"trackingId\":\"aa761f96e9174d0e849c96a8b2e10a8c-TimeStamp:03/14/2024 09:54:49\",\"message\":\"The operation failed because the requested device isn't online or hasn't registered the direct method callback. To learn more, see https://aka.ms/iothub404103\",\"info\":{\"timeout\":\"00:00:00\"},\"timestampUtc\":\"2024-03-14T09:54:49.6536567Z\"}","ExceptionMessage":""}`, 404},
		{"the old form", "DeviceNotOnline", `{"Message":"ErrorCode:DeviceNotOnline;Timed out waiting for device to connect.","ExceptionMessage":"Tracking ID:66b8d59066b24105a49bffcbde18495d-G:5-TimeStamp:01/18/2017 08:11:45"}`, 404},
		{"time-out", "GatewayTimeout", `{"Message":"{\"errorCode\":504101,\"trackingId\":\"***\",\"message\":\"Timed out waiting for the response from device.\",\"info\":{\"timeout\":\"00:00:30\"},\"timestampUtc\":\"***\"}","ExceptionMessage":""}`, 504},
		{"bad argument", "ArgumentInvalid", `{"Message":"{\"errorCode\":400004,\"message\":\"responseTimeoutInSeconds must be within [5; 300].\"}","ExceptionMessage":""}`, 400},
		{"new connection", "", `{"Message":"{\"errorCode\":400027,\"message\":\"BadRequest\",\"info\":{}}","ExceptionMessage":""}`, 400},
		{"unauthorized", "IotHubUnauthorizedAccess", `{"Message":"ErrorCode:IotHubUnauthorizedAccess;Unauthorized","ExceptionMessage":""}`, 401},
		{"routing error", "", `{"Message":"The requested resource does not support http method 'POST'."}`, 405},
		{"throttled without a body", "ThrottlingException", "", 429},
		{"a gateway's page", "", "<html><body>502 Bad Gateway\x1b[31m</body></html>", 502},
		{"no content", "", "", 204},
		{"no JSON by the device", "", `{"status":200,"payload":}`, 200},
		{"no text by the device", "", "{\"status\":200,\"payload\":\xff\xfe\x00}", 200},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newHubServer(t, func(w http.ResponseWriter, _ *http.Request) { write(w, c.status, c.errorName, c.body) })
			inv := s.open(t).Invoke(t.Context(), probe())
			if inv.HTTPStatus != c.status || inv.Body != c.body || inv.ErrorName != c.errorName {
				t.Errorf("got %d %q %q", inv.HTTPStatus, inv.ErrorName, inv.Body)
			}
			if inv.TransportError != "" || inv.TransportErrorKind != "" || inv.MayHaveRun != "" {
				t.Errorf("an answer came, yet %q %q %q", inv.TransportErrorKind, inv.TransportError, inv.MayHaveRun)
			}
			if inv.RequestID != "7a1ad2a3-0000-4000-8000-000000000001" || inv.Header("Date") == "" {
				t.Errorf("request id %q, headers %v", inv.RequestID, inv.Headers)
			}
			if _, there := inv.Headers["iothub-errorcode"]; there != (c.errorName != "") {
				t.Errorf("headers %v", inv.Headers)
			}
		})
	}
}

func TestAnEndlessAnswerIsCutOff(t *testing.T) {
	const most = 1 << 20
	for _, size := range []int{most, most + 1, 3 * most} {
		t.Run(fmt.Sprint(size), func(t *testing.T) {
			s := newHubServer(t, func(w http.ResponseWriter, _ *http.Request) { write(w, 200, "", strings.Repeat("x", size)) })
			inv := s.open(t).Invoke(t.Context(), probe())
			if inv.HTTPStatus != 200 || len(inv.Body) != most {
				t.Errorf("status %d, %d bytes", inv.HTTPStatus, len(inv.Body))
			}
			if note := inv.Header(azure.HeaderNote); (note != "") != (size > most) {
				t.Errorf("note %q", note)
			}
		})
	}
}

func TestHeadersAreBounded(t *testing.T) {
	s := newHubServer(t, func(w http.ResponseWriter, _ *http.Request) {
		for i := range 200 {
			w.Header().Set(fmt.Sprintf("X-Noise-%03d", i), "n"+strings.Repeat("é", 550))
		}
		w.Header().Set("Set-Cookie", "ARRAffinity=0123456789")
		write(w, 200, "", "{}")
	})
	inv := s.open(t).Invoke(t.Context(), probe())
	if len(inv.Headers) > 65 || inv.Header(azure.HeaderNote) == "" {
		t.Errorf("%d headers kept, note %q", len(inv.Headers), inv.Header(azure.HeaderNote))
	}
	for name, value := range inv.Headers {
		if len(value) > 1024 || name == "set-cookie" || !utf8.ValidString(value) {
			t.Errorf("kept %s with %d bytes: %q", name, len(value), value)
		}
	}
}

// TestARedirectIsEvidence makes sure that a token does not travel on.
func TestARedirectIsEvidence(t *testing.T) {
	elsewhere := newHubServer(t, func(http.ResponseWriter, *http.Request) { t.Error("the redirect was followed") })
	s := newHubServer(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Location", elsewhere.URL+"/login")
		w.WriteHeader(http.StatusTemporaryRedirect)
	})
	h := s.open(t)
	inv := h.Invoke(t.Context(), probe())
	if inv.HTTPStatus != 307 || inv.Header("Location") != elsewhere.URL+"/login" {
		t.Errorf("status %d, headers %v", inv.HTTPStatus, inv.Headers)
	}
	if _, err := h.Statistics(t.Context()); err == nil {
		t.Error("the library took a redirect for an answer")
	}
}

// TestAnEchoOfTheTokenIsHidden stands for debugging proxies that repeat what
// they were sent. A signature that is not ours stays: it is the device's answer.
func TestAnEchoOfTheTokenIsHidden(t *testing.T) {
	s := newHubServer(t, func(w http.ResponseWriter, r *http.Request) {
		auth := r.Header.Get("Authorization")
		w.Header().Set("X-Echo", auth)
		write(w, 403, "", "you sent "+auth+" and blob?sv=1&SIG=of-the-device")
	})
	h := s.open(t)
	inv := h.Invoke(t.Context(), probe())
	_, err := h.Device(t.Context(), models.Target{DeviceID: "d"})
	for what, text := range map[string]string{"body": inv.Body, "header": inv.Header("X-Echo"), "failure": fmt.Sprintf("%+v", err)} {
		if !strings.Contains(text, "&sig=[redacted]&se=") && !strings.Contains(text, "403") {
			t.Errorf("the %s is %s", what, text)
		}
	}
	if !strings.HasSuffix(inv.Body, "&SIG=of-the-device") {
		t.Errorf("the body is %s", inv.Body)
	}
	failure, ok := err.(*models.HubFailure)
	if !ok || !strings.Contains(failure.Body, "sig=[redacted]&") {
		t.Errorf("the failure is %+v", err)
	}
}

// TestElapsedGoesByTheGivenClock lets a faster clock measure, as the emulator's
// does.
func TestElapsedGoesByTheGivenClock(t *testing.T) {
	start := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	var passed atomic.Int64
	s := newHubServer(t, func(w http.ResponseWriter, _ *http.Request) {
		passed.Store(int64(30*time.Second + 400*time.Microsecond))
		write(w, 504, "GatewayTimeout", "{}")
	})
	inv := s.open(t, func(o *azure.Options) {
		o.Now = func() time.Time { return start.Add(time.Duration(passed.Load())) }
	}).Invoke(t.Context(), probe())
	if elapsed, _ := inv.Elapsed(); elapsed != 30*time.Second || !inv.Time.Equal(start) {
		t.Errorf("started %v, took %v", inv.Time, elapsed)
	}
}
