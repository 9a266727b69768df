package azure_test

import (
	"bytes"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"methodical/checks/azure"
)

// The key and policy every test signs with. The key is recognisable in case it
// leaks.
const testKey = "bm90LWEtcmVhbC1rZXktYnV0LWVhc3ktdG8tZmluZC0xMjM0NTY="

// hubServer is a TLS server in a hub's place.
type hubServer struct {
	*httptest.Server
}

func newHubServer(t testing.TB, handler http.HandlerFunc, change ...func(*httptest.Server)) *hubServer {
	t.Helper()
	s := &hubServer{Server: httptest.NewUnstartedServer(handler)}
	for _, c := range change {
		c(s.Server)
	}
	s.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	s.StartTLS()
	t.Cleanup(s.Close)
	return s
}

func (s *hubServer) host() string { return s.Listener.Addr().String() }

func (s *hubServer) caPEM() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw})
}

func connectionString(host string) []byte {
	return fmt.Appendf(nil, "HostName=%s;SharedAccessKeyName=service;SharedAccessKey=%s", host, testKey)
}

func credential(t testing.TB, host string) azure.Credential {
	t.Helper()
	c, err := azure.ParseConnectionString(connectionString(host))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// open makes a Hub that talks to s, and fails the test if the key or a token
// was logged.
func (s *hubServer) open(t testing.TB, change ...func(*azure.Options)) *azure.Hub {
	t.Helper()
	log := new(syncBuffer)
	opt := azure.Options{
		Credential: credential(t, s.host()), CAPEM: s.caPEM(), Proxy: azure.ProxyNone,
		Logger: slog.New(slog.NewJSONHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	}
	for _, c := range change {
		c(&opt)
	}
	h, err := azure.Open(opt)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := h.Close(); err != nil {
			t.Error(err)
		}
		noSecret(t, "the log", log.String())
	})
	return h
}

// noSecret fails the test if text holds the key or anything signed with it.
func noSecret(t testing.TB, what, text string) {
	t.Helper()
	raw, _ := base64.StdEncoding.DecodeString(testKey)
	for _, secret := range []string{testKey, strings.TrimRight(testKey, "="), string(raw), "SharedAccessSignature", "sig="} {
		if strings.Contains(text, secret) {
			t.Errorf("%s holds a secret (%.20s…): %s", what, secret, text)
		}
	}
}

func write(w http.ResponseWriter, status int, errorName, body string) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("x-ms-request-id", "7a1ad2a3-0000-4000-8000-000000000001")
	if errorName != "" {
		w.Header().Set("iothub-errorcode", errorName)
	}
	w.WriteHeader(status)
	_, _ = io.WriteString(w, body)
}

func readAll(t testing.TB, r *http.Request) string {
	t.Helper()
	b, err := io.ReadAll(r.Body)
	if err != nil {
		t.Error(err)
	}
	return string(bytes.TrimSpace(b))
}

func writeFile(t testing.TB, name string, content []byte) {
	t.Helper()
	if err := os.WriteFile(name, content, 0o600); err != nil {
		t.Fatal(err)
	}
}
