package emulator_test

import (
	"crypto/tls"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"strings"
	"syscall"
	"testing"
)

// crowdSize is how many connections a test may open: each takes two file
// descriptors of this process.
func crowdSize(t *testing.T) int {
	t.Helper()
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		t.Fatal(err)
	}
	const most = 10_000
	return int(min(most, limit.Cur/4))
}

func TestHalfOpenConnectionsDoNotHurt(t *testing.T) {
	e := start(t, `{devices: [{id: a, methods: {m: {}}}]}`)
	n := crowdSize(t)
	if testing.Short() {
		n = min(n, 500)
	}
	conns := make([]net.Conn, 0, n)
	defer func() {
		for _, c := range conns {
			_ = c.Close()
		}
	}()
	for i := range n {
		address := e.HTTPSAddr()
		if i%2 == 0 {
			address = e.MQTTAddr()
		}
		c, err := net.Dial("tcp", address)
		if err != nil {
			t.Fatalf("connection %d of %d: %v", i, n, err)
		}
		conns = append(conns, c)
	}
	c := newCaller(t, e, "service")
	if got := c.invoke("a", `{"methodName":"m"}`); got.status != http.StatusOK {
		t.Errorf("with %d half-open connections: HTTP %d %s", n, got.status, got.body)
	}
	if connected, _ := e.Connected("a", ""); !connected {
		t.Error("the device lost its connection")
	}
	t.Logf("%d half-open connections", n)
}

func TestSlowBodiesEndEarly(t *testing.T) {
	e := start(t, `{devices: [{id: a, methods: {m: {}}}]}`)
	service := newCaller(t, e, "service")
	c, err := tls.Dial("tcp", e.HTTPSAddr(), service.http.Transport.(*http.Transport).TLSClientConfig)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	_, err = io.WriteString(c, "POST /twins/a/methods?api-version=1 HTTP/1.1\r\nHost: h\r\nAuthorization: "+service.token()+"\r\nContent-Length: 1000\r\n\r\n{")
	if err != nil {
		t.Fatal(err)
	}
	// The rest never comes. Others are served meanwhile, and closing the hub
	// does not wait for it.
	if got := service.invoke("a", `{"methodName":"m"}`); got.status != http.StatusOK {
		t.Errorf("HTTP %d %s", got.status, got.body)
	}
}

func TestMalformedRequests(t *testing.T) {
	e := start(t, `{devices: [{id: a, methods: {m: {}}}]}`)
	c := newCaller(t, e, "iothubowner")
	long := strings.Repeat("x", 5000)
	for _, tt := range []struct {
		method, path, body string
		status             int
	}{
		{http.MethodGet, "/", "", 404},
		{http.MethodGet, "/devices/" + long, "", 404},
		{http.MethodPost, "/twins/" + long + "/methods", `{"methodName":"m"}`, 400},
		{http.MethodPost, "/twins/a%2Fb/methods", `{"methodName":"m"}`, 404},
		{http.MethodPost, "/twins/a/methods/more", `{"methodName":"m"}`, 405},
		{http.MethodPost, "/twins/a/methods", strings.Repeat("[", 100_000), 400},
		{http.MethodPost, "/twins/a/methods", `{"methodName":{"a":1}}`, 400},
		{http.MethodPost, "/twins/a/methods", `{"methodName":"m","responseTimeoutInSeconds":"30"}`, 400},
		{http.MethodPost, "/twins/a/methods", `{"methodName":"m"}{"methodName":"m"}`, 400},
		{http.MethodPatch, "/twins/a", `{"tags":` + strings.Repeat(`{"a":`, 50) + "1" + strings.Repeat("}", 50) + "}", 400},
		{http.MethodPost, "/devices/query", `{"query":"SELECT * FROM devices WHERE ` + strings.Repeat("not ", 5000) + `"}`, 400},
		{http.MethodPost, "/devices/query", `{"query":7}`, 400},
		{http.MethodPut, "/devices/" + strings.Repeat("y", 129), `{}`, 400},
		{http.MethodPut, "/devices/a%20b", `{}`, 400},
		{http.MethodPut, "/devices/k", `{"deviceId":"k","authentication":{"symmetricKey":{"primaryKey":"!"}}}`, 400},
		{http.MethodPut, "/devices/k", `{"deviceId":"k","status":"sleepy"}`, 400},
		{http.MethodPost, "/devices", `{}`, 400},
		{http.MethodTrace, "/devices", ``, 405},
		{http.MethodDelete, "/twins/a", ``, 405},
	} {
		if got := c.do(tt.method, tt.path, tt.body); got.status != tt.status {
			t.Errorf("%s %.40s %.40s: HTTP %d %.200s, want %d", tt.method, tt.path, tt.body, got.status, got.body, tt.status)
		}
	}
	if got := c.invoke("a", `{"methodName":"m"}`); got.status != http.StatusOK {
		t.Errorf("afterwards: HTTP %d %s", got.status, got.body)
	}
}

func TestHostileMethodNamesStayWhereTheyAre(t *testing.T) {
	e := start(t, `{clock: {speed: 20}, devices: [{id: a}, {id: b}]}`)
	c := newCaller(t, e, "service")
	for _, name := range []string{"../../b", "x/?$rid=1", "a b\u0000c", "#", "+", "é", "$iothub/methods/POST/x", strings.Repeat("n", 70_000)} {
		got := c.invoke("a", `{"responseTimeoutInSeconds":5,"methodName":`+quote(t, name)+`}`)
		if got.status != http.StatusOK && got.status != http.StatusGatewayTimeout && got.status != http.StatusNotFound && got.status != http.StatusBadRequest {
			t.Errorf("%.20q: HTTP %d %.200s", name, got.status, got.body)
		}
		eventually(t, "the device is still there", func() bool { _, subscribed := e.Connected("a", ""); return subscribed })
	}
}

func TestMQTTOversize(t *testing.T) {
	e := start(t, twoDevices)
	c, token := connect(t, e, loginOf(t, e, "a", ""))
	must(t, token)
	c.Publish("devices/a/messages/events/", 0, false, make([]byte, 1<<20))
	eventually(t, "a packet of a megabyte ends the connection", func() bool { return !c.IsConnected() })
}

func quote(t *testing.T, s string) string {
	t.Helper()
	text, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
