package azure_test

import (
	"encoding/base64"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"methodical/checks/azure"
	"methodical/models"
)

const proxyUser, proxyPassword = "jump", "p@ss:word/with#marks"

// connectProxy is a proxy that joins every CONNECT to one address, for users
// with the right password.
func connectProxy(t *testing.T, to string, secure bool) (server *httptest.Server, served *atomic.Int32) {
	t.Helper()
	served = new(atomic.Int32)
	want := "Basic " + base64.StdEncoding.EncodeToString([]byte(proxyUser+":"+proxyPassword))
	server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodConnect || r.Header.Get("Proxy-Authorization") != want {
			w.Header().Set("Proxy-Authenticate", "Basic")
			w.WriteHeader(http.StatusProxyAuthRequired)
			return
		}
		hub, err := net.Dial("tcp", to)
		if err != nil {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		defer hub.Close()
		client, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		defer client.Close()
		served.Add(1)
		_, _ = io.WriteString(client, "HTTP/1.1 200 Connection established\r\n\r\n")
		go func() { _, _ = io.Copy(hub, client) }()
		_, _ = io.Copy(client, hub)
	}))
	if secure {
		server.StartTLS()
	} else {
		server.Start()
	}
	t.Cleanup(server.Close)
	return server, served
}

// The test servers' certificate is good for example.com, which no environment
// exempts from proxies as it does 127.0.0.1.
const proxiedHost = "example.com"

func TestThroughAProxyWithAPassword(t *testing.T) {
	userInfo := "jump:p%40ss%3Aword%2Fwith%23marks@"
	for _, c := range []struct {
		name            string
		secure, fromEnv bool
	}{{"option", false, false}, {"environment", false, true}, {"over TLS", true, false}} {
		t.Run(c.name, func(t *testing.T) {
			s := newHubServer(t, func(w http.ResponseWriter, _ *http.Request) { write(w, 200, "", `[]`) })
			proxy, served := connectProxy(t, s.host(), c.secure)
			scheme, address, _ := strings.Cut(proxy.URL, "://")
			option := scheme + "://" + userInfo + address
			t.Setenv("HTTPS_PROXY", "")
			t.Setenv("NO_PROXY", "")
			if c.fromEnv {
				t.Setenv("HTTPS_PROXY", option)
				option = ""
			}
			h := s.open(t, func(o *azure.Options) {
				o.Credential, o.Proxy = credential(t, proxiedHost), option
			})
			inv := h.Invoke(t.Context(), probe())
			if inv.HTTPStatus != 200 || served.Load() == 0 {
				t.Errorf("status %d %s, %d served by the proxy", inv.HTTPStatus, inv.TransportError, served.Load())
			}
			contact, err := h.Contact(t.Context())
			if err != nil || contact.Proxy != proxy.URL || contact.Remote != address || contact.TLSIssuer != "O=Acme Co" {
				t.Errorf("contact %+v, %v", contact, err)
			}
			if got := h.Client().Proxy; got != proxy.URL {
				t.Errorf("the facts name the proxy %q, want %q", got, proxy.URL)
			}
		})
	}
}

func TestTheEnvironmentCanExemptAHost(t *testing.T) {
	s := newHubServer(t, func(w http.ResponseWriter, _ *http.Request) { write(w, 200, "", `[]`) })
	t.Setenv("HTTPS_PROXY", "http://no-such-proxy.invalid:3128")
	t.Setenv("NO_PROXY", ".invalid,example.com")
	h := s.open(t, func(o *azure.Options) {
		o.Credential, o.Proxy, o.DialContext = credential(t, proxiedHost), "", dialOnly(s.host())
	})
	if inv := h.Invoke(t.Context(), probe()); inv.HTTPStatus != 200 || h.Client().Proxy != "" {
		t.Errorf("status %d %s, proxy %q", inv.HTTPStatus, inv.TransportError, h.Client().Proxy)
	}
}

func TestProxyTrouble(t *testing.T) {
	closed := httptest.NewServer(http.NotFoundHandler())
	closed.Close()
	forbidden := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusForbidden) }))
	t.Cleanup(forbidden.Close)
	picky, _ := connectProxy(t, "127.0.0.1:9", false)
	deaf := listen(t, func(c net.Conn) { _, _ = io.Copy(io.Discard, c) })
	rude := listen(t, func(c net.Conn) { _, _ = c.Read(make([]byte, 4096)) })
	address := func(s *httptest.Server) string { return s.Listener.Addr().String() }
	for _, c := range []struct{ name, proxy, words string }{
		{"nobody there", "http://jump:secretsecret@" + address(closed), "the proxy http://" + address(closed) + " cannot be used"},
		{"no such name", "http://jump:secretsecret@no-such-proxy.invalid:3128", "the proxy http://no-such-proxy.invalid:3128 cannot be used"},
		{"a wrong password", "http://jump:secretsecret@" + address(picky), "answered 407 (Proxy Authentication Required) when asked to connect: it wants a name and a password, or these are wrong"},
		{"no password", address(picky), "answered 407"},
		{"not allowed", "http://" + address(forbidden), "answered 403 (Forbidden) when asked to connect: its rules do not allow this host"},
		{"no answer to CONNECT", "http://jump:secretsecret@" + deaf, "did not connect to the hub"},
		{"hangs up on CONNECT", "http://jump:secretsecret@" + rude, "did not connect to the hub"},
		{"no SOCKS", "socks5://jump:secretsecret@" + rude, "cannot be used"},
		{"no TLS to the proxy", "https://jump:secretsecret@" + address(forbidden), "cannot be used"},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := openAt(t, proxiedHost, hurried, func(o *azure.Options) { o.Proxy = c.proxy })
			inv := h.Invoke(t.Context(), probe())
			if inv.TransportErrorKind != models.TransportProxy || inv.MayHaveRun != models.RunNo || !strings.Contains(inv.TransportError, c.words) {
				t.Errorf("%q %q, may have run %q", inv.TransportErrorKind, inv.TransportError, inv.MayHaveRun)
			}
			if strings.Contains(inv.TransportError, "secretsecret") {
				t.Errorf("the proxy's password shows: %s", inv.TransportError)
			}
		})
	}
}

// TestTLSThroughAProxyIsNotTheProxysFault has the proxy join to a server whose
// certificate nobody trusts: interception looks like this.
func TestTLSThroughAProxyIsNotTheProxysFault(t *testing.T) {
	s := newHubServer(t, func(w http.ResponseWriter, _ *http.Request) { write(w, 200, "", `[]`) })
	proxy, _ := connectProxy(t, s.host(), false)
	h := openAt(t, proxiedHost, func(o *azure.Options) {
		o.Proxy = strings.Replace(proxy.URL, "://", "://jump:p%40ss%3Aword%2Fwith%23marks@", 1)
	})
	wantNoAnswer(t, h, models.TransportTLS, models.RunNo, `issued by "O=Acme Co"`)
}

func TestAWrongProxyOptionIsRefusedWithoutItsPassword(t *testing.T) {
	for option, want := range map[string]string{
		"http://jump:secret%zz@proxy:3128":      "not a URL",
		"ftp://jump:secretsecret@proxy":         "not supported",
		"http://jump:secretsecret@":             "not a URL",
		"http://jump:secret/secret@proxy:3128/": "not a URL",
	} {
		_, err := azure.Open(azure.Options{Credential: credential(t, "a.azure-devices.net"), Proxy: option})
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %v", option, err)
		}
	}
	t.Setenv("HTTPS_PROXY", "://jump:secretsecret@proxy")
	h := openAt(t, proxiedHost, func(o *azure.Options) { o.Proxy = "" })
	if inv := h.Invoke(t.Context(), probe()); strings.Contains(inv.TransportError, "secretsecret") {
		t.Errorf("the proxy's password shows: %s", inv.TransportError)
	}
}

func TestCAFile(t *testing.T) {
	s := newHubServer(t, func(w http.ResponseWriter, _ *http.Request) { write(w, 200, "", `[]`) })
	file := t.TempDir() + "/ca.pem"
	writeFile(t, file, s.caPEM())
	h := s.open(t, func(o *azure.Options) { o.CAPEM, o.CAFile = nil, file })
	if inv := h.Invoke(t.Context(), probe()); inv.HTTPStatus != 200 {
		t.Errorf("with the CA file: %s", inv.TransportError)
	}
	noPEM := t.TempDir() + "/ca.der"
	writeFile(t, noPEM, s.Certificate().Raw)
	for name, opt := range map[string]azure.Options{
		"cannot be read":            {CAFile: file + ".gone"},
		"holds no certificate":      {CAFile: noPEM},
		"are not in PEM form":       {CAPEM: []byte("nothing")},
		"holds no certificate in P": {CAFile: noPEM, CAPEM: s.caPEM()},
	} {
		opt.Credential = credential(t, s.host())
		if _, err := azure.Open(opt); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("want an error that says %q, got %v", name, err)
		}
	}
}
