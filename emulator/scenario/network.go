package scenario

import (
	"slices"

	"methodical/emulator/netfault"
)

// Network is something wrong with the way to the hub for a while.
type Network struct {
	Door  string        `yaml:"door"` // "https", "mqtt" or "both"
	Kind  netfault.Kind `yaml:"kind"`
	Delay Duration      `yaml:"delay"`
	At    Duration      `yaml:"at"`
	For   Duration      `yaml:"for"` // 0 means to the end
}

// The doors of a hub.
const (
	DoorHTTPS = "https"
	DoorMQTT  = "mqtt"
	DoorBoth  = "both"
)

func (n Network) check(at string) *problem {
	switch {
	case !slices.Contains([]string{DoorHTTPS, DoorMQTT, DoorBoth}, n.Door):
		return wrong(at+".door", "the door is https, mqtt or both, not %q", n.Door)
	case !slices.Contains(netfault.Kinds(), n.Kind):
		return wrong(at+".kind", "the kind is one of %v, not %q", netfault.Kinds(), n.Kind)
	case n.Kind == netfault.Delay && n.Delay <= 0:
		return wrong(at+".delay", "a delay needs to say how long")
	default:
		return nil
	}
}
