package rest

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"time"

	"methodical/emulator/hub"
	"methodical/models"
)

// bodySlack is what a request may hold beside its payload.
const bodySlack = 64 * 1024

// methodBody is the request of a direct method. timeoutInSeconds is the only
// field of the first version of the API.
type methodBody struct {
	MethodName               string          `json:"methodName"`
	Payload                  json.RawMessage `json:"payload"`
	ResponseTimeoutInSeconds *int            `json:"responseTimeoutInSeconds"`
	ConnectTimeoutInSeconds  *int            `json:"connectTimeoutInSeconds"`
	TimeoutInSeconds         *int            `json:"timeoutInSeconds"`
}

// invoke carries out POST /twins/{device}[/modules/{module}]/methods.
func (q *request) invoke() {
	q.form = form(q.hub.Switches().BodyForm[0])
	if q.r.Method != http.MethodPost {
		q.noSuchVerb()
		return
	}
	m := hub.Method{Target: models.Target{DeviceID: q.seg[1]}, SDK: q.sdk()}
	if len(q.seg) == 5 {
		m.Target.ModuleID = q.seg[3]
	}
	err := q.authorize(hub.RightServiceConnect)
	if err == nil {
		err = q.readMethod(&m)
	}
	if err != nil {
		q.hub.Refused(m, err)
		q.fail(err)
		return
	}
	answer, err := q.hub.Invoke(q.r.Context(), m)
	if err != nil {
		q.fail(err)
		return
	}
	if len(answer.Payload) == 0 && q.hub.Switches().EmptyAnswer == "null" {
		answer.Payload = []byte("null")
	}
	q.write(http.StatusOK, paste(answer))
}

// paste builds the answer round the device's bytes without looking at them,
// as the service does: if they are not JSON, neither is this.
func paste(a hub.Answer) []byte {
	b := make([]byte, 0, len(a.Payload)+32)
	b = append(b, `{"status":`...)
	b = strconv.AppendInt(b, int64(a.Status), 10)
	b = append(b, `,"payload":`...)
	b = append(b, a.Payload...)
	return append(b, '}')
}

// sdk is what a resource log says of the caller.
func (q *request) sdk() string {
	agent := q.r.UserAgent()
	if agent == "" {
		agent = q.r.URL.Query().Get("api-version")
	}
	return agent[:min(len(agent), longestAgent)]
}

// longestAgent bounds what a caller can put into the log.
const longestAgent = 256

func (q *request) readMethod(m *hub.Method) *hub.Error {
	text, err := q.readBody(models.MaxPayloadBytes + bodySlack)
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return hub.Errorf(q.hub.Switches().OversizePayload, "'payload' size should be less than %d bytes.", models.MaxPayloadBytes)
	}
	if err != nil {
		return hub.Errorf(hub.CodeClientClosed, "The caller closed the request.")
	}
	return q.parseMethod(text, m)
}

// parseMethod reads a method's request, of a call or of a job.
func (q *request) parseMethod(text []byte, m *hub.Method) *hub.Error {
	var body methodBody
	if err := json.Unmarshal(text, &body); err != nil || !isObject(text) {
		return hub.Errorf(q.hub.Switches().MalformedJSON, "The request body could not be read as JSON.")
	}
	m.Name, m.Payload = body.MethodName, body.Payload
	respond := body.ResponseTimeoutInSeconds
	if respond == nil {
		respond = body.TimeoutInSeconds
	}
	m.Respond = seconds(respond, models.DefaultResponseTimeoutSeconds)
	m.Connect = seconds(body.ConnectTimeoutInSeconds, models.DefaultConnectTimeoutSeconds)
	return nil
}

func isObject(text []byte) bool { return bytes.HasPrefix(bytes.TrimSpace(text), []byte("{")) }

func seconds(given *int, otherwise int) time.Duration {
	if given != nil {
		otherwise = *given
	}
	const farOutside = 1 << 30 // every range check fails there, and nothing overflows
	return time.Duration(max(min(otherwise, farOutside), -farOutside)) * time.Second
}
