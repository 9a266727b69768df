package emulator_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	paho "github.com/eclipse/paho.mqtt.golang"
)

func TestNewerConnectionWins(t *testing.T) {
	e := start(t, twoDevices)
	lost := make(chan struct{})
	first, token := connect(t, e, loginOf(t, e, "a", ""), func(o *paho.ClientOptions) {
		o.SetConnectionLostHandler(func(paho.Client, error) { close(lost) })
	})
	must(t, token)
	must(t, first.Subscribe("$iothub/methods/POST/#", 0, func(paho.Client, paho.Message) {}))
	service := newCaller(t, e, "service")
	inFlight := make(chan reply, 1)
	go func() { inFlight <- service.invoke("a", `{"methodName":"m"}`) }()
	eventually(t, "the call is under way", func() bool { return e.InFlight("a", "") == 1 })

	second, token := connect(t, e, loginOf(t, e, "a", ""))
	must(t, token)
	answering(t, second, 0)
	select {
	case <-lost:
	case <-time.After(longEnough):
		t.Fatal("the older connection is still there")
	}
	(<-inFlight).want(t, 400027, "ConnectionForcefullyClosedOnNewConnection")
	if got := service.invoke("a", `{"methodName":"m"}`); got.body != `{"status":207,"payload":{"payload":null}}` {
		t.Errorf("HTTP %d %s", got.status, got.body)
	}
}

func TestSessionsAreKept(t *testing.T) {
	e := start(t, twoDevices)
	service := newCaller(t, e, "service")
	login := loginOf(t, e, "a", "")
	login.clean = false
	handler := func(o *paho.ClientOptions) {
		o.SetDefaultPublishHandler(func(c paho.Client, m paho.Message) {
			_, rid, _ := strings.Cut(m.Topic(), "?$rid=")
			c.Publish("$iothub/methods/res/200/?$rid="+rid, 0, false, `1`)
		})
	}
	first, token := connect(t, e, login, handler)
	must(t, token)
	if token.SessionPresent() {
		t.Error("a session is there before there was one")
	}
	must(t, first.Subscribe("$iothub/methods/POST/#", 0, nil))
	first.Disconnect(100)
	eventually(t, "the first connection is gone", func() bool { on, _ := e.Connected("a", ""); return !on })

	second, token := connect(t, e, login, handler)
	must(t, token)
	if !token.SessionPresent() {
		t.Error("the session was not kept")
	}
	if got := service.invoke("a", `{"methodName":"m"}`); got.body != `{"status":200,"payload":1}` {
		t.Errorf("without subscribing again: HTTP %d %s", got.status, got.body)
	}
	second.Disconnect(100)

	login.clean = true
	_, token = connect(t, e, login, handler)
	must(t, token)
	if token.SessionPresent() {
		t.Error("a clean session took up an old one")
	}
	service.invoke("a", `{"methodName":"m"}`).want(t, 404103, "DeviceNotOnline")
}

func TestTopicsOfOthersAreClosed(t *testing.T) {
	e := start(t, twoDevices)
	lost := make(chan struct{})
	c, token := connect(t, e, loginOf(t, e, "a", ""), func(o *paho.ClientOptions) {
		o.SetConnectionLostHandler(func(paho.Client, error) { close(lost) })
	})
	must(t, token)
	for _, filter := range []string{"#", "devices/gw/messages/devicebound/#", "$iothub/methods/res/#"} {
		sub := c.Subscribe(filter, 0, nil).(*paho.SubscribeToken)
		sub.WaitTimeout(longEnough)
		if sub.Result()[filter] != 0x80 {
			t.Errorf("subscribed to %s: %v", filter, sub.Result())
		}
	}
	c.Publish("devices/gw/messages/events/", 0, false, "{}")
	select {
	case <-lost:
	case <-time.After(longEnough):
		t.Error("publishing as another device did not end the connection")
	}
}

func TestQoS2EndsTheConnection(t *testing.T) {
	e := start(t, twoDevices)
	lost := make(chan struct{})
	c, token := connect(t, e, loginOf(t, e, "a", ""), func(o *paho.ClientOptions) {
		o.SetConnectionLostHandler(func(paho.Client, error) { close(lost) })
	})
	must(t, token)
	c.Publish("devices/a/messages/events/", 2, false, "{}")
	select {
	case <-lost:
	case <-time.After(longEnough):
		t.Error("QoS 2 did not end the connection")
	}
}

func TestSimulatedDeviceStepsAside(t *testing.T) {
	t.Parallel()
	e := start(t, `devices: [{id: a, methods: {m: {payload: simulated}}}]`)
	service := newCaller(t, e, "service")
	c, token := connect(t, e, loginOf(t, e, "a", ""))
	must(t, token)
	answering(t, c, 0)
	for range 3 {
		if got := service.invoke("a", `{"methodName":"m"}`); got.body != `{"status":207,"payload":{"payload":null}}` {
			t.Fatalf("HTTP %d %s, want the answer of the test's own device", got.status, got.body)
		}
		time.Sleep(100 * time.Millisecond)
	}
	c.Disconnect(100)
	eventually(t, "the simulated device is back", func() bool {
		return service.invoke("a", `{"methodName":"m"}`).body == `{"status":200,"payload":"simulated"}`
	})
}

func TestDisablingDropsTheConnection(t *testing.T) {
	e := start(t, `devices: [{id: a, methods: {m: {}}}]`)
	service := newCaller(t, e, "service")
	if err := e.EnableDevice("a", false); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the device is dropped", func() bool { on, _ := e.Connected("a", ""); return !on })
	service.invoke("a", `{"methodName":"m"}`).want(t, 404001, "DeviceNotFound")
	if err := e.EnableDevice("a", true); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the device is back", func() bool { return service.invoke("a", `{"methodName":"m"}`).status == http.StatusOK })
}
