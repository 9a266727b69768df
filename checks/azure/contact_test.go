package azure_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"methodical/models"
)

func TestContact(t *testing.T) {
	for _, behind := range []time.Duration{0, time.Hour, -7 * time.Minute} {
		for _, status := range []int{200, 401} {
			t.Run(fmt.Sprintf("%v behind, status %d", behind, status), func(t *testing.T) {
				var query, count string
				s := newHubServer(t, func(w http.ResponseWriter, r *http.Request) {
					query, count = readAll(t, r), r.Header.Get("x-ms-max-item-count")
					w.Header().Set("Date", time.Now().Add(-behind).UTC().Format(http.TimeFormat))
					write(w, status, "", `[{"deviceId":"d"}]`)
				})
				c, err := s.open(t).Contact(t.Context())
				if (err == nil) != (status == 200) {
					t.Errorf("error %v", err)
				}
				if query != `{"query":"SELECT deviceId AS deviceId FROM devices"}` || count != "1" {
					t.Errorf("asked %s for %s rows", query, count)
				}
				// The Date has no fraction: half a second either way is lost.
				if off := c.ClockOffset - behind; !c.HasClock || off < -time.Second || off > time.Second {
					t.Errorf("offset %v, want %v", c.ClockOffset, behind)
				}
				if c.TLSIssuer != "O=Acme Co" || c.TLSVersion != "TLS 1.3" || c.Remote != s.host() || c.Proxy != "" || c.RoundTrip <= 0 {
					t.Errorf("contact %+v", c)
				}
			})
		}
	}
}

func TestContactWithoutAClock(t *testing.T) {
	s := newHubServer(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header()["Date"] = nil
		write(w, 200, "", "[]")
	})
	if c, err := s.open(t).Contact(t.Context()); err != nil || c.HasClock || c.ClockOffset != 0 {
		t.Errorf("%+v, %v", c, err)
	}
}

func TestContactWithACaptivePortal(t *testing.T) {
	s := newHubServer(t, func(w http.ResponseWriter, _ *http.Request) { write(w, 200, "", "<html>Accept our terms</html>") })
	_, err := s.open(t).Contact(t.Context())
	if err == nil || !strings.Contains(err.Error(), "a proxy or another server may have answered in its place") {
		t.Errorf("%v", err)
	}
}

func TestStatistics(t *testing.T) {
	const devices = `{"totalDeviceCount":1000003,"enabledDeviceCount":1000000,"disabledDeviceCount":3}`
	h := func(r routes) (models.Statistics, error) {
		return newHubServer(t, r.ServeHTTP).open(t).Statistics(t.Context())
	}
	got, err := h(routes{"GET /statistics/devices": says(200, "", devices), "GET /statistics/service": says(200, "", `{"connectedDeviceCount":7}`)})
	if err != nil || *got.Total != 1000003 || *got.Enabled != 1000000 || *got.Disabled != 3 || *got.Connected != 7 {
		t.Errorf("%+v, %v", got, err)
	}
	got, err = h(routes{"GET /statistics/devices": says(200, "", devices)})
	if err != nil || *got.Total != 1000003 || got.Connected != nil {
		t.Errorf("without the connected count: %+v, %v", got, err)
	}
	for status, body := range map[int]string{401: noRight, 400: `{"Message":"bad","ExceptionMessage":"x"}`, 200: "<html>"} {
		_, err = h(routes{"GET /statistics/devices": says(status, "SomeName", body)})
		failure, ok := err.(*models.HubFailure)
		if !ok || failure.HTTPStatus != status || failure.Hub.Name != "SomeName" || failure.Body != body {
			t.Errorf("%d: %#v", status, err)
		}
	}
}
