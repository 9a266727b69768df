package checks

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"methodical/checks/hubtext"
	"methodical/models"
)

// atOnce is how soon an answer must come for the hub to have refused without
// waiting for anybody.
// Source: reports of 404103 with a connect timeout of 0, "well under a second".
const atOnce = time.Second

// ReadOutcome reads an invocation: what the hub said, what the device said, and
// whether the device may have carried it out. Nothing is known of the registry.
func ReadOutcome(inv models.Invocation) models.Outcome {
	return ReadOutcomeFor(inv, models.Device{})
}

// ReadOutcomeFor reads an invocation with what the registry says of its target:
// only a target that is known not to exist makes "not found" certain.
func ReadOutcomeFor(inv models.Invocation, target models.Device) models.Outcome {
	var o models.Outcome
	switch {
	case inv.HTTPStatus == 0 && inv.Body == "":
		o = noAnswer(inv)
	case inv.HTTPStatus == http.StatusOK:
		o = deviceAnswer(inv)
	default:
		o = hubAnswer(inv, target)
	}
	// What was recorded at the time of the call may rest on more than the
	// invocation shows; it settles what the invocation leaves open.
	if o.MayHaveRun == models.RunPossible && inv.MayHaveRun != "" {
		o.MayHaveRun = inv.MayHaveRun
	}
	return o
}

// deviceAnswer reads the hub's 200, which carries the device's own status and
// payload. The hub pastes the device's bytes in as they are, so the whole may
// not be JSON.
func deviceAnswer(inv models.Invocation) models.Outcome {
	o := models.Outcome{HubStatus: inv.HTTPStatus, MayHaveRun: models.RunYes}
	var envelope struct {
		Status  json.RawMessage `json:"status"`
		Payload json.RawMessage `json:"payload"`
	}
	err := json.Unmarshal([]byte(inv.Body), &envelope)
	status, statusErr := strconv.Atoi(string(envelope.Status))
	if err == nil && statusErr == nil {
		o.Kind, o.DeviceStatus, o.DevicePayload = models.OutcomeAnswered, &status, envelope.Payload
		o.Summary = answerSummary(status, envelope.Payload)
		if status == 0 {
			// No device SDK sends 0: an edge gateway does so for a module it
			// never reached (iotedge issue 681).
			o.MayHaveRun = models.RunPossible
		}
		return o
	}
	o.Kind = models.OutcomeBadAnswer
	o.DeviceStatus = hubtext.Read([]byte(inv.Body), models.MethodCodes{}).DeviceStatus
	if o.DeviceStatus == nil || err == nil {
		// Not the hub's envelope at all: a proxy's page, or something cut off.
		o.MayHaveRun = models.RunPossible
		o.Summary = "An answer came with HTTP 200, but it is not the one a hub gives: something on the way may have written it."
		return o
	}
	o.Summary = "The device answered, but with bytes that are not JSON, so the hub's answer cannot be read."
	return o
}

func answerSummary(status int, payload json.RawMessage) string {
	switch {
	case status == 0:
		return "The answer carries status 0, which no device sends: a gateway in front of the device wrote it."
	case status == http.StatusInternalServerError && string(payload) == "null":
		return "Status 500 with payload null: the handler failed, or a gateway put this in place of an answer that is not JSON."
	case status >= http.StatusBadRequest:
		return fmt.Sprintf("The hub delivered the call; the device itself answered with status %d.", status)
	default:
		return fmt.Sprintf("The device answered with status %d.", status)
	}
}

// hubAnswer reads an answer that is the hub's own.
func hubAnswer(inv models.Invocation, target models.Device) models.Outcome {
	e := hubError(inv)
	status := inv.HTTPStatus
	if status == 0 && len(e.Code) == 6 {
		status, _ = strconv.Atoi(e.Code[:3])
	}
	o := models.Outcome{Kind: models.OutcomeHubError, HubStatus: status, Error: e, MayHaveRun: models.RunPossible}
	if refused(status, e.Code, inv, target) {
		o.MayHaveRun = models.RunNo
	}
	o.Summary = hubSummary(status, e)
	return o
}

// hubError reads the body and the header that names the error. The header's
// name wins: today's bodies hold none.
func hubError(inv models.Invocation) models.HubError {
	names := models.MethodCodes{}
	e := hubtext.Read([]byte(inv.Body), names).Error
	header := inv.ErrorName
	for name, value := range inv.Headers {
		if header == "" && strings.EqualFold(name, "iothub-errorcode") {
			header = value
		}
	}
	if header == "" {
		return e
	}
	code, name, ok := names.Resolve(header)
	if !ok {
		name = header
	}
	e.Name = name
	if e.Code == "" {
		e.Code = code
	}
	return e
}

// refused reports whether the hub turned the call down before delivery for
// certain.
func refused(status int, code string, inv models.Invocation, target models.Device) bool {
	switch status {
	case http.StatusBadRequest:
		return !brokenOff(code)
	case http.StatusUnauthorized, http.StatusForbidden:
		return true
	}
	elapsed, known := inv.Elapsed()
	if !known || elapsed >= atOnce {
		return false
	}
	switch code {
	case models.CodeDeviceNotOnline:
		// With a connect timeout the hub waits for the device. Where it then
		// answers at once, a connection was there and was lost.
		return inv.ConnectTimeout() == 0
	case models.CodeDeviceNotFound, models.CodeModuleNotFound:
		// "Not found" has been answered for devices that ran the method
		// (azure-iot-sdk-csharp issue 431), so the registry has to agree.
		return target.Missing()
	}
	return false
}

// brokenOff reports whether a code of the 400s says that a call under way was
// broken off, rather than that the request was not accepted.
func brokenOff(code string) bool {
	switch code {
	case models.CodeClosedOnNewConnection, models.CodeConnectionClosed, models.CodeClosedOnFaultInjection,
		models.CodeRequestCanceled, models.CodeRequestTimedOut:
		return true
	}
	return false
}

func hubSummary(status int, e models.HubError) string {
	switch {
	case e.Code != "" && e.Name != "":
		return fmt.Sprintf("The hub answered %s %s.", e.Code, e.Name)
	case e.Code != "" || e.Name != "":
		return fmt.Sprintf("The hub answered %s.", e.Code+e.Name)
	default:
		return strings.TrimSpace(fmt.Sprintf("HTTP %d %s", status, http.StatusText(status))) + ", without a code of the hub."
	}
}
