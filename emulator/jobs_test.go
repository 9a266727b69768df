package emulator_test

import (
	"net/http"
	"strings"
	"testing"

	"methodical/emulator/jobs"
)

const fleet = `
clock: {speed: 50}
devices:
  - {id: a, methods: {m: {payload: {ok: true}}}}
  - {id: b, behaviour: offline}
  - {id: c, behaviour: {kind: status, status: 500, text: "1"}}
  - {id: d, behaviour: {kind: non-json, text: oops}}
  - {id: e, behaviour: stuck, tags: {site: south}}
`

func job(condition, rest string) string {
	return `{"type":"scheduleDeviceMethod","cloudToDeviceMethod":{"methodName":"m","payload":{},"responseTimeoutInSeconds":30},"queryCondition":"` + condition + `"` + rest + `}`
}

func TestMethodJob(t *testing.T) {
	c := newCaller(t, start(t, fleet), "service")
	got := c.do(http.MethodPut, "/jobs/v2/j1", job("deviceId IN ['a','b','c','d']", `,"jobId":"j1","maxExecutionTimeInSeconds":600`))
	if got.status != http.StatusOK || !strings.Contains(got.body, `"status":"queued"`) {
		t.Fatalf("HTTP %d %s", got.status, got.body)
	}
	var view jobs.View
	eventually(t, "the job completes", func() bool {
		view = decode[jobs.View](t, c.do(http.MethodGet, "/jobs/v2/j1", "").body)
		return view.Status == jobs.StatusCompleted
	})
	if want := (jobs.Statistics{DeviceCount: 4, FailedCount: 1, SucceededCount: 3}); view.Statistics == nil || *view.Statistics != want {
		t.Errorf("statistics %+v, want %+v", view.Statistics, want)
	}
	rows := decode[[]map[string]any](t, c.do(http.MethodPost, "/devices/query", `{"query":"SELECT * FROM devices.jobs WHERE devices.jobs.jobId='j1'"}`).body)
	if len(rows) != 4 {
		t.Fatalf("%d rows, want 4: %v", len(rows), rows)
	}
	text := c.do(http.MethodPost, "/devices/query", `{"query":"SELECT * FROM devices.jobs WHERE jobId='j1'"}`).body
	for _, want := range []string{
		`"deviceId":"a","jobId":"j1","jobType":"scheduleDeviceMethod","status":"completed"`, `"outcome":{"deviceMethodResponse":{"status":200,"payload":{"ok":true}}}`,
		`"error":{"code":"404103","description":"The operation failed`, `"deviceMethodResponse":{"status":500,"payload":1}`, `"payload":"oops"`,
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the rows lack %s: %s", want, text)
		}
	}
	if got := c.do(http.MethodPost, "/devices/query", `{"query":"SELECT * FROM devices.jobs WHERE status='failed'"}`); !strings.Contains(got.body, `"deviceId":"b"`) {
		t.Errorf("failed rows: %s", got.body)
	}
}

func TestTwinJob(t *testing.T) {
	c := newCaller(t, start(t, fleet), "service")
	c.do(http.MethodPut, "/jobs/v2/t1", `{"type":"scheduleUpdateTwin","updateTwin":{"etag":"*","tags":{"wave":1}},"queryCondition":"*"}`)
	eventually(t, "every twin is changed", func() bool {
		return c.do(http.MethodPost, "/devices/query", `{"query":"SELECT COUNT() AS n FROM devices WHERE tags.wave = 1"}`).body == `[{"n":5}]`
	})
}

func TestJobLimits(t *testing.T) {
	c := newCaller(t, start(t, fleet), "service")
	slow := job("deviceId = 'e'", "")
	if got := c.do(http.MethodPut, "/jobs/v2/one", slow); got.status != http.StatusOK {
		t.Fatalf("HTTP %d %s", got.status, got.body)
	}
	if got := c.do(http.MethodPut, "/jobs/v2/two", slow); got.status != http.StatusTooManyRequests || got.header.Get("iothub-errorcode") != "ThrottlingMaxActiveJobCountExceeded" {
		t.Errorf("a second job on S1: HTTP %d %s", got.status, got.body)
	}
	if got := c.do(http.MethodPut, "/jobs/v2/later", job("*", `,"startTime":"2999-01-01T00:00:00Z"`)); got.status != http.StatusOK || !strings.Contains(got.body, `"status":"scheduled"`) {
		t.Errorf("a job for later: HTTP %d %s", got.status, got.body)
	}
	if got := c.do(http.MethodPost, "/jobs/v2/later/cancel", ""); got.status != http.StatusOK || !strings.Contains(got.body, `"status":"cancelled"`) {
		t.Errorf("cancel: HTTP %d %s", got.status, got.body)
	}
	if got := c.do(http.MethodPost, "/jobs/v2/later/cancel", ""); got.status != http.StatusBadRequest {
		t.Errorf("cancel again: HTTP %d %s", got.status, got.body)
	}
	if got := c.do(http.MethodGet, "/jobs/v2/query?jobStatus=cancelled", ""); !strings.Contains(got.body, `"jobId":"later"`) || strings.Contains(got.body, `"jobId":"one"`) {
		t.Errorf("list: %s", got.body)
	}
	for _, tt := range []struct {
		path, body string
		code       string
	}{
		{"/jobs/v2/one", slow, "JobAlreadyExists"},
		{"/jobs/v2/x", job("deviceId =", ""), "ArgumentInvalid"},
		{"/jobs/v2/x", `{"type":"scheduleDeviceMethod","cloudToDeviceMethod":{}}`, "ArgumentInvalid"},
		{"/jobs/v2/x", `{"type":"other"}`, "ArgumentInvalid"},
		{"/jobs/v2/x", `{"type":"scheduleUpdateTwin","updateTwin":{}}`, "ArgumentInvalid"},
		{"/jobs/v2/x", job("*", `,"startTime":"soon"`), "ArgumentInvalid"},
	} {
		if got := c.do(http.MethodPut, tt.path, tt.body); got.header.Get("iothub-errorcode") != tt.code {
			t.Errorf("%s: HTTP %d %s, want %s", tt.body, got.status, got.body, tt.code)
		}
	}
	if got := c.do(http.MethodGet, "/jobs/v2/none", ""); got.header.Get("iothub-errorcode") != "JobNotFound" {
		t.Errorf("an unknown job: HTTP %d %s", got.status, got.body)
	}
}

func TestJobRunsOutOfTime(t *testing.T) {
	c := newCaller(t, start(t, strings.Replace(fleet, "speed: 50", "speed: 20", 1)), "service")
	c.do(http.MethodPut, "/jobs/v2/short", job("deviceId = 'e'", `,"maxExecutionTimeInSeconds":1`))
	eventually(t, "the job ends before the device's time is up", func() bool {
		return strings.Contains(c.do(http.MethodGet, "/jobs/v2/short", "").body, `"failedCount":1`)
	})
}
