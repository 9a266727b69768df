package checks

import (
	"bytes"
	"encoding/json"
	"strings"

	"methodical/models"
)

// payloadKind is the shape of the payload that was sent: as the case states it,
// else as the payload shows. ok is false where the payload was left out of the
// case and its kind was not kept.
func payloadKind(inv models.Invocation) (kind models.PayloadKind, ok bool) {
	switch {
	case inv.PayloadKind != "":
		return inv.PayloadKind, true
	case !inv.Payload.IsAbsent():
		return inv.Payload.Kind(), true
	case inv.PayloadText != "":
		return models.PayloadString, true // not JSON: no kind of JSON fits better
	case inv.PayloadBytes != nil && *inv.PayloadBytes > 0, inv.PayloadSHA256 != "":
		return "", false
	}
	return models.PayloadAbsent, true
}

// payloadBytes is the payload's length, 0 when absent or not known.
func payloadBytes(inv models.Invocation) int {
	switch {
	case inv.PayloadBytes != nil:
		return *inv.PayloadBytes
	case !inv.Payload.IsAbsent():
		return inv.Payload.Size()
	}
	return len(inv.PayloadText)
}

// emptyPayload reports whether a call went out with no payload or with null:
// the two that device SDKs have stumbled over.
func (c call) emptyPayload() bool {
	kind, ok := payloadKind(c.inv)
	return ok && (kind == models.PayloadAbsent || kind == models.PayloadNull)
}

// payloadWords says what a call carried.
func (c call) payloadWords() string {
	kind, ok := payloadKind(c.inv)
	switch {
	case !ok:
		return "a payload of " + itoa(payloadBytes(c.inv)) + " bytes"
	case kind == models.PayloadAbsent:
		return "no payload"
	case kind == models.PayloadNull:
		return "the payload null"
	case string(c.inv.Payload.Raw()) == "{}":
		return "the payload {}"
	default:
		return "a payload (" + clean(string(kind), 12) + ")"
	}
}

func samePayload(a, b call) bool {
	ka, oka := payloadKind(a.inv)
	kb, okb := payloadKind(b.inv)
	return oka == okb && ka == kb && payloadBytes(a.inv) == payloadBytes(b.inv)
}

// smallPayload is well within what the smallest devices can take.
const smallPayload = 4 * 1024

// likePayload reports whether later carried what earlier may have failed on: no
// payload, or a large one.
func likePayload(earlier, later call) bool {
	if earlier.emptyPayload() != later.emptyPayload() {
		return false
	}
	size := payloadBytes(earlier.inv)
	return size <= smallPayload || payloadBytes(later.inv)*4 > size
}

// blankAnswer reports whether a device's answer carried nothing.
func blankAnswer(raw json.RawMessage) bool {
	t := bytes.TrimSpace(raw)
	return len(t) == 0 || bytes.Equal(t, []byte("null"))
}

// answerWords quotes a device's answer, bounded.
func answerWords(raw json.RawMessage) string {
	return strings.TrimSpace(clean(string(raw), maxEvidenceText))
}
