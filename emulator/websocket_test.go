package emulator_test

import (
	"net/http"
	"strings"
	"testing"

	paho "github.com/eclipse/paho.mqtt.golang"
)

func TestMQTTOverWebSocket(t *testing.T) {
	e := start(t, twoDevices)
	overWebSocket := func(o *paho.ClientOptions) {
		o.Servers = nil
		o.AddBroker("wss://" + e.HTTPSAddr() + "/$iothub/websocket")
	}
	c, token := connect(t, e, loginOf(t, e, "a", ""), overWebSocket)
	must(t, token)
	answering(t, c, 0)
	service := newCaller(t, e, "service")
	payload := `"` + strings.Repeat("x", 100_000) + `"`
	if got := service.invoke("a", `{"methodName":"m","payload":`+payload+`}`); got.body != `{"status":207,"payload":{"payload":`+payload+`}}` {
		t.Errorf("HTTP %d, %d bytes: %.100s", got.status, len(got.body), got.body)
	}
	found := false
	for _, r := range e.LogRecords() {
		found = found || r.OperationName == "deviceConnect" && strings.Contains(r.Properties, `"protocol":"MqttWs"`) && strings.Contains(r.Properties, "127.0.0.XXX")
	}
	if !found {
		t.Error("the log does not tell WebSocket from MQTT")
	}
	// A newer connection takes over at once, on whichever transport.
	second, token := connect(t, e, loginOf(t, e, "a", ""))
	must(t, token)
	eventually(t, "the WebSocket connection is closed", func() bool { return !c.IsConnected() })
	second.Disconnect(0)
}

func TestWebSocketNeedsMQTT(t *testing.T) {
	e := start(t, twoDevices)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://"+e.HTTPSAddr()+"/$iothub/websocket", nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := client(t, e).Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusUpgradeRequired {
		t.Errorf("a plain GET: HTTP %d, want 426", res.StatusCode)
	}
}
