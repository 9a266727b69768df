//go:build unix

package azure_test

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net/http"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/amenzhinsky/iothub/iotservice"

	"methodical/checks/azure"
)

// BenchmarkInvoke measures calls against a bare TLS server on the same machine,
// beside net/http with the same connections and no adapter, whose difference is
// what the adapter costs, and beside the library with its default transport.
// cpu-µs/op is this process, server included.
func BenchmarkInvoke(b *testing.B) {
	for _, device := range []time.Duration{0, 50 * time.Millisecond} {
		for _, inFlight := range []int{1, 100, 1000} {
			if device > 0 && inFlight < 1000 {
				continue
			}
			s := newHubServer(b, func(w http.ResponseWriter, r *http.Request) {
				_, _ = io.Copy(io.Discard, r.Body)
				time.Sleep(device)
				w.Header().Set("Content-Type", "application/json; charset=utf-8")
				_, _ = io.WriteString(w, `{"status":200,"payload":{"ok":true}}`)
			})
			name := fmt.Sprintf("inflight=%d/device=%v", inFlight, device)
			h := s.open(b, func(o *azure.Options) { o.Logger = nil })
			call := probe()
			b.Run("adapter/"+name, func(b *testing.B) {
				rate(b, inFlight, func() error {
					if inv := h.Invoke(b.Context(), call); inv.HTTPStatus != 200 {
						return fmt.Errorf("%d %s", inv.HTTPStatus, inv.TransportError)
					}
					return nil
				})
			})
			b.Run("library/"+name, func(b *testing.B) {
				lib := library(b, s)
				rate(b, inFlight, func() error {
					_, err := lib.CallDeviceMethod(b.Context(), "pump-7", &iotservice.MethodCall{MethodName: call.Method, ResponseTimeout: 5})
					return err
				})
			})
			bare := s.Client()
			bare.Transport.(*http.Transport).MaxIdleConnsPerHost = inFlight
			bare.Transport.(*http.Transport).MaxIdleConns = inFlight
			body := call.RequestBody()
			b.Run("net-http/"+name, func(b *testing.B) {
				rate(b, inFlight, func() error { return post(bare, s.URL+call.Target.TwinPath()+"/methods", body) })
			})
		}
	}
}

// library is the library alone, with its own kind of transport but for the
// roots of trust.
func library(b *testing.B, s *hubServer) *iotservice.Client {
	roots := x509.NewCertPool()
	roots.AddCert(s.Certificate())
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}}
	b.Cleanup(transport.CloseIdleConnections)
	lib, err := iotservice.NewFromConnectionString(string(connectionString(s.host())), iotservice.WithHTTPClient(&http.Client{Transport: transport}))
	if err != nil {
		b.Fatal(err)
	}
	return lib
}

func post(client *http.Client, url string, body []byte) error {
	resp, err := client.Post(url, "application/json", bytes.NewReader(body))
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	_, err = io.ReadAll(resp.Body)
	return err
}

// rate runs b.N calls with so many in flight and reports calls per second and
// processor time per call. Connections are made before the clock starts.
func rate(b *testing.B, inFlight int, call func() error) {
	run := func(n int64) {
		var left atomic.Int64
		left.Store(n)
		var workers sync.WaitGroup
		for range inFlight {
			workers.Go(func() {
				for left.Add(-1) >= 0 {
					if err := call(); err != nil {
						b.Error(err)
						return
					}
				}
			})
		}
		workers.Wait()
	}
	run(int64(2 * inFlight))
	cpu := processorTime(b)
	b.ReportAllocs()
	b.ResetTimer()
	run(int64(b.N))
	b.StopTimer()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "calls/s")
	b.ReportMetric(float64((processorTime(b)-cpu).Microseconds())/float64(b.N), "cpu-µs/op")
}

func processorTime(b *testing.B) time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		b.Skip("processor time cannot be read here")
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
