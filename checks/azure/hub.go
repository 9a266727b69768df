package azure

import (
	"context"
	"crypto/tls"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/amenzhinsky/iothub/iotservice"

	"methodical/models"
)

// The defaults of Options.
const (
	DefaultMargin         = 15 * time.Second
	DefaultRequestTimeout = 30 * time.Second
	DefaultConnectTimeout = 10 * time.Second
	DefaultMaxIdle        = 4096
	DefaultUserAgent      = "methodical"
)

// Options says how to reach a hub. Only Credential is needed.
type Options struct {
	Credential Credential

	// CAFile and CAPEM add certificates, in PEM form, to those the system
	// trusts. They never replace them.
	CAFile string
	CAPEM  []byte
	// Proxy is "" for what HTTPS_PROXY and NO_PROXY say, ProxyNone for none, or
	// the URL of an http, https or socks5 proxy, which may hold a name and a
	// password.
	Proxy string
	// DialContext makes the connections; nil means the network's own.
	DialContext func(ctx context.Context, network, addr string) (net.Conn, error)

	// Margin is what a method call may take beyond connect plus response
	// timeout before the caller gives up itself.
	Margin time.Duration
	// RequestTimeout bounds every request that is no method call.
	RequestTimeout time.Duration
	// ConnectTimeout bounds name look-up plus TCP connection, and the TLS
	// handshake a second time.
	ConnectTimeout time.Duration
	// MaxIdle is how many idle connections are kept. Fewer than there are calls
	// in flight means a new TLS connection for nearly every call.
	MaxIdle int

	UserAgent string
	Logger    *slog.Logger
	// Now stamps calls and facts and measures calls. It may run faster than the
	// wall clock; time limits, tokens and clock offsets go by the wall clock.
	Now func() time.Time
}

func (o *Options) setDefaults() {
	setDefault(&o.Margin, DefaultMargin)
	setDefault(&o.RequestTimeout, DefaultRequestTimeout)
	setDefault(&o.ConnectTimeout, DefaultConnectTimeout)
	setDefault(&o.MaxIdle, DefaultMaxIdle)
	setDefault(&o.UserAgent, DefaultUserAgent)
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
}

func setDefault[T comparable](v *T, otherwise T) {
	var zero T
	if *v == zero {
		*v = otherwise
	}
}

// Hub is an IoT hub's service API. It is safe for use by many goroutines.
type Hub struct {
	credential     Credential
	margin         time.Duration
	requestTimeout time.Duration
	log            *slog.Logger
	now            func() time.Time

	route  *route
	signer signer
	client *http.Client
	lib    *iotservice.Client

	// registryDenied is when the hub last refused a registry read, in
	// nanoseconds since 1970; the built-in service policy has no such right.
	registryDenied atomic.Int64
}

// Open makes ready to call a hub. It reads files and settings but does not
// touch the network.
func Open(opt Options) (*Hub, error) {
	if opt.Credential.auth == nil {
		return nil, errors.New("no credential for the hub: give a connection string, a SAS token or a sign-in")
	}
	opt.setDefaults()
	roots, err := trust(opt.CAFile, opt.CAPEM)
	if err != nil {
		return nil, err
	}
	way, err := newRoute(opt, &tls.Config{
		RootCAs:    roots,
		MinVersion: tls.VersionTLS12,
		// Connections that follow upon each other shorten their handshakes.
		ClientSessionCache: tls.NewLRUClientSessionCache(0),
	})
	if err != nil {
		return nil, err
	}
	h := &Hub{
		credential:     opt.Credential,
		margin:         opt.Margin,
		requestTimeout: opt.RequestTimeout,
		log:            opt.Logger,
		now:            opt.Now,
		route:          way,
		signer:         signer{auth: opt.Credential.auth, userAgent: opt.UserAgent},
	}
	h.client = &http.Client{
		Transport: way.transport,
		// A hub never redirects; who does is a gateway that wants attention, and
		// its answer is evidence. A token must not travel on.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	h.lib, err = newLibrary(h.client, h.signer, opt.Credential.host)
	if err != nil {
		return nil, err
	}
	return h, nil
}

// HostName is the hub's host name, with a port only if it is unusual.
func (h *Hub) HostName() string { return h.credential.host }

// Client is what may be told of this caller: the credential and the proxy.
func (h *Hub) Client() models.Client {
	facts := h.credential.Client()
	facts.Proxy = h.route.proxyName(h.credential.host)
	return facts
}

// Timeout is how long Invoke waits for call before it gives up itself: longer
// than the hub may take.
func (h *Hub) Timeout(call models.Call) time.Duration {
	return max(call.ConnectTimeout(), 0) + max(call.ResponseTimeout(), 0) + h.margin
}

// Close drops idle connections. Calls in flight go on.
func (h *Hub) Close() error {
	h.client.CloseIdleConnections()
	return h.lib.Close()
}
