package main_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"reflect"
	"strings"
	"testing"

	"github.com/amenzhinsky/iothub/iotdevice"
	"github.com/amenzhinsky/iothub/iotdevice/transport"
	iotmqtt "github.com/amenzhinsky/iothub/iotdevice/transport/mqtt"
	"github.com/amenzhinsky/iothub/iotservice"
	"github.com/amenzhinsky/iothub/logger"
	paho "github.com/eclipse/paho.mqtt.golang"

	"methodical/emulator"
)

// goWorld is the hub that amenzhinsky's clients meet.
const goWorld = `
hub: {sku: S3, units: 1}
devices:
  - {id: pump-1, tags: {site: north}, methods: {echo: {echo: true}, busy: {status: 409, payload: {reason: in motion}}, list: {payload: [1, 2]}}}
  - {id: pump-2, tags: {site: north}, methods: {echo: {echo: true}}}
  - {id: freezer, tags: {site: south}, behaviour: offline}
  - {id: gateway, edge: true, modules: [{id: filter, methods: {echo: {echo: true}}}]}
`

// goSDK is a hub and a service client of amenzhinsky's library on it.
type goSDK struct {
	*iotservice.Client
	roots *x509.CertPool
}

// startGoSDK starts a hub on the ports that the library's device client pins.
// Nothing but its trust is changed: the certificates it pins are those of Azure.
func startGoSDK(t *testing.T) *goSDK {
	t.Helper()
	scenario, err := emulator.ParseScenario("go", []byte(goWorld))
	if err != nil {
		t.Fatal(err)
	}
	address := pinnedPorts(t, 32)
	e, err := emulator.Start(context.Background(), emulator.Options{
		Scenario: scenario, HostName: address, HTTPSListen: net.JoinHostPort(address, "443"), MQTTListen: net.JoinHostPort(address, "8883"),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := e.Ready(within(t)); err != nil {
		t.Fatal(err)
	}
	sdk := &goSDK{roots: x509.NewCertPool()}
	sdk.roots.AppendCertsFromPEM(e.CAPEM())
	text, err := e.ConnectionString("iothubowner")
	if err != nil {
		t.Fatal(err)
	}
	web := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: sdk.roots}}
	t.Cleanup(web.CloseIdleConnections)
	if sdk.Client, err = iotservice.NewFromConnectionString(text, iotservice.WithHTTPClient(&http.Client{Transport: web})); err != nil {
		t.Fatal(err)
	}
	return sdk
}

// within is a context for whatever must end, some time.
func within(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	t.Cleanup(cancel)
	return ctx
}

// trust makes a transport of the library trust the hub.
func (s *goSDK) trust() iotmqtt.TransportOption {
	return iotmqtt.WithClientOptionsConfig(func(o *paho.ClientOptions) { o.TLSConfig.RootCAs = s.roots })
}

// quiet keeps the library from logging to standard error.
func quiet() iotdevice.ClientOption { return iotdevice.WithLogger(logger.New(logger.LevelOff, nil)) }

// newDevice registers a device and connects it.
func (s *goSDK) newDevice(t *testing.T, id string, tr transport.Transport) *iotdevice.Client {
	t.Helper()
	device, err := s.CreateDevice(within(t), &iotservice.Device{DeviceID: id, Authentication: &iotservice.Authentication{Type: iotservice.AuthSAS}})
	if err != nil {
		t.Fatal(err)
	}
	text, err := s.DeviceConnectionString(device, false)
	if err != nil {
		t.Fatal(err)
	}
	client, err := iotdevice.NewFromConnectionString(tr, text, quiet())
	if err != nil {
		t.Fatal(err)
	}
	return open(t, client)
}

func open(t *testing.T, client *iotdevice.Client) *iotdevice.Client {
	t.Helper()
	if err := client.Connect(within(t)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := client.Close(); err != nil {
			t.Errorf("close the device client: %v", err)
		}
	})
	return client
}

// TestEndToEndAmenzhinsky runs amenzhinsky's clients against a hub: what the
// library's own end-to-end tests do for methods and twins, over both of its
// MQTT transports, and everything of its service client that concerns methods.
func TestEndToEndAmenzhinsky(t *testing.T) {
	t.Parallel()
	sdk := startGoSDK(t)
	for name, webSocket := range map[string]bool{"mqtt": false, "mqtt-ws": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			device := sdk.newDevice(t, "go-"+name, iotmqtt.New(iotmqtt.WithWebSocket(webSocket), sdk.trust()))
			t.Run("DirectMethod", func(t *testing.T) { callGoDevice(t, sdk, device) })
			t.Run("UpdateDeviceTwin", func(t *testing.T) { reportTwin(t, sdk, device) })
			t.Run("SubscribeTwin", func(t *testing.T) { watchTwin(t, sdk, device) })
			t.Run("SendEvent", func(t *testing.T) {
				err := device.SendEvent(within(t), []byte("hello"), iotdevice.WithSendMessageID("1"), iotdevice.WithSendProperty("a", "b&c=d"))
				if err != nil {
					t.Error(err)
				}
			})
			t.Run("SubscribeEvents", func(t *testing.T) {
				sub, err := device.SubscribeEvents(within(t))
				if err != nil {
					t.Fatal(err)
				}
				device.UnsubscribeEvents(sub)
			})
		})
	}
	t.Run("x509", func(t *testing.T) { connectByCertificate(t, sdk) })
	t.Run("service", func(t *testing.T) { callService(t, sdk) })
}

func callGoDevice(t *testing.T, sdk *goSDK, device *iotdevice.Client) {
	t.Helper()
	sum := func(v map[string]any) (int, map[string]any, error) {
		a, _ := v["a"].(float64)
		b, _ := v["b"].(float64)
		return 222, map[string]any{"result": a + b}, nil
	}
	if err := device.RegisterMethod(within(t), "sum", sum); err != nil {
		t.Fatal(err)
	}
	got, err := sdk.CallDeviceMethod(within(t), device.DeviceID(), &iotservice.MethodCall{
		MethodName: "sum", ConnectTimeout: 5, ResponseTimeout: 5, Payload: map[string]any{"a": 1.5, "b": 3},
	})
	if err != nil {
		t.Fatal(err)
	}
	if want := (&iotservice.MethodResult{Status: 222, Payload: map[string]any{"result": 4.5}}); !reflect.DeepEqual(got, want) {
		t.Errorf("the device answered %v, want %v", got, want)
	}
	// The library gives no answer to a method that it has no handler for.
	_, err = sdk.CallDeviceMethod(within(t), device.DeviceID(), &iotservice.MethodCall{MethodName: "unknown", ResponseTimeout: 5})
	wantRequestError(t, err, http.StatusGatewayTimeout, "504101")
}

func reportTwin(t *testing.T, sdk *goSDK, device *iotdevice.Client) {
	t.Helper()
	version, err := device.UpdateTwinState(within(t), iotdevice.TwinState{"firmware": "1.0", "gone": 1})
	if err != nil {
		t.Fatal(err)
	}
	next, err := device.UpdateTwinState(within(t), iotdevice.TwinState{"gone": nil})
	if err != nil || next != version+1 {
		t.Fatalf("version %d after %d: %v", next, version, err)
	}
	_, reported, err := device.RetrieveTwinState(within(t))
	if err != nil {
		t.Fatal(err)
	}
	if _, there := reported["gone"]; there || reported["firmware"] != "1.0" || reported.Version() != next {
		t.Errorf("the device reads %v back, at version %d", reported, next)
	}
	twin, err := sdk.GetDeviceTwin(within(t), device.DeviceID())
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(twin.Properties.Reported["firmware"], "1.0") || twin.ConnectionState != iotservice.Connected {
		t.Errorf("the service sees %v, %s", twin.Properties.Reported, twin.ConnectionState)
	}
}

func watchTwin(t *testing.T, sdk *goSDK, device *iotdevice.Client) {
	t.Helper()
	sub, err := device.SubscribeTwinUpdates(within(t))
	if err != nil {
		t.Fatal(err)
	}
	defer device.UnsubscribeTwinUpdates(sub)
	limits := map[string]any{"low": 1.0}
	twin, err := sdk.UpdateDeviceTwin(within(t), &iotservice.Twin{
		DeviceID: device.DeviceID(), Tags: map[string]any{"site": "east"},
		Properties: &iotservice.Properties{Desired: map[string]any{"rate": 60, "limits": limits}},
	})
	if err != nil {
		t.Fatal(err)
	}
	if twin.Tags["site"] != "east" {
		t.Errorf("tags %v", twin.Tags)
	}
	wantDesired(t, sub, iotdevice.TwinState{"rate": 60.0, "limits": limits, "$version": twin.Properties.Desired["$version"]})

	// A twin may be written back as it was read, $metadata and $version included.
	twin.Properties.Desired["rate"] = 5
	twin, err = sdk.UpdateDeviceTwin(within(t), twin)
	if err != nil {
		t.Fatal(err)
	}
	wantDesired(t, sub, iotdevice.TwinState{"rate": 5.0, "limits": limits, "$version": twin.Properties.Desired["$version"]})
}

func wantDesired(t *testing.T, sub *iotdevice.TwinStateSub, want iotdevice.TwinState) {
	t.Helper()
	select {
	case got := <-sub.C():
		if !reflect.DeepEqual(got, want) {
			t.Errorf("the device was told %v, want %v", got, want)
		}
	case <-within(t).Done():
		t.Fatalf("the device was never told %v", want)
	}
}

// wantRequestError expects the hub's refusal, as the library hands it on.
func wantRequestError(t *testing.T, err error, status int, inBody string) {
	t.Helper()
	var refused *iotservice.RequestError
	if !errors.As(err, &refused) || refused.Code != status || !strings.Contains(string(refused.Body), inBody) {
		t.Errorf("got %v, want HTTP %d with %s", err, status, inBody)
	}
}

// connectByCertificate connects a device that shows a certificate of its own.
func connectByCertificate(t *testing.T, sdk *goSDK) {
	t.Helper()
	own := selfSigned(t, "go-x509")
	_, err := sdk.CreateDevice(within(t), &iotservice.Device{DeviceID: "go-x509", Authentication: &iotservice.Authentication{
		Type: iotservice.AuthSelfSigned, X509Thumbprint: &iotservice.X509Thumbprint{PrimaryThumbprint: own.thumbprint, SecondaryThumbprint: own.thumbprint},
	}})
	if err != nil {
		t.Fatal(err)
	}
	client, err := iotdevice.NewFromX509Cert(iotmqtt.New(sdk.trust()), "go-x509", sdk.HostName(), own.pair(t), quiet())
	if err != nil {
		t.Fatal(err)
	}
	if err := open(t, client).SendEvent(within(t), []byte("hello")); err != nil {
		t.Error(err)
	}
	client, err = iotdevice.NewFromX509Cert(iotmqtt.New(sdk.trust()), "go-x509", sdk.HostName(), selfSigned(t, "go-x509").pair(t), quiet())
	if err != nil {
		t.Fatal(err)
	}
	if err := client.Connect(within(t)); err == nil {
		t.Error("a stranger's certificate was let in")
	}
}
