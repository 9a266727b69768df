package checks

import (
	"iter"
	"maps"
	"slices"
	"strings"

	"methodical/models"
)

// habit is what a kind of client does with a method name it has no handler for.
type habit int

const (
	habitUnknown habit = iota
	habitSilent        // sends nothing, so that the hub answers 504101
	habitAnswers       // answers by itself, often 501 or 404
)

// sdkFacts is what is known of a device's client.
type sdkFacts struct {
	text     string // as the device or the log wrote it
	protocol string
	family   string // "Node", "C#" …, "" when not recognised
	habit    habit
	unnamed  bool // by the log the client gave no name for its SDK
}

// sdkFamilies recognise a client by how it names itself to the hub. The first
// match wins. What each does with an unknown name was read from its source.
var sdkFamilies = []struct {
	family string
	habit  habit
	marks  []string
}{
	{"Python", habitSilent, []string{"iothub-py", "iot-device-py", "python", "azure-iot-device-iothub-py"}},
	{"Node", habitSilent, []string{"azure-iot-device/", "node"}},
	{"Java", habitAnswers, []string{"com.microsoft.azure.sdk.iot", "iot-device-client", "java"}},
	{"C#", habitAnswers, []string{"microsoft.azure.devices.client", ".net/", "dotnet", "csharp", "c#"}},
	{"amenzhinsky Go", habitSilent, []string{"amenzhinsky"}},
	{"C", habitAnswers, []string{"iothubclient", "azure-iot-sdk-c", "iothub_client", "c sdk"}},
}

// readSDK takes a client's name and protocol from the registry's facts, else
// from the newest row of the Connections log.
func (s *scene) readSDK(d models.Device, t models.Target) sdkFacts {
	f := sdkFacts{text: d.SDK, protocol: d.Protocol}
	for _, row := range slices.Backward(s.rows.connections) {
		if f.text != "" && f.protocol != "" {
			break
		}
		if row.id != t.String() {
			continue
		}
		if f.text == "" {
			f.text, f.unnamed = row.sdk, row.unnamed
		}
		if f.protocol == "" {
			f.protocol = row.protocol
		}
	}
	lower := strings.ToLower(f.text)
	for _, row := range sdkFamilies {
		for _, mark := range row.marks {
			if lower != "" && strings.Contains(lower, mark) {
				f.family, f.habit = row.family, row.habit
				return f
			}
		}
	}
	return f
}

// client records what the target's SDK and protocol mean for methods.
func (s *scene) client() {
	f := s.sdk
	lower, protocol := strings.ToLower(f.text), strings.ToLower(f.protocol)
	switch {
	case f.family == "":
	case f.habit == habitSilent:
		s.add(dmSDKSaysNothing, models.SeverityInfo, "Clients of the "+f.family+" SDK send nothing for a method they have no handler for.", quoted(f.text))
	case f.habit == habitAnswers:
		s.add(dmSDKAnswers, models.SeverityInfo, "Clients of the "+f.family+" SDK answer even for a method they have no handler for.", quoted(f.text))
	}
	switch {
	case strings.HasPrefix(protocol, "http"):
		s.add(dmNoMethodsOnWire, models.SeverityError, s.name+" uses HTTPS, which carries no direct methods.", quoted(f.protocol))
	case s.subject.IsModule() && f.family == "C" && strings.HasPrefix(protocol, "amqp"):
		s.add(dmModuleOverAMQP, models.SeverityError, s.name+" is a module of the C SDK over AMQP, which carries no direct methods.", quoted(f.text+" "+f.protocol))
	case rawMQTT(lower):
		s.add(dmRawMQTT, models.SeverityWarning, s.name+" uses a plain MQTT library: its user name, api-version and topics must be set by hand for methods.", quoted(f.text))
	case f.unnamed && f.text == "" && strings.HasPrefix(protocol, "mqtt"):
		s.add(dmNoSDKName, models.SeverityInfo, s.name+" connects over MQTT without naming an SDK, as plain MQTT libraries do.", "")
	}
	s.knownBad()
}

// rawMQTT reports whether a client names itself as an MQTT library without an
// IoT Hub SDK around it.
func rawMQTT(lower string) bool {
	for _, mark := range []string{"paho", "mosquitto", "wolfmqtt", "pubsubclient", "mqtt.js", "mqttjs", "mqttnet", "m2mqtt", "umqtt", "hivemq", "rumqtt", "esp-mqtt", "raw mqtt", "plain mqtt", "custom mqtt"} {
		if strings.Contains(lower, mark) {
			return true
		}
	}
	return false
}

// keysOf is maps.Keys under a name that reads better in a loop.
func keysOf[V any](m map[string]V) iter.Seq[string] { return maps.Keys(m) }
