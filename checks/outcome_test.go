package checks

import (
	"strings"
	"testing"

	"methodical/models"
)

// hubBody is a body in the form the hub gives to method calls.
func hubBody(code, message, info string) string {
	return `{"Message":"{\"errorCode\":` + code + `,\"trackingId\":\"2ce04a2d881c4010aaf5f6cfacd2ee95-G:0-TimeStamp:08/24/2018 17:49:33\",\"message\":\"` + message +
		`\",\"info\":` + strings.ReplaceAll(info, `"`, `\"`) + `,\"timestampUtc\":\"2018-08-24T17:49:33.201157Z\"}","ExceptionMessage":""}`
}

var (
	unknown = models.Device{DeviceID: "d", Registered: models.Ptr(false)}
	known   = models.Device{DeviceID: "d", Registered: models.Ptr(true)}
)

func TestReadOutcome(t *testing.T) {
	ms := func(n int64) *int64 { return &n }
	sec := func(n int) *int { return &n }
	type want struct {
		kind   models.OutcomeKind
		run    models.MayHaveRun
		code   string
		name   string
		status int // the device's, -1 for none
	}
	tests := []struct {
		name   string
		inv    models.Invocation
		target models.Device
		want   want
	}{
		{"device answered", models.Invocation{HTTPStatus: 200, Body: `{"status":200,"payload":{"a":1}}`}, known, want{models.OutcomeAnswered, models.RunYes, "", "", 200}},
		{"device refused", models.Invocation{HTTPStatus: 200, Body: `{"status":501,"payload":null}`}, known, want{models.OutcomeAnswered, models.RunYes, "", "", 501}},
		{"payload left out", models.Invocation{HTTPStatus: 200, Body: `{"status":200}`}, known, want{models.OutcomeAnswered, models.RunYes, "", "", 200}},
		{"500 and null", models.Invocation{HTTPStatus: 200, Body: `{"status":500,"payload":null}`}, known, want{models.OutcomeAnswered, models.RunYes, "", "", 500}},
		{"status 0", models.Invocation{HTTPStatus: 200, Body: `{"status":0,"payload":null}`}, known, want{models.OutcomeAnswered, models.RunPossible, "", "", 0}},
		{"negative status", models.Invocation{HTTPStatus: 200, Body: `{"status":-1,"payload":null}`}, known, want{models.OutcomeAnswered, models.RunYes, "", "", -1}},
		{"empty answer pasted in", models.Invocation{HTTPStatus: 200, Body: `{"status":200,"payload":}`}, known, want{models.OutcomeBadAnswer, models.RunYes, "", "", 200}},
		{"single quotes pasted in", models.Invocation{HTTPStatus: 200, Body: `{"status":200,"payload":{'a': 1}}`}, known, want{models.OutcomeBadAnswer, models.RunYes, "", "", 200}},
		{"cut off", models.Invocation{HTTPStatus: 200, Body: `{"status":200,"payload":{"a":`}, known, want{models.OutcomeBadAnswer, models.RunYes, "", "", 200}},
		{"a proxy's page", models.Invocation{HTTPStatus: 200, Body: `<html>Sign in</html>`}, known, want{models.OutcomeBadAnswer, models.RunPossible, "", "", -1}},
		{"no envelope", models.Invocation{HTTPStatus: 200, Body: `{"ok":true}`}, known, want{models.OutcomeBadAnswer, models.RunPossible, "", "", -1}},
		{"empty 200", models.Invocation{HTTPStatus: 200}, known, want{models.OutcomeBadAnswer, models.RunPossible, "", "", -1}},
		{"status is text", models.Invocation{HTTPStatus: 200, Body: `{"status":"200","payload":1}`}, known, want{models.OutcomeBadAnswer, models.RunPossible, "", "", 200}},

		{"404103 at once", models.Invocation{HTTPStatus: 404, Body: hubBody("404103", "x", `{"timeout":"00:00:00"}`), ElapsedMilliseconds: ms(180)}, known, want{models.OutcomeHubError, models.RunNo, "404103", "DeviceNotOnline", -1}},
		{"404103 at once, connect timeout 0 sent", models.Invocation{HTTPStatus: 404, Body: hubBody("404103", "x", `{}`), ElapsedMilliseconds: ms(999), ConnectTimeoutSeconds: sec(0)}, known, want{models.OutcomeHubError, models.RunNo, "404103", "DeviceNotOnline", -1}},
		{"404103 later", models.Invocation{HTTPStatus: 404, Body: hubBody("404103", "x", `{}`), ElapsedMilliseconds: ms(4200)}, known, want{models.OutcomeHubError, models.RunPossible, "404103", "DeviceNotOnline", -1}},
		{"404103 after the connect timeout", models.Invocation{HTTPStatus: 404, Body: hubBody("404103", "x", `{"timeout":"00:00:10"}`), ElapsedMilliseconds: ms(10100), ConnectTimeoutSeconds: sec(10)}, known, want{models.OutcomeHubError, models.RunPossible, "404103", "DeviceNotOnline", -1}},
		{"404103 at once in spite of a connect timeout", models.Invocation{HTTPStatus: 404, Body: hubBody("404103", "x", `{}`), ElapsedMilliseconds: ms(90), ConnectTimeoutSeconds: sec(30)}, known, want{models.OutcomeHubError, models.RunPossible, "404103", "DeviceNotOnline", -1}},
		{"404103, nobody measured", models.Invocation{HTTPStatus: 404, Body: hubBody("404103", "x", `{}`)}, known, want{models.OutcomeHubError, models.RunPossible, "404103", "DeviceNotOnline", -1}},
		{"404001 of an unknown id", models.Invocation{HTTPStatus: 404, Body: hubBody("404001", "d", `{}`), ElapsedMilliseconds: ms(90)}, unknown, want{models.OutcomeHubError, models.RunNo, "404001", "DeviceNotFound", -1}},
		{"404001 of a registered id", models.Invocation{HTTPStatus: 404, Body: hubBody("404001", "d", `{}`), ElapsedMilliseconds: ms(90)}, known, want{models.OutcomeHubError, models.RunPossible, "404001", "DeviceNotFound", -1}},
		{"404001, registry not read", models.Invocation{HTTPStatus: 404, Body: hubBody("404001", "d", `{}`), ElapsedMilliseconds: ms(90)}, models.Device{}, want{models.OutcomeHubError, models.RunPossible, "404001", "DeviceNotFound", -1}},
		{"404001 late", models.Invocation{HTTPStatus: 404, Body: hubBody("404001", "d", `{}`), ElapsedMilliseconds: ms(5000)}, unknown, want{models.OutcomeHubError, models.RunPossible, "404001", "DeviceNotFound", -1}},
		{"404010 of an unknown module", models.Invocation{HTTPStatus: 404, Body: hubBody("404010", "m", `{}`), ElapsedMilliseconds: ms(90)}, unknown, want{models.OutcomeHubError, models.RunNo, "404010", "ModuleNotFound", -1}},
		{"404104", models.Invocation{HTTPStatus: 404, Body: hubBody("404104", "x", `{}`), ElapsedMilliseconds: ms(90)}, known, want{models.OutcomeHubError, models.RunPossible, "404104", "DeviceConnectionClosedRemotely", -1}},
		{"504101", models.Invocation{HTTPStatus: 504, Body: hubBody("504101", "x", `{"timeout":"00:00:30"}`), ElapsedMilliseconds: ms(30000)}, known, want{models.OutcomeHubError, models.RunPossible, "504101", "GatewayTimeout", -1}},
		{"400004", models.Invocation{HTTPStatus: 400, Body: hubBody("400004", "responseTimeoutInSeconds must be within [5; 300].", `{}`)}, known, want{models.OutcomeHubError, models.RunNo, "400004", "ArgumentInvalid", -1}},
		{"400027", models.Invocation{HTTPStatus: 400, Body: hubBody("400027", "BadRequest", `{}`)}, known, want{models.OutcomeHubError, models.RunPossible, "400027", "ConnectionForcefullyClosedOnNewConnection", -1}},
		{"400029", models.Invocation{HTTPStatus: 400, Body: hubBody("400029", "BadRequest", `{}`)}, known, want{models.OutcomeHubError, models.RunPossible, "400029", "ConnectionForcefullyClosedOnFaultInjection", -1}},
		{"400 without a body", models.Invocation{HTTPStatus: 400}, known, want{models.OutcomeHubError, models.RunNo, "", "", -1}},
		{"400027 in the header alone", models.Invocation{HTTPStatus: 400, ErrorName: "ConnectionForcefullyClosedOnNewConnection"}, known, want{models.OutcomeHubError, models.RunPossible, "400027", "ConnectionForcefullyClosedOnNewConnection", -1}},
		{"401002", models.Invocation{HTTPStatus: 401, Body: hubBody("401002", "Unauthorized", `{}`)}, known, want{models.OutcomeHubError, models.RunNo, "401002", "IotHubUnauthorizedAccess", -1}},
		{"403010", models.Invocation{HTTPStatus: 403, Body: hubBody("403010", "x", `{}`)}, known, want{models.OutcomeHubError, models.RunNo, "403010", "OperationNotAvailableInCurrentTier", -1}},
		{"429", models.Invocation{HTTPStatus: 429, Body: hubBody("429001", "x", `{}`)}, known, want{models.OutcomeHubError, models.RunPossible, "429001", "ThrottlingException", -1}},
		{"500", models.Invocation{HTTPStatus: 500}, known, want{models.OutcomeHubError, models.RunPossible, "", "", -1}},
		{"legacy body", models.Invocation{HTTPStatus: 404, ElapsedMilliseconds: ms(100), Body: `{"Message":"ErrorCode:DeviceNotOnline;Timed out waiting for device to connect.","ExceptionMessage":""}`}, known, want{models.OutcomeHubError, models.RunNo, "404103", "DeviceNotOnline", -1}},
		{"header map", models.Invocation{HTTPStatus: 404, Headers: map[string]string{"Iothub-Errorcode": "DeviceNotOnline"}}, known, want{models.OutcomeHubError, models.RunPossible, "404103", "DeviceNotOnline", -1}},
		{"header and body disagree", models.Invocation{HTTPStatus: 404, ErrorName: "DeviceNotFound", Body: hubBody("404103", "x", `{}`)}, known, want{models.OutcomeHubError, models.RunPossible, "404103", "DeviceNotFound", -1}},
		{"a name nobody knows", models.Invocation{HTTPStatus: 418, ErrorName: "Teapot"}, known, want{models.OutcomeHubError, models.RunPossible, "", "Teapot", -1}},
		{"a body without its status", models.Invocation{Body: hubBody("401003", "x", `{}`)}, known, want{models.OutcomeHubError, models.RunNo, "401003", "IotHubUnauthorized", -1}},

		{"dns", models.Invocation{TransportError: "dial tcp: lookup h: no such host"}, known, want{models.OutcomeNoAnswer, models.RunNo, "", "", -1}},
		{"refused", models.Invocation{TransportErrorKind: models.TransportRefused, TransportError: "x"}, known, want{models.OutcomeNoAnswer, models.RunNo, "", "", -1}},
		{"tls", models.Invocation{TransportError: "x509: certificate signed by unknown authority"}, known, want{models.OutcomeNoAnswer, models.RunNo, "", "", -1}},
		{"reset", models.Invocation{TransportError: "read tcp 1.2.3.4: connection reset by peer"}, known, want{models.OutcomeNoAnswer, models.RunPossible, "", "", -1}},
		{"own time limit", models.Invocation{TransportError: "context deadline exceeded (Client.Timeout exceeded while awaiting headers)"}, known, want{models.OutcomeNoAnswer, models.RunPossible, "", "", -1}},
		{"stopped by hand", models.Invocation{TransportError: "Post \"https://h\": context canceled"}, known, want{models.OutcomeCancelled, models.RunPossible, "", "", -1}},
		{"nothing known", models.Invocation{}, known, want{models.OutcomeNoAnswer, models.RunPossible, "", "", -1}},
		{"recorded at the time", models.Invocation{HTTPStatus: 404, Body: hubBody("404001", "d", `{}`), MayHaveRun: models.RunNo}, known, want{models.OutcomeHubError, models.RunNo, "404001", "DeviceNotFound", -1}},
		{"recorded against what is seen", models.Invocation{HTTPStatus: 200, Body: `{"status":200}`, MayHaveRun: models.RunNo}, known, want{models.OutcomeAnswered, models.RunYes, "", "", 200}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			o := ReadOutcomeFor(tt.inv, tt.target)
			status := -1
			if o.DeviceStatus != nil {
				status = *o.DeviceStatus
			}
			got := want{o.Kind, o.MayHaveRun, o.Error.Code, o.Error.Name, status}
			if got != tt.want {
				t.Errorf("got %+v, want %+v", got, tt.want)
			}
			if o.Summary == "" || !strings.HasSuffix(o.Summary, ".") {
				t.Errorf("the summary is no sentence: %q", o.Summary)
			}
		})
	}
}

func TestReadOutcomeKeepsThePayloadByteForByte(t *testing.T) {
	for _, payload := range []string{`{"a": 1.0, "b":12345678901234567890}`, `"text"`, `[1, 2]`, `null`, `0.10`, `false`} {
		o := ReadOutcome(models.Invocation{HTTPStatus: 200, Body: `{"status":200,"payload":` + payload + `}`})
		if string(o.DevicePayload) != payload {
			t.Errorf("got %s, want %s", o.DevicePayload, payload)
		}
	}
	if o := ReadOutcome(models.Invocation{HTTPStatus: 200, Body: `{"status":200}`}); o.DevicePayload != nil {
		t.Errorf("no payload: got %s", o.DevicePayload)
	}
}

func TestReadOutcomeWithoutARegistry(t *testing.T) {
	inv := models.Invocation{HTTPStatus: 404, Body: hubBody("404001", "d", `{}`), ElapsedMilliseconds: models.Ptr(int64(50))}
	if got := ReadOutcome(inv).MayHaveRun; got != models.RunPossible {
		t.Errorf("got %s: nobody looked whether the id is registered", got)
	}
}
