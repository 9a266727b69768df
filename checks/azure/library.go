package azure

import (
	"bytes"
	"context"
	"time"

	"github.com/amenzhinsky/iothub/iotservice"
)

// viaLibrary makes one request with the library, within the usual time limit.
// The exchange, never nil, holds what the library loses: of an answer the
// fields its types lack, of a refusal the headers and, for a 400, the body. It
// also bounds the body, which the library would read whole.
func viaLibrary[T any](ctx context.Context, h *Hub, call func(context.Context, *iotservice.Client) (T, error)) (T, *exchange, error) {
	ctx, cancel := context.WithTimeout(ctx, h.requestTimeout)
	defer cancel()
	ex := &exchange{capture: new(bytes.Buffer)}
	start := time.Now()
	got, err := call(context.WithValue(ex.trace.attach(ctx), exchangeKey{}, ex), h.lib)
	ex.took = time.Since(start)
	ex.body = ex.capture.Bytes()
	h.log.DebugContext(ctx, "hub request by the library", "status", ex.status, "took", ex.took, "answered", err == nil)
	return got, ex, err
}
