package checks_test

import (
	"fmt"
	"time"

	"methodical/models"
)

// The pieces that the cases of these tests are made of.

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

type change func(*models.Case)

// about is a case about pump-7 at a hub of tier S1.
func about(changes ...change) models.Case {
	c := models.Case{
		Version: models.CaseVersion, Target: "pump-7",
		Hub: models.Hub{HostName: "contoso.azure-devices.net", SKU: "S1", Units: 1},
	}
	for _, ch := range changes {
		ch(&c)
	}
	return c
}

func onTarget(t string) change { return func(c *models.Case) { c.Target = t } }

// device adds what the registry says of a device; the first change sees the
// usual: registered, enabled, read at noon.
func device(id string, changes ...func(*models.Device)) change {
	return func(c *models.Case) {
		t, err := models.ParseTarget(id)
		if err != nil {
			panic(err)
		}
		d := models.Device{DeviceID: t.DeviceID, ModuleID: t.ModuleID, ObservedAt: noon.Add(2 * time.Second), Registered: models.Ptr(true), Status: models.StatusEnabled, AuthenticationType: "sas"}
		for _, ch := range changes {
			ch(&d)
		}
		c.PutDevice(d)
	}
}

func connected(d *models.Device)    { d.ConnectionState = models.StateConnected }
func disconnected(d *models.Device) { d.ConnectionState = models.StateDisconnected }
func disabled(d *models.Device)     { d.Status, d.StatusReason = models.StatusDisabled, "stolen" }
func missing(d *models.Device) {
	d.Registered, d.Status, d.AuthenticationType = models.Ptr(false), "", ""
}
func edge(d *models.Device) { d.IoTEdge = models.Ptr(true) }
func active(ago time.Duration) func(*models.Device) {
	return func(d *models.Device) { d.LastActivityTime = d.ObservedAt.Add(-ago) }
}
func sdk(name, protocol string) func(*models.Device) {
	return func(d *models.Device) { d.SDK, d.Protocol = name, protocol }
}
func parent(id string) func(*models.Device) { return func(d *models.Device) { d.Parent = id } }
func tags(json string) func(*models.Device) { return func(d *models.Device) { d.Tags = []byte(json) } }

// unreadable is a device whose registry entry the credential may not read.
func unreadable(id string) change {
	return func(c *models.Case) {
		c.PutDevice(models.Device{DeviceID: id, ObservedAt: noon, ReadError: "could not read the device: the hub answered 401 (401003 IotHubUnauthorized)"})
	}
}

// call adds a call to id, a minute after the last one.
func call(id, method string, changes ...func(*models.Invocation)) change {
	return func(c *models.Case) {
		t, err := models.ParseTarget(id)
		if err != nil {
			panic(err)
		}
		payload, err := models.ParsePayload([]byte(`{}`))
		if err != nil {
			panic(err)
		}
		inv := models.Invocation{
			Time: noon.Add(time.Duration(len(c.Invocations)) * time.Minute), DeviceID: t.DeviceID, ModuleID: t.ModuleID,
			MethodName: method, SafeProbe: method == models.SafeProbeMethod, Payload: payload,
			ConnectTimeoutSeconds: models.Ptr(0), ResponseTimeoutSeconds: models.Ptr(30),
		}
		if inv.SafeProbe {
			inv.ResponseTimeoutSeconds = models.Ptr(5)
		}
		for _, ch := range changes {
			ch(&inv)
		}
		c.Invocations = append(c.Invocations, inv)
	}
}

func probe(id string, changes ...func(*models.Invocation)) change {
	return call(id, models.SafeProbeMethod, changes...)
}

func took(d time.Duration) func(*models.Invocation) {
	return func(i *models.Invocation) { i.ElapsedMilliseconds = models.Ptr(d.Milliseconds()) }
}
func waits(connect, response int) func(*models.Invocation) {
	return func(i *models.Invocation) {
		i.ConnectTimeoutSeconds, i.ResponseTimeoutSeconds = models.Ptr(connect), models.Ptr(response)
	}
}
func with(payload string) func(*models.Invocation) {
	return func(i *models.Invocation) {
		p, err := models.ParsePayload([]byte(payload))
		if err != nil {
			panic(err)
		}
		i.Payload = p
	}
}
func without(i *models.Invocation) { i.Payload = models.NoPayload() }

// hub is an error of the hub in the form it has today.
func hub(status int, code, message, info string) func(*models.Invocation) {
	return func(i *models.Invocation) {
		i.HTTPStatus = status
		i.Body = fmt.Sprintf(`{"Message":"{\"errorCode\":%s,\"trackingId\":\"2ce04a2d881c4010aaf5f6cfacd2ee95-G:0-TimeStamp:11/22/2026 12:00:00\",\"message\":\"%s\",\"info\":{%s},\"timestampUtc\":\"2026-11-22T12:00:00.201157Z\"}","ExceptionMessage":""}`, code, message, info)
	}
}

const notOnline = "The operation failed because the requested device isn't online or hasn't registered the direct method callback. To learn more, see https://aka.ms/iothub404103"

// refusedAtOnce is 404103 with a connect timeout of 0.
func refusedAtOnce(i *models.Invocation) {
	hub(404, "404103", notOnline, `\"timeout\":\"00:00:00\"`)(i)
	took(80 * time.Millisecond)(i)
}

// refusedAfter is 404103 after the hub waited.
func refusedAfter(seconds int) func(*models.Invocation) {
	return func(i *models.Invocation) {
		i.ConnectTimeoutSeconds = models.Ptr(seconds)
		hub(404, "404103", notOnline, fmt.Sprintf(`\"timeout\":\"00:00:%02d\"`, seconds%60))(i)
		took(time.Duration(seconds)*time.Second + 90*time.Millisecond)(i)
	}
}

// noReply is 504101 after the response timeout.
func noReply(i *models.Invocation) {
	seconds := *i.ResponseTimeoutSeconds
	hub(504, "504101", "Timed out waiting for the response from device.", fmt.Sprintf(`\"timeout\":\"00:%02d:%02d\"`, seconds/60, seconds%60))(i)
	took(time.Duration(seconds)*time.Second + 120*time.Millisecond)(i)
}

func unauthorized(message string) func(*models.Invocation) {
	return func(i *models.Invocation) { hub(401, "401002", message, "")(i); took(60 * time.Millisecond)(i) }
}

// answered is the device's own answer.
func answered(status int, payload string) func(*models.Invocation) {
	return func(i *models.Invocation) {
		i.HTTPStatus, i.Body = 200, fmt.Sprintf(`{"status":%d,"payload":%s}`, status, payload)
		if i.ElapsedMilliseconds == nil {
			took(180 * time.Millisecond)(i)
		}
	}
}

func ok(i *models.Invocation) { answered(200, `{"done":true}`)(i) }

func lost(text string, after time.Duration) func(*models.Invocation) {
	return func(i *models.Invocation) { i.HTTPStatus, i.TransportError = 0, text; took(after)(i) }
}

func client(changes ...func(*models.Client)) change {
	return func(c *models.Case) {
		for _, ch := range changes {
			ch(&c.Client)
		}
	}
}

func theHub(ch func(*models.Hub)) change { return func(c *models.Case) { ch(&c.Hub) } }

func load(perSecond float64) change {
	return func(c *models.Case) { c.Load = &models.Load{CallsPerSecond: perSecond, PayloadBytes: 200} }
}

// row is one DirectMethods row, minutes before noon.
func row(id, code string, minutesBefore float64, took int) change {
	return func(c *models.Case) {
		c.Logs = append(c.Logs, models.LogRecord{
			Time: noon.Add(-time.Duration(minutesBefore * float64(time.Minute))), Category: models.CategoryDirectMethods, OperationName: "send",
			ResultType: code, DurationMs: fmt.Sprint(took), Properties: fmt.Sprintf(`{"deviceId":"%s","RequestSize":1,"ResponseSize":1,"sdkVersion":"2021-04-12"}`, id),
			ResourceID: "/SUBSCRIPTIONS/1/RESOURCEGROUPS/RG/PROVIDERS/MICROSOFT.DEVICES/IOTHUBS/CONTOSO",
		})
	}
}

// conn is one Connections row, minutes before noon.
func conn(id, operation, code, address, sdk string, minutesBefore float64) change {
	return func(c *models.Case) {
		c.Logs = append(c.Logs, models.LogRecord{
			Time: noon.Add(-time.Duration(minutesBefore * float64(time.Minute))), Category: models.CategoryConnections, OperationName: operation, ResultType: code,
			Properties: fmt.Sprintf(`{"deviceId":"%s","protocol":"Mqtt","sdkVersion":"%s","maskedIpAddress":"%s"}`, id, sdk, address),
		})
	}
}

func all(changes ...change) change {
	return func(c *models.Case) {
		for _, ch := range changes {
			ch(c)
		}
	}
}

// every repeats a change.
func every(n int, ch func(i int) change) change {
	return func(c *models.Case) {
		for i := range n {
			ch(i)(c)
		}
	}
}
