package checks

import (
	"strconv"

	"methodical/models"
)

func itoa(n int) string { return strconv.Itoa(n) }

// transportFinding is the code and the sentence for each kind of transport
// error.
func transportFinding(kind models.TransportErrorKind) (code, text string) {
	switch kind {
	case models.TransportDNS:
		return dmDNS, "The hub's host name could not be found by DNS."
	case models.TransportRefused:
		return dmConnRefused, "The connection to the hub was refused."
	case models.TransportTCPTimeout:
		return dmTCPTimeout, "No connection to the hub could be made in time."
	case models.TransportTLS:
		return dmTLS, "The hub's certificate was not trusted, or TLS could not be agreed on."
	case models.TransportProxy:
		return dmProxy, "The proxy did not let the request through."
	case models.TransportReset:
		return dmReset, "The connection was closed before an answer came."
	case models.TransportClientTimeout:
		return dmGaveUp, "The caller gave up waiting before an answer came."
	default:
		return dmTransportUnnamed, "No answer came from the hub."
	}
}
