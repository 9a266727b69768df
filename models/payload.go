package models

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
)

// Payload is the JSON value sent with a method, kept byte for byte. The zero
// Payload is absent, which is not the same as JSON null.
type Payload struct{ raw json.RawMessage }

// MaxPayloadBytes is the largest request or answer a hub carries.
// Source: learn.microsoft.com, "IoT Hub quotas and throttling" (128 KB).
const MaxPayloadBytes = 128 * 1024

// MeterBytes is the step in which the throttle and the daily quota count a
// method's payload: a smaller payload counts as one step.
// Source: the same page (4 KB).
const MeterBytes = 4 * 1024

// PayloadKind is the shape of a payload. Device SDKs treat the kinds
// differently, so they are never merged.
type PayloadKind string

// The kinds a payload can have.
const (
	PayloadAbsent PayloadKind = "absent"
	PayloadNull   PayloadKind = "null"
	PayloadObject PayloadKind = "object"
	PayloadArray  PayloadKind = "array"
	PayloadString PayloadKind = "string"
	PayloadNumber PayloadKind = "number"
	PayloadBool   PayloadKind = "bool"
)

// NoPayload is a call without a payload.
func NoPayload() Payload { return Payload{} }

// NullPayload is a call with the JSON value null.
func NullPayload() Payload { return Payload{raw: json.RawMessage("null")} }

// PayloadError says where in a text JSON went wrong. Line and Column count
// from 1; Column counts bytes.
type PayloadError struct {
	Line, Column int
	Reason       string
}

func (e *PayloadError) Error() string {
	return fmt.Sprintf("the payload is not JSON: line %d, column %d: %s", e.Line, e.Column, e.Reason)
}

// ErrPayloadTooLarge says that a payload is over MaxPayloadBytes.
var ErrPayloadTooLarge = errors.New("the payload is larger than 128 KB, the most a hub carries")

// ParsePayload reads one JSON value of any kind. Text that is not JSON is a
// *PayloadError: it is never sent as a string behind the user's back.
func ParsePayload(text []byte) (Payload, error) {
	trimmed := bytes.TrimSpace(text)
	if len(trimmed) == 0 {
		return Payload{}, &PayloadError{Line: 1, Column: 1, Reason: "nothing here; to send no payload choose absent"}
	}
	if len(trimmed) > MaxPayloadBytes {
		return Payload{}, ErrPayloadTooLarge
	}
	if err := jsonSyntax(text); err != nil {
		return Payload{}, err
	}
	return Payload{raw: json.RawMessage(bytes.Clone(trimmed))}, nil
}

func jsonSyntax(text []byte) error {
	var v json.RawMessage
	err := json.Unmarshal(text, &v)
	if err == nil {
		return nil
	}
	offset := int64(len(text))
	var syn *json.SyntaxError
	if errors.As(err, &syn) {
		offset = syn.Offset
	}
	// The decoder's offset is the number of bytes read, the faulty one included.
	at := int(min(max(offset-1, 0), int64(len(text))))
	line := 1 + bytes.Count(text[:at], []byte("\n"))
	column := at - bytes.LastIndexByte(text[:at], '\n')
	return &PayloadError{Line: line, Column: column, Reason: err.Error()}
}

// IsAbsent reports whether no payload is sent at all.
func (p Payload) IsAbsent() bool { return p.raw == nil }

// IsZero reports the same as IsAbsent, for the json package's omitzero.
func (p Payload) IsZero() bool { return p.raw == nil }

// Raw returns the bytes as given, or nil when absent. Do not change them.
func (p Payload) Raw() json.RawMessage { return p.raw }

// Size is the payload's length in bytes.
func (p Payload) Size() int { return len(p.raw) }

// Kind tells the shape of the payload from its first byte.
func (p Payload) Kind() PayloadKind {
	if len(p.raw) == 0 {
		return PayloadAbsent
	}
	switch p.raw[0] {
	case '{':
		return PayloadObject
	case '[':
		return PayloadArray
	case '"':
		return PayloadString
	case 't', 'f':
		return PayloadBool
	case 'n':
		return PayloadNull
	default:
		return PayloadNumber
	}
}

// String is the JSON text, or the word absent.
func (p Payload) String() string {
	if p.IsAbsent() {
		return string(PayloadAbsent)
	}
	return string(p.raw)
}

// MeterUnits is how many 4 KB steps the hub counts for a payload of that many
// bytes; an empty payload counts as one.
func MeterUnits(bytes int) int {
	if bytes <= 0 {
		return 1
	}
	return (bytes + MeterBytes - 1) / MeterBytes
}

// MarshalJSON writes the bytes as they are; an absent payload must be left out
// by omitzero and is written as null otherwise.
func (p Payload) MarshalJSON() ([]byte, error) {
	if p.raw == nil {
		return []byte("null"), nil
	}
	return p.raw, nil
}

// UnmarshalJSON keeps the bytes. JSON null becomes NullPayload, not absent.
func (p *Payload) UnmarshalJSON(b []byte) error {
	p.raw = json.RawMessage(bytes.Clone(b))
	return nil
}
