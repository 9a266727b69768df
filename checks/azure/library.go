package azure

import (
	"bytes"
	"context"
	"crypto/tls"
	"io"
	"log/slog"
	"net/http"
	"time"

	"github.com/amenzhinsky/iothub/common"
	"github.com/amenzhinsky/iothub/iotservice"
	"github.com/amenzhinsky/iothub/logger"
)

// newLibrary makes the library's client over the connections of ours. It signs
// with an empty key: the wire replaces its Authorization, because the library
// has neither ready tokens nor Entra ID and signs every request anew.
func newLibrary(client *http.Client, s signer, host string) (*iotservice.Client, error) {
	wired := *client
	wired.Transport = &wire{base: client.Transport, signer: s}
	return iotservice.New(common.NewSharedAccessKey(host, "", ""),
		iotservice.WithHTTPClient(&wired),
		// Without a TLS configuration it parses its pinned, expired roots.
		iotservice.WithTLSConfig(&tls.Config{MinVersion: tls.VersionTLS12}),
		// By default IOTHUB_SERVICE_LOG_LEVEL=debug makes it print requests,
		// Authorization included, to stderr.
		iotservice.WithLogger(logger.New(logger.LevelOff, func(logger.Level, string) {})),
	)
}

// viaLibrary makes one request with the library, within the usual time limit.
// The exchange, never nil, holds what the library loses: of an answer the
// fields its types lack, of a refusal the headers and, for a 400, the body.
func viaLibrary[T any](ctx context.Context, h *Hub, call func(context.Context, *iotservice.Client) (T, error)) (T, *exchange, error) {
	ctx, cancel := context.WithTimeout(ctx, h.requestTimeout)
	defer cancel()
	c := new(capture)
	start := time.Now()
	got, err := call(context.WithValue(c.trace.attach(ctx), captureKey{}, c), h.lib)
	c.took = time.Since(start)
	c.body = c.copied.Bytes()
	if h.log.Enabled(ctx, slog.LevelDebug) {
		h.log.DebugContext(ctx, "hub request by the library", "status", c.status, "took", c.took, "answered", err == nil)
	}
	return got, &c.exchange, err
}

// capture is an exchange that the library makes.
type capture struct {
	exchange
	copied bytes.Buffer // of the body, as far as the library read it
}

// captureKey is the context key of the capture that a request belongs to.
type captureKey struct{}

// wire signs the library's requests with our credential, and captures and
// bounds the answers, which the library would read whole.
type wire struct {
	base   http.RoundTripper
	signer signer
}

func (w *wire) RoundTrip(req *http.Request) (*http.Response, error) {
	c, ok := req.Context().Value(captureKey{}).(*capture)
	if !ok {
		c = new(capture) // nobody is interested
	}
	// A RoundTripper must not change the request it is given.
	out := *req
	out.Header = req.Header.Clone()
	if err := w.signer.sign(&out, &c.exchange); err != nil {
		if req.Body != nil {
			_ = req.Body.Close()
		}
		return nil, err
	}
	resp, err := w.base.RoundTrip(&out)
	if err != nil {
		return nil, err
	}
	c.answered(resp)
	resp.Body = struct {
		io.Reader
		io.Closer
	}{io.TeeReader(io.LimitReader(resp.Body, maxPage), &c.copied), resp.Body}
	return resp, nil
}
