package azure_test

import (
	"context"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"methodical/checks/azure"
	"methodical/models"
)

// TestConnectionsAreKept sends rounds of calls all in flight at once: a second
// round finds the connections of the first.
func TestConnectionsAreKept(t *testing.T) {
	const inFlight, rounds = 150, 4
	var made atomic.Int32
	gate := make(chan chan struct{}, 1)
	s := newHubServer(t, func(w http.ResponseWriter, r *http.Request) {
		_ = readAll(t, r)
		open := <-gate
		gate <- open
		<-open
		write(w, 200, "", `{"status":200,"payload":null}`)
	}, func(s *httptest.Server) {
		s.Config.ConnState = func(_ net.Conn, state http.ConnState) {
			if state == http.StateNew {
				made.Add(1)
			}
		}
	})
	h := s.open(t)
	for range rounds {
		open := make(chan struct{})
		gate <- open
		var calls sync.WaitGroup
		var answered atomic.Int32
		for range inFlight {
			calls.Go(func() {
				if inv := h.Invoke(t.Context(), probe()); inv.HTTPStatus == 200 {
					answered.Add(1)
				} else {
					t.Errorf("%d %s", inv.HTTPStatus, inv.TransportError)
				}
			})
		}
		close(open)
		calls.Wait()
		<-gate
		if answered.Load() != inFlight {
			t.Fatalf("%d of %d answered", answered.Load(), inFlight)
		}
	}
	// Once more than in flight: a call may dial while another's connection
	// comes free.
	if n := made.Load(); n > 2*inFlight {
		t.Errorf("%d connections for %d calls in flight over %d rounds", n, inFlight, rounds)
	}
}

// TestNothingIsLeftRunning counts goroutines after answers, failures and
// cancelled calls.
func TestNothingIsLeftRunning(t *testing.T) {
	before := runtime.NumGoroutine()
	func() {
		server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			_ = readAll(t, r) // only then does the server notice who hangs up
			if strings.Contains(r.URL.Path, "slow") {
				<-r.Context().Done()
				return
			}
			write(w, 200, "", "{}")
		}))
		defer server.Close()
		s := &hubServer{server}
		h, err := azure.Open(azure.Options{Credential: credential(t, s.host()), CAPEM: s.caPEM(), Proxy: azure.ProxyNone})
		if err != nil {
			t.Fatal(err)
		}
		defer h.Close()
		for range 5 {
			h.Invoke(t.Context(), probe())
			_, _ = h.Statistics(t.Context())
			ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
			h.Invoke(ctx, models.SafeProbe(models.Target{DeviceID: "slow"}, 0))
			cancel()
		}
	}()
	deadline := time.Now().Add(20 * time.Second)
	for runtime.NumGoroutine() > before {
		if time.Now().After(deadline) {
			b := make([]byte, 1<<20)
			t.Fatalf("%d goroutines, %d before:\n%s", runtime.NumGoroutine(), before, b[:runtime.Stack(b, true)])
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// TestTheLibraryIsSilent turns on its debug output, which prints requests with
// their Authorization.
func TestTheLibraryIsSilent(t *testing.T) {
	t.Setenv("IOTHUB_SERVICE_LOG_LEVEL", "debug")
	var out syncBuffer
	defer log.SetOutput(log.Writer())
	log.SetOutput(&out)
	s := newHubServer(t, func(w http.ResponseWriter, _ *http.Request) { write(w, 200, "", "{}") })
	if _, err := s.open(t).Statistics(t.Context()); err != nil {
		t.Fatal(err)
	}
	if out.String() != "" {
		t.Errorf("the library wrote %s", out.String())
	}
}
