package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"

	"methodical/assets"
	"methodical/checks"
	"methodical/checks/azure"
	"methodical/emulator"
	"methodical/models"
	"methodical/ui/cli"
)

// hubOpener opens hubs: real ones and the emulator through the same adapter.
type hubOpener struct {
	clock checks.Clock
	know  func() (*checks.Knowledge, error)
}

func (o hubOpener) open(ctx context.Context, s cli.HubSource, log *slog.Logger) (*checks.Session, error) {
	switch s.Kind {
	case cli.SourceEmulator:
		return o.openEmulator(ctx, s, log)
	case cli.SourceConnectionString:
		credential, err := azure.ParseConnectionString(s.Secret)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", s.From, err)
		}
		return o.openHub(credential, s, log)
	case cli.SourceSASToken:
		credential, err := azure.ParseSASToken(s.Secret, s.Host)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", s.From, err)
		}
		return o.openHub(credential, s, log)
	default:
		return nil, fmt.Errorf("no hub can be had from %q", s.Kind)
	}
}

func (o hubOpener) openHub(credential azure.Credential, s cli.HubSource, log *slog.Logger) (*checks.Session, error) {
	hub, err := azure.Open(azure.Options{
		Credential: credential, CAFile: s.CAFile, Proxy: s.Proxy,
		UserAgent: userAgent(), Logger: log, Now: o.clock.Now,
	})
	if err != nil {
		return nil, err
	}
	return &checks.Session{
		Env:    checks.Env{Hub: hub, Logs: logReader{know: o.know}, Clock: o.clock},
		Hub:    models.Hub{HostName: hub.HostName()},
		Client: hub.Client(),
		Close:  hub.Close,
	}, nil
}

func userAgent() string { return "methodical/" + versionText() }

// openEmulator starts a hub in this process and reaches it as any other: over
// HTTPS, with a connection string, through the adapter.
func (o hubOpener) openEmulator(ctx context.Context, s cli.HubSource, log *slog.Logger) (*checks.Session, error) {
	scenario, err := loadScenario(s.Scenario)
	if err != nil {
		return nil, err
	}
	// The emulator lives as long as the session, not as long as the request to
	// open it.
	e, err := emulator.Start(context.WithoutCancel(ctx), emulator.Options{Scenario: scenario, Logger: log})
	if err != nil {
		return nil, err
	}
	session, err := o.emulatorSession(ctx, e, log)
	if err != nil {
		return nil, errors.Join(err, e.Close())
	}
	return session, nil
}

// emulatorSession reaches a started emulator with the credential that its
// scenario gives the caller.
func (o hubOpener) emulatorSession(ctx context.Context, e *emulator.Emulator, log *slog.Logger) (*checks.Session, error) {
	if err := e.Ready(ctx); err != nil {
		return nil, err
	}
	text, err := e.CallerConnectionString()
	if err != nil {
		return nil, err
	}
	credential, err := azure.ParseConnectionString([]byte(text))
	if err != nil {
		return nil, err
	}
	hub, err := azure.Open(azure.Options{
		Credential: credential, CAPEM: e.CAPEM(), Proxy: azure.ProxyNone,
		UserAgent: userAgent(), Logger: log, Now: o.clock.Now,
	})
	if err != nil {
		return nil, err
	}
	return &checks.Session{
		Env: checks.Env{
			Hub: hub, Resource: emulatorResource{e}, Clock: o.clock,
			Logs: logReader{know: o.know, own: e.LogRecords},
		},
		Hub:    models.Hub{HostName: hub.HostName(), Emulator: true},
		Client: hub.Client(),
		Close:  func() error { return errors.Join(hub.Close(), e.Close()) },
	}, nil
}

// emulatorResource reads the emulator as an Azure resource.
type emulatorResource struct{ e *emulator.Emulator }

// Hub gives tier, units and quota.
func (r emulatorResource) Hub(context.Context) (models.Hub, error) {
	used, most := r.e.Quota()
	return models.Hub{
		SKU: r.e.SKU(), Units: r.e.Units(), QuotaUsed: models.Ptr(used), QuotaMax: models.Ptr(most), DirectMethodLogs: "on",
	}, nil
}

// loadScenario finds a scenario by the name of an embedded one or by path.
func loadScenario(name string) (*emulator.Scenario, error) {
	if strings.ContainsAny(name, `/\`) || strings.HasSuffix(name, ".yaml") || strings.HasSuffix(name, ".yml") {
		b, err := os.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("cannot read the scenario: %w", err)
		}
		return emulator.ParseScenario(name, b)
	}
	b, err := fs.ReadFile(assets.FS, "scenarios/"+name+".yaml")
	if err != nil {
		return nil, fmt.Errorf("there is no scenario %q; the built-in ones are %s; a file's name ends in .yaml", name, strings.Join(scenarioNames(), ", "))
	}
	return emulator.ParseScenario(name, b)
}

func scenarioNames() []string {
	files, _ := fs.Glob(assets.FS, "scenarios/*.yaml") // the pattern is valid
	var names []string
	for _, f := range files {
		names = append(names, strings.TrimSuffix(filepath.Base(f), ".yaml"))
	}
	return names
}
