package scenario

import (
	"slices"
	"strings"

	"methodical/emulator/device"
	"methodical/emulator/hub"
)

// NumberMark stands for a bulk device's number in its id.
const NumberMark = "{n}"

// checkBulk checks a device that stands for many.
func (d Device) checkBulk(at string) *problem {
	switch {
	case d.Count < 1 || d.Count > hub.MaxIdentities:
		return wrong(at+".count", "count lies between 1 and %d, not at %d", hub.MaxIdentities, d.Count)
	case strings.Count(d.ID, NumberMark) != 1:
		return wrong(at+".id", "with count, the id holds %s once, for example sensor-%s", NumberMark, NumberMark)
	case d.Edge || len(d.Modules) > 0:
		return wrong(at, "Edge devices and modules cannot be made in bulk")
	case len(d.Then) > 0 || d.Behaviour.Until > 0 || d.AfterRestart != nil || d.Client != "":
		return wrong(at, "bulk devices keep one behaviour and have no client library")
	}
	if err := validID(strings.Replace(d.ID, NumberMark, "1000000", 1)); err != nil {
		return wrong(at+".id", "%s", err)
	}
	able := []device.Kind{"", device.Healthy, device.Offline, device.Slow, device.Stuck, device.NoSubscription, device.NonJSON, device.Status, device.ChokesOnNull}
	if !slices.Contains(able, d.Behaviour.Kind) {
		return wrong(at+".behaviour", "a bulk device has no connection of its own, so it cannot be %s", d.Behaviour.Kind)
	}
	return nil
}
