package emulator

import (
	"context"
	"fmt"
	"maps"
	"time"

	"methodical/emulator/device"
	"methodical/emulator/hub"
	"methodical/emulator/scenario"
	"methodical/models"
)

// register puts the scenario's devices into the registry, in its order.
func (e *Emulator) register() error {
	for _, d := range e.opt.Scenario.Devices {
		if d.Count > 0 {
			continue // see startBulk
		}
		id, err := e.hub.Create(e.hubSpec(d))
		if err != nil {
			return fmt.Errorf("register %s: %w", d.ID, err)
		}
		e.hub.SeenBefore(id, time.Duration(d.LastSeen))
		if err := e.registerModules(d); err != nil {
			return err
		}
	}
	return nil
}

// hubSpec is a device as the registry takes it.
func (e *Emulator) hubSpec(d scenario.Device) hub.Spec {
	spec := hub.Spec{
		DeviceID: d.ID, Disabled: d.Status == models.StatusDisabled, StatusReason: d.StatusReason, Edge: d.Edge,
		ModelID: d.ModelID, Protocol: d.Protocol, Tags: d.Tags, Desired: d.Desired, Reported: d.Reported,
	}
	if d.Parent != "" {
		spec.Scope = e.hub.EdgeScope(d.Parent)
	}
	return spec
}

func (e *Emulator) registerModules(d scenario.Device) error {
	for _, m := range d.Modules {
		id, err := e.hub.Create(hub.Spec{
			DeviceID: d.ID, ModuleID: m.ID, ManagedBy: m.ManagedBy, Protocol: m.Protocol, Tags: m.Tags, Desired: m.Desired, Reported: m.Reported,
		})
		if err != nil {
			return fmt.Errorf("register %s/%s: %w", d.ID, m.ID, err)
		}
		e.hub.SeenBefore(id, time.Duration(m.LastSeen))
	}
	return nil
}

// startDevices gives every named device its life.
func (e *Emulator) startDevices(ctx context.Context) {
	world := device.World{
		HostName: e.DeviceHostName(), Address: e.MQTTAddr(), Roots: e.ca.Pool(), Clock: e.clock, Log: e.log,
		Key: e.key, Vacant: e.vacant, RealNow: e.hub.RealNow,
	}
	for _, d := range e.opt.Scenario.Devices {
		if d.Count > 0 {
			continue
		}
		if !d.Edge { // nothing connects with an Edge device's own identity
			e.startOne(ctx, models.Target{DeviceID: d.ID}, d.Life, world)
		}
		for _, m := range d.Modules {
			e.startOne(ctx, models.Target{DeviceID: d.ID, ModuleID: m.ID}, m.Life, world)
		}
	}
}

func (e *Emulator) startOne(ctx context.Context, t models.Target, life scenario.Life, world device.World) {
	spec := life.Spec()
	spec.Target = t
	r := device.Start(ctx, spec, world)
	e.mu.Lock()
	e.runners[t] = r
	e.mu.Unlock()
	if changes := life.Timeline()[1:]; len(changes) > 0 {
		e.wg.Go(func() { e.play(ctx, r, changes) })
	}
}

// play carries out a device's changes over time.
func (e *Emulator) play(ctx context.Context, r *device.Runner, changes []scenario.Change) {
	elapsed := time.Duration(0)
	for _, c := range changes {
		if e.clock.Sleep(ctx, time.Duration(c.At)-elapsed) != nil {
			return
		}
		elapsed = time.Duration(c.At)
		r.Set(c.Behaviour.Behaviour)
	}
}

func (e *Emulator) key(t models.Target) (string, error) {
	primary, _, err := e.hub.DeviceKeys(t)
	if err != nil {
		return "", err
	}
	return primary, nil
}

const (
	vacancyPoll  = 250 * time.Millisecond
	vacancyGrace = 3 * time.Second // an SDK that renews its token comes back within it
)

// vacant waits until nobody else is connected with t, for long enough that
// they will not be back in a moment.
func (e *Emulator) vacant(ctx context.Context, t models.Target) error {
	waited := false
	for {
		id, ok := e.hub.Lookup(t)
		if !ok {
			return nil
		}
		busy, _ := e.hub.Connected(id)
		if !busy && !waited {
			return nil
		}
		pause := vacancyPoll
		if !busy {
			waited, pause = false, vacancyGrace
		} else {
			waited = true
		}
		if err := e.clock.Sleep(ctx, pause); err != nil {
			return err
		}
	}
}

func (e *Emulator) devices() map[models.Target]*device.Runner {
	e.mu.Lock()
	defer e.mu.Unlock()
	return maps.Clone(e.runners)
}

func (e *Emulator) stopDevices() {
	for _, r := range e.devices() {
		e.wg.Go(r.Stop)
	}
}
