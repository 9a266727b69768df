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
	current authorization
	expires time.Time
}

func (a *keyAuthorizer) authorize(context.Context) (authorization, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	now := a.now()
	if now.Add(tokenReserve).Before(a.expires) {
		return a.current, nil
	}
	// The hub compares the resource with its own name in lower case.
	resource := strings.ToLower(a.key.HostName)
	expires := now.Add(tokenLifetime)
	sas, err := common.NewSharedAccessSignature(resource, a.key.SharedAccessKeyName, a.key.SharedAccessKey, expires)
	if err != nil {
		return authorization{}, &tokenError{errors.New("the shared access key cannot sign: it is not base64")}
	}
	a.current, a.expires = sasAuthorization(sas.String()), expires
	return a.current, nil
}

// readyToken is a SAS token somebody else signed.
type readyToken struct{ token Secret }

func (a readyToken) authorize(context.Context) (authorization, error) {
	return sasAuthorization(a.token.Reveal()), nil
}

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

func (a *bearerAuthorizer) authorize(ctx context.Context) (authorization, error) {
	select {
	case a.turn <- struct{}{}:
		defer func() { <-a.turn }()
	case <-ctx.Done():
		return authorization{}, &tokenError{ctx.Err()}
	}
	if a.token.IsZero() || !a.now().Add(bearerReserve).Before(a.expires) {
		token, expires, err := a.source(ctx)
		if err != nil {
			return authorization{}, &tokenError{err}
		}
		if strings.ContainsFunc(token.Reveal(), func(r rune) bool { return r <= ' ' || r >= 0x7f }) || token.IsZero() {
			return authorization{}, &tokenError{errors.New("the sign-in gave something that is no token")}
		}
		a.token, a.expires = token, expires
	}
	return bearerAuthorization(a.token.Reveal()), nil
}

// authorization is an Authorization header and what of it must never be seen.
type authorization struct {
	header  string
	secrets []string
}

func bearerAuthorization(token string) authorization {
	return authorization{header: "Bearer " + token, secrets: []string{token}}
}

// sasAuthorization finds the signature of a SAS token, as it stands there and
// unescaped.
func sasAuthorization(token string) authorization {
	a := authorization{header: token}
	_, rest, _ := strings.Cut(token, "sig=")
	escaped, _, _ := strings.Cut(rest, "&")
	if escaped == "" {
		return a
	}
	a.secrets = []string{escaped}
	if plain, err := url.QueryUnescape(escaped); err == nil && plain != escaped {
		a.secrets = append(a.secrets, plain)
	}
	return a
}
