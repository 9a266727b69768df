package emulator_test

import (
	"encoding/json"
	"runtime"
	"strings"
	"testing"

	"methodical/emulator"
	"methodical/emulator/device"
	"methodical/models"
)

func TestLogRowsOfMethods(t *testing.T) {
	e := start(t, people)
	c := newCaller(t, e, "service")
	c.invoke("ok", patient(`{"methodName":"reboot","payload":{"delay":5}}`))
	c.invoke("offline", `{"methodName":"secret-name","connectTimeoutInSeconds":10}`)
	c.invoke("edge/filter", patient(`{"methodName":"echo","payload":1}`))
	c.token = func() string { return "" }
	c.invoke("ok", `{"methodName":"reboot"}`)

	var rows []models.LogRecord
	for _, r := range e.LogRecords() {
		if r.Category == models.CategoryDirectMethods {
			rows = append(rows, r)
		}
	}
	if len(rows) != 4 {
		t.Fatalf("%d rows, want 4: %+v", len(rows), rows)
	}
	want := []struct{ level, code, description, properties string }{
		{"Information", "", "", `{"deviceId":"ok","RequestSize":11,"ResponseSize":13,"sdkVersion":"Go-http-client/1.1"}`},
		{"Error", "404103", "DeviceNotOnline", `{"deviceId":"offline","RequestSize":0,"ResponseSize":0,"sdkVersion":"Go-http-client/1.1"}`},
		{"Information", "", "", `{"deviceId":"edge/filter","RequestSize":1,"ResponseSize":1,"sdkVersion":"Go-http-client/1.1"}`},
		{"Error", "401002", "IotHubUnauthorizedAccess", `{"deviceId":"ok","RequestSize":0,"ResponseSize":0,"sdkVersion":"Go-http-client/1.1"}`},
	}
	for i, w := range want {
		r := rows[i]
		if r.OperationName != "send" || r.Level != w.level || r.ResultType != w.code || r.ResultDescription != w.description || r.Properties != w.properties {
			t.Errorf("row %d: %+v\nwant %+v", i, r, w)
		}
		if r.DurationMs == "" || r.Time.IsZero() || !strings.HasPrefix(r.ResourceID, "/SUBSCRIPTIONS/") || r.Location == "" {
			t.Errorf("row %d lacks something: %+v", i, r)
		}
		text, err := json.Marshal(r)
		if err != nil || strings.Contains(string(text), "secret-name") {
			t.Errorf("row %d tells the method's name: %s %v", i, text, err)
		}
	}
}

func TestLogRowsOfConnections(t *testing.T) {
	e := start(t, `devices: [{id: a}, {id: b, behaviour: bad-key}, {id: c, status: disabled}]`)
	if err := e.SetBehaviour("a", "", emulator.Behaviour{Kind: device.Offline}); err != nil {
		t.Fatal(err)
	}
	find := func(operation, id, code string) *models.LogRecord {
		for _, r := range e.LogRecords() {
			if r.Category == models.CategoryConnections && r.OperationName == operation && r.ResultType == code && strings.Contains(r.Properties, `"deviceId":"`+id+`"`) {
				return &r
			}
		}
		return nil
	}
	for _, tt := range []struct{ operation, id, code string }{
		{"deviceConnect", "a", ""}, {"deviceDisconnect", "a", ""}, {"deviceConnect", "b", "401003"}, {"deviceConnect", "c", "401003"},
	} {
		eventually(t, tt.operation+" of "+tt.id, func() bool { return find(tt.operation, tt.id, tt.code) != nil })
	}
	r := find("deviceConnect", "a", "")
	for _, want := range []string{`"protocol":"Mqtt"`, `"authType":"{\"scope\":\"device\",\"type\":\"sas\",\"issuer\":\"iothub\",\"acceptingIpFilterRule\":null}"`, `"maskedIpAddress":"127.0.0.XXX"`, `"sdkVersion":"Microsoft.Azure.Devices.Client`} {
		if !strings.Contains(r.Properties, want) {
			t.Errorf("properties %s lack %s", r.Properties, want)
		}
	}
}

func TestLogsOff(t *testing.T) {
	e := start(t, `{hub: {logs: "off"}, devices: [{id: a}]}`)
	newCaller(t, e, "service").invoke("a", `{"methodName":"m"}`)
	if rows := e.LogRecords(); len(rows) != 0 {
		t.Errorf("%d rows although logs are off", len(rows))
	}
}

func TestCloseLeavesNothingBehind(t *testing.T) {
	before := runtime.NumGoroutine()
	e := start(t, people)
	c := newCaller(t, e, "service")
	c.invoke("ok", `{"methodName":"reboot"}`)
	hanging := make(chan struct{})
	go func() {
		defer close(hanging)
		r, err := c.http.Post("https://"+c.host+"/twins/stuck/methods?api-version=2021-04-12", "application/json", strings.NewReader(`{}`))
		if err == nil {
			_ = r.Body.Close()
		}
	}()
	<-hanging
	if err := e.Close(); err != nil {
		t.Errorf("close: %v", err)
	}
	c.http.CloseIdleConnections()
	var stacks string
	defer func() {
		if t.Failed() {
			t.Log(stacks)
		}
	}()
	eventually(t, "the goroutines are gone", func() bool {
		buf := make([]byte, 1<<20)
		stacks = string(buf[:runtime.Stack(buf, true)])
		return runtime.NumGoroutine() <= before
	})
}
