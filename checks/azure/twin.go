package azure

import (
	"encoding/json"
	"strings"
	"time"

	"methodical/models"
)

// twinForm is a twin, or a row of a query for twins, as far as we read it.
// Tags and reported properties stay raw: as maps they would lose the order of
// their members and the digits of large numbers.
type twinForm struct {
	DeviceID           string   `json:"deviceId"`
	ModuleID           string   `json:"moduleId"`
	Status             string   `json:"status"`
	StatusReason       string   `json:"statusReason"`
	ConnectionState    string   `json:"connectionState"`
	LastActivityTime   hubTime  `json:"lastActivityTime"`
	AuthenticationType string   `json:"authenticationType"`
	ModelID            string   `json:"modelId"`
	DeviceScope        string   `json:"deviceScope"`
	ParentScopes       []string `json:"parentScopes"`
	Capabilities       struct {
		IoTEdge *bool `json:"iotEdge"`
	} `json:"capabilities"`
	IoTEdge    *bool           `json:"iotEdge"` // of a projected row
	Tags       json.RawMessage `json:"tags"`
	Properties struct {
		Reported json.RawMessage `json:"reported"`
	} `json:"properties"`
}

// facts are what the twin says of its device at the given time.
func (t twinForm) facts(at time.Time) models.Device {
	edge := t.Capabilities.IoTEdge
	if edge == nil {
		edge = t.IoTEdge
	}
	return models.Device{
		DeviceID: t.DeviceID, ModuleID: t.ModuleID, ObservedAt: at, Registered: models.Ptr(true),
		Status: t.Status, StatusReason: t.StatusReason, ConnectionState: t.ConnectionState,
		LastActivityTime: time.Time(t.LastActivityTime), AuthenticationType: t.AuthenticationType,
		IoTEdge: edge, Parent: parentOf(t.DeviceScope, t.ParentScopes, edge),
		ModelID: t.ModelID, Tags: present(t.Tags), Reported: present(t.Properties.Reported),
		ReportedUpdated: lastUpdated(t.Properties.Reported),
	}
}

// present is nil for the JSON value null, which says as little as nothing.
func present(raw json.RawMessage) json.RawMessage {
	if string(raw) == "null" {
		return nil
	}
	return raw
}

// lastUpdated is when the device last wrote any of its reported properties.
func lastUpdated(reported json.RawMessage) time.Time {
	var section struct {
		Metadata struct {
			LastUpdated hubTime `json:"$lastUpdated"`
		} `json:"$metadata"`
	}
	// Properties of another shape carry no such time; that is no trouble.
	_ = json.Unmarshal(reported, &section)
	return time.Time(section.Metadata.LastUpdated)
}

// parentOf is the id of the Edge device that a device belongs to. A scope looks
// like ms-azure-iot-edge://GATEWAY-637000000000000000. An Edge device's own
// scope names itself, its parent scopes name its parent.
func parentOf(deviceScope string, parentScopes []string, edge *bool) string {
	scope := ""
	if edge == nil || !*edge {
		scope = deviceScope
	}
	if len(parentScopes) > 0 {
		scope = parentScopes[0]
	}
	id, ok := strings.CutPrefix(scope, "ms-azure-iot-edge://")
	if !ok {
		return ""
	}
	if cut := strings.LastIndexByte(id, '-'); cut > 0 && digits(id[cut+1:]) {
		id = id[:cut]
	}
	return id
}

func digits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

// hubTime reads the hub's times: with a zone, with an offset or, as in a
// never-connected device's 0001-01-01T00:00:00, with neither, which means UTC.
// What is no time is a missing fact, not an error.
type hubTime time.Time

func (t *hubTime) UnmarshalJSON(b []byte) error {
	var s string
	if json.Unmarshal(b, &s) != nil {
		return nil
	}
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05"} {
		if parsed, err := time.Parse(layout, s); err == nil {
			*t = hubTime(parsed.UTC())
			return nil
		}
	}
	return nil
}
