package scenario

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/parser"

	"methodical/emulator/device"
	"methodical/emulator/hub"
	"methodical/models"
)

// problem is a value that cannot be, and where it stands.
type problem struct{ path, reason string }

func wrong(path, format string, args ...any) *problem {
	return &problem{path, fmt.Sprintf(format, args...)}
}

// lineOf finds the line of a YAML path; 1 when it cannot be told.
func lineOf(src []byte, path string) int {
	file, err := parser.ParseBytes(src, 0)
	if err != nil {
		return 1
	}
	for path != "" {
		if p, err := yaml.PathString(path); err == nil {
			if node, err := p.FilterFile(file); err == nil && node != nil {
				return node.GetToken().Position.Line
			}
		}
		path = parentPath(path)
	}
	return 1
}

// parentPath drops the last step, for a key that the file left out.
func parentPath(path string) string {
	for i := len(path) - 1; i > 0; i-- {
		if path[i] == '.' || path[i] == '[' {
			return path[:i]
		}
	}
	return ""
}

func (s *Scenario) check() *problem {
	if p := s.checkHub(); p != nil {
		return p
	}
	for i, n := range s.Network {
		if p := n.check(fmt.Sprintf("$.network[%d]", i)); p != nil {
			return p
		}
	}
	seen := make(map[string]bool)
	for i, d := range s.Devices {
		at := fmt.Sprintf("$.devices[%d]", i)
		if p := d.check(at); p != nil {
			return p
		}
		if seen[d.ID] {
			return wrong(at+".id", "the device %s is there twice", d.ID)
		}
		seen[d.ID] = true
	}
	if p := s.checkParents(seen); p != nil {
		return p
	}
	return s.checkUse(seen)
}

func (s *Scenario) checkHub() *problem {
	h := s.Hub
	size := hub.Sizes(h.SKU)
	switch {
	case size == (hub.Size{}):
		return wrong("$.hub.sku", "the sku %q is not known: write one of %v", h.SKU, hub.SKUs())
	case h.Units < 1 || h.Units > size.MaxUnits:
		return wrong("$.hub.units", "%s has 1 to %d units, not %d", h.SKU, size.MaxUnits, h.Units)
	case h.QuotaUsed < 0:
		return wrong("$.hub.quotaUsed", "quotaUsed counts messages: it cannot be below zero")
	case s.Clock.Speed < 0.01 || s.Clock.Speed > 1000:
		return wrong("$.clock.speed", "the speed lies between 0.01 and 1000, not at %g", s.Clock.Speed)
	}
	for _, w := range []struct{ key, value, yes, no string }{
		{"logs", h.Logs, "on", "off"}, {"localAuth", h.LocalAuth, "on", "off"}, {"throttling", h.Throttling, "on", "off"},
		{"state", h.State, "Active", "Suspended"}, {"publicNetworkAccess", h.PublicNetworkAccess, "Enabled", "Disabled"},
	} {
		if w.value != w.yes && w.value != w.no {
			return wrong("$.hub."+w.key, "%s is %s or %s, not %q", w.key, w.yes, w.no, w.value)
		}
	}
	if p := h.checkDetails(); p != nil {
		return p
	}
	if err := h.Switches.Check(); err != nil {
		return wrong("$.hub.switches", "%s", err)
	}
	return nil
}

func (s *Scenario) checkParents(known map[string]bool) *problem {
	for i, d := range s.Devices {
		if d.Parent != "" && !known[d.Parent] {
			return wrong(fmt.Sprintf("$.devices[%d].parent", i), "the parent %s is not among the devices", d.Parent)
		}
	}
	return nil
}

func (d Device) check(at string) *problem {
	if d.Count != 0 || strings.Contains(d.ID, NumberMark) {
		return d.checkBulk(at)
	}
	if err := validID(d.ID); err != nil {
		return wrong(at+".id", "%s", err)
	}
	if d.Status != "" && d.Status != models.StatusEnabled && d.Status != models.StatusDisabled {
		return wrong(at+".status", "status is enabled or disabled, not %q", d.Status)
	}
	for i, m := range d.Modules {
		here := fmt.Sprintf("%s.modules[%d]", at, i)
		if err := validID(m.ID); err != nil {
			return wrong(here+".id", "%s", err)
		}
		if m.Client == device.IoTDevice {
			return wrong(here+".client", "modules run on %s only", device.Paho)
		}
		if p := m.Life.check(here); p != nil {
			return p
		}
	}
	return d.Life.check(at)
}

func validID(id string) error {
	t, err := models.ParseTarget(id)
	if err == nil && t.IsModule() {
		err = fmt.Errorf("%q holds a slash: modules stand under their device", id)
	}
	return err
}

func (l Life) check(at string) *problem {
	if l.Client != "" && l.Client != device.Paho && l.Client != device.IoTDevice {
		return wrong(at+".client", "the client is %s or %s, not %q", device.Paho, device.IoTDevice, l.Client)
	}
	if l.Protocol != "" && l.Protocol != "Mqtt" && l.Protocol != "Amqp" {
		return wrong(at+".protocol", "the protocol is Mqtt or Amqp, not %q", l.Protocol)
	}
	if l.Unknown != "" && l.Unknown != "501" && l.Unknown != "silent" {
		return wrong(at+".unknown", "unknown methods get 501 or are met with silent, not %q", l.Unknown)
	}
	if l.Client == device.IoTDevice {
		if p := l.checkIoTDevice(at); p != nil {
			return p
		}
	}
	last := Duration(0)
	for i, c := range l.Then {
		here := fmt.Sprintf("%s.then[%d]", at, i)
		if c.At <= last {
			return wrong(here+".at", "changes stand in order of time, each later than the one before")
		}
		if c.Behaviour.Kind == "" || c.Behaviour.Until > 0 {
			return wrong(here+".behaviour", "a change needs a behaviour of its own")
		}
		last = c.At
	}
	return nil
}

// checkIoTDevice keeps what that library cannot do away from it.
func (l Life) checkIoTDevice(at string) *problem {
	kinds := []device.Kind{l.Behaviour.Kind}
	for _, c := range l.Then {
		kinds = append(kinds, c.Behaviour.Kind)
	}
	for _, bad := range []device.Kind{device.NonJSON, device.ChokesOnNull} {
		if slices.Contains(kinds, bad) {
			return wrong(at+".client", "%s answers JSON objects only, so it cannot be %s: use %s", device.IoTDevice, bad, device.Paho)
		}
	}
	for name, r := range l.Methods {
		if r.Payload != nil && !isObject(r.Payload.Raw) {
			return wrong(at+".methods", "%s answers JSON objects only, so %s needs %s", device.IoTDevice, name, device.Paho)
		}
	}
	return nil
}

func isObject(raw json.RawMessage) bool { return len(raw) > 0 && raw[0] == '{' }
