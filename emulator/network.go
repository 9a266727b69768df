package emulator

import (
	"context"
	"fmt"
	"time"

	"methodical/emulator/netfault"
	"methodical/emulator/scenario"
)

// NetworkFault is something wrong with the way to the hub.
type NetworkFault = netfault.Fault

// BeginNetworkFault puts a fault in front of a door ("https", "mqtt" or
// "both") and returns how to end it.
func (e *Emulator) BeginNetworkFault(door string, f NetworkFault) (end func(), err error) {
	switch door {
	case scenario.DoorHTTPS:
		return e.https.Begin(f), nil
	case scenario.DoorMQTT:
		return e.mqtt.Begin(f), nil
	case scenario.DoorBoth:
		https, mqtt := e.https.Begin(f), e.mqtt.Begin(f)
		return func() { https(); mqtt() }, nil
	default:
		return nil, fmt.Errorf("the door is https, mqtt or both, not %q", door)
	}
}

// EndNetworkFaults makes the network well, the scenario's faults included.
func (e *Emulator) EndNetworkFaults() {
	e.https.EndAll()
	e.mqtt.EndAll()
}

// playNetwork carries out the scenario's network faults over time.
func (e *Emulator) playNetwork(ctx context.Context) {
	for _, n := range e.opt.Scenario.Network {
		begin := func() {
			end, err := e.BeginNetworkFault(n.Door, NetworkFault{Kind: n.Kind, Delay: time.Duration(n.Delay)})
			if err != nil { // the scenario has been checked
				e.log.Error("A network fault could not begin", "reason", err)
				return
			}
			e.endLater(ctx, end, time.Duration(n.For))
		}
		if n.At == 0 {
			begin()
			continue
		}
		e.wg.Go(func() {
			if e.clock.Sleep(ctx, time.Duration(n.At)) == nil {
				begin()
			}
		})
	}
}
