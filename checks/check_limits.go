package checks

import (
	"context"

	"methodical/models"
)

func limitsCheck() Check {
	return Check{
		ID: CheckLimits, Title: "The hub's limits leave room", Step: models.StepLimits,
		Codes: limitCodes, Run: runLimits, Observe: ObserveLimits,
	}
}

// runLimits reads tier, units, quota and counts as far as the credential goes.
// What could not be read stays missing: the person may state tier and units.
func runLimits(ctx context.Context, env Env, w models.Walk) (models.Facts, error) {
	hub := w.Case.Hub
	hub.ReadError = ""
	if env.Resource != nil {
		read, err := env.Resource.Hub(ctx)
		if err != nil {
			hub.ReadError = err.Error()
		} else {
			hub = read
		}
	}
	if hub.SKU == "" && w.Inputs.SKU != "" {
		hub.SKU, hub.Units, hub.Stated = w.Inputs.SKU, max(w.Inputs.Units, 1), true
	}
	// The counts need the registry right, which a service policy lacks: missing
	// them is no failure.
	if stats, err := env.Hub.Statistics(ctx); err == nil {
		hub.TotalDevices, hub.ConnectedDevices = stats.Total, stats.Connected
	}
	facts := models.Facts{Hub: &hub}
	if w.Inputs.Load != (models.Load{}) {
		load := w.Inputs.Load
		facts.Load = &load
	}
	return facts, ctx.Err()
}
