package checks

import (
	"io/fs"
	"math"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"methodical/models"
)

// assetFiles are the real data files, read from the folder beside this one.
func assetFiles() fs.FS { return os.DirFS("../assets") }

func realCatalogue(t testing.TB) *Catalogue {
	t.Helper()
	c, err := LoadCatalogue(assetFiles())
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Verify(); err != nil {
		t.Fatal(err)
	}
	return c
}

func TestResolve(t *testing.T) {
	c := realCatalogue(t)
	for _, tt := range []struct{ ask, code, name string }{
		{"404103", "404103", "DeviceNotOnline"},
		{"devicenotonline", "404103", "DeviceNotOnline"},
		{" GatewayTimeout ", "504101", "GatewayTimeout"},
		{"404102", "404103", "DeviceNotOnline"},
		{"409001", "409001", "DeviceAlreadyExists"},
		{"404999", "", ""},
		{"", "", ""},
	} {
		code, name, ok := c.Resolve(tt.ask)
		if code != tt.code || name != tt.name || ok != (tt.code != "") {
			t.Errorf("%q: got %q %q %v", tt.ask, code, name, ok)
		}
	}
	if got := c.Meaning("404103"); !strings.Contains(got, "listening") {
		t.Errorf("meaning: got %q", got)
	}
	if got := c.Meaning("nothing"); got != "" {
		t.Errorf("meaning of nothing: got %q", got)
	}
}

func TestTiers(t *testing.T) {
	c := realCatalogue(t)
	for _, tt := range []struct {
		sku            string
		units, payload int
		calls          float64
		quota          int64
	}{
		{"F1", 1, 0, 40, 8000},
		{"S1", 1, 100, 40, 400_000},
		{"s1", 5, 4096, 200, 2_000_000},
		{"S1", 1, 4097, 20, 400_000},
		{"S1", 1, models.MaxPayloadBytes, 1.25, 400_000},
		{"S2", 1, 1, 120, 6_000_000},
		{"S3", 1, 1, 6144, 300_000_000},
		{"B1", 200, 1, 0, 80_000_000},
		{"S1", 0, 1, 0, 0},
	} {
		tier, ok := c.Tier(tt.sku)
		if !ok {
			t.Fatalf("no tier %s", tt.sku)
		}
		if got := tier.CallsPerSecond(tt.units, tt.payload); math.Abs(got-tt.calls) > 1e-9 {
			t.Errorf("%s, %d units, %d bytes: got %v calls a second, want %v", tt.sku, tt.units, tt.payload, got, tt.calls)
		}
		if got := tier.DailyQuota(tt.units); got != tt.quota {
			t.Errorf("%s, %d units: got a quota of %d, want %d", tt.sku, tt.units, got, tt.quota)
		}
	}
	if _, ok := c.Tier("S4"); ok {
		t.Error("S4 is no tier")
	}
}

func TestRates(t *testing.T) {
	c := realCatalogue(t)
	s1, _ := c.Tier("S1")
	s2, _ := c.Tier("S2")
	s3, _ := c.Tier("S3")
	b1, _ := c.Tier("B1")
	for _, tt := range []struct {
		name      string
		got, want float64
	}{
		{"S1 registry", s1.Registry.PerSecond(1), 100.0 / 60},
		{"S1 queries, 3 units", s1.Queries.PerSecond(3), 1},
		{"S1 new connections, 1 unit", s1.NewDeviceConnections.PerSecond(1), 100},
		{"S1 new connections, 9 units", s1.NewDeviceConnections.PerSecond(9), 108},
		{"S1 job calls, 10 units", s1.JobDeviceOperations.PerSecond(10), 10},
		{"S2 job calls, 20 units", s2.JobDeviceOperations.PerSecond(20), 20},
		{"S2 twin reads, 1 unit", s2.TwinReads.PerSecond(1), 100},
		{"S3 twin updates, 2 units", s3.TwinUpdates.PerSecond(2), 500},
		{"B1 twin reads", b1.TwinReads.PerSecond(1), 0},
	} {
		if math.Abs(tt.got-tt.want) > 1e-9 {
			t.Errorf("%s: got %v, want %v", tt.name, tt.got, tt.want)
		}
	}
	if !b1.TwinReads.IsZero() || s1.TwinReads.IsZero() {
		t.Error("B1 has no twins, S1 has")
	}
}

func TestCloudForHost(t *testing.T) {
	c := realCatalogue(t)
	for _, tt := range []struct{ host, id string }{
		{"contoso.azure-devices.net", "public"},
		{"CONTOSO.Azure-Devices.NET:443", "public"},
		{"contoso.service.azure-devices.net", "public"},
		{"contoso.azure-devices.us", "usgov"},
		{"contoso.azure-devices.cn.", "china"},
		{"contoso.azure-devices.de", "germany"},
		{".azure-devices.net", ""},
		{"azure-devices.net", ""},
		{"evilazure-devices.net", ""},
		{"contoso.azure-devices.net.evil.example", ""},
		{"localhost", ""},
	} {
		if cloud, ok := c.CloudForHost(tt.host); cloud.ID != tt.id || ok != (tt.id != "") {
			t.Errorf("%s: got %q %v, want %q", tt.host, cloud.ID, ok, tt.id)
		}
	}
}

func TestPortalURL(t *testing.T) {
	c := realCatalogue(t)
	cloud := func(id string) models.Cloud {
		for _, cl := range c.Clouds().Clouds {
			if cl.ID == id {
				return cl
			}
		}
		t.Fatalf("no cloud %s", id)
		return models.Cloud{}
	}
	known := models.PortalPlace{Subscription: "s-1", ResourceGroup: "rg a", Hub: "h"}
	got := c.Clouds().PortalURL(cloud("usgov"), known)
	if want := "https://portal.azure.us/#resource/subscriptions/s-1/resourceGroups/rg%20a/providers/Microsoft.Devices/IotHubs/h/DeviceExplorer"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got := c.Clouds().PortalURL(cloud("public"), models.PortalPlace{Hub: "h"}); !strings.HasSuffix(got, "Microsoft.Devices%2FIotHubs") {
		t.Errorf("without a subscription: got %s", got)
	}
	if got := c.Clouds().PortalURL(cloud("germany"), known); got != "" {
		t.Errorf("a closed cloud: got %s", got)
	}
}

func TestMatchSDK(t *testing.T) {
	c := realCatalogue(t)
	for _, tt := range []struct{ sdk, protocol, ids string }{
		{"iothubclient/1.11.0 (native; Linux; aarch64)", "Amqp", "c-amqp-methods-link c-module-amqp"},
		{"iothubclient/1.11.0 (native; Linux; aarch64)", "Mqtt", ""},
		{"iothubclient/1.11.0 (native; Linux; aarch64)", "", ""},
		{"iothubclient/1.14.0 (native; Linux; x64)", "Amqp", "c-module-amqp"},
		{"iothubclient/1.8.0", "Mqtt", "c-null-payload"},
		{"iothubclient/1.10", "MqttWs", ""},
		{"iothubclient", "Mqtt", ""},
		{"com.microsoft.azure.sdk.iot.iot-device-client/2.0.4 (11; Linux; amd64)", "AMQPS_WS", "java-amqp-reconnect"},
		{"com.microsoft.azure.sdk.iot.iot-device-client/2.0.5", "AMQPS", ""},
		{"com.microsoft.azure.sdk.iot.iot-device-client/1.20.0 (1.8.0_232; Windows 10; amd64),com.microsoft.azure.sdk.iot.iot-device-client,1.20.0", "Mqtt", "java-response-correlation"},
		{"Microsoft.Azure.Devices.Client/1.18.1 (.NET Core 2.1.0; Linux)", "Amqp", "csharp-amqp-link csharp-null-payload"},
		{".NET/1.36.0 (.NET 6.0.36; Linux; X64)", "Amqp", "csharp-null-payload"},
		{".NET/1.42.2 (.NET 8.0.1; Linux; X64)", "Amqp", ""},
		{"Microsoft.Azure.Devices/1.39.1", "", "csharp-service-100s"},
		{"azure-iot-device-iothub-py/2.12.0(3.8;Linux)", "Mqtt", "python-empty-payload"},
		{"azure-iot-device-iothub-py/2.13.0(3.8;Linux)", "Mqtt", ""},
		{"azure-iot-device/1.18.4 (node v20)", "Mqtt", ""},
		{".NET/1.42.0 (.NET 6.0.1; Linux) EdgeHub/1.4.3", "Mqtt", "edge-certificate-renewal"},
		{"", "Mqtt", ""},
		{"something else/1.0", "Amqp", ""},
	} {
		var ids []string
		for _, bad := range c.MatchSDK(tt.sdk, tt.protocol) {
			ids = append(ids, bad.ID)
		}
		if got := strings.Join(ids, " "); got != tt.ids {
			t.Errorf("%s over %s: got %q, want %q", tt.sdk, tt.protocol, got, tt.ids)
		}
	}
}

func TestCompareVersions(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		sign int
	}{
		{"1.9.0", "1.10.0", -1}, {"1.10", "1.10.0", 0}, {"2", "1.99.99", 1}, {"1.0.10", "1.0.9", 1}, {"", "0.0.1", -1},
	} {
		if got := compareVersions(tt.a, tt.b); got < 0 != (tt.sign < 0) || got > 0 != (tt.sign > 0) {
			t.Errorf("%s and %s: got %d, want the sign of %d", tt.a, tt.b, got, tt.sign)
		}
	}
}

func brokenFiles(name, text string) fs.FS {
	files := fstest.MapFS{
		limitsFile: {Data: []byte("tiers: []")}, cloudsFile: {Data: []byte("clouds: []")},
		sdksFile: {Data: []byte("[]")}, docsFile: {Data: []byte("[]")},
		"errors/404.yaml": {Data: []byte(`- {code: "404103", name: DeviceNotOnline}`)},
	}
	files[name] = &fstest.MapFile{Data: []byte(text)}
	return files
}

func TestVerifyNamesFileAndLine(t *testing.T) {
	for _, tt := range []struct{ name, file, text, want string }{
		{"unknown key", limitsFile, "checked: 2026-11-22\ntears: []\n", "limits/limits.yaml:2:"},
		{"wrong type", limitsFile, "tiers:\n  - sku: S1\n    maxUnits: many\n", "limits/limits.yaml:3:"},
		{"same key twice", cloudsFile, "checked: a\nchecked: b\n", "clouds/clouds.yaml:2:"},
		{"not YAML", docsFile, "- id: [\n", "docs/docs.yaml:1:"},
		{"one code twice", "errors/500.yaml", `- {code: "404103", name: Other}`, "404103"},
		{"one name twice", "errors/500.yaml", `- {code: "500001", name: devicenotonline}`, "devicenotonline"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c, err := LoadCatalogue(brokenFiles(tt.file, tt.text))
			if err != nil {
				t.Fatalf("loading reads nothing yet, and yet: %v", err)
			}
			if err := c.Verify(); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want it to name %s", err, tt.want)
			}
		})
	}
}

func TestLoadCatalogueMissesAPart(t *testing.T) {
	if _, err := LoadCatalogue(fstest.MapFS{"errors/404.yaml": {}}); err == nil || !strings.Contains(err.Error(), limitsFile) {
		t.Errorf("got %v", err)
	}
}

func BenchmarkCatalogue(b *testing.B) {
	files := assetFiles()
	for b.Loop() {
		c, err := LoadCatalogue(files)
		if err != nil {
			b.Fatal(err)
		}
		if err := c.Verify(); err != nil {
			b.Fatal(err)
		}
	}
}
