// Package sas makes, reads and checks shared access signatures as an IoT hub
// does: the signature is over the resource exactly as it was sent.
//
// Source: learn.microsoft.com, "Control access to IoT Hub with SAS", and what
// the official SDKs and amenzhinsky/iothub put on the wire.
package sas

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Scheme is the first word of a token.
const Scheme = "SharedAccessSignature"

// ErrMalformed says that a text is not a shared access signature.
var ErrMalformed = errors.New("not a shared access signature")

// Token is a shared access signature, read but not checked.
type Token struct {
	Resource  string // sr as sent, still escaped
	Signature []byte // decoded
	Expiry    time.Time
	Policy    string // skn; "" for a device's own key
	expiry    string // se as sent
}

// Parse reads a token. The error is ErrMalformed, wrapped with the reason.
func Parse(text string) (Token, error) {
	rest, ok := strings.CutPrefix(strings.TrimSpace(text), Scheme+" ")
	if !ok {
		return Token{}, fmt.Errorf("%w: it does not begin with %s", ErrMalformed, Scheme)
	}
	var t Token
	for field := range strings.SplitSeq(strings.TrimSpace(rest), "&") {
		name, value, _ := strings.Cut(field, "=")
		if err := t.set(name, value); err != nil {
			return Token{}, err
		}
	}
	if t.Resource == "" || len(t.Signature) == 0 || t.expiry == "" {
		return Token{}, fmt.Errorf("%w: sr, sig and se are all needed", ErrMalformed)
	}
	return t, nil
}

func (t *Token) set(name, value string) error {
	switch name {
	case "sr":
		t.Resource = value
	case "se":
		seconds, err := strconv.ParseInt(value, 10, 64)
		if err != nil {
			return fmt.Errorf("%w: se is not a number of seconds", ErrMalformed)
		}
		t.Expiry, t.expiry = time.Unix(seconds, 0), value
	case "skn":
		policy, err := url.QueryUnescape(value)
		if err != nil {
			return fmt.Errorf("%w: skn is badly escaped", ErrMalformed)
		}
		t.Policy = policy
	case "sig":
		signature, err := decodeSignature(value)
		if err != nil {
			return err
		}
		t.Signature = signature
	}
	return nil
}

// decodeSignature reads base64 that should be escaped, and takes a bare plus
// sign as one, which some clients send.
func decodeSignature(value string) ([]byte, error) {
	text, err := url.PathUnescape(value)
	if err != nil {
		return nil, fmt.Errorf("%w: sig is badly escaped", ErrMalformed)
	}
	signature, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return nil, fmt.Errorf("%w: sig is not base64", ErrMalformed)
	}
	return signature, nil
}

// SignedWith reports whether the signature was made with the base64 key.
func (t Token) SignedWith(key string) bool {
	want, err := sign(t.Resource, t.expiry, key)
	return err == nil && hmac.Equal(want, t.Signature)
}

// Expired reports whether the token has run out at now.
func (t Token) Expired(now time.Time) bool { return !now.Before(t.Expiry) }

func sign(resource, expiry, key string) ([]byte, error) {
	secret, err := base64.StdEncoding.DecodeString(key)
	if err != nil {
		return nil, fmt.Errorf("the key is not base64: %w", err)
	}
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte(resource))
	mac.Write([]byte{'\n'})
	mac.Write([]byte(expiry))
	return mac.Sum(nil), nil
}

// New makes a token for resource, which is given unescaped. Policy is "" for a
// device's own key.
func New(resource, policy, key string, expiry time.Time) (string, error) {
	return Sign(url.QueryEscape(resource), policy, key, expiry)
}

// Sign makes a token whose resource stands in it, and under the signature, as
// it is given. Some clients do not escape it and some escape it twice.
func Sign(sr, policy, key string, expiry time.Time) (string, error) {
	se := strconv.FormatInt(expiry.Unix(), 10)
	signature, err := sign(sr, se, key)
	if err != nil {
		return "", err
	}
	token := Scheme + " sr=" + sr + "&sig=" + url.QueryEscape(base64.StdEncoding.EncodeToString(signature)) + "&se=" + se
	if policy != "" {
		token += "&skn=" + url.QueryEscape(policy)
	}
	return token, nil
}
