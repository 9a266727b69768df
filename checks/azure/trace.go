package azure

import (
	"context"
	"crypto/tls"
	"net"
	"net/http/httptrace"
	"sync/atomic"
	"time"
)

// trace notes how far a request got. Its hooks run in several goroutines, some
// of which may outlive the request.
type trace struct {
	resolving  atomic.Bool  // a name look-up is under way
	handshake  atomic.Bool  // a TLS handshake is under way, or failed
	connected  atomic.Bool  // the request had a connection: its bytes may have gone
	wroteAt    atomic.Int64 // when the whole request had gone out; nanoseconds since 1970
	answeredAt atomic.Int64 // when the answer began
	remote     atomic.Pointer[net.Addr]
}

// attach returns ctx with the hooks of t.
func (t *trace) attach(ctx context.Context) context.Context {
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		DNSStart:          func(httptrace.DNSStartInfo) { t.resolving.Store(true) },
		DNSDone:           func(httptrace.DNSDoneInfo) { t.resolving.Store(false) },
		TLSHandshakeStart: func() { t.handshake.Store(true) },
		TLSHandshakeDone:  func(_ tls.ConnectionState, err error) { t.handshake.Store(err != nil) },
		GotConn: func(info httptrace.GotConnInfo) {
			t.connected.Store(true)
			remote := info.Conn.RemoteAddr()
			t.remote.Store(&remote)
		},
		WroteRequest: func(info httptrace.WroteRequestInfo) {
			if info.Err == nil {
				t.wroteAt.Store(time.Now().UnixNano())
			}
		},
		GotFirstResponseByte: func() { t.answeredAt.Store(time.Now().UnixNano()) },
	})
}

// mayHaveGone reports whether bytes of the request may have left. It is
// certain only of the opposite: without a connection nothing was sent.
func (t *trace) mayHaveGone() bool { return t.connected.Load() }

// roundTrip is when the request had gone out and when the answer began, by the
// wall clock.
func (t *trace) roundTrip() (sent, answered time.Time, ok bool) {
	sentAt, answeredAt := t.wroteAt.Load(), t.answeredAt.Load()
	if sentAt == 0 || answeredAt < sentAt {
		return time.Time{}, time.Time{}, false
	}
	return time.Unix(0, sentAt), time.Unix(0, answeredAt), true
}

func (t *trace) address() string {
	if remote := t.remote.Load(); remote != nil {
		return (*remote).String()
	}
	return ""
}
