package azure

import (
	"context"
	"errors"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/amenzhinsky/iothub/common"
)

const (
	// tokenLifetime is how long a SAS token we sign is good.
	tokenLifetime = time.Hour
	// tokenReserve is how long before its end a token is renewed. It is longer
	// than the longest call.
	tokenReserve = 15 * time.Minute
	// bearerReserve is the same for a bearer token, whose life is not ours to
	// choose.
	bearerReserve = 2 * time.Minute
)

// tokenError is a token that could not be had: no request was sent.
type tokenError struct{ err error }

func (e *tokenError) Error() string { return "no token to show the hub: " + e.err.Error() }
func (e *tokenError) Unwrap() error { return e.err }

// keyAuthorizer signs SAS tokens with a policy's key and keeps each until
// shortly before its end.
type keyAuthorizer struct {
	key *common.SharedAccessKey
	now func() time.Time

	mu      sync.Mutex
	header  string
	expires time.Time
}

func (a *keyAuthorizer) authorize(context.Context) (string, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	now := a.now()
	if a.header != "" && now.Add(tokenReserve).Before(a.expires) {
		return a.header, nil
	}
	// The hub compares the resource with its own name in lower case.
	resource := strings.ToLower(a.key.HostName)
	expires := now.Add(tokenLifetime)
	sas, err := common.NewSharedAccessSignature(resource, a.key.SharedAccessKeyName, a.key.SharedAccessKey, expires)
	if err != nil {
		return "", &tokenError{errors.New("the shared access key cannot sign: it is not base64")}
	}
	a.header, a.expires = sas.String(), expires
	return a.header, nil
}

// readyToken is a SAS token somebody else signed.
type readyToken struct{ token Secret }

func (a readyToken) authorize(context.Context) (string, error) { return a.token.Reveal(), nil }

// bearerAuthorizer keeps a bearer token until shortly before its end.
type bearerAuthorizer struct {
	source TokenSource
	now    func() time.Time

	// turn is a lock that a cancelled caller can stop waiting for: the source
	// may be a person signing in.
	turn    chan struct{}
	token   Secret
	expires time.Time
}

func (a *bearerAuthorizer) authorize(ctx context.Context) (string, error) {
	select {
	case a.turn <- struct{}{}:
		defer func() { <-a.turn }()
	case <-ctx.Done():
		return "", &tokenError{ctx.Err()}
	}
	if a.token.IsZero() || !a.now().Add(bearerReserve).Before(a.expires) {
		token, expires, err := a.source(ctx)
		if err != nil {
			return "", &tokenError{err}
		}
		if strings.ContainsFunc(token.Reveal(), func(r rune) bool { return r <= ' ' || r >= 0x7f }) || token.IsZero() {
			return "", &tokenError{errors.New("the sign-in gave something that is no token")}
		}
		a.token, a.expires = token, expires
	}
	return "Bearer " + a.token.Reveal(), nil
}

// scrub takes the secret part of an Authorization header out of text that came
// back, in case a proxy or a test server repeats what it was sent. Only the
// exact secret goes: a device's own answer may well hold other signatures.
func scrub(text, header string) string {
	for _, secret := range secretParts(header) {
		text = strings.ReplaceAll(text, secret, redacted)
	}
	return text
}

func secretParts(header string) []string {
	if token, ok := strings.CutPrefix(header, "Bearer "); ok {
		return []string{token}
	}
	_, rest, _ := strings.Cut(header, "sig=")
	escaped, _, _ := strings.Cut(rest, "&")
	if escaped == "" {
		return nil
	}
	parts := []string{escaped}
	if plain, err := url.QueryUnescape(escaped); err == nil && plain != escaped {
		parts = append(parts, plain)
	}
	return parts
}
