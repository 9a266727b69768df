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
		{"no id", "devices:\n  - tags: {}\n", "line 2: no device named"},
		{"count without mark", "devices:\n  - id: a\n    count: 5\n", "line 2: with count, the id holds {n} once"},
		{"mark without count", "devices:\n  - id: a-{n}\n", "count lies between 1 and 1000000, not at 0"},
		{"bulk edge", "devices:\n  - {id: 'a-{n}', count: 2, edge: true}\n", "cannot be made in bulk"},
		{"bulk over time", "devices:\n  - {id: 'a-{n}', count: 2, then: [{at: 1s, behaviour: stuck}]}\n", "keep one behaviour"},
		{"bulk flapping", "devices:\n  - {id: 'a-{n}', count: 2, behaviour: flapping}\n", "cannot be flapping"},
		{"network door", "network:\n  - {door: front, kind: stall}\n", "line 2: the door is https, mqtt or both"},
		{"network kind", "network:\n  - {door: https, kind: rain}\n", "the kind is one of"},
		{"network delay", "network:\n  - {door: https, kind: delay}\n", "needs to say how long"},
		{"fault kind", "hub:\n  faults:\n    - {kind: rain}\n", "line 3: the kind of a fault"},
		{"fault code", "hub:\n  faults:\n    - {kind: error}\n", "needs a code of six digits"},
		{"fault delay", "hub:\n  faults:\n    - {kind: slow}\n", "needs a delay"},
		{"fault share", "hub:\n  faults:\n    - {kind: failover, share: 2}\n", "the share lies between 0 and 1"},
		{"fault on", "hub:\n  faults:\n    - {kind: failover, on: [rain]}\n", "no kind of request"},
		{"ip mask", "hub:\n  ipRules:\n    - {action: Accept, mask: here}\n", "line 3: \"here\" is no network"},
		{"ip action", "hub:\n  ipRules:\n    - {action: Allow, mask: 10.0.0.0/8}\n", "the action is Accept or Reject"},
		{"word", "hub:\n  state: Asleep\n", "line 2: state is Active or Suspended"},
		{"speed", "clock: {speed: 100000}\n", "the speed lies between"},
		{"caller", "caller: {policy: nobody}\n", "the policy is one of"},
		{"key", "caller: {key: lost}\n", "the key is rotated or left out"},
		{"target", "try: {target: a b}\n", "the device id holds"},
		{"load", "load:\n  - {target: nobody}\n", "line 2: nobody is not among the devices"},
		{"load rate", "load:\n  - {target: a, callsPerSecond: 1000000}\ndevices: [{id: a}]\n", "between 0 and 10000"},
		{"protocol", "devices:\n  - id: a\n    protocol: Coap\n", "line 3: the protocol is Mqtt or Amqp"},
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

func FuzzParse(f *testing.F) {
	for _, seed := range []string{"{}", "devices: [{id: a, behaviour: {kind: slow, delay: 5s}}]", "hub: {sku: S1, switches: {bodyForm: A}}", "defs: {x: &x 1}\ntry: {payload: *x}"} {
		f.Add(seed)
	}
	f.Fuzz(func(_ *testing.T, text string) {
		if s, err := Parse("fuzz", []byte(text)); err == nil {
			s.Hub.Settings()
			for _, d := range s.Devices {
				d.Spec()
			}
		}
	})
}
