package broker

import (
	"net/url"
	"strconv"
	"strings"

	"methodical/models"
)

// The topics of direct methods and twins.
const (
	methodRequest  = "$iothub/methods/POST/"
	methodResponse = "$iothub/methods/res/"
	twinGet        = "$iothub/twin/GET/"
	twinReport     = "$iothub/twin/PATCH/properties/reported/"
	twinResponse   = "$iothub/twin/res/"
	twinDesired    = "$iothub/twin/PATCH/properties/desired/"
)

// maxSubscriptions is the most topic filters of a connection.
// Source: learn.microsoft.com, "IoT Hub quotas and throttling".
const maxSubscriptions = 5

// maySubscribe reports whether a device may subscribe to a filter.
func maySubscribe(t models.Target, filter string) bool {
	switch filter {
	case "$iothub/methods/POST/#", "$iothub/twin/res/#", "$iothub/twin/PATCH/properties/desired/#":
		return true
	}
	if t.IsModule() {
		return strings.HasPrefix(filter, "devices/"+t.DeviceID+"/modules/"+t.ModuleID+"/")
	}
	return strings.HasPrefix(filter, "devices/"+t.DeviceID+"/messages/devicebound/")
}

// mayPublish reports whether a device may publish to a topic.
func mayPublish(t models.Target, topic string) bool {
	return isTelemetry(t, topic) || strings.HasPrefix(topic, methodResponse) ||
		strings.HasPrefix(topic, twinGet) || strings.HasPrefix(topic, twinReport)
}

func isTelemetry(t models.Target, topic string) bool {
	if t.IsModule() && strings.HasPrefix(topic, "devices/"+t.DeviceID+"/modules/"+t.ModuleID+"/messages/events/") {
		return true
	}
	return strings.HasPrefix(topic, "devices/"+t.DeviceID+"/messages/events/")
}

// parseResponse reads $iothub/methods/res/{status}/?$rid={rid}.
func parseResponse(topic string) (status int, rid string, ok bool) {
	number, query, found := strings.Cut(strings.TrimPrefix(topic, methodResponse), "/")
	if !found {
		return 0, "", false
	}
	status, err := strconv.Atoi(number)
	if err != nil {
		return 0, "", false
	}
	rid, ok = requestID(query)
	return status, rid, ok
}

// requestID reads ?$rid={rid}.
func requestID(query string) (string, bool) {
	values, err := url.ParseQuery(strings.TrimPrefix(query, "?"))
	if err != nil {
		return "", false
	}
	rid := values.Get("$rid")
	return rid, rid != ""
}
