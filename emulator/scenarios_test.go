package emulator_test

import (
	"context"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"methodical/emulator"
	"methodical/emulator/sas"
	"methodical/emulator/scenario"
	"methodical/models"
)

const scenariosDir = "../assets/scenarios"

// stage is a scenario under way, played faster than real time.
type stage struct {
	*testing.T
	*emulator.Emulator
	try    scenario.Try
	caller *caller // as the scenario wants it
	owner  *caller
}

func play(t *testing.T, name string) *stage {
	t.Helper()
	src, err := os.ReadFile(filepath.Join(scenariosDir, name+".yaml"))
	if err != nil {
		t.Fatal(err)
	}
	s, err := emulator.ParseScenario(name, src)
	if err != nil {
		t.Fatal(err)
	}
	s.Clock.Speed = 20
	e, err := emulator.Start(context.Background(), emulator.Options{Scenario: s})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = e.Close() })
	ctx, cancel := context.WithTimeout(context.Background(), longEnough)
	defer cancel()
	if err := e.Ready(ctx); err != nil {
		t.Fatal(err)
	}
	st := &stage{T: t, Emulator: e, try: s.Try, owner: newCaller(t, e, "iothubowner")}
	cs, err := e.CallerConnectionString()
	if err != nil {
		t.Fatal(err)
	}
	parts := parseConnectionString(t, cs)
	st.caller = &caller{t: t, host: e.HostName(), http: client(t, e), token: func() string {
		token, err := sas.New(parts["HostName"], parts["SharedAccessKeyName"], parts["SharedAccessKey"], time.Now().Add(time.Hour))
		if err != nil {
			t.Fatal(err)
		}
		return token
	}}
	return st
}

// request is the body of the call that the scenario proposes.
func (s *stage) request() string {
	body := map[string]any{"methodName": s.try.Method}
	if s.try.Payload != nil {
		body["payload"] = s.try.Payload.Raw
	}
	if s.try.PayloadBytes > 0 {
		body["payload"] = strings.Repeat("x", s.try.PayloadBytes-2)
	}
	if s.try.ConnectTimeout != nil {
		body["connectTimeoutInSeconds"] = *s.try.ConnectTimeout
	}
	if s.try.ResponseTimeout != nil {
		body["responseTimeoutInSeconds"] = *s.try.ResponseTimeout
	}
	text, err := json.Marshal(body)
	if err != nil {
		s.Fatal(err)
	}
	return string(text)
}

// call makes the proposed call to a target and wants a code in the answer, or
// a text when it is not all digits.
func (s *stage) call(target, want string) reply {
	s.Helper()
	got := s.caller.invoke(target, s.request())
	if !strings.Contains(got.body, want) {
		s.Errorf("%s: HTTP %d %s, want %s", target, got.status, got.body, want)
	}
	return got
}

func (s *stage) state(id string) string {
	s.Helper()
	twin := decode[map[string]any](s.T, s.owner.do(http.MethodGet, "/twins/"+id, "").body)
	state, _ := twin["connectionState"].(string)
	return state
}

func (s *stage) comparisonIsWell() {
	s.Helper()
	eventually(s.T, s.try.Comparison+" answers", func() bool {
		return s.owner.invoke(s.try.Comparison, patient(s.request())).status == http.StatusOK
	})
}

// evidence is what each scenario must leave on the wire.
func evidence() map[string]func(*stage) {
	refused := func(want string) func(*stage) { return func(s *stage) { s.call(s.try.Target, want) } }
	notOnline := func(state string) func(*stage) {
		return func(s *stage) {
			got := s.call(s.try.Target, `\"errorCode\":404103`)
			if !strings.Contains(got.body, `\"timeout\":\"00:00:00\"`) {
				s.Errorf("the refusal is not at once: %s", got.body)
			}
			if have := s.state(strings.Split(s.try.Target, "/")[0]); have != state {
				s.Errorf("connectionState %s, want %s", have, state)
			}
			s.comparisonIsWell()
		}
	}
	logged := func(operation, code string) func(*stage) {
		return func(s *stage) {
			eventually(s.T, operation+" "+code+" in the log", func() bool { return rows(s.Emulator, operation, "pump-7", code) > 0 })
		}
	}
	noWay := func(s *stage) {
		if _, err := try(s.caller, 500*time.Millisecond); err == nil {
			s.Error("the service can be reached")
		}
	}
	return map[string]func(*stage){
		"default": func(s *stage) {
			if got := s.owner.invoke("pump-1", patient(`{"methodName":"echo","payload":1}`)); got.body != `{"status":200,"payload":1}` {
				s.Errorf("HTTP %d %s", got.status, got.body)
			}
		},
		"large-fleet":           func(s *stage) { s.call(s.try.Target, `"status":200`) },
		"no-fault":              func(s *stage) { s.call(s.try.Target, `"status":200`); s.comparisonIsWell() },
		"device-offline":        notOnline("Disconnected"),
		"gateway-offline":       notOnline("Disconnected"),
		"not-subscribed":        notOnline("Connected"),
		"known-bad-sdk":         notOnline("Connected"),
		"transport-unsupported": notOnline("Connected"),
		"wrong-target":          notOnline("Disconnected"),
		"transport-user-name": func(s *stage) {
			notOnline("Disconnected")(s)
			logged("deviceConnect", "401003")(s)
		},
		"device-key-wrong": func(s *stage) {
			notOnline("Disconnected")(s)
			logged("deviceConnect", "401003")(s)
		},
		"device-asleep": func(s *stage) {
			s.call(s.try.Target, `\"errorCode\":404103`)
			got := s.owner.invoke(s.try.Target, `{"methodName":"reboot","connectTimeoutInSeconds":300,"responseTimeoutInSeconds":300}`)
			if got.status != http.StatusOK {
				s.Errorf("with a connect timeout: HTTP %d %s", got.status, got.body)
			}
		},
		"device-not-registered": refused(`\"errorCode\":404001`),
		"device-disabled":       func(s *stage) { s.call(s.try.Target, `\"errorCode\":404001`); logged("deviceConnect", "401003")(s) },
		"handler-slow": func(s *stage) {
			s.call(s.try.Target, `\"errorCode\":504101`)
			if got := s.owner.invoke(s.try.Target, `{"methodName":"reboot","responseTimeoutInSeconds":300}`); got.status != http.StatusOK {
				s.Errorf("with more time: HTTP %d %s", got.status, got.body)
			}
		},
		"handler-stuck": func(s *stage) {
			got := s.call(s.try.Target, `\"errorCode\":504101`)
			if !strings.Contains(got.body, `\"timeout\":\"00:00:30\"`) {
				s.Errorf("the wait is not told: %s", got.body)
			}
		},
		"method-not-implemented": func(s *stage) { s.call(s.try.Target, `{"status":501,`); s.comparisonIsWell() },
		"method-failed": func(s *stage) {
			s.call(s.try.Target, `{"status":500,"payload":{"error":"motor blocked"}}`)
			s.comparisonIsWell()
		},
		"bad-device-answer": func(s *stage) {
			if got := s.call(s.try.Target, "OK rebooting"); got.status != http.StatusOK || json.Valid([]byte(got.body)) {
				s.Errorf("HTTP %d %s, want a 200 that is not JSON", got.status, got.body)
			}
		},
		"invalid-request":   refused("responseTimeoutInSeconds must be within [5; 300]."),
		"payload-too-large": refused("should be less than 131072 bytes"),
		"payload-absent": func(s *stage) {
			s.call(s.try.Target, `{"status":400,`)
			if got := s.owner.invoke(s.try.Target, patient(`{"methodName":"reboot","payload":{}}`)); !strings.Contains(got.body, `"status":200`) {
				s.Errorf("with {}: HTTP %d %s", got.status, got.body)
			}
		},
		"caller-timeout": func(s *stage) {
			s.caller.http.Timeout = time.Duration(s.try.HTTPTimeout) * time.Second / 20
			r, err := http.NewRequestWithContext(s.Context(), http.MethodPost, "https://"+s.caller.host+"/twins/pump-7/methods?api-version=2021-04-12", strings.NewReader(s.request()))
			if err != nil {
				s.Fatal(err)
			}
			r.Header.Set("Authorization", s.caller.token())
			if res, err := s.caller.http.Do(r); err == nil {
				_ = res.Body.Close()
				s.Error("the caller got an answer within its own limit")
			}
			eventually(s.T, "the log tells that the caller hung up", func() bool {
				for _, row := range s.LogRecords() {
					if row.Category == models.CategoryDirectMethods && row.ResultType == "499000" {
						return true
					}
				}
				return false
			})
		},
		"credentials-invalid":  refused("invalid signature"),
		"permission-missing":   refused("does not allow access"),
		"network-blocked":      noWay,
		"network-refused":      noWay,
		"network-reset":        noWay,
		"network-stalled":      noWay,
		"network-address-rule": refused(`\"errorCode\":401002`),
		"network-public-off":   refused(`\"errorCode\":401002`),
		"clock-skew": func(s *stage) {
			got := s.call(s.try.Target, "The specified SAS token is expired")
			date, err := http.ParseTime(got.header.Get("Date"))
			if ahead := time.Until(date); err != nil || ahead < 2*time.Hour {
				s.Errorf("Date %q is %s ahead (%v), want three hours", got.header.Get("Date"), ahead, err)
			}
			if connected, _ := s.Connected("pump-7", ""); !connected {
				s.Error("the device, which follows the hub's clock, is not connected")
			}
		},
		"duplicate-identity":  logged("deviceDisconnect", "400027"),
		"flapping-connection": logged("deviceDisconnect", "404104"),
		"throttled": func(s *stage) {
			eventually(s.T, "a call is refused", func() bool {
				return s.owner.invoke(s.try.Target, s.request()).status == http.StatusTooManyRequests
			})
		},
		"quota-exhausted":  refused(`\"errorCode\":403002`),
		"tier-unsupported": refused(`\"errorCode\":403010`),
		"hub-suspended":    refused(`\"errorCode\":403001`),
		"inflight-limit": func(s *stage) {
			eventually(s.T, "ten calls wait", func() bool { return s.InFlight("pump-7", "") == 10 })
			eventually(s.T, "one more is refused", func() bool {
				return strings.Contains(s.owner.invoke(s.try.Target, s.request()).body, `\"errorCode\":403800`)
			})
		},
		"service-fault": func(s *stage) {
			if got := s.caller.invoke(s.try.Target, s.request()); got.status != 500 && got.status != 503 {
				s.Errorf("HTTP %d %s, want 500 or 503", got.status, got.body)
			}
		},
		"service-failover": func(s *stage) {
			s.call(s.try.Target, `\"errorCode\":404012`)
			s.comparisonIsWell()
		},
		"service-maintenance": func(s *stage) {
			logged("deviceDisconnect", "400029")(s)
			s.comparisonIsWell()
		},
	}
}

func TestEveryScenarioLeavesItsEvidence(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(scenariosDir, "*.yaml"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no scenarios in %s: %v", scenariosDir, err)
	}
	known := evidence()
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".yaml")
		check, ok := known[name]
		if !ok {
			t.Errorf("the scenario %s has no evidence to look for", name)
			continue
		}
		delete(known, name)
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			check(play(t, name))
		})
	}
	for name := range known {
		t.Errorf("there is no scenario %s", name)
	}
}
