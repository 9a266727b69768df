package invoke

import (
	"strings"
	"testing"
	"time"

	"methodical/models"
)

func TestDraftKeepsWhatTheInputsSay(t *testing.T) {
	for _, payload := range []models.Payload{models.NoPayload(), models.NullPayload(), parsed(t, "{}"), parsed(t, "[1, 2]")} {
		in := models.Inputs{Method: "m", Payload: payload, ConnectTimeoutSeconds: 7, ResponseTimeoutSeconds: 30}
		event, bad := draftOf(in).compose()
		if bad.first() != nil || !same(event, in) {
			t.Errorf("%s became %+v (%v)", payload, event, bad.first())
		}
	}
}

func parsed(t *testing.T, text string) models.Payload {
	t.Helper()
	p, err := models.ParsePayload([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestReadSeconds(t *testing.T) {
	for text, ok := range map[string]bool{"5": true, " 300 ": true, "4": false, "301": false, "": false, "3.5": false, "x": false, "-5": false} {
		if _, err := readSeconds(text, 5, 300); (err == nil) != ok {
			t.Errorf("readSeconds(%q) = %v", text, err)
		}
	}
}

func TestMethodAdvice(t *testing.T) {
	module := models.Target{DeviceID: "d", ModuleID: "m"}
	for _, tt := range []struct {
		method string
		target models.Target
		want   string
	}{
		{"reboot", models.Target{DeviceID: "d"}, ""},
		{"re boot", models.Target{DeviceID: "d"}, "rule out"},
		{"ünlock", models.Target{DeviceID: "d"}, "rule out"},
		{strings.Repeat("x", 101), models.Target{DeviceID: "d"}, ""},
		{strings.Repeat("x", 101), module, "100 characters"},
	} {
		if got := methodAdvice(tt.method, tt.target); tt.want == "" && got != "" || !strings.Contains(got, tt.want) {
			t.Errorf("methodAdvice(%q, %s) = %q", tt.method, tt.target, got)
		}
	}
}

func TestSizeCountsInStepsOfTheMeter(t *testing.T) {
	for size, want := range map[int]string{0: "1 × 4 KB", 4096: "1 × 4 KB", 4097: "2 × 4 KB"} {
		if got := sizeWords(size); !strings.Contains(got, want) {
			t.Errorf("sizeWords(%d) = %q, want %q in it", size, got, want)
		}
	}
}

func TestWaitingForSaysWhoIsAwaited(t *testing.T) {
	call := func(connect, response int) models.Call {
		return models.Call{ConnectTimeoutSeconds: &connect, ResponseTimeoutSeconds: &response}
	}
	for _, tt := range []struct {
		call    models.Call
		elapsed time.Duration
		want    string
	}{
		{call(0, 30), time.Second, "refuses at once"},
		{call(0, 30), 5 * time.Second, "passed the call on"},
		{call(10, 30), 5 * time.Second, "come online"},
		{call(10, 30), 15 * time.Second, "was there"},
		{call(10, 30), 50 * time.Second, "Longer than both"},
	} {
		if got := waitingFor(tt.call, tt.elapsed); !strings.Contains(got, tt.want) {
			t.Errorf("after %s of %d + %d s: %q", tt.elapsed, *tt.call.ConnectTimeoutSeconds, *tt.call.ResponseTimeoutSeconds, got)
		}
	}
}
