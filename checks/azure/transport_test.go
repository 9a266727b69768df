package azure_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"methodical/checks/azure"
	"methodical/models"
)

// wantNoAnswer checks an invocation that got no answer, and that every other
// request fails the same way.
func wantNoAnswer(t *testing.T, h *azure.Hub, kind models.TransportErrorKind, run models.MayHaveRun, words string) {
	t.Helper()
	inv := h.Invoke(t.Context(), probe())
	if inv.HTTPStatus != 0 || inv.TransportErrorKind != kind || inv.MayHaveRun != run || !strings.Contains(inv.TransportError, words) {
		t.Errorf("invoke: status %d, %q %q, may have run %q\nwant %q …%s…, may have run %q",
			inv.HTTPStatus, inv.TransportErrorKind, inv.TransportError, inv.MayHaveRun, kind, words, run)
	}
	noSecret(t, "the transport error", inv.TransportError)
	if inv.ElapsedMilliseconds == nil {
		t.Error("no elapsed time")
	}
	_, err := h.Contact(t.Context())
	failure, ok := err.(*models.HubFailure)
	if !ok || failure.Kind != kind || failure.HTTPStatus != 0 || !strings.Contains(failure.Error(), words) {
		t.Errorf("contact: %#v", err)
	}
	_, err = h.Statistics(t.Context())
	if failure, ok = err.(*models.HubFailure); !ok || failure.Kind != kind || failure.HTTPStatus != 0 {
		t.Errorf("statistics by the library: %#v", err)
	}
}

func openAt(t *testing.T, host string, change ...func(*azure.Options)) *azure.Hub {
	t.Helper()
	opt := azure.Options{Credential: credential(t, host), Proxy: azure.ProxyNone}
	for _, c := range change {
		c(&opt)
	}
	h, err := azure.Open(opt)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = h.Close() })
	return h
}

// hurried makes the caller give up after a moment: the safe probe's 5 s would
// be long for a test, so the margin is taken off them.
func hurried(o *azure.Options) {
	o.Margin = -models.SafeProbeResponseTimeoutSeconds*time.Second + 200*time.Millisecond
	o.RequestTimeout = 200 * time.Millisecond
}

func TestNoSuchHost(t *testing.T) {
	wantNoAnswer(t, openAt(t, "no-such-hub.invalid"), models.TransportDNS, models.RunNo, "no address found for no-such-hub.invalid")
}

func TestRefused(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	host := l.Addr().String()
	l.Close()
	wantNoAnswer(t, openAt(t, host), models.TransportRefused, models.RunNo, host+" refused the connection")
}

func TestNoConnectionInTime(t *testing.T) {
	t.Run("the dialer's limit", func(t *testing.T) {
		h := openAt(t, "127.0.0.1:9", func(o *azure.Options) { o.ConnectTimeout = time.Nanosecond })
		wantNoAnswer(t, h, models.TransportTCPTimeout, models.RunNo, "i/o timeout")
	})
	t.Run("no route", func(t *testing.T) {
		h := openAt(t, "127.0.0.1:9", func(o *azure.Options) {
			o.DialContext = func(_ context.Context, network, _ string) (net.Conn, error) {
				return nil, &net.OpError{Op: "dial", Net: network, Err: unreachable{}}
			}
		})
		wantNoAnswer(t, h, models.TransportTCPTimeout, models.RunNo, "network is unreachable")
	})
	t.Run("a hook that hangs", func(t *testing.T) {
		h := openAt(t, "127.0.0.1:9", hurried, func(o *azure.Options) {
			o.DialContext = func(ctx context.Context, _, _ string) (net.Conn, error) {
				<-ctx.Done()
				return nil, ctx.Err()
			}
		})
		wantNoAnswer(t, h, models.TransportTCPTimeout, models.RunNo, "no TCP connection to 127.0.0.1:9")
	})
}

// TestWindowsWords has the words of Windows, whose error numbers are its own.
func TestWindowsWords(t *testing.T) {
	for words, kind := range map[string]models.TransportErrorKind{
		"connectex: No connection could be made because the target machine actively refused it.":       models.TransportRefused,
		"connectex: A connection attempt failed because the connected party did not properly respond.": models.TransportTCPTimeout,
		"wsarecv: An existing connection was forcibly closed by the remote host.":                      models.TransportTLS,
		"connectex: A socket operation was attempted to an unreachable network.":                       models.TransportTCPTimeout,
	} {
		h := openAt(t, "127.0.0.1:9", func(o *azure.Options) {
			o.DialContext = func(_ context.Context, network, _ string) (net.Conn, error) {
				if kind == models.TransportTLS {
					return deadConn{words}, nil
				}
				return nil, &net.OpError{Op: "dial", Net: network, Err: errors.New(words)}
			}
		})
		wantNoAnswer(t, h, kind, models.RunNo, words)
	}
}

// deadConn is a connection that fails at the first byte.
type deadConn struct{ words string }

func (c deadConn) Read([]byte) (int, error)         { return 0, errors.New(c.words) }
func (c deadConn) Write([]byte) (int, error)        { return 0, errors.New(c.words) }
func (c deadConn) Close() error                     { return nil }
func (c deadConn) LocalAddr() net.Addr              { return &net.TCPAddr{} }
func (c deadConn) RemoteAddr() net.Addr             { return &net.TCPAddr{} }
func (c deadConn) SetDeadline(time.Time) error      { return nil }
func (c deadConn) SetReadDeadline(time.Time) error  { return nil }
func (c deadConn) SetWriteDeadline(time.Time) error { return nil }

type unreachable struct{}

func (unreachable) Error() string { return "network is unreachable" }

// listen runs serve for every connection to a plain TCP port.
func listen(t *testing.T, serve func(net.Conn)) (host string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				serve(conn)
			}()
		}
	}()
	return l.Addr().String()
}

func TestTLSTrouble(t *testing.T) {
	answer := func(w http.ResponseWriter, _ *http.Request) { write(w, 200, "", "{}") }
	t.Run("unknown authority", func(t *testing.T) {
		s := newHubServer(t, answer)
		h := s.open(t, func(o *azure.Options) { o.CAPEM = nil })
		wantNoAnswer(t, h, models.TransportTLS, models.RunNo, `issued by "O=Acme Co"`)
	})
	t.Run("another host's certificate", func(t *testing.T) {
		s := newHubServer(t, answer)
		h := s.open(t, func(o *azure.Options) {
			o.Credential = credential(t, "contoso.azure-devices.net")
			o.DialContext = dialOnly(s.host())
		})
		wantNoAnswer(t, h, models.TransportTLS, models.RunNo, "not contoso.azure-devices.net")
	})
	t.Run("expired", func(t *testing.T) {
		cert := selfSigned(t, time.Now().Add(-48*time.Hour), time.Now().Add(-24*time.Hour))
		s := newHubServer(t, answer, func(s *httptest.Server) { s.TLS = &tls.Config{Certificates: []tls.Certificate{cert}} })
		wantNoAnswer(t, s.open(t), models.TransportTLS, models.RunNo, "expired")
	})
	t.Run("too old a version", func(t *testing.T) {
		s := newHubServer(t, answer, func(s *httptest.Server) {
			s.TLS = &tls.Config{MaxVersion: tls.VersionTLS11, MinVersion: tls.VersionTLS10}
		})
		wantNoAnswer(t, s.open(t), models.TransportTLS, models.RunNo, "protocol version")
	})
	t.Run("no TLS at all", func(t *testing.T) {
		plain := httptest.NewServer(http.HandlerFunc(answer))
		t.Cleanup(plain.Close)
		wantNoAnswer(t, openAt(t, plain.Listener.Addr().String()), models.TransportTLS, models.RunNo, "HTTP response to HTTPS client")
	})
	t.Run("something else", func(t *testing.T) {
		host := listen(t, func(c net.Conn) { _, _ = io.WriteString(c, "220 smtp.contoso.example ESMTP\r\n") })
		wantNoAnswer(t, openAt(t, host), models.TransportTLS, models.RunNo, "does not look like a TLS handshake")
	})
	t.Run("hung up on", func(t *testing.T) {
		host := listen(t, func(c net.Conn) { _, _ = c.Read(make([]byte, 1)) })
		wantNoAnswer(t, openAt(t, host), models.TransportTLS, models.RunNo, "the TLS handshake with "+host+" failed")
	})
	t.Run("silence", func(t *testing.T) {
		host := listen(t, func(c net.Conn) { _, _ = io.Copy(io.Discard, c) })
		h := openAt(t, host, func(o *azure.Options) { o.ConnectTimeout = 100 * time.Millisecond })
		wantNoAnswer(t, h, models.TransportTLS, models.RunNo, "TLS handshake")
	})
	t.Run("silence longer than the call", func(t *testing.T) {
		host := listen(t, func(c net.Conn) { _, _ = io.Copy(io.Discard, c) })
		wantNoAnswer(t, openAt(t, host, hurried), models.TransportTLS, models.RunNo, "did not end within")
	})
}

// dialOnly connects to one address, whatever name was asked for.
func dialOnly(addr string) func(context.Context, string, string) (net.Conn, error) {
	return func(ctx context.Context, network, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, network, addr)
	}
}

func selfSigned(t *testing.T, from, until time.Time) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "old hub"}, NotBefore: from, NotAfter: until,
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

// hijack takes the connection of a request that was read whole.
func hijack(t *testing.T, w http.ResponseWriter, r *http.Request) net.Conn {
	t.Helper()
	_ = readAll(t, r)
	conn, _, err := w.(http.Hijacker).Hijack()
	if err != nil {
		t.Error(err)
	}
	return conn
}

// TestLostInMidCall has the connection break after the request went out: the
// device may have run the method, so the adapter does not say no.
func TestLostInMidCall(t *testing.T) {
	for _, c := range []struct {
		name, words string
		kind        models.TransportErrorKind
		after       func(net.Conn)
	}{
		{"closed", "was closed before a whole answer came", models.TransportReset, func(net.Conn) {}},
		{"reset", "was closed before a whole answer came", models.TransportReset, func(c net.Conn) {
			_ = c.(*tls.Conn).NetConn().(*net.TCPConn).SetLinger(0)
			_ = c.(*tls.Conn).NetConn().Close()
		}},
		{"no HTTP", "malformed HTTP response", models.TransportReset, func(c net.Conn) { _, _ = io.WriteString(c, "\x00\x01garbage\x1b[2J\r\n\r\n") }},
		{"half an answer", "the answer had begun with HTTP 200", models.TransportReset, func(c net.Conn) {
			_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{\"status\"")
		}},
		{"half a chunk", "the answer had begun with HTTP 504", models.TransportReset, func(c net.Conn) {
			_, _ = io.WriteString(c, "HTTP/1.1 504 X\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n{\"status\"")
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newHubServer(t, func(w http.ResponseWriter, r *http.Request) {
				conn := hijack(t, w, r)
				defer conn.Close()
				c.after(conn)
			})
			inv := s.open(t).Invoke(t.Context(), probe())
			if inv.HTTPStatus != 0 || inv.TransportErrorKind != c.kind || inv.MayHaveRun != "" || !strings.Contains(inv.TransportError, c.words) {
				t.Errorf("status %d, %q %q, may have run %q", inv.HTTPStatus, inv.TransportErrorKind, inv.TransportError, inv.MayHaveRun)
			}
			if strings.ContainsRune(inv.TransportError, '\x1b') {
				t.Errorf("an escape sequence got through: %q", inv.TransportError)
			}
		})
	}
}

func TestOwnTimeLimit(t *testing.T) {
	release := make(chan struct{})
	s := newHubServer(t, func(_ http.ResponseWriter, r *http.Request) {
		_ = readAll(t, r)
		select {
		case <-release:
		case <-r.Context().Done():
		}
	})
	defer close(release)
	wantNoAnswer(t, s.open(t, hurried), models.TransportClientTimeout, "", "gave up waiting")
}

func TestTheCallersDeadline(t *testing.T) {
	s := newHubServer(t, func(_ http.ResponseWriter, r *http.Request) {
		_ = readAll(t, r)
		<-r.Context().Done()
	})
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	inv := s.open(t).Invoke(ctx, probe())
	if inv.TransportErrorKind != models.TransportClientTimeout || inv.MayHaveRun != "" {
		t.Errorf("%q %q, may have run %q", inv.TransportErrorKind, inv.TransportError, inv.MayHaveRun)
	}
}

func TestCancelled(t *testing.T) {
	arrived := make(chan struct{}, 1)
	s := newHubServer(t, func(_ http.ResponseWriter, r *http.Request) {
		_ = readAll(t, r)
		arrived <- struct{}{}
		<-r.Context().Done()
	})
	h := s.open(t)
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		<-arrived
		cancel()
	}()
	inv := h.Invoke(ctx, probe())
	if inv.TransportErrorKind != models.TransportCancelled || inv.MayHaveRun != "" || !strings.Contains(inv.TransportError, "cancelled") {
		t.Errorf("%q %q, may have run %q", inv.TransportErrorKind, inv.TransportError, inv.MayHaveRun)
	}
	// Cancelled before it began: certainly not run.
	inv = h.Invoke(ctx, probe())
	if inv.TransportErrorKind != models.TransportCancelled || inv.MayHaveRun != models.RunNo {
		t.Errorf("%q %q, may have run %q", inv.TransportErrorKind, inv.TransportError, inv.MayHaveRun)
	}
}

// TestTimeoutIsLongerThanTheHubMayTake holds for the longest legal call too.
func TestTimeoutIsLongerThanTheHubMayTake(t *testing.T) {
	h := openAt(t, "contoso.azure-devices.net")
	longest := models.Call{ConnectTimeoutSeconds: models.Ptr(300), ResponseTimeoutSeconds: models.Ptr(300)}
	for call, want := range map[*models.Call]time.Duration{
		{}:       45 * time.Second,
		&longest: 615 * time.Second,
		{ConnectTimeoutSeconds: models.Ptr(-7), ResponseTimeoutSeconds: models.Ptr(5)}: 20 * time.Second,
	} {
		if got := h.Timeout(*call); got != want {
			t.Errorf("%+v: %v, want %v", call, got, want)
		}
	}
}

func TestNothingIsSentWithoutDeviceAndMethod(t *testing.T) {
	h := openAt(t, "no-such-hub.invalid")
	for _, call := range []models.Call{{Method: "m"}, {Target: models.Target{DeviceID: "d"}}} {
		inv := h.Invoke(t.Context(), call)
		if inv.MayHaveRun != models.RunNo || !strings.Contains(inv.TransportError, "needs a device and a method") {
			t.Errorf("%+v", inv)
		}
	}
}
