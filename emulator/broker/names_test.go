package broker

import (
	"testing"

	"methodical/models"
)

func target(id string) models.Target { return models.Target{DeviceID: id} }

func TestResponses(t *testing.T) {
	for topic, want := range map[string]struct {
		status int
		rid    string
		ok     bool
	}{
		"$iothub/methods/res/200/?$rid=1f":                 {200, "1f", true},
		"$iothub/methods/res/-1/?$rid=2":                   {-1, "2", true},
		"$iothub/methods/res/200/?$rid=":                   {200, "", false},
		"$iothub/methods/res/two/?$rid=1":                  {0, "", false},
		"$iothub/methods/res/200":                          {0, "", false},
		"$iothub/methods/res/200/?rid=1":                   {200, "", false},
		"$iothub/methods/res/200/?a=b&$rid=3":              {200, "3", true},
		"$iothub/methods/res/99999999999999999999/?$rid=3": {0, "", false},
	} {
		status, rid, ok := parseResponse(topic)
		if ok != want.ok || ok && (status != want.status || rid != want.rid) {
			t.Errorf("%s: %d %q %v, want %+v", topic, status, rid, ok, want)
		}
	}
}

func TestUserNames(t *testing.T) {
	hosts := []string{"hub.azure-devices.net", "127.0.0.1"}
	for _, tt := range []struct {
		text, id string
		ok       bool
		sdk      string
	}{
		{"hub.azure-devices.net/a/?api-version=2021-04-12", "a", true, "2021-04-12"},
		{"127.0.0.1:9883/a/?api-version=2021-04-12&DeviceClientType=node%2F1.0%20(x)", "a", true, "node/1.0 (x)"},
		{"HUB.azure-devices.net/a/m/?api-version=1", "a/m", true, "1"},
		{"127.0.0.1/a/api-version=2020-09-30", "a", true, "2020-09-30"},
		{"127.0.0.1/a%20b/?api-version=1", "a b", true, "1"},
		{"127.0.0.1/a/?api-version=1&DeviceClientType=a/b/c", "a", true, "a/b/c"},
		{"127.0.0.1/b/?api-version=1", "a", false, ""},
		{"127.0.0.1/a/?version=1", "a", false, ""},
		{"127.0.0.1/A/?api-version=1", "a", false, ""},
		{"a", "a", false, ""},
		{"", "", false, ""},
	} {
		name, ok := parseUserName(tt.text, tt.id, hosts)
		if ok != tt.ok || ok && name.sdk() != tt.sdk {
			t.Errorf("%q for %q: %v %q, want %v %q", tt.text, tt.id, ok, name.sdk(), tt.ok, tt.sdk)
		}
	}
}
