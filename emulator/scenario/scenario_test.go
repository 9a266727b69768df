package scenario

import (
	"strings"
	"testing"
	"time"

	"methodical/emulator/device"
	"methodical/emulator/hub"
)

func TestDefaultsAreFilledIn(t *testing.T) {
	s, err := Parse("bare", []byte("hub: {switches: {offlineText: \"2018\"}}\ndevices: [{id: a}]\n"))
	if err != nil {
		t.Fatal(err)
	}
	want := hub.DefaultSwitches()
	want.OfflineText = "2018"
	if *s.Hub.Switches != want {
		t.Errorf("switches %+v, want the defaults and the one given", *s.Hub.Switches)
	}
	if s.Name != "bare" || s.Hub.SKU != "S1" || s.Hub.Units != 1 || s.Hub.Logs != "on" || s.Clock.Speed != 1 {
		t.Errorf("defaults are missing: %+v", s)
	}
}

func TestErrorsNameTheLine(t *testing.T) {
	for _, tt := range []struct{ name, yaml, want string }{
		{"unknown key", "hub:\n  sku: S1\n  colour: red\n", "[3:3]"},
		{"unknown key of a device", "devices:\n  - id: a\n    colour: red\n", "[3:5]"},
		{"unknown key of a reply", "devices:\n  - id: a\n    methods:\n      m: {colour: red}\n", "colour"},
		{"sku", "hub:\n  units: 1\n  sku: S9\n", "line 3: the sku \"S9\" is not known"},
		{"units", "hub:\n  sku: F1\n  units: 2\n", "line 3: F1 has 1 to 1 units"},
		{"switch", "hub:\n  switches: {offlineText: now}\n", "line 2: switch offlineText"},
		{"twice", "devices:\n  - id: a\n  - id: b\n  - id: a\n", "line 4: the device a is there twice"},
		{"id", "devices:\n  - id: a b\n", "line 2: the device id holds ' '"},
		{"behaviour", "devices:\n  - id: a\n    behaviour: sleepy\n", "the behaviour \"sleepy\" is not known"},
		{"duration", "devices:\n  - id: a\n    telemetry: 5\n", "is no duration"},
		{"order of changes", "devices:\n  - id: a\n    then:\n      - {at: 9s, behaviour: stuck}\n      - {at: 5s, behaviour: offline}\n", "line 5: changes stand in order"},
		{"asleep", "devices:\n  - id: a\n    behaviour: asleep\n", "asleep needs until"},
		{"parent", "devices:\n  - id: a\n    parent: gw\n", "line 3: the parent gw"},
		{"library", "devices:\n  - id: a\n    client: iotdevice\n    behaviour: non-json\n", "line 3: iotdevice answers JSON objects only"},
		{"not YAML", "hub: [", "scenario not YAML"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Parse(tt.name, []byte(tt.yaml))
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want %q in it", err, tt.want)
			}
		})
	}
}

func TestTimeline(t *testing.T) {
	s, err := Parse("t", []byte(`
devices:
  - id: a
    behaviour: {kind: asleep, until: 20s}
    then: [{at: 40s, behaviour: {kind: slow, delay: 7s}}]
`))
	if err != nil {
		t.Fatal(err)
	}
	line := s.Devices[0].Timeline()
	if len(line) != 3 || line[0].Behaviour.Kind != device.Offline || line[1].At != Duration(20*time.Second) ||
		line[1].Behaviour.Kind != device.Healthy || line[2].Behaviour.Delay != 7*time.Second {
		t.Errorf("timeline %+v", line)
	}
}

func TestPayloadsOfReplies(t *testing.T) {
	s, err := Parse("t", []byte("devices: [{id: a, methods: {none: {}, \"null\": {payload: null}, list: {payload: [1, two]}}}]"))
	if err != nil {
		t.Fatal(err)
	}
	methods := s.Devices[0].Spec().Methods
	if got := methods["none"].Payload; got != nil {
		t.Errorf("no payload became %s", got)
	}
	if got := methods["null"].Payload; string(got) != "null" {
		t.Errorf("null became %q", got)
	}
	if got := methods["list"].Payload; string(got) != `[1,"two"]` {
		t.Errorf("the list became %s", got)
	}
}
