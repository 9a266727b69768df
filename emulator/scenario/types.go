package scenario

import (
	"encoding/json"
	"fmt"
	"time"

	"methodical/emulator/device"
	"methodical/emulator/twin"
)

// Duration is written as 1m30s.
type Duration time.Duration

// UnmarshalYAML reads a duration.
func (d *Duration) UnmarshalYAML(unmarshal func(any) error) error {
	var text string
	if err := unmarshal(&text); err != nil {
		return err
	}
	v, err := time.ParseDuration(text)
	if err != nil || v < 0 {
		return fmt.Errorf("%q is no duration: write something like 90s or 5m", text)
	}
	*d = Duration(v)
	return nil
}

// Offset is a duration that may lie below zero.
type Offset time.Duration

// UnmarshalYAML reads an offset.
func (o *Offset) UnmarshalYAML(unmarshal func(any) error) error {
	var text string
	if err := unmarshal(&text); err != nil {
		return err
	}
	v, err := time.ParseDuration(text)
	if err != nil {
		return fmt.Errorf("%q is no duration: write something like 2h or -10m", text)
	}
	*o = Offset(v)
	return nil
}

// JSON is any YAML value, kept as JSON.
type JSON struct{ Raw json.RawMessage }

// UnmarshalYAML reads a value.
func (j *JSON) UnmarshalYAML(unmarshal func(any) error) error {
	var v any
	if err := unmarshal(&v); err != nil {
		return err
	}
	raw, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("the value has no form in JSON: %w", err)
	}
	j.Raw = raw
	return nil
}

// UnmarshalYAML reads a reply. It looks for payload itself, because the decoder
// does not tell a payload of null from none.
func (r *Reply) UnmarshalYAML(unmarshal func(any) error) error {
	type plain Reply
	if err := unmarshal((*plain)(r)); err != nil {
		return err
	}
	var keys map[string]any
	if err := unmarshal(&keys); err != nil {
		return err
	}
	if value, given := keys["payload"]; given && value == nil {
		r.Payload = &JSON{Raw: json.RawMessage("null")}
	}
	return nil
}

// Object is a YAML mapping as a twin document.
type Object map[string]any

// UnmarshalYAML reads a mapping.
func (o *Object) UnmarshalYAML(unmarshal func(any) error) error {
	var v JSON
	if err := v.UnmarshalYAML(unmarshal); err != nil {
		return err
	}
	values, err := twin.Parse(v.Raw)
	if err != nil {
		return fmt.Errorf("tags and properties are mappings: %w", err)
	}
	*o = values
	return nil
}

// Behaviour is written as a word, or as a mapping with kind and measures. The
// kind asleep, with until, is offline first and healthy from then on.
type Behaviour struct {
	device.Behaviour
	Until Duration
}

// asleep is the one kind that only scenarios know.
const asleep = "asleep"

// UnmarshalYAML reads a behaviour.
func (b *Behaviour) UnmarshalYAML(unmarshal func(any) error) error {
	var word string
	if unmarshal(&word) == nil {
		return b.set(word)
	}
	var long struct {
		Kind   string   `yaml:"kind"`
		Delay  Duration `yaml:"delay"`
		Status int      `yaml:"status"`
		Text   string   `yaml:"text"`
		Up     Duration `yaml:"up"`
		Down   Duration `yaml:"down"`
		Every  Duration `yaml:"every"`
		Until  Duration `yaml:"until"`
	}
	if err := unmarshal(&long); err != nil {
		return err
	}
	b.Behaviour = device.Behaviour{
		Delay: time.Duration(long.Delay), Status: long.Status, Text: long.Text,
		Up: time.Duration(long.Up), Down: time.Duration(long.Down), Every: time.Duration(long.Every),
	}
	b.Until = long.Until
	return b.set(long.Kind)
}

func (b *Behaviour) set(kind string) error {
	if kind == asleep {
		b.Kind = device.Offline
		if b.Until <= 0 {
			return fmt.Errorf("asleep needs until: write {kind: asleep, until: 20s}")
		}
		return nil
	}
	if b.Until > 0 {
		return fmt.Errorf("until belongs to the kind asleep, not to %s", kind)
	}
	b.Kind = device.Kind(kind)
	return b.Check()
}
