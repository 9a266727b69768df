package azure

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"net/http"
	"time"

	"methodical/models"
)

// Contact asks for a page of one device id, which takes the right to connect as
// a service and nothing else. With an error, the Contact still holds what was
// learnt: a hub that refuses also tells its time and shows its certificate.
func (h *Hub) Contact(ctx context.Context) (models.Contact, error) {
	const op = "reach the hub"
	limited, cancel := context.WithTimeout(ctx, h.requestTimeout)
	defer cancel()
	ex, err := h.query(limited, "SELECT deviceId AS deviceId FROM devices", 1, "")
	contact := models.Contact{
		RoundTrip: ex.took, Remote: ex.trace.address(), Proxy: h.route.proxyName(h.credential.host),
	}
	if sent, answered, ok := ex.trace.roundTrip(); ok {
		contact.RoundTrip = answered.Sub(sent)
		contact.ClockOffset, contact.HasClock = clockOffset(ex.header, sent, answered)
	}
	if ex.tls != nil {
		contact.TLSVersion = tls.VersionName(ex.tls.Version)
		if len(ex.tls.PeerCertificates) > 0 {
			contact.TLSIssuer = bounded(ex.tls.PeerCertificates[0].Issuer.String(), 256)
		}
	}
	if err != nil || ex.status != http.StatusOK {
		return contact, h.failure(ctx, op, ex, err)
	}
	var rows []json.RawMessage
	if json.Unmarshal(ex.body, &rows) != nil {
		return contact, h.unreadable(op, ex)
	}
	return contact, nil
}

// clockOffset is local time minus the hub's, to the second. The answer's Date
// is taken to be written half way between sending and answer, and half a second
// older than it says, because it carries no fraction.
func clockOffset(header http.Header, sent, answered time.Time) (time.Duration, bool) {
	date, err := http.ParseTime(header.Get("Date"))
	if err != nil {
		return 0, false
	}
	middle := sent.Add(answered.Sub(sent) / 2)
	return middle.Sub(date.Add(500 * time.Millisecond)).Round(time.Second), true
}
