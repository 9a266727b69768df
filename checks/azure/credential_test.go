package azure_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"methodical/checks/azure"
	"methodical/models"
)

func TestParseSASToken(t *testing.T) {
	const token = "SharedAccessSignature sr=contoso.azure-devices.net%2Fdevices%2Fpump-7&sig=c2ln%2Bbg%3D&se=1790000000&skn=service"
	c, err := azure.ParseSASToken([]byte(token+"\n"), "")
	if err != nil {
		t.Fatal(err)
	}
	want := models.Client{
		Credential: "sas-token", Policy: "service", TokenExpiry: "2026-09-21T14:13:20Z",
		TokenResource: "contoso.azure-devices.net/devices/pump-7",
	}
	if c.HostName() != "contoso.azure-devices.net" || c.Client() != want {
		t.Errorf("host %q, facts %+v", c.HostName(), c.Client())
	}
	if s := fmt.Sprintf("%+v", c); strings.Contains(s, "c2ln") {
		t.Errorf("printing the credential shows the signature: %s", s)
	}
	if c, err = azure.ParseSASToken([]byte(token), "127.0.0.1:8443"); err != nil || c.HostName() != "127.0.0.1:8443" {
		t.Errorf("with a host of its own: %q, %v", c.HostName(), err)
	}
}

func TestParseSASTokenSaysWhatIsWrong(t *testing.T) {
	for _, c := range []struct{ name, text, host, want string }{
		{"empty", "", "", "is empty"},
		{"no scheme", "sr=a&sig=b&se=1", "", "must begin with SharedAccessSignature"},
		{"cut by the shell", "SharedAccessSignature sr=a.azure-devices.net", "", "has no sig=: it is cut off"},
		{"no expiry", "SharedAccessSignature sr=a.azure-devices.net&sig=secretsecret", "", "has no se="},
		{"expiry in words", "SharedAccessSignature sr=a.azure-devices.net&sig=secretsecret&se=tomorrow", "", "not a number of seconds"},
		{"no host in it", "SharedAccessSignature sr=%2Fdevices&sig=secretsecret&se=1", "", "no host name"},
		{"a broken host", "SharedAccessSignature sr=a&sig=secretsecret&se=1", "https://a", "https://"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := azure.ParseSASToken([]byte(c.text), c.host)
			if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "secretsecret") {
				t.Errorf("the error is %v, which does not say %q", err, c.want)
			}
		})
	}
}

// authorizations opens a hub with c and returns what the server was shown in
// each of n calls, some by the library and some our own.
func authorizations(t *testing.T, n int, c func(host string) azure.Credential) []string {
	t.Helper()
	var mu sync.Mutex
	var seen []string
	s := newHubServer(t, func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		seen = append(seen, r.Header.Get("Authorization"))
		write(w, 200, "", `{"deviceId":"d"}`)
	})
	h := s.open(t, func(o *azure.Options) { o.Credential = c(s.host()) })
	for range n {
		if _, err := h.Device(t.Context(), models.Target{DeviceID: "d"}); err != nil {
			t.Fatal(err)
		}
	}
	return seen
}

func TestATokenIsSignedOnceAndUsedEverywhere(t *testing.T) {
	seen := authorizations(t, 3, func(host string) azure.Credential { return credential(t, host) })
	if len(seen) != 6 {
		t.Fatalf("%d requests, want a twin and an identity each time", len(seen))
	}
	for _, a := range seen {
		if a != seen[0] || !strings.HasPrefix(a, "SharedAccessSignature sr=") {
			t.Errorf("shown %q, then %q", seen[0], a)
		}
	}
}

func TestAReadyTokenIsSentAsItIs(t *testing.T) {
	const token = "SharedAccessSignature sr=whatever&sig=c2ln%2Bbg%3D&se=1"
	seen := authorizations(t, 1, func(host string) azure.Credential {
		c, err := azure.ParseSASToken([]byte(token), host)
		if err != nil {
			t.Fatal(err)
		}
		return c
	})
	for _, a := range seen {
		if a != token {
			t.Errorf("sent %q", a)
		}
	}
}

func TestABearerTokenIsAskedForWhenItRunsOut(t *testing.T) {
	var asked atomic.Int32
	life := []time.Duration{time.Minute, time.Hour} // the first is too short to be used twice
	seen := authorizations(t, 2, func(host string) azure.Credential {
		c, err := azure.Bearer(host, func(context.Context) (azure.Secret, time.Time, error) {
			n := asked.Add(1)
			return azure.NewSecret(fmt.Sprintf("token-%d", n)), time.Now().Add(life[min(int(n), 2)-1]), nil
		})
		if err != nil {
			t.Fatal(err)
		}
		return c
	})
	want := []string{"Bearer token-1", "Bearer token-2", "Bearer token-2", "Bearer token-2"}
	if fmt.Sprint(seen) != fmt.Sprint(want) {
		t.Errorf("shown %q, want %q", seen, want)
	}
}

func TestNoTokenMeansNothingWasSent(t *testing.T) {
	s := newHubServer(t, func(http.ResponseWriter, *http.Request) { t.Error("a request came without a token") })
	for name, source := range map[string]azure.TokenSource{
		"refused": func(context.Context) (azure.Secret, time.Time, error) {
			return azure.Secret{}, time.Time{}, errors.New("AADSTS50034: no such account")
		},
		"nothing": func(context.Context) (azure.Secret, time.Time, error) { return azure.Secret{}, time.Time{}, nil },
		"no header": func(context.Context) (azure.Secret, time.Time, error) {
			return azure.NewSecret("a\r\nHost: b"), time.Now().Add(time.Hour), nil
		},
	} {
		t.Run(name, func(t *testing.T) {
			c, err := azure.Bearer(s.host(), source)
			if err != nil {
				t.Fatal(err)
			}
			inv := s.open(t, func(o *azure.Options) { o.Credential = c }).
				Invoke(t.Context(), models.SafeProbe(models.Target{DeviceID: "d"}, 0))
			if inv.HTTPStatus != 0 || inv.MayHaveRun != models.RunNo || !strings.Contains(inv.TransportError, "no token to show the hub") {
				t.Errorf("invocation %+v", inv)
			}
		})
	}
}

func TestWaitingForATokenCanBeCancelled(t *testing.T) {
	entered, release := make(chan struct{}), make(chan struct{})
	c, err := azure.Bearer("127.0.0.1:1", func(context.Context) (azure.Secret, time.Time, error) {
		close(entered)
		<-release
		return azure.Secret{}, time.Time{}, errors.New("too late")
	})
	if err != nil {
		t.Fatal(err)
	}
	h, err := azure.Open(azure.Options{Credential: c, Proxy: azure.ProxyNone})
	if err != nil {
		t.Fatal(err)
	}
	var first sync.WaitGroup
	first.Go(func() { _, _ = h.Contact(t.Context()) })
	<-entered
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	inv := h.Invoke(ctx, models.SafeProbe(models.Target{DeviceID: "d"}, 0))
	if inv.TransportErrorKind != models.TransportCancelled || inv.MayHaveRun != models.RunNo {
		t.Errorf("invocation %+v", inv)
	}
	close(release)
	first.Wait()
}

func TestOpenNeedsACredential(t *testing.T) {
	if _, err := azure.Open(azure.Options{}); err == nil || !strings.Contains(err.Error(), "no credential") {
		t.Errorf("error %v", err)
	}
	if _, err := azure.Bearer("contoso.azure-devices.net", nil); err == nil {
		t.Error("a bearer credential without a source is accepted")
	}
}
