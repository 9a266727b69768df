package emulator_test

import (
	"crypto/tls"
	"crypto/x509"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	paho "github.com/eclipse/paho.mqtt.golang"

	"methodical/emulator"
	"methodical/emulator/sas"
)

// deviceLogin is how a test's own device connects.
type deviceLogin struct {
	clientID, userName, password string
	clean                        bool
}

func loginOf(t *testing.T, e *emulator.Emulator, device, module string) deviceLogin {
	t.Helper()
	cs, err := e.DeviceConnectionString(device, module)
	if err != nil {
		t.Fatal(err)
	}
	parts := parseConnectionString(t, cs)
	id, resource := device, parts["HostName"]+"/devices/"+device
	if module != "" {
		id, resource = device+"/"+module, resource+"/modules/"+module
	}
	token, err := sas.New(resource, "", parts["SharedAccessKey"], time.Now().Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	return deviceLogin{clientID: id, userName: parts["HostName"] + "/" + id + "/?api-version=2021-04-12", password: token, clean: true}
}

func connect(t *testing.T, e *emulator.Emulator, l deviceLogin, tune ...func(*paho.ClientOptions)) (paho.Client, *paho.ConnectToken) {
	t.Helper()
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(e.CAPEM())
	o := paho.NewClientOptions().AddBroker("tls://" + e.MQTTAddr()).SetTLSConfig(&tls.Config{RootCAs: roots}).
		SetClientID(l.clientID).SetUsername(l.userName).SetPassword(l.password).SetCleanSession(l.clean).
		SetProtocolVersion(4).SetAutoReconnect(false).SetOrderMatters(false).SetConnectTimeout(longEnough)
	for _, f := range tune {
		f(o)
	}
	c := paho.NewClient(o)
	token := c.Connect().(*paho.ConnectToken)
	if !token.WaitTimeout(longEnough) {
		t.Fatal("no CONNACK")
	}
	t.Cleanup(func() { c.Disconnect(0) })
	return c, token
}

func must(t *testing.T, token paho.Token) {
	t.Helper()
	if !token.WaitTimeout(longEnough) || token.Error() != nil {
		t.Fatalf("MQTT: %v", token.Error())
	}
}

const twoDevices = `devices: [{id: a, behaviour: offline}, {id: gw, edge: true, modules: [{id: m, behaviour: offline}]}]`

func TestLoginRules(t *testing.T) {
	e := start(t, twoDevices)
	good := loginOf(t, e, "a", "")
	module := loginOf(t, e, "gw", "m")
	host := e.DeviceHostName()
	policyCS, err := e.ConnectionString("device")
	if err != nil {
		t.Fatal(err)
	}
	policyToken := func(policy, key string) string {
		token, err := sas.New(host, policy, key, time.Now().Add(time.Hour))
		if err != nil {
			t.Fatal(err)
		}
		return token
	}
	with := func(l deviceLogin, change func(*deviceLogin)) deviceLogin { change(&l); return l }
	for _, tt := range []struct {
		name  string
		login deviceLogin
		want  byte
	}{
		{"device", good, 0},
		{"module", module, 0},
		{"amenzhinsky's user name", with(good, func(l *deviceLogin) { l.userName = host + "/a/api-version=2020-09-30" }), 0},
		{"with an SDK's name", with(good, func(l *deviceLogin) { l.userName += "&DeviceClientType=azure-iot-device%2F1.18.4%20(node)" }), 0},
		{"host without port", with(good, func(l *deviceLogin) { l.userName = "localhost/a/?api-version=2021-04-12" }), 0},
		{"policy device", with(good, func(l *deviceLogin) {
			l.password = policyToken("device", parseConnectionString(t, policyCS)["SharedAccessKey"])
		}), 0},
		{"no user name", with(good, func(l *deviceLogin) { l.userName = "a" }), 5},
		{"another hub", with(good, func(l *deviceLogin) { l.userName = "other.azure-devices.net/a/?api-version=2021-04-12" }), 5},
		{"another id in the user name", with(good, func(l *deviceLogin) { l.userName = host + "/b/?api-version=2021-04-12" }), 5},
		{"no version", with(good, func(l *deviceLogin) { l.userName = host + "/a/" }), 5},
		{"another device's token", with(good, func(l *deviceLogin) { l.password = module.password }), 5},
		{"no token", with(good, func(l *deviceLogin) { l.password = "" }), 5},
		{"unknown device", with(good, func(l *deviceLogin) {
			l.clientID, l.userName = "nobody", host+"/nobody/?api-version=2021-04-12"
		}), 5},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c, token := connect(t, e, tt.login)
			if token.ReturnCode() != tt.want {
				t.Errorf("CONNACK %d, want %d (%v)", token.ReturnCode(), tt.want, token.Error())
			}
			c.Disconnect(0)
		})
	}
}

// answering subscribes to methods and answers each with its own topic.
func answering(t *testing.T, c paho.Client, qos byte) {
	t.Helper()
	must(t, c.Subscribe("$iothub/methods/POST/#", qos, func(c paho.Client, m paho.Message) {
		_, rid, _ := strings.Cut(m.Topic(), "?$rid=")
		c.Publish("$iothub/methods/res/207/?$rid="+rid, qos, false, `{"payload":`+string(m.Payload())+`}`)
	}))
}

func TestOwnDeviceOverMQTT(t *testing.T) {
	e := start(t, twoDevices)
	service := newCaller(t, e, "iothubowner")
	for qos := range byte(2) {
		c, token := connect(t, e, loginOf(t, e, "a", ""))
		must(t, token)
		answering(t, c, qos)
		got := service.invoke("a", `{"methodName":"anything","payload":[1]}`)
		if got.body != `{"status":207,"payload":{"payload":[1]}}` {
			t.Errorf("QoS %d: HTTP %d %s", qos, got.status, got.body)
		}
		must(t, c.Unsubscribe("$iothub/methods/POST/#"))
		service.invoke("a", `{"methodName":"m"}`).want(t, 404103, "DeviceNotOnline")
		c.Disconnect(100)
		eventually(t, "the hub notices the goodbye", func() bool { on, _ := e.Connected("a", ""); return !on })
	}
}

func TestTwinOverMQTT(t *testing.T) {
	e := start(t, `devices: [{id: a, behaviour: offline, desired: {rpm: 5}, reported: {fw: "1"}}]`)
	service := newCaller(t, e, "iothubowner")
	c, token := connect(t, e, loginOf(t, e, "a", ""))
	must(t, token)
	messages := make(chan paho.Message, 10)
	collect := func(_ paho.Client, m paho.Message) { messages <- m }
	must(t, c.Subscribe("$iothub/twin/res/#", 0, collect))
	must(t, c.Subscribe("$iothub/twin/PATCH/properties/desired/#", 0, collect))
	next := func() paho.Message {
		t.Helper()
		select {
		case m := <-messages:
			return m
		case <-time.After(longEnough):
			t.Fatal("no message")
			return nil
		}
	}
	must(t, c.Publish("$iothub/twin/GET/?$rid=1f", 0, false, ""))
	if m := next(); m.Topic() != "$iothub/twin/res/200/?$rid=1f" || string(m.Payload()) != `{"desired":{"$version":1,"rpm":5},"reported":{"$version":1,"fw":"1"}}` {
		t.Errorf("GET: %s %s", m.Topic(), m.Payload())
	}
	must(t, c.Publish("$iothub/twin/PATCH/properties/reported/?$rid=2", 1, false, `{"fw":"2","new":{"a":1}}`))
	if m := next(); m.Topic() != "$iothub/twin/res/204/?$rid=2&$version=2" {
		t.Errorf("PATCH: %s", m.Topic())
	}
	must(t, c.Publish("$iothub/twin/PATCH/properties/reported/?$rid=3", 1, false, `not json`))
	if m := next(); m.Topic() != "$iothub/twin/res/400/?$rid=3" {
		t.Errorf("bad PATCH: %s", m.Topic())
	}
	if got := service.do(http.MethodGet, "/twins/a", ""); !strings.Contains(got.body, `"reported":{"fw":"2","new":{"a":1},`) {
		t.Errorf("twin %s", got.body)
	}
	service.do(http.MethodPatch, "/twins/a", `{"properties":{"desired":{"rpm":7}}}`)
	if m := next(); m.Topic() != "$iothub/twin/PATCH/properties/desired/?$version=2" || string(m.Payload()) != `{"$version":2,"rpm":7}` {
		t.Errorf("desired: %s %s", m.Topic(), m.Payload())
	}
}

// mutedConn dials the hub and swallows everything sent after the CONNECT, so
// that the hub hears no pings.
func mutedConn(t *testing.T, e *emulator.Emulator) func(*url.URL, paho.ClientOptions) (net.Conn, error) {
	t.Helper()
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(e.CAPEM())
	return func(*url.URL, paho.ClientOptions) (net.Conn, error) {
		c, err := tls.Dial("tcp", e.MQTTAddr(), &tls.Config{RootCAs: roots})
		return &muted{Conn: c}, err
	}
}

type muted struct {
	net.Conn
	connectSent bool
}

func (m *muted) Write(b []byte) (int, error) {
	const pingreq = 0xC0
	if m.connectSent && len(b) > 0 && b[0] == pingreq {
		return len(b), nil
	}
	m.connectSent = true
	return m.Conn.Write(b)
}
