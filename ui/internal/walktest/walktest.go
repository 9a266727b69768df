// Package walktest builds walks for the tests of the screens that show them.
package walktest

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"methodical/checks"
	"methodical/models"
	"methodical/ui/internal/uitest"
	"methodical/ui/nav"
	"methodical/ui/theme"
)

// The targets of every walk: the device in trouble, and one like it.
const (
	Pump  = "pump-7"
	Other = "pump-2"
)

// Hostile is an id or text that tries to steer the terminal, and is too long.
const Hostile = "evil\x1b[2J\x1b]0;owned\x07\u202egnp.\r\n-id-that-goes-on-and-on-and-on-for-much-longer-than-anybody-would-want-to-read-it-in-a-column"

// Live is a walk at Try it, on a live hub, with the device read.
func Live() models.Walk {
	w := checks.NewWalk("walk", uitest.Noon().Add(-time.Minute))
	w.Step = models.StepTry
	w.Case.Hub = models.Hub{HostName: "contoso.azure-devices.net"}
	w.Inputs.Target = models.Target{DeviceID: Pump}
	w.Case.Target = Pump
	pump := uitest.Device(Pump)
	pump.Tags = []byte(`{"site":"north","firmware":"2.3.9"}`)
	w.Case.PutDevice(pump)
	w.Reports[checks.CheckIdentity] = models.CheckReport{
		ID: checks.CheckIdentity, Result: models.ResultOK,
		Findings: []models.Finding{{Code: "DM-201", Severity: models.SeverityOK, Text: "pump-7 is registered."}},
	}
	return w
}

// Emulated is Live on the emulator.
func Emulated() models.Walk {
	w := Live()
	w.Case.Hub = models.Hub{HostName: "127.0.0.1:8443", Emulator: true}
	return w
}

// Canvas shows a walk at noon, 80 columns wide, without colour.
func Canvas(w models.Walk) nav.Canvas {
	return nav.Canvas{
		Size: nav.Size{Width: 80, Height: 19}, Theme: theme.NoColour(), Now: uitest.Noon(),
		State: nav.State{Walk: w, Know: Know()},
	}
}

// Call is a call to a target with the walk's inputs, answered after the time.
func Call(w models.Walk, t models.Target, took time.Duration, status int, body string) models.Invocation {
	inv := models.NewInvocation(w.Inputs.Call(t), uitest.Noon().Add(-30*time.Second))
	inv.ElapsedMilliseconds = models.Ptr(took.Milliseconds())
	inv.HTTPStatus, inv.Body = status, body
	inv.Headers = map[string]string{"Content-Type": "application/json; charset=utf-8"}
	inv.RequestID = "f0a1"
	inv.MayHaveRun = checks.ReadOutcome(inv).MayHaveRun
	return inv
}

// HubBody is a body as the hub writes it for method calls.
func HubBody(code int, message, timeout string) string {
	return fmt.Sprintf(`{"Message":"{\"errorCode\":%d,\"trackingId\":\"aa761f96e9174d0e849c96a8b2e10a8c-TimeStamp:11/22/2026 11:59:30\",\"message\":\"%s\",\"info\":{\"timeout\":\"%s\"},\"timestampUtc\":\"2026-11-22T11:59:30.6536567Z\"}","ExceptionMessage":""}`,
		code, message, timeout)
}

// NotOnline is the walk's call to a target, refused at once with 404103.
func NotOnline(w models.Walk, t models.Target) models.Invocation {
	return Call(w, t, 180*time.Millisecond, 404, HubBody(404103, "Timed out waiting for device to connect.", "00:00:00"))
}

// Silent is the walk's call to a target, delivered and not answered.
func Silent(w models.Walk, t models.Target) models.Invocation {
	return Call(w, t, time.Duration(w.Inputs.ResponseTimeoutSeconds)*time.Second, 504,
		HubBody(504101, "Timed out waiting for the response from device.", fmt.Sprintf("00:00:%02d", w.Inputs.ResponseTimeoutSeconds)))
}

// With adds calls to a walk's case, and the report of the call check.
func With(w models.Walk, calls ...models.Invocation) models.Walk {
	w.Case.Invocations = slices.Concat(w.Case.Invocations, calls)
	return w
}

// Running adds a check in flight since so long before noon, and the call it
// makes, if any.
func Running(w models.Walk, check string, since time.Duration, call *models.Call) models.Walk {
	w.LastID++
	req := models.Request{ID: w.LastID, Check: check, Target: w.Inputs.Target, Call: call, Started: uitest.Noon().Add(-since)}
	if call != nil {
		req.Target = call.Target
	}
	w.InFlight = append(slices.Clone(w.InFlight), req)
	return w
}

// Report adds a check's report.
func Report(w models.Walk, check string, result models.CheckResult, findings ...models.Finding) models.Walk {
	w.Reports = maps.Clone(w.Reports)
	w.Reports[check] = models.CheckReport{ID: check, Result: result, Findings: findings}
	return w
}

// Harmless wraps a screen's drawing and fails the test when it draws a control
// character, or any escape sequence but those for colour and weight.
func Harmless(t *testing.T, draw func(nav.Canvas) nav.Frame) func(nav.Canvas) nav.Frame {
	t.Helper()
	style := regexp.MustCompile("\x1b\\[[0-9;]*m")
	return func(c nav.Canvas) nav.Frame {
		frame := draw(c)
		for _, line := range strings.Split(style.ReplaceAllString(frame.Body, ""), "\n") {
			for _, r := range line {
				if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) {
					t.Errorf("%U is drawn: %q", r, line)
				}
			}
		}
		return frame
	}
}
