package emulator_test

import (
	"net/http"
	"net/netip"
	"strings"
	"testing"
	"time"

	"methodical/emulator"
	"methodical/emulator/hub"
)

const oneDevice = `
clock: {speed: 20}
hub: {%}
devices: [{id: a, methods: {m: {}}}]
`

func withHub(settings string) string { return strings.Replace(oneDevice, "%", settings, 1) }

func TestStatesOfTheHub(t *testing.T) {
	for _, tt := range []struct {
		hub  string
		code int
		name string
	}{
		{"sku: B1", 403010, "OperationNotAvailableInCurrentTier"},
		{"sku: S1, quotaUsed: 400000", 403002, "IotHubQuotaExceeded"},
		{"sku: F1, quotaUsed: 8000", 403002, "IotHubQuotaExceeded"},
		{"state: Suspended", 403001, "IotHubSuspended"},
		{`localAuth: "off"`, 401002, "IotHubUnauthorizedAccess"},
		{`localAuth: "off", switches: {localAuthDisabled: 401003}`, 401003, "IotHubUnauthorized"},
		{"publicNetworkAccess: Disabled", 401002, "IotHubUnauthorizedAccess"},
		{"ipRules: [{name: office, action: Accept, mask: 10.0.0.0/8}]", 401002, "IotHubUnauthorizedAccess"},
		{"faults: [{kind: failover}]", 404012, "IotHubFailingOver"},
		{"faults: [{kind: maintenance}]", 400030, "ConnectionRejectedOnFaultInjection"},
		{"faults: [{kind: error, code: 500001}]", 500001, "ServerError"},
		{"faults: [{kind: error, code: 503005, on: [methods]}]", 503005, "ServerBusy"},
	} {
		t.Run(tt.hub, func(t *testing.T) {
			e := start(t, withHub(tt.hub))
			newCaller(t, e, "service").invoke("a", `{"methodName":"m"}`).want(t, tt.code, tt.name)
		})
	}
}

func TestWhatStillWorks(t *testing.T) {
	t.Run("registry without quota", func(t *testing.T) {
		c := newCaller(t, start(t, withHub("quotaUsed: 400000")), "iothubowner")
		if got := c.do(http.MethodGet, "/devices/a", ""); got.status != http.StatusOK {
			t.Errorf("HTTP %d %s", got.status, got.body)
		}
	})
	t.Run("registry on Basic", func(t *testing.T) {
		c := newCaller(t, start(t, withHub("sku: B1")), "iothubowner")
		if got := c.do(http.MethodGet, "/devices/a", ""); got.status != http.StatusOK {
			t.Errorf("HTTP %d %s", got.status, got.body)
		}
		if got := c.do(http.MethodGet, "/twins/a", ""); got.status != http.StatusForbidden {
			t.Errorf("a twin on Basic: HTTP %d %s", got.status, got.body)
		}
	})
	t.Run("allowed address", func(t *testing.T) {
		e := start(t, withHub("ipRules: [{name: no, action: Reject, mask: 10.0.0.0/8}, {name: home, action: Accept, mask: 127.0.0.0/8}]"))
		if got := newCaller(t, e, "service").invoke("a", `{"methodName":"m"}`); got.status != http.StatusOK {
			t.Errorf("HTTP %d %s", got.status, got.body)
		}
	})
	t.Run("fault of others", func(t *testing.T) {
		e := start(t, withHub("faults: [{kind: error, code: 500001, on: [twins]}]"))
		if got := newCaller(t, e, "service").invoke("a", `{"methodName":"m"}`); got.status != http.StatusOK {
			t.Errorf("HTTP %d %s", got.status, got.body)
		}
	})
}

func TestSettingsCanBeRepaired(t *testing.T) {
	e := start(t, withHub("quotaUsed: 400000, state: Suspended, publicNetworkAccess: Disabled, faults: [{kind: error, code: 503001}]"))
	c := newCaller(t, e, "service")
	c.invoke("a", `{"methodName":"m"}`).want(t, 401002, "IotHubUnauthorizedAccess")
	e.ChangeSettings(func(s *emulator.Settings) { s.PublicAccessOff = false })
	c.invoke("a", `{"methodName":"m"}`).want(t, 403001, "IotHubSuspended")
	e.ChangeSettings(func(s *emulator.Settings) { s.Suspended = false })
	c.invoke("a", `{"methodName":"m"}`).want(t, 503001, "ServiceUnavailable")
	e.EndFaults()
	c.invoke("a", `{"methodName":"m"}`).want(t, 403002, "IotHubQuotaExceeded")
	e.ChangeSettings(func(s *emulator.Settings) { s.Units = 2 })
	eventually(t, "the device is let in and answers", func() bool {
		return c.invoke("a", `{"methodName":"m","connectTimeoutInSeconds":300}`).status == http.StatusOK
	})
	e.ChangeSettings(func(s *emulator.Settings) {
		s.IPRules = []hub.IPRule{{Name: "no", Mask: netip.MustParsePrefix("127.0.0.0/8")}}
	})
	c.invoke("a", `{"methodName":"m"}`).want(t, 401002, "IotHubUnauthorizedAccess")
}

func TestQuotaIsCharged(t *testing.T) {
	for _, tt := range []struct {
		name, hub, target, request string
		want                       int64
	}{
		{"request and answer", "quotaUsed: 10", "a", `{"methodName":"m"}`, 2},
		{"chunks of 4 KB", "quotaUsed: 10", "a", `{"methodName":"m","payload":"` + strings.Repeat("x", 5000) + `"}`, 3},
		{"chunks of 0.5 KB", "sku: F1", "a", `{"methodName":"m","payload":"` + strings.Repeat("x", 5000) + `"}`, 11},
		{"disconnected", "quotaUsed: 10", "b", `{"methodName":"m"}`, 2},
		{"unknown device", "quotaUsed: 10", "nobody", `{"methodName":"m"}`, 1},
		{"invalid", "quotaUsed: 10", "a", `{"methodName":""}`, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e := start(t, strings.Replace(withHub(tt.hub), "devices: [", "devices: [{id: b, behaviour: offline}, ", 1))
			before, _ := e.Quota()
			newCaller(t, e, "service").invoke(tt.target, tt.request)
			if after, _ := e.Quota(); after-before != tt.want {
				t.Errorf("%d messages charged, want %d", after-before, tt.want)
			}
		})
	}
}

func TestThrottlingShapesFirst(t *testing.T) {
	t.Parallel()
	e := start(t, `
clock: {speed: 20}
hub: {sku: S1, limits: {burst: 1s, backlog: 1000, maxWait: 5m}}
devices: [{id: a, methods: {m: {}}}]
`)
	c := newCaller(t, e, "service")
	const calls = 200 // 40 at once, the others at 40 a second
	begun := e.Clock().Now()
	answers := make(chan reply, calls)
	for range calls {
		go func() { answers <- c.invoke("a", patient(`{"methodName":"m"}`)) }()
	}
	for range calls {
		if got := <-answers; got.status != http.StatusOK {
			t.Fatalf("HTTP %d %s", got.status, got.body)
		}
	}
	if took := e.Clock().Now().Sub(begun); took < 3900*time.Millisecond {
		t.Errorf("%d calls took %s of the hub's time; at 40 a second they need 4 s", calls, took)
	}
}

func TestThrottlingRefusesLater(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		limits string
		code   string
	}{
		{"burst: 100ms, backlog: 3, maxWait: 10s", "429002"},
		{"burst: 100ms, backlog: 1000, maxWait: 100ms", "429003"},
		{"burst: 100ms, backlog: 5, maxWait: 10ms, lasting: 1ns", "429001"},
	} {
		t.Run(tt.code, func(t *testing.T) {
			e := start(t, "{hub: {limits: {"+tt.limits+"}}, devices: [{id: a, methods: {m: {}}}]}")
			c := newCaller(t, e, "service")
			const calls = 100
			answers := make(chan reply, calls)
			for range calls {
				go func() { answers <- c.invoke("a", `{"methodName":"m"}`) }()
			}
			seen := make(map[string]int)
			for range calls {
				got := <-answers
				if got.status == http.StatusOK {
					seen["ok"]++
				} else if strings.Contains(got.body, tt.code) {
					seen["wanted"]++
				}
			}
			if seen["ok"] == 0 || seen["wanted"] == 0 {
				t.Errorf("answers: %v, want some through and some with %s", seen, tt.code)
			}
		})
	}
}

func TestLargerPayloadsCountMore(t *testing.T) {
	e := start(t, `{hub: {limits: {burst: 100ms, backlog: 0}}, devices: [{id: a, methods: {m: {}}}]}`)
	c := newCaller(t, e, "service")
	large := `{"methodName":"m","payload":"` + strings.Repeat("x", 120_000) + `"}`
	if got := c.invoke("a", large); got.status != http.StatusOK {
		t.Fatalf("the first: HTTP %d %s", got.status, got.body)
	}
	c.invoke("a", `{"methodName":"m"}`).want(t, 429002, "ThrottleBacklogLimitExceeded")
}

func TestInFlightLimit(t *testing.T) {
	t.Parallel()
	e := start(t, `{hub: {switches: {maxInFlight: 2}}, devices: [{id: a, behaviour: stuck}]}`)
	c := newCaller(t, e, "service")
	for range 2 {
		go c.invoke("a", `{"methodName":"m","responseTimeoutInSeconds":5}`)
	}
	eventually(t, "two calls are in flight", func() bool { return e.InFlight("a", "") == 2 })
	c.invoke("a", `{"methodName":"m"}`).want(t, 403800, "DeviceMaximumInflightMethodExceeded")
	eventually(t, "they have ended", func() bool { return e.InFlight("a", "") == 0 })
}

func TestConnectionStateLags(t *testing.T) {
	e := start(t, `{hub: {connectionStateLag: 1h}, devices: [{id: a}]}`)
	c := newCaller(t, e, "iothubowner")
	if got := c.do(http.MethodGet, "/devices/a", ""); !strings.Contains(got.body, `"connectionState":"Disconnected"`) {
		t.Errorf("the registry does not lag: %s", got.body)
	}
	e.ChangeSettings(func(s *emulator.Settings) { s.StateLag = 0 })
	if got := c.do(http.MethodGet, "/devices/a", ""); !strings.Contains(got.body, `"connectionState":"Connected"`) {
		t.Errorf("the registry still lags: %s", got.body)
	}
}

func TestMaintenanceDropsDevices(t *testing.T) {
	t.Parallel()
	e := start(t, `{devices: [{id: a, methods: {m: {}}}, {id: "b{n}", count: 3}]}`)
	end := e.BeginFault(emulator.Fault{Code: 400030, Disconnects: true})
	for _, id := range []string{"a", "b1", "b3"} {
		eventually(t, id+" is dropped", func() bool { on, _ := e.Connected(id, ""); return !on })
	}
	end()
	for _, id := range []string{"a", "b1", "b3"} {
		eventually(t, id+" is back", func() bool { _, subscribed := e.Connected(id, ""); return subscribed })
	}
	codes := make(map[string]bool)
	for _, r := range e.LogRecords() {
		codes[r.OperationName+r.ResultType] = true
	}
	if !codes["deviceDisconnect400029"] {
		t.Errorf("the log lacks the forced disconnect: %v", codes)
	}
}

func TestRetryAfterIsOnlySentOnRequest(t *testing.T) {
	for settings, want := range map[string]string{"": "", "switches: {retryAfterSeconds: 7}": "7"} {
		e := start(t, withHub(strings.TrimPrefix(settings+", faults: [{kind: error, code: 503001}]", ", ")))
		if got := newCaller(t, e, "service").invoke("a", `{"methodName":"m"}`); got.header.Get("Retry-After") != want {
			t.Errorf("%q: Retry-After %q, want %q", settings, got.header.Get("Retry-After"), want)
		}
	}
}
