package azure

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"slices"
	"strings"
	"syscall"
	"time"

	"methodical/models"
)

// classify says in kind and words why no answer came. ctx is the caller's, not
// the one with our own time limit. The words keep the system's own, and hold
// no secret.
func (h *Hub) classify(ctx context.Context, ex *exchange, err error) (models.TransportErrorKind, string) {
	// *url.Error repeats the URL, which says nothing new.
	if outer, ok := errors.AsType[*url.Error](err); ok {
		err = outer.Err
	}
	kind, words := h.explain(ctx, ex, err)
	return kind, bounded(ex.scrub(words), 2048)
}

func (h *Hub) explain(ctx context.Context, ex *exchange, err error) (models.TransportErrorKind, string) {
	host, waited := h.credential.host, ex.took.Round(time.Millisecond)
	if errors.Is(ctx.Err(), context.Canceled) {
		return models.TransportCancelled, fmt.Sprintf("cancelled by the caller after %v", waited)
	}
	if noToken, ok := errors.AsType[*tokenError](err); ok {
		kind, _ := unconnected(host, noToken.err)
		return kind, noToken.Error()
	}
	if kind, words := viaProxy(ex, h.route.proxyName(host), err); kind != "" {
		return kind, words
	}
	if kind, words := unconnected(host, err); kind != "" {
		return kind, words
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return stalled(ex, host, waited)
	}
	if kind, words := handshake(ex, host, err); kind != "" {
		return kind, words
	}
	if closed(err) {
		return models.TransportReset, fmt.Sprintf("the connection to %s was closed before a whole answer came: %v", host, err)
	}
	if ex.trace.mayHaveGone() {
		return models.TransportReset, fmt.Sprintf("the connection to %s broke before a whole answer came: %v", host, err)
	}
	return "", fmt.Sprintf("the request to %s failed: %v", host, err)
}

// stalled is a time limit that ran out: where the request was stuck decides.
func stalled(ex *exchange, host string, waited time.Duration) (models.TransportErrorKind, string) {
	t := &ex.trace
	switch {
	case t.mayHaveGone():
		return models.TransportClientTimeout, fmt.Sprintf("no answer from %s within %v: gave up waiting (client timeout)", host, waited)
	case t.handshake.Load():
		return models.TransportTLS, fmt.Sprintf("the TLS handshake with %s did not end within %v", host, waited)
	case t.resolving.Load():
		return models.TransportDNS, fmt.Sprintf("no address found for %s within %v: the name server does not answer", host, waited)
	default:
		return models.TransportTCPTimeout, fmt.Sprintf("no TCP connection to %s within %v: i/o timeout", host, waited)
	}
}

// viaProxy finds trouble with a proxy: it cannot be reached, refuses, or hangs
// up before a TLS handshake with the hub began.
func viaProxy(ex *exchange, proxy string, err error) (models.TransportErrorKind, string) {
	if refused, ok := errors.AsType[*proxyError](err); ok {
		return models.TransportProxy, refused.text
	}
	if op, ok := errors.AsType[*net.OpError](err); ok && (op.Op == "proxyconnect" || strings.HasPrefix(op.Op, "socks")) {
		return models.TransportProxy, fmt.Sprintf("the proxy %s cannot be used: %v", proxy, err)
	}
	if proxy != "" && !ex.trace.mayHaveGone() && !ex.trace.handshake.Load() && !isTLS(err) {
		return models.TransportProxy, fmt.Sprintf("the proxy %s did not connect to the hub: %v", proxy, err)
	}
	return "", ""
}

// handshake finds trouble with TLS, and says what the certificate was.
func handshake(ex *exchange, host string, err error) (models.TransportErrorKind, string) {
	// A connection that is dialled for one call may end up serving another: once
	// a call has one, a handshake elsewhere is none of its business.
	shaking := ex.trace.handshake.Load() && !ex.trace.mayHaveGone()
	if !shaking && !isTLS(err) {
		return "", ""
	}
	words := fmt.Sprintf("the TLS handshake with %s failed: %v", host, err)
	if shown, ok := errors.AsType[*tls.CertificateVerificationError](err); ok && len(shown.UnverifiedCertificates) > 0 {
		leaf := shown.UnverifiedCertificates[0]
		words += fmt.Sprintf("; the certificate shown is for %q, issued by %q, good until %s",
			bounded(leaf.Subject.String(), 200), bounded(leaf.Issuer.String(), 200), leaf.NotAfter.UTC().Format(time.DateOnly))
	}
	return models.TransportTLS, words
}

func isTLS(err error) bool {
	if _, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return true
	}
	if _, ok := errors.AsType[tls.RecordHeaderError](err); ok {
		return true
	}
	if _, ok := errors.AsType[tls.AlertError](err); ok {
		return true
	}
	if _, ok := errors.AsType[x509.UnknownAuthorityError](err); ok {
		return true
	}
	// Alerts of the other side, handshake time-outs and plain-HTTP answers have
	// no type of their own.
	text := err.Error()
	return strings.Contains(text, "tls: ") || strings.Contains(text, "x509: ") ||
		strings.Contains(text, "TLS handshake") || strings.Contains(text, "HTTP response to HTTPS client")
}

// unconnected finds trouble before there was a connection: no address, nobody
// listening, no way.
func unconnected(host string, err error) (models.TransportErrorKind, string) {
	if _, ok := errors.AsType[*net.DNSError](err); ok {
		return models.TransportDNS, fmt.Sprintf("no address found for %s: %v", host, err)
	}
	// Windows has error numbers of its own for this and for a lost connection.
	if errors.Is(err, syscall.ECONNREFUSED) || strings.Contains(err.Error(), "actively refused") {
		return models.TransportRefused, fmt.Sprintf("%s refused the connection: %v", host, err)
	}
	if op, ok := errors.AsType[*net.OpError](err); ok && op.Op == "dial" {
		// Also "no route to host" and "network is unreachable".
		return models.TransportTCPTimeout, fmt.Sprintf("no TCP connection to %s: %v", host, err)
	}
	return "", ""
}

// closed reports whether the other side, or something on the way, hung up.
func closed(err error) bool {
	if text := err.Error(); strings.Contains(text, "forcibly closed") || strings.Contains(text, "connection was aborted") {
		return true
	}
	return slices.ContainsFunc([]error{
		syscall.ECONNRESET, syscall.EPIPE, syscall.ECONNABORTED, io.EOF, io.ErrUnexpectedEOF, net.ErrClosed,
	}, func(lost error) bool { return errors.Is(err, lost) })
}
