package emulator_test

import (
	"strings"
	"testing"
	"time"

	paho "github.com/eclipse/paho.mqtt.golang"

	"methodical/emulator"
	"methodical/emulator/device"
	"methodical/models"
)

// rows counts Connections rows of a device.
func rows(e *emulator.Emulator, operation, id, code string) int {
	n := 0
	for _, r := range e.LogRecords() {
		if r.Category == models.CategoryConnections && r.OperationName == operation && r.ResultType == code && strings.Contains(r.Properties, `"deviceId":"`+id+`"`) {
			n++
		}
	}
	return n
}

func TestFlapping(t *testing.T) {
	t.Parallel()
	e := start(t, `{clock: {speed: 30}, devices: [{id: a, behaviour: {kind: flapping, up: 3s, down: 3s}}]}`)
	eventually(t, "three losses and as many returns", func() bool {
		return rows(e, "deviceDisconnect", "a", "404104") >= 3 && rows(e, "deviceConnect", "a", "") >= 3
	})
}

func TestDuplicateIdentity(t *testing.T) {
	t.Parallel()
	e := start(t, `{clock: {speed: 50}, devices: [{id: a, behaviour: {kind: duplicate, every: 5s}, methods: {m: {}}}]}`)
	eventually(t, "both clients push each other out", func() bool { return rows(e, "deviceDisconnect", "a", "400027") >= 4 })
	if rows(e, "deviceDisconnect", "a", "404104") == 0 {
		t.Error("the log does not say that the connection is gone")
	}
	sdks := make(map[string]bool)
	for _, r := range e.LogRecords() {
		if r.OperationName == "deviceConnect" {
			sdks[r.Properties] = true
		}
	}
	if len(sdks) != 2 {
		t.Errorf("%d different clients in the log, want 2: %v", len(sdks), sdks)
	}
	if err := e.SetBehaviour("a", "", emulator.Behaviour{Kind: device.Healthy}); err != nil {
		t.Fatal(err)
	}
	c := newCaller(t, e, "service")
	eventually(t, "peace", func() bool { return c.invoke("a", `{"methodName":"m"}`).status == 200 })
}

func TestExpiringToken(t *testing.T) {
	t.Parallel()
	e := start(t, `{clock: {speed: 10}, devices: [{id: a, behaviour: {kind: expiring-token, every: 10s, down: 1s}}]}`)
	eventually(t, "the hub ends the connection with the token", func() bool { return rows(e, "deviceDisconnect", "a", "401003") >= 1 })
	eventually(t, "and logs the loss", func() bool { return rows(e, "deviceDisconnect", "a", "404104") >= 1 })
	eventually(t, "the device comes back", func() bool { return rows(e, "deviceConnect", "a", "") >= 2 })
}

func TestKeepAliveRunsOut(t *testing.T) {
	t.Parallel()
	e := start(t, twoDevices)
	_, token := connect(t, e, loginOf(t, e, "a", ""), func(o *paho.ClientOptions) {
		o.SetKeepAlive(time.Second).SetCustomOpenConnectionFn(mutedConn(t, e))
	})
	must(t, token)
	eventually(t, "the hub gives up on a silent device", func() bool { return rows(e, "deviceDisconnect", "a", "404104") == 1 })
}

func TestTimelineIsPlayed(t *testing.T) {
	t.Parallel()
	e := start(t, `
clock: {speed: 30}
devices:
  - id: a
    methods: {m: {}}
    behaviour: {kind: asleep, until: 20s}
    then: [{at: 60s, behaviour: no-subscription}]
`)
	c := newCaller(t, e, "service")
	c.invoke("a", `{"methodName":"m"}`).want(t, 404103, "DeviceNotOnline")
	if got := c.invoke("a", `{"methodName":"m","connectTimeoutInSeconds":300}`); got.status != 200 {
		t.Errorf("asleep until 20 s: HTTP %d %s", got.status, got.body)
	}
	eventually(t, "the subscription is dropped", func() bool { on, subscribed := e.Connected("a", ""); return on && !subscribed })
	c.invoke("a", `{"methodName":"m"}`).want(t, 404103, "DeviceNotOnline")
}

func TestRestartCures(t *testing.T) {
	t.Parallel()
	e := start(t, `{clock: {speed: 20}, devices: [{id: a, methods: {m: {}}, behaviour: no-subscription, afterRestart: healthy}, {id: b}]}`)
	c := newCaller(t, e, "service")
	c.invoke("a", `{"methodName":"m"}`).want(t, 404103, "DeviceNotOnline")
	if err := e.RestartDevice("a", ""); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the restarted device answers", func() bool { return c.invoke("a", `{"methodName":"m"}`).status == 200 })
	if err := e.RestartDevice("nobody", ""); err == nil {
		t.Error("restarting an unknown device is no error")
	}
	if err := e.SetBehaviour("b", "", emulator.Behaviour{Kind: "odd"}); err == nil {
		t.Error("an unknown behaviour is no error")
	}
}

func TestEveryBehaviourStartsAndStops(t *testing.T) {
	t.Parallel()
	e := start(t, `{clock: {speed: 50}, devices: [{id: a, methods: {m: {}}}, {id: b, client: iotdevice, methods: {m: {}}}]}`)
	for _, kind := range device.Kinds() {
		for _, id := range []string{"a", "b"} {
			if err := e.SetBehaviour(id, "", emulator.Behaviour{Kind: kind}); err != nil {
				t.Fatal(err)
			}
		}
		time.Sleep(20 * time.Millisecond) // let it get under way, at whatever point
	}
	for _, id := range []string{"a", "b"} {
		if err := e.SetBehaviour(id, "", emulator.Behaviour{Kind: device.Healthy}); err != nil {
			t.Fatal(err)
		}
		c := newCaller(t, e, "service")
		eventually(t, id+" is well again", func() bool { return c.invoke(id, `{"methodName":"m","payload":{}}`).status == 200 })
	}
}
