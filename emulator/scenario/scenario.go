// Package scenario reads the YAML files that say what an emulated hub is like:
// its tier, its devices and what they do over time, and what is wrong with it.
// One file serves as a demo, a test and a lesson.
package scenario

import (
	"bytes"
	"fmt"
	"time"

	"github.com/goccy/go-yaml"

	"methodical/emulator/device"
	"methodical/emulator/hub"
)

// Scenario is one file, read and checked.
type Scenario struct {
	Name        string    `yaml:"name"`
	Title       string    `yaml:"title"`
	Description string    `yaml:"description"`
	Hub         Hub       `yaml:"hub"`
	Clock       Clock     `yaml:"clock"`
	Network     []Network `yaml:"network"`
	Devices     []Device  `yaml:"devices"`
	// Cause is the id of the root cause that the scenario shows; Try is what to
	// do to see it, and Caller in whose name.
	Cause  string `yaml:"cause"`
	Try    Try    `yaml:"try"`
	Caller Caller `yaml:"caller"`
	Load   []Load `yaml:"load"`
	// Defs is a place for anchors that the rest of the file refers to.
	Defs any `yaml:"defs"`
}

// Hub is the hub as a resource.
type Hub struct {
	Name      string        `yaml:"name"`
	Location  string        `yaml:"location"`
	SKU       string        `yaml:"sku"`
	Units     int           `yaml:"units"`
	QuotaUsed int64         `yaml:"quotaUsed"`
	Logs      string        `yaml:"logs"` // "on" or "off"
	Switches  *hub.Switches `yaml:"switches"`

	// ClockOffset is how far the hub's clock is ahead of this machine's.
	ClockOffset Offset `yaml:"clockOffset"`

	State               string   `yaml:"state"`               // "Active" or "Suspended"
	LocalAuth           string   `yaml:"localAuth"`           // "on" or "off"
	PublicNetworkAccess string   `yaml:"publicNetworkAccess"` // "Enabled" or "Disabled"
	IPRules             []IPRule `yaml:"ipRules"`
	ConnectionStateLag  Duration `yaml:"connectionStateLag"`
	Throttling          string   `yaml:"throttling"` // "on" or "off"
	Limits              Limits   `yaml:"limits"`
	Faults              []Fault  `yaml:"faults"`
}

// Clock is the scenario's speed; it counts in-process only.
type Clock struct {
	Speed float64 `yaml:"speed"`
}

// Device is one simulated device.
type Device struct {
	ID           string   `yaml:"id"`
	Count        int      `yaml:"count"` // so many devices that are alike; id holds {n} for their number
	Modules      []Module `yaml:"modules"`
	Status       string   `yaml:"status"`
	StatusReason string   `yaml:"statusReason"`
	Edge         bool     `yaml:"edge"`
	Parent       string   `yaml:"parent"` // the id of the Edge device it belongs to
	ModelID      string   `yaml:"modelId"`
	Tags         Object   `yaml:"tags"`
	Desired      Object   `yaml:"desired"`
	Reported     Object   `yaml:"reported"`
	Life         `yaml:",inline"`
}

// Module is a module of a device.
type Module struct {
	ID        string `yaml:"id"`
	ManagedBy string `yaml:"managedBy"`
	Tags      Object `yaml:"tags"`
	Desired   Object `yaml:"desired"`
	Reported  Object `yaml:"reported"`
	Life      `yaml:",inline"`
}

// Life is what an identity does.
type Life struct {
	Client       string           `yaml:"client"`
	SDK          string           `yaml:"sdk"`
	Protocol     string           `yaml:"protocol"` // what logs say it speaks, Mqtt or Amqp; here all speak MQTT
	Methods      map[string]Reply `yaml:"methods"`
	Unknown      string           `yaml:"unknown"` // "501" or "silent", for methods it does not have
	Telemetry    Duration         `yaml:"telemetry"`
	Behaviour    Behaviour        `yaml:"behaviour"`
	Then         []Change         `yaml:"then"`
	AfterRestart *Behaviour       `yaml:"afterRestart"`
	// LastSeen is how long before the start the device was last active; left
	// out, an offline device was never there.
	LastSeen Duration `yaml:"lastSeen"`
}

// Change is a behaviour that begins at a time after the start.
type Change struct {
	At        Duration  `yaml:"at"`
	Behaviour Behaviour `yaml:"behaviour"`
}

// Reply is what a device answers to one method.
type Reply struct {
	Status  int      `yaml:"status"`
	Payload *JSON    `yaml:"payload"`
	Echo    bool     `yaml:"echo"`
	After   Duration `yaml:"after"`
}

// Parse reads a scenario. Unknown keys and impossible values are errors that
// name the line.
func Parse(name string, src []byte) (*Scenario, error) {
	s := &Scenario{}
	switches := hub.DefaultSwitches()
	s.Hub.Switches = &switches
	decoder := yaml.NewDecoder(bytes.NewReader(src), yaml.Strict())
	if err := decoder.Decode(s); err != nil {
		return nil, fmt.Errorf("scenario %s: %s", name, yaml.FormatError(err, false, true))
	}
	s.complete(name)
	if p := s.check(); p != nil {
		return nil, fmt.Errorf("scenario %s, line %d: %s", name, lineOf(src, p.path), p.reason)
	}
	return s, nil
}

// complete fills what was left out.
func (s *Scenario) complete(name string) {
	if s.Name == "" {
		s.Name = name
	}
	if s.Hub.Name == "" {
		s.Hub.Name = "methodical-lab"
	}
	if s.Hub.Location == "" {
		s.Hub.Location = "westeurope"
	}
	if s.Hub.SKU == "" {
		s.Hub.SKU = "S1"
	}
	if s.Hub.Units == 0 {
		s.Hub.Units = 1
	}
	if s.Hub.Logs == "" {
		s.Hub.Logs = "on"
	}
	for _, word := range []struct {
		of        *string
		otherwise string
	}{
		{&s.Hub.State, "Active"}, {&s.Hub.LocalAuth, "on"}, {&s.Hub.PublicNetworkAccess, "Enabled"}, {&s.Hub.Throttling, "on"},
	} {
		if *word.of == "" {
			*word.of = word.otherwise
		}
	}
	if s.Clock.Speed == 0 {
		s.Clock.Speed = 1
	}
	if s.Hub.Switches == nil { // written as null
		switches := hub.DefaultSwitches()
		s.Hub.Switches = &switches
	}
}

// Timeline is a life's behaviours in order of time; the first is at zero.
func (l Life) Timeline() []Change {
	first := l.Behaviour
	line := make([]Change, 0, len(l.Then)+2)
	if first.Until > 0 { // asleep
		line = append(line,
			Change{Behaviour: Behaviour{Behaviour: device.Behaviour{Kind: device.Offline}}},
			Change{At: first.Until, Behaviour: Behaviour{Behaviour: device.Behaviour{Kind: device.Healthy}}})
	} else {
		line = append(line, Change{Behaviour: first})
	}
	return append(line, l.Then...)
}

// Spec is the device as the device package runs it.
func (l Life) Spec() device.Spec {
	spec := device.Spec{
		Client: l.Client, SDK: l.SDK, Silent: l.Unknown == "silent", Telemetry: time.Duration(l.Telemetry),
		Behaviour: l.Timeline()[0].Behaviour.Behaviour, Methods: make(map[string]device.Reply, len(l.Methods)),
	}
	if spec.Client == "" {
		spec.Client = device.Paho
	}
	if spec.SDK == "" {
		spec.SDK = "Microsoft.Azure.Devices.Client/1.42.3 (.NET 8.0; Linux; X64)"
	}
	if l.AfterRestart != nil {
		spec.AfterRestart = &l.AfterRestart.Behaviour
	}
	for name, r := range l.Methods {
		reply := device.Reply{Status: r.Status, Echo: r.Echo, After: time.Duration(r.After)}
		if r.Payload != nil {
			reply.Payload = r.Payload.Raw
		}
		spec.Methods[name] = reply
	}
	return spec
}
