package emulator_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"methodical/emulator"
	"methodical/emulator/sas"
)

// caller is a service client with one credential, as small as can be.
type caller struct {
	t     *testing.T
	host  string
	http  *http.Client
	token func() string
}

// reply is an HTTP answer, read.
type reply struct {
	status int
	header http.Header
	body   string
}

func newCaller(t *testing.T, e *emulator.Emulator, policy string) *caller {
	t.Helper()
	cs, err := e.ConnectionString(policy)
	if err != nil {
		t.Fatal(err)
	}
	parts := parseConnectionString(t, cs)
	c := &caller{t: t, host: e.HostName(), http: client(t, e)}
	c.token = func() string {
		token, err := sas.New(parts["HostName"], policy, parts["SharedAccessKey"], time.Now().Add(time.Hour))
		if err != nil {
			t.Fatal(err)
		}
		return token
	}
	return c
}

func client(t *testing.T, e *emulator.Emulator) *http.Client {
	t.Helper()
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(e.CAPEM()) {
		t.Fatal("the CA is no PEM certificate")
	}
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}, MaxIdleConnsPerHost: 100}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport}
}

func parseConnectionString(t *testing.T, cs string) map[string]string {
	t.Helper()
	parts := make(map[string]string)
	for part := range strings.SplitSeq(cs, ";") {
		name, value, ok := strings.Cut(part, "=")
		if !ok {
			t.Fatalf("connection string %q: part %q has no value", cs, part)
		}
		parts[name] = value
	}
	return parts
}

// do sends a request; headers come as name, value, name, value.
func (c *caller) do(method, path, body string, headers ...string) reply {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 2*longEnough)
	defer cancel()
	if !strings.Contains(path, "api-version") {
		separator := "?"
		if strings.Contains(path, "?") {
			separator = "&"
		}
		path += separator + "api-version=2021-04-12"
	}
	r, err := http.NewRequestWithContext(ctx, method, "https://"+c.host+path, bytes.NewReader([]byte(body)))
	if err != nil {
		c.t.Fatal(err)
	}
	r.Header.Set("Authorization", c.token())
	r.Header.Set("Content-Type", "application/json; charset=utf-8")
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	res, err := c.http.Do(r)
	if err != nil {
		c.t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		c.t.Fatal(err)
	}
	return reply{res.StatusCode, res.Header, string(text)}
}

// invoke calls a direct method of "device" or "device/module".
func (c *caller) invoke(target, body string) reply {
	c.t.Helper()
	path := "/twins/" + url.PathEscape(target) + "/methods"
	if device, module, ok := strings.Cut(target, "/"); ok {
		path = "/twins/" + url.PathEscape(device) + "/modules/" + url.PathEscape(module) + "/methods"
	}
	return c.do(http.MethodPost, path, body)
}

// hubError is the inside of a method error's body.
type hubError struct {
	ErrorCode    int
	TrackingID   string `json:"trackingId"`
	Message      string
	Info         map[string]string
	TimestampUTC string `json:"timestampUtc"`
}

// inner reads form B.
func (r reply) inner(t *testing.T) hubError {
	t.Helper()
	var outer struct{ Message, ExceptionMessage string }
	if err := json.Unmarshal([]byte(r.body), &outer); err != nil {
		t.Fatalf("the body %q is not JSON: %v", r.body, err)
	}
	var e hubError
	if err := json.Unmarshal([]byte(outer.Message), &e); err != nil {
		t.Fatalf("the message in %q is not JSON: %v", r.body, err)
	}
	return e
}

// want checks a method error: its HTTP status, code, name and headers.
func (r reply) want(t *testing.T, code int, name string) hubError {
	t.Helper()
	if r.status != code/1000 || r.header.Get("iothub-errorcode") != name {
		t.Fatalf("HTTP %d %s, want %d %s; body %s", r.status, r.header.Get("iothub-errorcode"), code/1000, name, r.body)
	}
	e := r.inner(t)
	if e.ErrorCode != code {
		t.Fatalf("code %d, want %d; body %s", e.ErrorCode, code, r.body)
	}
	if r.header.Get("Content-Type") != "application/json; charset=utf-8" || r.header.Get("x-ms-request-id") == "" || r.header.Get("Date") == "" {
		t.Errorf("headers %v lack what the service sends", r.header)
	}
	if len(e.TrackingID) < 40 || !strings.Contains(e.TrackingID, "-TimeStamp:") {
		t.Errorf("tracking id %q is not like those in the wild", e.TrackingID)
	}
	return e
}

// eventually polls until ok holds.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(longEnough); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		if ok() {
			return
		}
	}
	t.Fatalf("never happened: %s", what)
}
