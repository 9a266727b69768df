package checks

import (
	"context"

	"methodical/models"
)

func identityCheck() Check {
	return Check{
		ID: CheckIdentity, Title: "The device is registered, enabled and connected", Step: models.StepDevice,
		Needs: []string{CheckContact}, Codes: identityCodes,
		Applies: needsTarget, Run: runIdentity, Observe: ObserveIdentity,
	}
}

func needsTarget(w models.Walk, _ *Knowledge) (bool, string) {
	if w.Inputs.Target.IsZero() {
		return false, "No device is named."
	}
	return true, ""
}

// runIdentity reads the target, and around it what decides what its facts mean:
// the device of a module, the modules of an Edge device, the gateway of a child.
func runIdentity(ctx context.Context, env Env, w models.Walk) (models.Facts, error) {
	return readTarget(ctx, env, w.Inputs.Target)
}

func readTarget(ctx context.Context, env Env, t models.Target) (models.Facts, error) {
	device, err := env.Hub.Device(ctx, t)
	if err != nil {
		if ctx.Err() != nil {
			return models.Facts{}, ctx.Err()
		}
		// Not being allowed to read is a fact: the case says so and goes on.
		device = models.Device{DeviceID: t.DeviceID, ModuleID: t.ModuleID, ObservedAt: env.Clock.Now(), ReadError: err.Error()}
		return models.Facts{Devices: []models.Device{device}}, nil
	}
	facts := models.Facts{}
	owner := device
	if t.IsModule() {
		if owner, err = env.Hub.Device(ctx, models.Target{DeviceID: t.DeviceID}); err == nil {
			facts.Devices = append(facts.Devices, owner)
		}
	}
	if owner.Known() && (t.IsModule() || owner.IsEdge()) {
		modules, err := env.Hub.Modules(ctx, t.DeviceID)
		if err == nil {
			for _, m := range modules {
				owner.Modules = append(owner.Modules, m.ModuleID)
			}
			device.Modules = owner.Modules
			if t.IsModule() {
				facts.Devices[0] = owner
			}
		}
	}
	if device.Missing() {
		device.NearMisses = nearMisses(ctx, env.Hub, t, owner)
	}
	if gateway := owner.Parent; gateway != "" && gateway != t.DeviceID {
		if parent, err := env.Hub.Device(ctx, models.Target{DeviceID: gateway}); err == nil {
			facts.Devices = append(facts.Devices, parent)
		}
	}
	facts.Devices = append(facts.Devices, device)
	return facts, nil
}
