package checks

import (
	"context"

	"methodical/models"
)

func comparisonCheck() Check {
	return Check{
		ID: CheckComparison, Title: "There is a good device to compare with", Step: models.StepCompare,
		Needs: []string{CheckIdentity}, Codes: comparisonCodes,
		Applies: needsTarget, Run: runComparison, Observe: ObserveComparison,
	}
}

// runComparison reads the device the person chose to compare with, or finds
// the one that resembles the target most.
func runComparison(ctx context.Context, env Env, w models.Walk) (models.Facts, error) {
	if chosen := w.Inputs.CompareWith; !chosen.IsZero() {
		facts, err := readTarget(ctx, env, chosen)
		facts.Comparison = chosen
		return facts, err
	}
	target, _ := w.Case.Device(w.Inputs.Target)
	candidates, err := comparisonCandidates(ctx, env.Hub, w.Inputs.Target)
	if err != nil {
		return models.Facts{}, err
	}
	best, ok := SuggestComparison(target, w.Inputs.Target, candidates, env.Clock.Now())
	if !ok {
		return models.Facts{}, nil
	}
	// The list gives a few columns; a comparison needs the whole twin.
	facts, err := readTarget(ctx, env, best.Device.Target())
	facts.Comparison = best.Device.Target()
	return facts, err
}

// comparisonPageSize is how many connected devices are looked at for a good
// comparison: one query's worth.
const comparisonPageSize = 100

func comparisonCandidates(ctx context.Context, hub Hub, t models.Target) ([]models.Device, error) {
	page, err := hub.Devices(ctx, models.DeviceQuery{
		Where: "status = 'enabled' AND connectionState = 'Connected'", Top: comparisonPageSize,
	})
	if err != nil || !t.IsModule() {
		return page.Devices, err
	}
	// A module is best compared with the same module on another device, else
	// with a sister module on its own: $edgeAgent answers to itself alone.
	var modules []models.Device
	for _, d := range page.Devices {
		if d.IsEdge() && d.DeviceID != t.DeviceID {
			m, err := hub.Device(ctx, models.Target{DeviceID: d.DeviceID, ModuleID: t.ModuleID})
			if err == nil && m.Known() {
				modules = append(modules, m)
			}
		}
		if len(modules) == 3 {
			break
		}
	}
	sisters, err := hub.Modules(ctx, t.DeviceID)
	return append(modules, sisters...), err
}

func comparisonCallCheck() Check {
	return Check{
		ID: CheckComparisonCall, Title: "A different device answers the same call", Step: models.StepCompare,
		Needs: []string{CheckComparison}, Codes: comparisonCodes,
		Applies: func(w models.Walk, _ *Knowledge) (bool, string) {
			if w.Inputs.CompareWith.IsZero() {
				return false, "No device to compare with: none like it is connected, and none was named."
			}
			return true, ""
		},
		Call: comparisonCall, Run: runCall(comparisonCall), Observe: ObserveComparison,
	}
}

// comparisonCall is the composed call, sent to the other device.
func comparisonCall(w models.Walk, _ *Knowledge) (models.Call, bool) {
	if w.Inputs.CompareWith.IsZero() {
		return models.Call{}, false
	}
	return w.Inputs.Call(w.Inputs.CompareWith), true
}

func thirdDeviceCheck() Check {
	return Check{
		ID: CheckThirdDevice, Title: "A third device answers the same call", Step: models.StepCompare,
		Needs: []string{CheckComparisonCall}, Codes: comparisonCodes,
		Applies: func(w models.Walk, _ *Knowledge) (bool, string) {
			if w.Inputs.CompareWith.IsZero() {
				return false, "Compare with a second device first."
			}
			return true, ""
		},
		Run: runThirdDevice, Observe: ObserveComparison,
	}
}

// runThirdDevice finds one more device, other than the two, and makes the call.
func runThirdDevice(ctx context.Context, env Env, w models.Walk) (models.Facts, error) {
	target, _ := w.Case.Device(w.Inputs.Target)
	candidates, err := comparisonCandidates(ctx, env.Hub, w.Inputs.Target)
	if err != nil {
		return models.Facts{}, err
	}
	kept := candidates[:0]
	for _, d := range candidates {
		if d.Target() != w.Inputs.CompareWith {
			kept = append(kept, d)
		}
	}
	third, ok := SuggestComparison(target, w.Inputs.Target, kept, env.Clock.Now())
	if !ok {
		return models.Facts{}, nil
	}
	called, err := runCall(func(models.Walk, *Knowledge) (models.Call, bool) {
		return w.Inputs.Call(third.Device.Target()), true
	})(ctx, env, w)
	if err != nil {
		return called, err
	}
	facts, err := readTarget(ctx, env, third.Device.Target())
	facts.Invocations = called.Invocations
	return facts, err
}
