package azure

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/amenzhinsky/iothub/common"

	"methodical/models"
)

// The kinds of credential, as the case contract writes them.
const (
	kindPolicy = "sas-policy"
	kindToken  = "sas-token"
	kindEntra  = "entra"
)

// Credential says which hub is called and in whose name. Make one with
// ParseConnectionString, ParseSASToken or Bearer.
type Credential struct {
	host  string
	facts models.Client
	auth  authorizer
}

// authorizer gives the Authorization header of a request.
type authorizer interface {
	authorize(ctx context.Context) (authorization, error)
}

// HostName is the hub's host name, with a port where one was given.
func (c Credential) HostName() string { return c.host }

// Client is what may be told of the credential: its kind, its policy, and a
// ready token's expiry and resource.
func (c Credential) Client() models.Client { return c.facts }

func sharedKeyCredential(sak *common.SharedAccessKey) Credential {
	return Credential{
		host:  sak.HostName,
		facts: models.Client{Credential: kindPolicy, Policy: sak.SharedAccessKeyName},
		auth:  &keyAuthorizer{key: sak, now: time.Now},
	}
}

// ParseSASToken reads a ready-made SAS token. host may be empty: it is then
// taken from the token's resource. An expired token, or one for a device, is
// accepted, because the hub's refusal is what is to be explained; Client tells.
func ParseSASToken(text []byte, host string) (Credential, error) {
	s, err := oneLine(string(text), "SAS token")
	if err != nil {
		return Credential{}, err
	}
	scheme, rest, _ := strings.Cut(s, " ")
	if scheme != "SharedAccessSignature" {
		return Credential{}, errors.New("the SAS token must begin with SharedAccessSignature and a space, then sr=, sig= and se=")
	}
	// Not url.ParseQuery: it turns a + of an unescaped signature into a space,
	// and its errors repeat the text.
	fields := map[string]string{}
	for field := range strings.SplitSeq(strings.TrimSpace(rest), "&") {
		name, value, _ := strings.Cut(field, "=")
		if unescaped, err := url.PathUnescape(value); err == nil {
			value = unescaped
		}
		fields[name] = value
	}
	for _, name := range []string{"sr", "sig", "se"} {
		if fields[name] == "" {
			return Credential{}, fmt.Errorf("the SAS token has no %s=: it is cut off, often by a shell at the first &; put it in single quotes or in a file", name)
		}
	}
	expiry, err := strconv.ParseInt(fields["se"], 10, 64)
	if err != nil {
		return Credential{}, errors.New("the se= of the SAS token is not a number of seconds")
	}
	if host == "" {
		host, _, _ = strings.Cut(fields["sr"], "/")
	}
	if err := checkHost(host); err != nil {
		return Credential{}, err
	}
	return Credential{
		host: host,
		facts: models.Client{
			Credential: kindToken, Policy: fields["skn"], TokenResource: fields["sr"],
			TokenExpiry: time.Unix(expiry, 0).UTC().Format(time.RFC3339),
		},
		auth: readyToken{NewSecret(s)},
	}, nil
}

// TokenSource gives a bearer token for the hub and the time it runs out. It is
// asked again shortly before that.
type TokenSource func(ctx context.Context) (token Secret, expires time.Time, err error)

// Bearer is a sign-in with Entra ID: the tokens come from source.
func Bearer(host string, source TokenSource) (Credential, error) {
	if err := checkHost(host); err != nil {
		return Credential{}, err
	}
	if source == nil {
		return Credential{}, errors.New("no source of tokens")
	}
	return Credential{
		host:  host,
		facts: models.Client{Credential: kindEntra},
		auth:  &bearerAuthorizer{source: source, now: time.Now, turn: make(chan struct{}, 1)},
	}, nil
}
