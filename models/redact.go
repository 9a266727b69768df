package models

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
)

// WithoutPayloads returns the case with each sent payload replaced by its kind,
// size and hash. That is how cases are saved and exported unless the user opts
// in to keeping payloads: they may hold what is nobody else's business.
func (c Case) WithoutPayloads() Case {
	c.Invocations = slices.Clone(c.Invocations)
	for i := range c.Invocations {
		c.Invocations[i] = c.Invocations[i].withoutPayload()
	}
	return c
}

func (i Invocation) withoutPayload() Invocation {
	if i.PayloadText != "" {
		i.PayloadBytes = Ptr(len(i.PayloadText))
		i.PayloadSHA256 = hash([]byte(i.PayloadText))
		i.PayloadText = ""
	}
	if i.Payload.IsAbsent() {
		return i
	}
	// A probe's {} and JSON null hide nothing, and the kind is evidence.
	i.PayloadKind = i.Payload.Kind()
	if text := i.Payload.String(); text == "null" || text == "{}" {
		return i
	}
	i.PayloadBytes = Ptr(i.Payload.Size())
	i.PayloadSHA256 = hash(i.Payload.Raw())
	i.Payload = Payload{}
	return i
}

func hash(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}
