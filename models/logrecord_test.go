package models

import (
	"encoding/json"
	"testing"
	"time"
)

func TestLogRecordReadsEverySpelling(t *testing.T) {
	want := LogRecord{
		Time: time.Date(2026, 1, 6, 10, 0, 0, 0, time.UTC), ResourceID: "/IOTHUBS/H", Category: CategoryDirectMethods,
		OperationName: "send", Level: "Error", ResultType: "404103", DurationMs: "12", Properties: `{"deviceId":"dev-1"}`,
	}
	tests := map[string]string{
		"text":    `{"time":"2026-01-06T10:00:00Z","resourceId":"/IOTHUBS/H","category":"DirectMethods","operationName":"send","level":"Error","resultType":"404103","durationMs":"12","properties":"{\"deviceId\":\"dev-1\"}"}`,
		"values":  `{"time":"2026-01-06T10:00:00.000","resourceId":"/IOTHUBS/H","category":"DirectMethods","operationName":"send","level":"Error","resultType":404103,"durationMs":12,"properties":{"deviceId":"dev-1"}}`,
		"spelled": `{"Time":"2026-01-06 10:00:00","ResourceId":"/IOTHUBS/H","Category":"DirectMethods","OperationName":"send","Level":"Error","ResultType":404103,"DurationMs":12,"Properties":{"deviceId":"dev-1"}}`,
	}
	for name, text := range tests {
		t.Run(name, func(t *testing.T) {
			var got LogRecord
			if err := json.Unmarshal([]byte(text), &got); err != nil {
				t.Fatal(err)
			}
			if got != want {
				t.Errorf("read %+v, want %+v", got, want)
			}
		})
	}
}

func TestLogRecordSurvivesARoundTrip(t *testing.T) {
	in := LogRecord{Time: time.Date(2026, 1, 6, 10, 0, 0, 5e6, time.UTC), Category: CategoryConnections, ResultType: "0", Properties: `{"a":"b\"c"}`}
	b, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	var out LogRecord
	if err := json.Unmarshal(b, &out); err != nil || out != in {
		t.Errorf("read %+v (%v), want %+v", out, err, in)
	}
}

func TestLogRecordRefusesATimeThatIsNone(t *testing.T) {
	var r LogRecord
	if err := json.Unmarshal([]byte(`{"time":"yesterday"}`), &r); err == nil {
		t.Error("a time that is none was accepted")
	}
	if err := json.Unmarshal([]byte(`{}`), &r); err != nil || !r.Time.IsZero() {
		t.Errorf("a row without a time: %v, %v", r.Time, err)
	}
}
