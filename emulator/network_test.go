package emulator_test

import (
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"

	"methodical/emulator"
	"methodical/emulator/netfault"
)

// try makes a call that may get no answer.
func try(c *caller, within time.Duration) (int, error) {
	c.t.Helper()
	r, err := http.NewRequestWithContext(c.t.Context(), http.MethodPost, "https://"+c.host+"/twins/a/methods?api-version=2021-04-12", strings.NewReader(`{"methodName":"m"}`))
	if err != nil {
		c.t.Fatal(err)
	}
	r.Header.Set("Authorization", c.token())
	c.http.CloseIdleConnections()
	c.http.Timeout = within
	res, err := c.http.Do(r)
	if err != nil {
		return 0, err
	}
	_ = res.Body.Close()
	return res.StatusCode, nil
}

func TestNetworkFaultsOfTheService(t *testing.T) {
	t.Parallel()
	e := start(t, `{devices: [{id: a, methods: {m: {}}}]}`)
	c := newCaller(t, e, "service")
	for _, tt := range []struct {
		kind  netfault.Kind
		wrong func(error) bool
	}{
		{netfault.Refuse, func(err error) bool { return errors.Is(err, syscall.ECONNREFUSED) }},
		{netfault.Reset, func(err error) bool { return errors.Is(err, syscall.ECONNRESET) }},
		{netfault.Stall, func(err error) bool { var t net.Error; return errors.As(err, &t) && t.Timeout() }},
		{netfault.Intercept, func(err error) bool { var u x509.UnknownAuthorityError; return errors.As(err, &u) }},
	} {
		end, err := e.BeginNetworkFault("https", emulator.NetworkFault{Kind: tt.kind})
		if err != nil {
			t.Fatal(err)
		}
		if status, err := try(c, 300*time.Millisecond); err == nil || !tt.wrong(err) {
			t.Errorf("%s: HTTP %d, error %v", tt.kind, status, err)
		}
		end()
		eventually(t, "the service is back after "+string(tt.kind), func() bool {
			status, err := try(c, longEnough)
			return err == nil && status == http.StatusOK
		})
	}
	if _, err := e.BeginNetworkFault("front", emulator.NetworkFault{Kind: netfault.Stall}); err == nil {
		t.Error("an unknown door is no error")
	}
}

func TestNetworkFaultsOfDevices(t *testing.T) {
	t.Parallel()
	e := start(t, `{devices: [{id: a, methods: {m: {}}}]}`)
	end, err := e.BeginNetworkFault("mqtt", emulator.NetworkFault{Kind: netfault.Reset})
	if err != nil {
		t.Fatal(err)
	}
	c := newCaller(t, e, "service")
	eventually(t, "the hub sees the loss", func() bool { on, _ := e.Connected("a", ""); return !on })
	c.invoke("a", `{"methodName":"m"}`).want(t, 404103, "DeviceNotOnline")
	end()
	eventually(t, "the device is back", func() bool { return c.invoke("a", `{"methodName":"m"}`).status == http.StatusOK })
}

func TestNetworkOfAScenario(t *testing.T) {
	e := start(t, `{clock: {speed: 10}, network: [{door: https, kind: refuse, for: 3s}], devices: [{id: a, methods: {m: {}}}]}`)
	c := newCaller(t, e, "service")
	if _, err := try(c, longEnough); !errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("at the start: %v, want a refusal", err)
	}
	eventually(t, "the service listens", func() bool { status, _ := try(c, longEnough); return status == http.StatusOK })
}
