package azure

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"methodical/models"
)

// HeaderNote is the key in Invocation.Headers under which this package says
// what it left out. No hub sends such a header.
const HeaderNote = "methodical-note"

const (
	maxHeaders      = 64   // kept of one answer
	maxHeaderLength = 1024 // of one header's value, in bytes
)

// Invoke sends one direct method and waits for whatever comes, at most
// Timeout(call). The payload goes out byte for byte, and the answer comes back
// so, up to 1 MiB.
//
// The request is our own: the library knows payloads and answers as maps only,
// so that it cannot send or receive any other JSON value, drops an empty object
// and changes integers above 2^53.
func (h *Hub) Invoke(ctx context.Context, call models.Call) models.Invocation {
	started := h.now()
	inv := models.NewInvocation(call, started)
	if call.Target.DeviceID == "" || call.Method == "" {
		inv.TransportError = "not sent: a call needs a device and a method"
		inv.MayHaveRun = models.RunNo
		return inv
	}
	limited, cancel := context.WithTimeout(ctx, h.Timeout(call))
	defer cancel()
	ex, err := h.do(limited, request{
		method: http.MethodPost, path: call.Target.TwinPath() + "/methods", body: call.RequestBody(), maxBody: maxAnswer,
	})
	inv.ElapsedMilliseconds = milliseconds(h.now().Sub(started))
	inv.Headers = answerHeaders(ex)
	inv.ErrorName = bounded(ex.errorName(), 256)
	inv.RequestID = ex.header.Get("x-ms-request-id")
	if inv.RequestID == "" {
		inv.RequestID = ex.requestID
	}
	inv.Body = ex.text()
	if err == nil {
		inv.HTTPStatus = ex.status
		return inv
	}
	inv.TransportErrorKind, inv.TransportError = h.classify(ctx, ex, err)
	if ex.status != 0 {
		// Half an answer is none, but that there was one is worth knowing.
		inv.TransportError += fmt.Sprintf("; the answer had begun with HTTP %d", ex.status)
	}
	if !ex.trace.mayHaveGone() {
		inv.MayHaveRun = models.RunNo
	}
	return inv
}

// milliseconds rounds d; an answer that came takes at least one.
func milliseconds(d time.Duration) *int64 {
	return models.Ptr(max(d.Round(time.Millisecond).Milliseconds(), 1))
}

// answerHeaders keeps an answer's headers under lower-case names, bounded.
// Cookies are left out: they belong to a session of some gateway.
func answerHeaders(ex *exchange) map[string]string {
	if len(ex.header) == 0 {
		return nil
	}
	kept := make(map[string]string, len(ex.header))
	var notes []string
	for name, values := range ex.header {
		if name == "Set-Cookie" {
			continue
		}
		if len(kept) == maxHeaders {
			notes = append(notes, fmt.Sprintf("only %d headers were kept", maxHeaders))
			break
		}
		kept[strings.ToLower(name)] = bounded(ex.scrub(strings.Join(values, ", ")), maxHeaderLength)
	}
	if ex.truncated {
		notes = append(notes, fmt.Sprintf("only the first %d bytes of the body were kept", maxAnswer))
	}
	if len(notes) > 0 {
		kept[HeaderNote] = strings.Join(notes, "; ")
	}
	return kept
}
