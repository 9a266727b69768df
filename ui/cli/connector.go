package cli

import (
	"context"
	"fmt"
	"log/slog"
	"strings"

	"methodical/checks"
)

// connector offers the hubs a walk can start with: the configured one, the
// emulator, or one whose connection string is pasted.
type connector struct {
	open       func(context.Context, HubSource, *slog.Logger) (*checks.Session, error)
	configured HubSource
	logger     *slog.Logger
}

const (
	choiceConfigured = "configured"
	choiceEmulator   = "emulator"
	choicePaste      = "paste"
)

// Choices lists the ways to get a hub, the configured one first.
func (c connector) Choices() []checks.Choice {
	emulator := checks.Choice{
		ID: choiceEmulator, Title: "The built-in emulator", Emulator: true,
		Detail: "a hub on this machine, with devices that fail in instructive ways; nothing real is touched",
	}
	paste := checks.Choice{
		ID: choicePaste, Title: "A hub, by connection string", NeedsSecret: true,
		Detail: "paste the service connection string; it is not shown and not kept",
	}
	if c.configured.Kind == SourceEmulator {
		emulator.Preselected = true
		if c.configured.Scenario != defaultScenario {
			emulator.Detail = "scenario " + c.configured.Scenario + "; nothing real is touched"
		}
		return []checks.Choice{emulator, paste}
	}
	return []checks.Choice{{
		ID: choiceConfigured, Title: "The configured hub " + hostHint(c.configured), Detail: "from " + c.configured.From, Preselected: true,
	}, emulator, paste}
}

// hostHint is the host name of a source, as far as it can be told without its
// secret.
func hostHint(s HubSource) string {
	if s.Host != "" {
		return s.Host
	}
	for part := range strings.SplitSeq(string(s.Secret), ";") {
		if name, value, ok := strings.Cut(part, "="); ok && strings.EqualFold(strings.TrimSpace(name), "HostName") {
			return value
		}
	}
	return ""
}

// Open opens a choice.
func (c connector) Open(ctx context.Context, choice string, secret []byte) (*checks.Session, error) {
	source := c.configured
	switch choice {
	case choiceConfigured:
	case choiceEmulator:
		if source.Kind != SourceEmulator {
			source = HubSource{Kind: SourceEmulator, Scenario: defaultScenario, From: "the connect screen"}
		}
	case choicePaste:
		source = HubSource{
			Kind: SourceConnectionString, Secret: secret, From: "the connect screen",
			CAFile: c.configured.CAFile, Proxy: c.configured.Proxy,
		}
	default:
		return nil, fmt.Errorf("there is no hub called %q to open", choice)
	}
	return c.open(ctx, source, c.logger)
}
