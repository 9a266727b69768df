package emulator_test

import (
	"os/exec"
	"strings"
	"testing"

	"methodical/emulator"
	"methodical/emulator/device"
)

func TestEnvironmentForOtherClients(t *testing.T) {
	e := start(t, `devices: [{id: a, behaviour: offline}, {id: gw, edge: true, modules: [{id: m, behaviour: offline}]}, {id: b, behaviour: offline}, {id: "c-{n}", count: 3, behaviour: offline}]`)
	text, err := e.ShellEnv()
	if err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command("sh", "-c", text+`
		printf '%s\n' "$SERVICE_CS" "$SERVICE_CS_CONNECT" "$SERVICE_CS_NOCONNECT" "$DEVICE_POLICY_CS" "$DEVICE_CS_1" "$DEVICE_CS_3" "$MODULE_CS_1" "${DEVICE_CS_4-unset}" "$CA_PEM"`).Output()
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	for i, want := range []string{
		"HostName=" + e.HostName() + ";SharedAccessKeyName=iothubowner;SharedAccessKey=",
		"HostName=" + e.HostName() + ";SharedAccessKeyName=service;SharedAccessKey=",
		"HostName=" + e.HostName() + ";SharedAccessKeyName=registryReadWrite;SharedAccessKey=",
		"HostName=" + e.DeviceHostName() + ";SharedAccessKeyName=device;SharedAccessKey=",
		"HostName=" + e.DeviceHostName() + ";DeviceId=a;SharedAccessKey=",
		"HostName=" + e.DeviceHostName() + ";DeviceId=b;SharedAccessKey=",
		"HostName=" + e.DeviceHostName() + ";DeviceId=gw;ModuleId=m;SharedAccessKey=",
		"unset",
		"-----BEGIN CERTIFICATE-----",
	} {
		if !strings.HasPrefix(lines[i], want) {
			t.Errorf("line %d is %q, want %q", i, lines[i], want)
		}
	}
	if lines[len(lines)-1] != "-----END CERTIFICATE-----" {
		t.Errorf("the certificate ends with %q", lines[len(lines)-1])
	}
	if _, err := e.ConnectionString("nobody"); err == nil {
		t.Error("an unknown policy is no error")
	}
	if _, err := e.DeviceConnectionString("nobody", ""); err == nil {
		t.Error("an unknown device is no error")
	}
}

func TestKeysFollowTheSeed(t *testing.T) {
	s, err := emulator.ParseScenario("t", []byte(`devices: [{id: a, behaviour: offline}]`))
	if err != nil {
		t.Fatal(err)
	}
	key := func(seed string) string {
		e, err := emulator.Start(t.Context(), emulator.Options{Scenario: s, Seed: []byte(seed)})
		if err != nil {
			t.Fatal(err)
		}
		defer e.Close()
		cs, err := e.DeviceConnectionString("a", "")
		if err != nil {
			t.Fatal(err)
		}
		return parseConnectionString(t, cs)["SharedAccessKey"]
	}
	first, again, other := key("one"), key("one"), key("two")
	if first != again || first == other {
		t.Error("keys do not follow the seed")
	}
	random, another := key(""), key("")
	if random == another {
		t.Error("without a seed two hubs have the same keys")
	}
}

func TestSteeringOneConnection(t *testing.T) {
	t.Parallel()
	e := start(t, `{hub: {sku: S2, units: 4, quotaUsed: 5}, clock: {speed: 20}, devices: [{id: a, methods: {m: {}}}, {id: b, client: iotdevice, methods: {m: {}}, telemetry: 1s}]}`)
	if e.SKU() != "S2" || e.Units() != 4 {
		t.Errorf("%s × %d", e.SKU(), e.Units())
	}
	e.SetQuotaUsed(17)
	if used, limit := e.Quota(); used < 17 || used > 1000 || limit != 24_000_000 {
		t.Errorf("quota %d of %d", used, limit)
	}
	for _, id := range []string{"a", "b"} {
		if err := e.DropConnection(id, ""); err != nil {
			t.Fatal(err)
		}
		eventually(t, id+" is back", func() bool {
			_, subscribed := e.Connected(id, "")
			return subscribed && rows(e, "deviceDisconnect", id, "404104") == 1
		})
	}
	if err := e.DropConnection("nobody", ""); err == nil {
		t.Error("dropping an unknown device is no error")
	}
	// The other library can drop out in the middle of a call as well.
	if err := e.SetBehaviour("b", "", emulator.Behaviour{Kind: device.DropInCall}); err != nil {
		t.Fatal(err)
	}
	newCaller(t, e, "service").invoke("b", `{"methodName":"m","payload":{}}`).want(t, 404103, "DeviceNotOnline")
	eventually(t, "telemetry of the other library is charged", func() bool { used, _ := e.Quota(); return used > 30 })
}
