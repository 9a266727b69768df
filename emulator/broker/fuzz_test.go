package broker

import (
	"log/slog"
	"net"
	"testing"
	"time"

	"methodical/emulator/clock"
	"methodical/emulator/hub"
	"methodical/emulator/sas"
)

func testHub(tb testing.TB) *hub.Hub {
	tb.Helper()
	h := hub.New(hub.Config{
		Name: "lab", HostNames: []string{"lab"}, Settings: hub.Settings{SKU: "S1", Units: 1, Limits: hub.DefaultLimits()},
		Switches: hub.DefaultSwitches(), Clock: clock.New(1), Seed: []byte("seed"),
	})
	if _, err := h.Create(hub.Spec{DeviceID: "a"}); err != nil {
		tb.Fatal(err)
	}
	return h
}

// FuzzConnection feeds bytes to the broker as a device that has logged in, or
// not, might send them. Nothing may crash, hang or stay behind.
func FuzzConnection(f *testing.F) {
	connect := []byte("\x10\x0d\x00\x04MQTT\x04\x00\x00\x05\x00\x01a")
	f.Add(connect, false)
	f.Add([]byte("\x82\x1a\x00\x01\x00\x15$iothub/methods/POST/#\x00"), true)
	f.Add([]byte("\x30\x1f\x00\x1b$iothub/methods/res/200/?$rid=1{}"), true)
	f.Add([]byte("\x32\x20\x00\x1c$iothub/twin/GET/?$rid=1\x00\x05"), true)
	f.Add([]byte("\xc0\x00\xe0\x00"), true)
	f.Add([]byte("\x10\xff\xff\xff\x7f"), false)
	h := testHub(f)
	b, err := New(h, slog.New(slog.DiscardHandler))
	if err != nil {
		f.Fatal(err)
	}
	login := loginPacket(f, h)
	f.Fuzz(func(t *testing.T, data []byte, loggedIn bool) {
		ours, theirs := net.Pipe()
		done := make(chan struct{})
		go func() {
			defer close(done)
			b.ServeConn(theirs, "Mqtt")
		}()
		go func() { // swallow what the broker says
			buf := make([]byte, 1024)
			for {
				if _, err := ours.Read(buf); err != nil {
					return
				}
			}
		}()
		_ = ours.SetWriteDeadline(time.Now().Add(10 * time.Second))
		if loggedIn {
			_, _ = ours.Write(login)
		}
		_, _ = ours.Write(data) // the broker may have hung up by now
		_ = ours.Close()
		select {
		case <-done:
		case <-time.After(20 * time.Second):
			t.Fatalf("the broker hangs after %q", data)
		}
	})
}

// loginPacket is the CONNECT of a real device.
func loginPacket(tb testing.TB, h *hub.Hub) []byte {
	tb.Helper()
	id, ok := h.Lookup(target("a"))
	if !ok {
		tb.Fatal("no device")
	}
	key := *h.View(id).Authentication.SymmetricKey.PrimaryKey
	token, err := sas.New("lab/devices/a", "", key, time.Now().Add(time.Hour))
	if err != nil {
		tb.Fatal(err)
	}
	var body []byte
	text := func(s string) { body = append(append(body, byte(len(s)>>8), byte(len(s))), s...) }
	text("MQTT")
	body = append(body, 4, 0xC2, 0, 60) // level, user name + password + clean session, keep-alive
	text("a")
	text("lab/a/?api-version=2021-04-12")
	text(token)
	packet := []byte{0x10}
	n := len(body)
	for n >= 128 {
		packet = append(packet, byte(n)|0x80)
		n >>= 7
	}
	return append(append(packet, byte(n)), body...)
}

func FuzzNames(f *testing.F) {
	f.Add("lab/a/?api-version=2021-04-12&DeviceClientType=x%2Fy", "a", "$iothub/methods/res/200/?$rid=1")
	f.Add("lab/a/m/api-version=1", "a/m", "$iothub/methods/res/x/y")
	f.Fuzz(func(_ *testing.T, user, id, topic string) {
		if name, ok := parseUserName(user, id, []string{"lab"}); ok {
			_ = name.sdk()
		}
		parseClientID(id)
		parseResponse(topic)
		requestID(topic)
		mayPublish(target("a"), topic)
		maySubscribe(target("a"), topic)
	})
}
