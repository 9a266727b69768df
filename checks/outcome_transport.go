package checks

import (
	"strings"

	"methodical/models"
)

// noAnswer reads an invocation that no answer came to.
func noAnswer(inv models.Invocation) models.Outcome {
	o := models.Outcome{Kind: models.OutcomeNoAnswer, MayHaveRun: models.RunPossible}
	kind := TransportKind(inv)
	stopped := inv.TransportErrorKind == models.TransportCancelled
	if stopped || kind == "" && strings.Contains(strings.ToLower(inv.TransportError), "cancel") {
		o.Kind, o.Summary = models.OutcomeCancelled, "You stopped waiting. The hub may go on with the call."
		return o
	}
	o.Summary = transportSummary(kind)
	if neverSent(kind) {
		o.MayHaveRun = models.RunNo
	}
	return o
}

// neverSent reports whether a transport error came before the request could
// leave.
func neverSent(kind models.TransportErrorKind) bool {
	switch kind {
	case models.TransportDNS, models.TransportRefused, models.TransportTCPTimeout, models.TransportTLS, models.TransportProxy:
		return true
	}
	return false
}

// transportWords tell the kind of a transport error by its text, in the words
// of Go, Node, Python, Java and .NET. The first row that matches wins: a proxy
// that refuses is the proxy's trouble, a name that times out is DNS's, a
// handshake that times out is TLS's.
func transportWords() []transportRow {
	return []transportRow{
		{models.TransportProxy, "proxyconnect|proxy authentication|proxyerror|tunnel connection failed|tunneling socket|via proxy|socks|407 proxy"},
		{models.TransportDNS, "no such host|enotfound|eai_again|getaddrinfo|name or service not known|name resolution|unknownhost|nodename nor servname|could not resolve|server misbehaving|no address associated|lookup "},
		{models.TransportTLS, "x509|certificate|tls:|tls handshake|ssl|handshake fail|unknown authority|self signed|self-signed|unable to verify"},
		{models.TransportRefused, "connection refused|econnrefused|actively refused"},
		{models.TransportTCPTimeout, "dial tcp|connect timeout|connecttimeout|connect timed out|timed out connecting|connect etimedout|no route to host|network is unreachable|ehostunreach|enetunreach"},
		{models.TransportReset, "connection reset|econnreset|forcibly closed|broken pipe|socket hang up|server closed|connection aborted|remote end closed|remotedisconnected|eof"},
		{models.TransportClientTimeout, "client.timeout|deadline exceeded|read tcp|read timed out|read timeout|readtimeout|esockettimedout|awaiting headers|httpclient.timeout|task was canceled|request timed out"},
		{models.TransportTCPTimeout, "connection timed out|etimedout"},
		{models.TransportClientTimeout, "timeout|timed out|time-out"},
	}
}

// transportRow is a kind and the words that tell it, parted by bars.
type transportRow struct {
	kind  models.TransportErrorKind
	words string
}

// TransportKind is the kind of an invocation's transport error: the recorded
// one, else what its text says. It is "" when there is no error, when waiting
// was stopped by hand, and when the text says too little.
func TransportKind(inv models.Invocation) models.TransportErrorKind {
	switch inv.TransportErrorKind {
	case models.TransportDNS, models.TransportRefused, models.TransportTCPTimeout, models.TransportTLS,
		models.TransportProxy, models.TransportReset, models.TransportClientTimeout:
		return inv.TransportErrorKind
	case models.TransportCancelled:
		return ""
	}
	text := strings.ToLower(inv.TransportError)
	if text == "" {
		return ""
	}
	for _, row := range transportWords() {
		for word := range strings.SplitSeq(row.words, "|") {
			if strings.Contains(text, word) {
				return row.kind
			}
		}
	}
	return ""
}

func transportSummary(kind models.TransportErrorKind) string {
	switch kind {
	case models.TransportDNS:
		return "The hub's name could not be resolved, so the call never left."
	case models.TransportRefused:
		return "The connection was refused, so the call never left."
	case models.TransportTCPTimeout:
		return "No connection could be made in time, so the call never left."
	case models.TransportTLS:
		return "TLS could not be agreed on, so the call never left."
	case models.TransportProxy:
		return "The proxy did not let the call through."
	case models.TransportReset:
		return "The connection broke while waiting. The call may have run."
	case models.TransportClientTimeout:
		return "The caller's own time limit ran out before the hub answered. The call may have run."
	default:
		return "No answer came. The call may have run."
	}
}
