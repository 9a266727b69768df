package main_test

import (
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/amenzhinsky/iothub/iotdevice"
	iotmqtt "github.com/amenzhinsky/iothub/iotdevice/transport/mqtt"
	"github.com/amenzhinsky/iothub/iotservice"
)

// callService calls methods, and what stands round them: identities, modules,
// queries, statistics and jobs.
func callService(t *testing.T, sdk *goSDK) {
	t.Helper()
	t.Run("methods", func(t *testing.T) {
		got, err := sdk.CallDeviceMethod(within(t), "pump-1", &iotservice.MethodCall{MethodName: "busy"})
		if want := (&iotservice.MethodResult{Status: 409, Payload: map[string]any{"reason": "in motion"}}); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("got %v, %v; want %v", got, err, want)
		}
		payload := map[string]any{"a": []any{1.0, "two", nil}}
		got, err = sdk.CallModuleMethod(within(t), "gateway", "filter", &iotservice.MethodCall{MethodName: "echo", Payload: payload})
		if err != nil || !reflect.DeepEqual(got.Payload, payload) {
			t.Errorf("the module answered %v, %v", got, err)
		}
		_, err = sdk.CallDeviceMethod(within(t), "freezer", &iotservice.MethodCall{MethodName: "echo"})
		wantRequestError(t, err, http.StatusNotFound, "404103")
		_, err = sdk.CallDeviceMethod(within(t), "nobody", &iotservice.MethodCall{MethodName: "echo"})
		wantRequestError(t, err, http.StatusNotFound, "404001")
		_, err = sdk.CallDeviceMethod(within(t), "pump-1", &iotservice.MethodCall{MethodName: "echo", ResponseTimeout: 1000})
		var bad *iotservice.BadRequestError
		if !errors.As(err, &bad) || !strings.Contains(bad.Message, "400004") {
			t.Errorf("a timeout out of range: %v", err)
		}
	})
	t.Run("identities", func(t *testing.T) { changeIdentities(t, sdk) })
	t.Run("modules", func(t *testing.T) { changeModules(t, sdk) })
	t.Run("queries", func(t *testing.T) {
		var ids []string
		err := sdk.QueryDevices(within(t), "SELECT deviceId FROM devices WHERE tags.site = 'north'", func(row map[string]any) error {
			ids = append(ids, fmt.Sprint(row["deviceId"]))
			return nil
		})
		if slices.Sort(ids); err != nil || !slices.Equal(ids, []string{"pump-1", "pump-2"}) {
			t.Errorf("got %v, %v", ids, err)
		}
		stats, err := sdk.DeviceStats(within(t))
		if err != nil || stats.TotalDeviceCount < 4 || stats.TotalDeviceCount != stats.EnabledDeviceCount+stats.DisabledDeviceCount {
			t.Errorf("devices %+v, %v", stats, err)
		}
		if s, err := sdk.ServiceStats(within(t)); err != nil || s.ConnectedDeviceCount < 2 {
			t.Errorf("connected %+v, %v", s, err)
		}
	})
	t.Run("jobs", func(t *testing.T) { runJobs(t, sdk) })
}

func changeIdentities(t *testing.T, sdk *goSDK) {
	t.Helper()
	three := []*iotservice.Device{
		{DeviceID: "bulk-sas", Authentication: &iotservice.Authentication{Type: iotservice.AuthSAS}},
		{DeviceID: "bulk-self-signed", Authentication: &iotservice.Authentication{
			Type: iotservice.AuthSelfSigned, X509Thumbprint: &iotservice.X509Thumbprint{PrimaryThumbprint: strings.Repeat("A", 40), SecondaryThumbprint: strings.Repeat("B", 40)},
		}},
		{DeviceID: "bulk-ca", Authentication: &iotservice.Authentication{Type: iotservice.AuthCA}},
	}
	if result, err := sdk.CreateDevices(within(t), three); err != nil || !result.IsSuccessful {
		t.Fatalf("created: %+v, %v", result, err)
	}
	again, err := sdk.CreateDevices(within(t), three[:1])
	if err != nil || again.IsSuccessful || len(again.Errors) != 1 || again.Errors[0].DeviceID != "bulk-sas" {
		t.Errorf("created twice: %+v, %v", again, err)
	}
	device, err := sdk.GetDevice(within(t), "bulk-sas")
	if err != nil {
		t.Fatal(err)
	}
	device.Status = iotservice.Disabled
	changed, err := sdk.UpdateDevice(within(t), device)
	if err != nil || changed.Status != iotservice.Disabled || changed.Authentication.SymmetricKey.PrimaryKey != device.Authentication.SymmetricKey.PrimaryKey {
		t.Errorf("disabled: %+v, %v", changed, err)
	}
	_, err = sdk.UpdateDevice(within(t), device) // its etag is out of date by now
	wantRequestError(t, err, http.StatusPreconditionFailed, "PreconditionFailed")
	if result, err := sdk.DeleteDevices(within(t), three, true); err != nil || !result.IsSuccessful {
		t.Fatalf("deleted: %+v, %v", result, err)
	}
	list, err := sdk.ListDevices(within(t))
	if err != nil || slices.ContainsFunc(list, func(d *iotservice.Device) bool { return strings.HasPrefix(d.DeviceID, "bulk-") }) {
		t.Errorf("%d devices listed, %v", len(list), err)
	}
}

func changeModules(t *testing.T, sdk *goSDK) {
	t.Helper()
	module, err := sdk.CreateModule(within(t), &iotservice.Module{DeviceID: "pump-1", ModuleID: "engine", Authentication: &iotservice.Authentication{Type: iotservice.AuthSAS}})
	if err != nil {
		t.Fatal(err)
	}
	text, err := sdk.ModuleConnectionString(module, false)
	if err != nil {
		t.Fatal(err)
	}
	client, err := iotdevice.NewModuleFromConnectionString(iotmqtt.NewModuleTransport(sdk.trust()), text, "", module.GenerationID, "", false, quiet())
	if err != nil {
		t.Fatal(err)
	}
	open(t, &client.Client)
	err = client.RegisterMethod(within(t), "gear", func(map[string]any) (int, map[string]any, error) {
		return http.StatusOK, map[string]any{"gear": 3}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	got, err := sdk.CallModuleMethod(within(t), "pump-1", "engine", &iotservice.MethodCall{MethodName: "gear"})
	if err != nil || got.Payload["gear"] != 3.0 {
		t.Errorf("the module answered %v, %v", got, err)
	}
	twin, err := sdk.UpdateModuleTwin(within(t), &iotservice.ModuleTwin{
		DeviceID: "pump-1", ModuleID: "engine", Properties: &iotservice.Properties{Desired: map[string]any{"oil": "5W-30"}},
	})
	if err != nil || twin.Properties.Desired["oil"] != "5W-30" {
		t.Errorf("the module's twin is %+v, %v", twin, err)
	}
	modules, err := sdk.ListModules(within(t), "pump-1")
	if err != nil || len(modules) != 1 || modules[0].ConnectionState != iotservice.Connected {
		t.Errorf("%d modules, %v", len(modules), err)
	}
	if err := sdk.DeleteModule(within(t), &iotservice.Module{DeviceID: "pump-1", ModuleID: "engine"}); err != nil {
		t.Error(err)
	}
}

func runJobs(t *testing.T, sdk *goSDK) {
	t.Helper()
	job, err := sdk.CreateJobV2(within(t), &iotservice.JobV2{
		JobID: "methods", Type: iotservice.JobTypeDeviceMethod, QueryCondition: "tags.site = 'north'", MaxExecutionTimeInSeconds: 60,
		CloudToDeviceMethod: &iotservice.DeviceMethodParams{MethodName: "echo", Payload: map[string]any{}, TimeoutInSeconds: 30},
	})
	if err != nil {
		t.Fatal(err)
	}
	for ctx := within(t); job.Status != iotservice.JobStatusCompleted; {
		if job, err = sdk.GetJobV2(ctx, "methods"); err != nil {
			t.Fatal(err)
		}
	}
	answered := 0
	err = sdk.QueryDevices(within(t), "SELECT * FROM devices.jobs WHERE devices.jobs.jobId = 'methods' AND devices.jobs.status = 'completed'", func(map[string]any) error {
		answered++
		return nil
	})
	if err != nil || answered != 2 {
		t.Errorf("%d devices answered, %v; want 2", answered, err)
	}
	_, err = sdk.CreateJobV2(within(t), &iotservice.JobV2{
		JobID: "later", Type: iotservice.JobTypeUpdateTwin, QueryCondition: "deviceId = 'pump-1'", StartTime: time.Now().Add(time.Hour), MaxExecutionTimeInSeconds: 60,
		UpdateTwin: map[string]any{"etag": "*", "tags": map[string]any{"never": true}},
	})
	if err != nil {
		t.Fatal(err)
	}
	var scheduled []string
	err = sdk.QueryJobsV2(within(t), &iotservice.JobV2Query{Type: iotservice.JobTypeUpdateTwin, Status: iotservice.JobStatusScheduled}, func(j *iotservice.JobV2) error {
		scheduled = append(scheduled, j.JobID)
		return nil
	})
	if err != nil || !slices.Equal(scheduled, []string{"later"}) {
		t.Errorf("scheduled: %v, %v", scheduled, err)
	}
	if job, err = sdk.CancelJobV2(within(t), "later"); err != nil || job.Status != iotservice.JobStatusCancelled {
		t.Errorf("cancelled: %+v, %v", job, err)
	}
}
