// Package checks is methodical's engine: the checks behind Azure's four
// recommendations for direct-method trouble, the runbook that orders them, and
// the diagnosis. It reaches the world through the ports in this file only; the
// adapters that satisfy them live elsewhere and are joined to it by main.
package checks

import (
	"context"
	"time"

	"methodical/models"
)

// Hub is an IoT hub's service API as the checks need it. Every method can be
// cancelled through its context. An error is a *models.HubFailure when the hub
// or the way to it said no.
type Hub interface {
	// HostName is the hub's host name, with a port only if it is unusual.
	HostName() string
	// Invoke sends one direct method and waits for whatever comes. Trouble of
	// hub, device or network is part of the Invocation.
	Invoke(ctx context.Context, call models.Call) models.Invocation
	// Device reads what registry and twin say of a device or module. A target
	// that does not exist is an answer (Registered false), not an error.
	Device(ctx context.Context, t models.Target) (models.Device, error)
	// Modules lists a device's modules.
	Modules(ctx context.Context, deviceID string) ([]models.Device, error)
	// Devices reads one page of devices.
	Devices(ctx context.Context, q models.DeviceQuery) (models.DevicePage, error)
	// Statistics reads the registry's counts. It needs the registry read right.
	Statistics(ctx context.Context) (models.Statistics, error)
	// Contact makes one cheap authenticated request and reports what the way to
	// the hub looks like.
	Contact(ctx context.Context) (models.Contact, error)
}

// Resource is the hub as an Azure resource: tier, units, quota, network rules,
// diagnostic settings.
type Resource interface {
	// Hub reads the resource. Facts that could not be read are left out and
	// ReadError says why.
	Hub(ctx context.Context) (models.Hub, error)
}

// LogQuery says which resource log rows are wanted.
type LogQuery struct {
	Files   []string        // exported files; empty means the hub's own rows
	Targets []models.Target // whose rows to return beside the summary; empty means every device's
	Since   time.Time       // inclusive; zero means from the beginning
	Until   time.Time       // exclusive; zero means to the end
}

// LogReading is what was read: the summary of all rows, and the newest rows of
// the wanted targets (bounded by the adapter).
type LogReading struct {
	Summary models.LogSummary
	Records []models.LogRecord
}

// LogSource reads resource logs: exported files, a workspace, or the emulator.
type LogSource interface {
	// Read reads the rows. A file that is no log is an error whose sentence
	// says what to do.
	Read(ctx context.Context, q LogQuery) (LogReading, error)
}

// Clock tells the time and waits; the emulator's may run faster.
type Clock interface {
	Now() time.Time
	// Sleep waits for d or until ctx is done, and then returns ctx's error.
	Sleep(ctx context.Context, d time.Duration) error
}

// Env is what a check may use. Resource and Logs may be nil: a check that
// needs them then says what it could not determine.
type Env struct {
	Hub      Hub
	Resource Resource
	Logs     LogSource
	Clock    Clock
	Know     *Knowledge
}

// Check is one thing the runbook looks at. Run gathers facts and touches the
// world; Observe reads facts into findings and is pure, so that a saved case
// is read exactly as a live one.
type Check struct {
	ID    string // stable, for --only and --skip
	Title string // what it looks at, for people
	Step  models.Step
	Needs []string // ids of checks that must not have failed to run
	Codes []string // the finding codes Observe may emit
	// Applies says whether there is anything to do for this walk; the reason is
	// shown when there is not. Nil means always.
	Applies func(models.Walk, *Knowledge) (ok bool, reason string)
	// Call is the direct method this check would send, if it sends one.
	Call    func(models.Walk, *Knowledge) (models.Call, bool)
	Run     func(context.Context, Env, models.Walk) (models.Facts, error)
	Observe func(models.Case, *Knowledge) []models.Finding
}
