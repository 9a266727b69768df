package models

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"
)

// The service's ranges and defaults for a method's two timeouts, in seconds.
// Source: the service's own error text "responseTimeoutInSeconds must be
// within [5; 300]." (azure-iot-sdk-csharp issue 724) and the service SDK's
// documented ranges.
const (
	MinResponseTimeoutSeconds     = 5
	MaxResponseTimeoutSeconds     = 300
	DefaultResponseTimeoutSeconds = 30
	MinConnectTimeoutSeconds      = 0
	MaxConnectTimeoutSeconds      = 300
	DefaultConnectTimeoutSeconds  = 0
)

// The safe probe: a method that no device implements, so that any answer
// proves a live subscription and nothing on the device is set in motion.
const (
	SafeProbeMethod                 = "methodical-probe"
	SafeProbeResponseTimeoutSeconds = MinResponseTimeoutSeconds
)

// Call is a direct method about to be sent. A nil timeout is not sent, so that
// the service's default applies; 0 is sent as 0.
type Call struct {
	Target                 Target  `json:"target"`
	Method                 string  `json:"method"`
	Payload                Payload `json:"payload,omitzero"`
	ConnectTimeoutSeconds  *int    `json:"connectTimeoutSeconds,omitempty"`
	ResponseTimeoutSeconds *int    `json:"responseTimeoutSeconds,omitempty"`
}

// SafeProbe is the call of step 1 and 2 when the user names no method.
func SafeProbe(t Target, connectTimeoutSeconds int) Call {
	response := SafeProbeResponseTimeoutSeconds
	return Call{
		Target: t, Method: SafeProbeMethod, Payload: Payload{raw: []byte("{}")},
		ConnectTimeoutSeconds: &connectTimeoutSeconds, ResponseTimeoutSeconds: &response,
	}
}

// IsSafeProbe reports whether the call names the probe's method.
func (c Call) IsSafeProbe() bool { return c.Method == SafeProbeMethod }

// ConnectTimeout is the connect timeout in force, defaults included.
func (c Call) ConnectTimeout() time.Duration {
	return seconds(c.ConnectTimeoutSeconds, DefaultConnectTimeoutSeconds)
}

// ResponseTimeout is the response timeout in force, defaults included.
func (c Call) ResponseTimeout() time.Duration {
	return seconds(c.ResponseTimeoutSeconds, DefaultResponseTimeoutSeconds)
}

// LongestWait is the most time the hub may take: connect plus response.
func (c Call) LongestWait() time.Duration { return c.ConnectTimeout() + c.ResponseTimeout() }

// RequestBody is the JSON the service API takes for the call. The payload's
// bytes stay as they are; what is nil or absent is left out.
func (c Call) RequestBody() []byte {
	name, _ := json.Marshal(c.Method) // a string always has a JSON form
	b := make([]byte, 0, 128+len(name)+c.Payload.Size())
	b = append(append(b, `{"methodName":`...), name...)
	if c.ResponseTimeoutSeconds != nil {
		b = append(b, `,"responseTimeoutInSeconds":`...)
		b = strconv.AppendInt(b, int64(*c.ResponseTimeoutSeconds), 10)
	}
	if c.ConnectTimeoutSeconds != nil {
		b = append(b, `,"connectTimeoutInSeconds":`...)
		b = strconv.AppendInt(b, int64(*c.ConnectTimeoutSeconds), 10)
	}
	if !c.Payload.IsAbsent() {
		b = append(append(b, `,"payload":`...), c.Payload.Raw()...)
	}
	return append(b, '}')
}

func seconds(v *int, otherwise int) time.Duration {
	if v == nil {
		v = &otherwise
	}
	return time.Duration(*v) * time.Second
}

// MayHaveRun says whether the device may have carried out a call. Retries, the
// walk and fleet resume go by it.
type MayHaveRun string

// The values of MayHaveRun: yes when the device answered, no only when the hub
// refused before delivery for certain, otherwise possible.
const (
	RunNo       MayHaveRun = "no"
	RunPossible MayHaveRun = "possible"
	RunYes      MayHaveRun = "yes"
)

// TransportErrorKind sorts the ways in which a call gets no answer at all.
type TransportErrorKind string

// The transport error kinds of the case contract.
const (
	TransportDNS           TransportErrorKind = "dns"
	TransportRefused       TransportErrorKind = "refused"
	TransportTCPTimeout    TransportErrorKind = "tcp-timeout"
	TransportTLS           TransportErrorKind = "tls"
	TransportProxy         TransportErrorKind = "proxy"
	TransportReset         TransportErrorKind = "reset"
	TransportClientTimeout TransportErrorKind = "client-timeout"
	// TransportCancelled: the user gave up waiting.
	TransportCancelled TransportErrorKind = "cancelled"
)

// Invocation is one call and the raw answer to it: one element of a case's
// invocations. HTTPStatus 0 with a TransportError means no answer came.
// ElapsedMilliseconds is nil when unknown.
type Invocation struct {
	Time                   time.Time          `json:"time,omitzero"`
	DeviceID               string             `json:"deviceId"`
	ModuleID               string             `json:"moduleId,omitempty"`
	MethodName             string             `json:"methodName"`
	SafeProbe              bool               `json:"safeProbe,omitempty"`
	Payload                Payload            `json:"payload,omitzero"`
	PayloadText            string             `json:"payloadText,omitempty"`
	PayloadBytes           *int               `json:"payloadBytes,omitempty"`
	PayloadKind            PayloadKind        `json:"payloadKind,omitempty"`
	PayloadSHA256          string             `json:"payloadSha256,omitempty"`
	ConnectTimeoutSeconds  *int               `json:"connectTimeoutSeconds,omitempty"`
	ResponseTimeoutSeconds *int               `json:"responseTimeoutSeconds,omitempty"`
	ElapsedMilliseconds    *int64             `json:"elapsedMilliseconds,omitempty"`
	HTTPStatus             int                `json:"httpStatus"`
	ErrorName              string             `json:"errorName,omitempty"`
	RequestID              string             `json:"requestId,omitempty"`
	Headers                map[string]string  `json:"headers,omitempty"`
	Body                   string             `json:"body,omitempty"`
	TransportError         string             `json:"transportError,omitempty"`
	TransportErrorKind     TransportErrorKind `json:"transportErrorKind,omitempty"`
	MayHaveRun             MayHaveRun         `json:"mayHaveRun,omitempty"`
}

// NewInvocation is the record of call c sent at the given time, before any
// answer.
func NewInvocation(c Call, at time.Time) Invocation {
	return Invocation{
		Time: at, DeviceID: c.Target.DeviceID, ModuleID: c.Target.ModuleID, MethodName: c.Method,
		SafeProbe: c.IsSafeProbe(), Payload: c.Payload,
		ConnectTimeoutSeconds: c.ConnectTimeoutSeconds, ResponseTimeoutSeconds: c.ResponseTimeoutSeconds,
	}
}

// Target is the device or module that was called.
func (i Invocation) Target() Target { return Target{DeviceID: i.DeviceID, ModuleID: i.ModuleID} }

// Elapsed is the time from sending to the answer or to giving up; ok is false
// when it is not known.
func (i Invocation) Elapsed() (d time.Duration, ok bool) {
	if i.ElapsedMilliseconds == nil {
		return 0, false
	}
	return time.Duration(*i.ElapsedMilliseconds) * time.Millisecond, true
}

// ConnectTimeout is the connect timeout in force, the service's default
// included.
func (i Invocation) ConnectTimeout() time.Duration {
	return seconds(i.ConnectTimeoutSeconds, DefaultConnectTimeoutSeconds)
}

// ResponseTimeout is the response timeout in force, the service's default
// included.
func (i Invocation) ResponseTimeout() time.Duration {
	return seconds(i.ResponseTimeoutSeconds, DefaultResponseTimeoutSeconds)
}

// Header is a header of the answer, whatever the case of its name; "" when the
// answer had none.
func (i Invocation) Header(name string) string {
	for key, value := range i.Headers {
		if strings.EqualFold(key, name) {
			return value
		}
	}
	return ""
}
