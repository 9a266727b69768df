package emulator

import (
	"context"
	"time"

	"methodical/emulator/hub"
)

// Settings are what an administrator, or Azure itself, can change about the
// hub while it runs.
type Settings = hub.Settings

// Fault is something wrong with the service itself.
type Fault = hub.Fault

// Settings are the settings in force.
func (e *Emulator) Settings() Settings { return e.hub.Settings() }

// ChangeSettings changes settings of the running hub, for example its units.
func (e *Emulator) ChangeSettings(change func(*Settings)) { e.hub.Change(change) }

// SetQuotaUsed sets how many of today's messages are used.
func (e *Emulator) SetQuotaUsed(messages int64) { e.hub.SetQuotaUsed(messages) }

// BeginFault puts a fault in force and returns how to end it.
func (e *Emulator) BeginFault(f Fault) (end func()) { return e.hub.Begin(f) }

// EndFaults ends every fault, those of the scenario included.
func (e *Emulator) EndFaults() { e.hub.EndFaults() }

// playFaults carries out the scenario's faults over time.
func (e *Emulator) playFaults(ctx context.Context) {
	for _, f := range e.opt.Scenario.Hub.Faults {
		if f.At == 0 { // in force from the first request on
			e.endLater(ctx, e.hub.Begin(f.Hub()), time.Duration(f.For))
			continue
		}
		e.wg.Go(func() {
			if e.clock.Sleep(ctx, time.Duration(f.At)) == nil {
				e.endLater(ctx, e.hub.Begin(f.Hub()), time.Duration(f.For))
			}
		})
	}
}

func (e *Emulator) endLater(ctx context.Context, end func(), after time.Duration) {
	if after <= 0 {
		return
	}
	e.wg.Go(func() {
		if e.clock.Sleep(ctx, after) == nil {
			end()
		}
	})
}
