package checks

import (
	"testing"

	"methodical/models"
)

func TestTransportKind(t *testing.T) {
	tests := []struct {
		text string
		want models.TransportErrorKind
	}{
		{`Post "https://h/twins/d/methods": dial tcp: lookup h on 10.0.0.2:53: no such host`, models.TransportDNS},
		{`dial tcp: lookup h: i/o timeout`, models.TransportDNS},
		{`getaddrinfo ENOTFOUND h`, models.TransportDNS},
		{`dial tcp 10.0.0.1:443: connect: connection refused`, models.TransportRefused},
		{`connect ECONNREFUSED 127.0.0.1:443`, models.TransportRefused},
		{`dial tcp 10.0.0.1:443: i/o timeout`, models.TransportTCPTimeout},
		{`connect ETIMEDOUT 10.0.0.1:443`, models.TransportTCPTimeout},
		{`java.net.SocketTimeoutException: connect timed out`, models.TransportTCPTimeout},
		{`java.net.SocketTimeoutException: Read timed out`, models.TransportClientTimeout},
		{`The request was canceled due to the configured HttpClient.Timeout of 100 seconds elapsing.`, models.TransportClientTimeout},
		{`context deadline exceeded (Client.Timeout exceeded while awaiting headers)`, models.TransportClientTimeout},
		{`read tcp 10.0.0.2:1->10.0.0.1:443: i/o timeout`, models.TransportClientTimeout},
		{`tls: failed to verify certificate: x509: certificate signed by unknown authority`, models.TransportTLS},
		{`net/http: TLS handshake timeout`, models.TransportTLS},
		{`proxyconnect tcp: dial tcp 10.0.0.9:3128: connect: connection refused`, models.TransportProxy},
		{`read: connection reset by peer`, models.TransportReset},
		{`socket hang up`, models.TransportReset},
		{`unexpected EOF`, models.TransportReset},
		{`context canceled`, ""},
		{`something else`, ""},
		{``, ""},
	}
	for _, tt := range tests {
		if got := TransportKind(models.Invocation{TransportError: tt.text}); got != tt.want {
			t.Errorf("%q: got %q, want %q", tt.text, got, tt.want)
		}
	}
	stated := models.Invocation{TransportErrorKind: models.TransportTLS, TransportError: "no such host"}
	if got := TransportKind(stated); got != models.TransportTLS {
		t.Errorf("what was recorded goes first: got %q", got)
	}
	invented := models.Invocation{TransportErrorKind: "gremlins", TransportError: "no such host"}
	if got := TransportKind(invented); got != models.TransportDNS {
		t.Errorf("an unknown kind is read from the text: got %q", got)
	}
}
