package azure

import (
	"fmt"
	"io"
	"log/slog"
)

// redacted is what a secret shows instead of itself.
const redacted = "[redacted]"

// Secret is text that must not be seen: a key, a token, a password. However it
// is printed, logged or encoded, it shows [redacted]. The zero Secret is empty.
type Secret struct {
	// A function, not a string: printing a struct that holds a Secret in an
	// unexported field bypasses the methods below, and then shows an address.
	reveal func() string
}

// NewSecret hides s.
func NewSecret(s string) Secret {
	if s == "" {
		return Secret{}
	}
	return Secret{reveal: func() string { return s }}
}

// Reveal returns the text itself, for the one place that must send it.
func (s Secret) Reveal() string {
	if s.reveal == nil {
		return ""
	}
	return s.reveal()
}

// IsZero reports whether there is nothing to hide.
func (s Secret) IsZero() bool { return s.reveal == nil }

// String returns [redacted], or nothing when the secret is empty.
func (s Secret) String() string {
	if s.IsZero() {
		return ""
	}
	return redacted
}

// Format writes [redacted] for every verb.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, s.String()) }

// LogValue hides the secret from slog.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

// MarshalText hides the secret from encoding/json and its like.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }
