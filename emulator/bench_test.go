package emulator_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"methodical/emulator"
	"methodical/emulator/sas"
)

// BenchmarkInvoke measures whole invocations: HTTPS, the hub, and a device on
// MQTT over TLS, or one attached below the codec.
func BenchmarkInvoke(b *testing.B) {
	s, err := emulator.ParseScenario("bench", []byte(`
hub: {sku: S3, units: 10, throttling: "off"}
devices:
  - {id: mqtt, methods: {m: {}}}
  - {id: "bulk-{n}", count: 10, methods: {m: {}}}
`))
	if err != nil {
		b.Fatal(err)
	}
	e, err := emulator.Start(context.Background(), emulator.Options{Scenario: s})
	if err != nil {
		b.Fatal(err)
	}
	defer e.Close()
	if err := e.Ready(context.Background()); err != nil {
		b.Fatal(err)
	}
	invoke, done := benchCaller(b, e)
	defer done()
	for _, target := range []string{"mqtt", "bulk-01"} {
		b.Run(target+"/one at a time", func(b *testing.B) {
			for b.Loop() {
				invoke(b, target)
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "calls/s")
		})
		b.Run(target+"/many at once", func(b *testing.B) {
			b.SetParallelism(50)
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					invoke(b, target)
				}
			})
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "calls/s")
		})
	}
}

func benchCaller(b *testing.B, e *emulator.Emulator) (invoke func(testing.TB, string), done func()) {
	cs, err := e.ConnectionString("service")
	if err != nil {
		b.Fatal(err)
	}
	_, key, _ := strings.Cut(cs, "SharedAccessKey=")
	token, err := sas.New(e.HostName(), "service", key, time.Now().Add(time.Hour))
	if err != nil {
		b.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(e.CAPEM())
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}, MaxIdleConnsPerHost: 1000}
	c := &http.Client{Transport: transport}
	return func(tb testing.TB, target string) {
		r, err := http.NewRequest(http.MethodPost, "https://"+e.HTTPSAddr()+"/twins/"+target+"/methods?api-version=2021-04-12", strings.NewReader(`{"methodName":"m","payload":{"a":1}}`))
		if err != nil {
			tb.Error(err)
			return
		}
		r.Header.Set("Authorization", token)
		res, err := c.Do(r)
		if err != nil {
			tb.Error(err)
			return
		}
		_, _ = io.Copy(io.Discard, res.Body)
		_ = res.Body.Close()
		if res.StatusCode != http.StatusOK {
			tb.Errorf("HTTP %d", res.StatusCode)
		}
	}, transport.CloseIdleConnections
}

// BenchmarkStart measures how long a scenario takes until it listens.
func BenchmarkStart(b *testing.B) {
	s, err := emulator.ParseScenario("bench", []byte(people))
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		e, err := emulator.Start(context.Background(), emulator.Options{Scenario: s})
		if err != nil {
			b.Fatal(err)
		}
		b.StopTimer()
		if err := e.Close(); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
	}
}
