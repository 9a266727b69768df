package azure

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"golang.org/x/net/http/httpproxy"
)

// ProxyNone as Options.Proxy goes straight to the hub whatever the environment
// says.
const ProxyNone = "none"

// idleTimeout is shorter than the four minutes after which Azure's load
// balancers forget an idle connection, so that a call is not lost on one.
const idleTimeout = 90 * time.Second

// route is the way to the hub: proxy, TLS, connections.
type route struct {
	transport *http.Transport
	proxy     func(*url.URL) (*url.URL, error)
}

func newRoute(opt Options, tlsConfig *tls.Config) (*route, error) {
	proxy, err := proxyFunc(opt.Proxy)
	if err != nil {
		return nil, err
	}
	dial := opt.DialContext
	if dial == nil {
		dial = (&net.Dialer{Timeout: opt.ConnectTimeout, KeepAlive: 30 * time.Second}).DialContext
	}
	// HTTP/1.1 only: with one connection per call in flight it is faster than
	// HTTP/2 at every concurrency measured, and a lost connection loses one call.
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	return &route{
		proxy: proxy,
		transport: &http.Transport{
			Proxy:                  func(r *http.Request) (*url.URL, error) { return proxy(r.URL) },
			OnProxyConnectResponse: refusedByProxy,
			DialContext:            dial,
			TLSClientConfig:        tlsConfig,
			TLSHandshakeTimeout:    opt.ConnectTimeout,
			MaxIdleConns:           opt.MaxIdle,
			MaxIdleConnsPerHost:    opt.MaxIdle,
			IdleConnTimeout:        idleTimeout,
			DisableCompression:     true, // the bytes are evidence
			MaxResponseHeaderBytes: 256 << 10,
			Protocols:              protocols,
		},
	}, nil
}

// proxyFunc turns the option into the choice of a proxy for a URL. Its errors
// never repeat the option, which may hold a password.
func proxyFunc(option string) (func(*url.URL) (*url.URL, error), error) {
	switch option {
	case "":
		choose := httpproxy.FromEnvironment().ProxyFunc()
		return func(u *url.URL) (*url.URL, error) {
			p, err := choose(u)
			if err != nil {
				return nil, &proxyError{text: "the proxy that the environment names is no proxy's URL: write http://HOST:PORT"}
			}
			return p, nil
		}, nil
	case ProxyNone:
		return func(*url.URL) (*url.URL, error) { return nil, nil }, nil
	}
	if !strings.Contains(option, "://") {
		option = "http://" + option
	}
	u, err := url.Parse(option)
	if err != nil || u.Hostname() == "" {
		return nil, errors.New("the proxy is not a URL: write http://HOST:PORT, with any name and password percent-encoded before the host")
	}
	switch u.Scheme {
	case "http", "https", "socks5", "socks5h":
	default:
		return nil, errors.New("this kind of proxy is not supported: write http://, https:// or socks5://")
	}
	return func(*url.URL) (*url.URL, error) { return u, nil }, nil
}

// proxyName is the proxy used for a host, without name and password, or "".
func (r *route) proxyName(host string) string {
	u, err := r.proxy(&url.URL{Scheme: "https", Host: host})
	if err != nil || u == nil {
		return ""
	}
	return (&url.URL{Scheme: u.Scheme, Host: u.Host}).String()
}

// proxyError is a proxy that said no.
type proxyError struct{ text string }

func (e *proxyError) Error() string { return e.text }

// refusedByProxy keeps the status of a proxy that refuses to connect: the
// transport itself would report the bare words of it.
func refusedByProxy(_ context.Context, proxy *url.URL, _ *http.Request, answer *http.Response) error {
	if answer.StatusCode == http.StatusOK {
		return nil
	}
	text := fmt.Sprintf("the proxy %s answered %d (%s) when asked to connect",
		proxy.Host, answer.StatusCode, http.StatusText(answer.StatusCode))
	switch answer.StatusCode {
	case http.StatusProxyAuthRequired:
		text += ": it wants a name and a password, or these are wrong"
	case http.StatusForbidden:
		text += ": its rules do not allow this host"
	}
	return &proxyError{text: text}
}

// trust is what the system trusts plus what the caller adds. The library's own
// pool is not used: all its certificates have expired.
func trust(file string, pem []byte) (*x509.CertPool, error) {
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool()
	}
	if file != "" {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, fmt.Errorf("the CA file cannot be read: %w", err)
		}
		if !pool.AppendCertsFromPEM(text) {
			return nil, fmt.Errorf("the CA file %s holds no certificate in PEM form (-----BEGIN CERTIFICATE-----)", file)
		}
	}
	if len(pem) > 0 && !pool.AppendCertsFromPEM(pem) {
		return nil, errors.New("the added CA certificates are not in PEM form (-----BEGIN CERTIFICATE-----)")
	}
	return pool, nil
}
