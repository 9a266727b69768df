package checks

import (
	"context"

	"methodical/models"
)

// Session is an open hub: what checks need to use it, and what is known of it
// and of the caller before the first request.
type Session struct {
	Env    Env
	Hub    models.Hub
	Client models.Client
	Close  func() error // releases connections; never nil
}

// Choice is one way to get a hub that a person can pick.
type Choice struct {
	ID     string // stable: "emulator", "configured", "paste"
	Title  string // for example the host name
	Detail string // where it comes from, in words
	// Emulator says that nothing real is touched.
	Emulator bool
	// NeedsSecret says that Open wants a connection string typed or pasted.
	NeedsSecret bool
	// Preselected marks the one a walk starts with.
	Preselected bool
}

// Connector opens hubs. main provides it.
type Connector interface {
	Choices() []Choice
	// Open opens a choice. secret is a connection string where the choice needs
	// one; it is not kept longer than the session. The error is a sentence that
	// says what to do.
	Open(ctx context.Context, choice string, secret []byte) (*Session, error)
}
