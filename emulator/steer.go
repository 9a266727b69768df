package emulator

import (
	"fmt"

	"methodical/emulator/clock"
	"methodical/emulator/device"
	"methodical/emulator/hub"
	"methodical/models"
)

// Behaviour is what a simulated device does.
type Behaviour = device.Behaviour

// SKU is the hub's tier and size, for example "S1".
func (e *Emulator) SKU() string { return e.hub.Settings().SKU }

// Units is how many units of the SKU the hub has.
func (e *Emulator) Units() int { return e.hub.Settings().Units }

// Quota is how many messages of today's quota are used, and how many it holds.
func (e *Emulator) Quota() (used, limit int64) { return e.hub.Quota() }

// Scenario is what the emulator was started with.
func (e *Emulator) Scenario() *Scenario { return e.opt.Scenario }

// Clock is the time the hub and its devices live in.
func (e *Emulator) Clock() *clock.Clock { return e.clock }

// LogRecords are the rows of categories DirectMethods and Connections so far,
// oldest first, as the hub exports them.
func (e *Emulator) LogRecords() []models.LogRecord { return e.hub.LogRecords() }

// runner finds a simulated device.
func (e *Emulator) runner(deviceID, moduleID string) (*device.Runner, error) {
	t := models.Target{DeviceID: deviceID, ModuleID: moduleID}
	e.mu.Lock()
	defer e.mu.Unlock()
	if r, ok := e.runners[t]; ok {
		return r, nil
	}
	return nil, fmt.Errorf("%s is no simulated device of the scenario %s", t, e.opt.Scenario.Name)
}

// SetBehaviour changes what a simulated device does from now on.
func (e *Emulator) SetBehaviour(deviceID, moduleID string, b Behaviour) error {
	if err := b.Check(); err != nil {
		return err
	}
	r, err := e.runner(deviceID, moduleID)
	if err != nil {
		return err
	}
	r.Set(b)
	return nil
}

// RestartDevice makes a simulated device connect anew, as after a power cycle.
func (e *Emulator) RestartDevice(deviceID, moduleID string) error {
	r, err := e.runner(deviceID, moduleID)
	if err != nil {
		return err
	}
	r.Restart()
	return nil
}

// EnableDevice enables or disables a device in the registry. Disabling drops
// its connection.
func (e *Emulator) EnableDevice(deviceID string, enabled bool) error {
	if err := e.hub.SetEnabled(models.Target{DeviceID: deviceID}, enabled, ""); err != nil {
		return err
	}
	if r, err := e.runner(deviceID, ""); err == nil {
		r.Set(r.Behaviour()) // it need not sit out its wait before the next try
	}
	return nil
}

// DropConnection ends a device's connection as a broken network does; the
// device comes back by itself.
func (e *Emulator) DropConnection(deviceID, moduleID string) error {
	id, err := e.hub.Find(models.Target{DeviceID: deviceID, ModuleID: moduleID})
	if err != nil {
		return err
	}
	e.hub.Drop(id, hub.CauseLost)
	return nil
}

// Connected reports whether a device has a connection to the hub, and whether
// it has subscribed to direct methods.
func (e *Emulator) Connected(deviceID, moduleID string) (connected, subscribed bool) {
	id, ok := e.hub.Lookup(models.Target{DeviceID: deviceID, ModuleID: moduleID})
	if !ok {
		return false, false
	}
	return e.hub.Connected(id)
}

// InFlight is how many delivered calls to a device wait for an answer.
func (e *Emulator) InFlight(deviceID, moduleID string) int {
	id, ok := e.hub.Lookup(models.Target{DeviceID: deviceID, ModuleID: moduleID})
	if !ok {
		return 0
	}
	return e.hub.InFlight(id)
}
