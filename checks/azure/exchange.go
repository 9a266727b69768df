package azure

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/tls"
	"encoding/hex"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"time"
)

// apiVersion is the service API's version in our own requests.
// Source: the service client of github.com/Azure/azure-iot-sdk-csharp.
const apiVersion = "2021-04-12"

const (
	// maxAnswer bounds the body of one answer; a hub carries 128 KB.
	maxAnswer = 1 << 20
	// maxPage bounds one page of twins, each up to 8 KB of tags.
	maxPage = 16 << 20
	// maxFailure bounds the body kept of a refusal.
	maxFailure = 64 << 10
)

// exchange is one request and what came back.
type exchange struct {
	trace     trace
	requestID string      // what we sent
	hidden    []string    // the secrets of the Authorization header that was sent
	status    int         // 0 when no answer came
	header    http.Header // of the answer
	tls       *tls.ConnectionState
	body      []byte        // of the answer, bounded
	truncated bool          // the body was longer than the bound
	took      time.Duration // by the wall clock
}

// text is the body as text, without the secret that was sent.
func (ex *exchange) text() string { return ex.scrub(string(ex.body)) }

// scrub takes the secret that was sent out of text that came back, in case a
// proxy or a test server repeats what it was shown. Only the exact secret goes:
// a device's own answer may well hold other signatures.
func (ex *exchange) scrub(text string) string {
	for _, secret := range ex.hidden {
		text = strings.ReplaceAll(text, secret, redacted)
	}
	return text
}

// errorName is the symbolic name of the hub's error, which some bodies lack.
func (ex *exchange) errorName() string { return ex.header.Get("iothub-errorcode") }

// request is what do sends.
type request struct {
	method, path string // path is escaped and begins with a slash; it has no query
	body         []byte
	header       map[string]string // beside the usual ones
	maxBody      int64
}

// do sends one request of our own and reads the answer, bounded. The exchange
// is never nil. An error means that no whole answer came.
func (h *Hub) do(ctx context.Context, r request) (*exchange, error) {
	ex := &exchange{requestID: newRequestID()}
	start := time.Now()
	err := h.send(ctx, r, ex)
	ex.took = time.Since(start)
	if h.log.Enabled(ctx, slog.LevelDebug) { // else its arguments cost more than the rest of do
		h.log.DebugContext(ctx, "hub request", "method", r.method, "path", r.path, "status", ex.status,
			"took", ex.took, "requestId", ex.requestID, "answered", err == nil)
	}
	return ex, err
}

func (h *Hub) send(ctx context.Context, r request, ex *exchange) error {
	req, err := http.NewRequestWithContext(ex.trace.attach(ctx), r.method,
		"https://"+h.credential.host+r.path+"?api-version="+apiVersion, bytes.NewReader(r.body))
	if err != nil {
		return errors.New("the host name and the ids do not make a URL")
	}
	req.Header.Set("Content-Type", "application/json; charset=utf-8")
	req.Header.Set("Request-Id", ex.requestID)
	for name, value := range r.header {
		req.Header.Set(name, value)
	}
	if err := h.signer.sign(req, ex); err != nil {
		return err
	}
	resp, err := h.client.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	ex.answered(resp)
	ex.body, err = io.ReadAll(io.LimitReader(resp.Body, r.maxBody+1))
	if int64(len(ex.body)) > r.maxBody {
		ex.body, ex.truncated = ex.body[:r.maxBody], true
	}
	return err
}

// answered notes that an answer began.
func (ex *exchange) answered(resp *http.Response) {
	ex.status, ex.header, ex.tls = resp.StatusCode, resp.Header, resp.TLS
}

// signer is the one place where credentials meet requests.
type signer struct {
	auth      authorizer
	userAgent string
}

// sign puts the credential into req and notes in ex what must not be shown.
func (s signer) sign(req *http.Request, ex *exchange) error {
	authorization, err := s.auth.authorize(req.Context())
	if err != nil {
		return err
	}
	ex.hidden = authorization.secrets
	req.Header.Set("Authorization", authorization.header)
	req.Header.Set("User-Agent", s.userAgent)
	return nil
}

// newRequestID is a random GUID, as the official clients send.
func newRequestID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // does not fail
	b[6] = b[6]&0x0f | 0x40
	b[8] = b[8]&0x3f | 0x80
	id := make([]byte, 0, 36)
	for i, part := range [...][]byte{b[0:4], b[4:6], b[6:8], b[8:10], b[10:]} {
		if i > 0 {
			id = append(id, '-')
		}
		id = hex.AppendEncode(id, part)
	}
	return string(id)
}
