package invoke

import (
	"testing"
	"time"

	"methodical/checks"
	"methodical/models"
	"methodical/ui/internal/uitest"
	"methodical/ui/internal/walktest"
	"methodical/ui/nav"
)

func TestGolden(t *testing.T) {
	pump := models.Target{DeviceID: walktest.Pump}
	named := func(w models.Walk) models.Walk {
		w.Inputs.Method, w.Inputs.ConnectTimeoutSeconds, w.Inputs.ResponseTimeoutSeconds = "reboot", 10, 30
		w.Inputs.Payload, _ = models.ParsePayload([]byte(`{"delay":5}`))
		return w
	}
	real := named(walktest.Live())
	refused := walktest.Report(walktest.With(walktest.Live(), walktest.NotOnline(walktest.Live(), pump)), checks.CheckCall, models.ResultFailed,
		models.Finding{Code: "DM-104", Severity: models.SeverityError, Text: "The hub refused at once (404103, connect timeout 0 s).", Evidence: "404103 DeviceNotOnline"})
	call := real.Inputs.Call(pump)

	cases := []struct {
		name string
		walk models.Walk
		keys []string
	}{
		{"first", walktest.Live(), nil},
		{"method", walktest.Live(), []string{"e", "ctrl+u", "r", "e"}},
		{"payload-wrong", walktest.Live(), []string{"e", "tab", "right", "tab", "{", "enter", ",", "}"}},
		{"timeout-wrong", walktest.Live(), []string{"e", "tab", "tab", "tab", "backspace", "4"}},
		{"question", real, []string{"enter"}},
		{"running", walktest.Running(real, checks.CheckCall, 12*time.Second, &call), nil},
		{"answered", walktest.With(walktest.Live(), walktest.Call(walktest.Live(), pump, 90*time.Millisecond, 200, `{"status":200,"payload":{"uptime":86400,"version":"2.4.1"}}`)), nil},
		{"refused", refused, nil},
		{"silent", walktest.With(real, walktest.Silent(real, pump)), nil},
		{"bad-answer", walktest.With(real, walktest.Call(real, pump, 90*time.Millisecond, 200, `{"status":200,"payload":{'up': 1}}`)), nil},
		{"no-answer", walktest.With(real, noAnswer(real, pump)), nil},
		{"hostile", hostile(), nil},
		{"history", walktest.With(real, walktest.NotOnline(real, pump), walktest.Silent(real, pump)), []string{"h", "down"}},
		{"presets", walktest.Live(), []string{"p", "down"}},
	}
	for _, tt := range cases {
		t.Run(tt.name, func(t *testing.T) {
			c := walktest.Canvas(tt.walk)
			m := New()
			m.Update(nav.StateMsg{}, c)
			for _, k := range tt.keys {
				m.Update(uitest.Press(k), c)
			}
			uitest.Golden(t, c, walktest.Harmless(t, m.View))
		})
	}
}

func noAnswer(w models.Walk, t models.Target) models.Invocation {
	inv := walktest.Call(w, t, 21*time.Second, 0, "")
	inv.TransportError = "dial tcp 10.0.0.4:443: connect: connection refused"
	inv.TransportErrorKind = models.TransportRefused
	return inv
}

// hostile is a walk whose device, method, answer and headers try to steer the
// terminal.
func hostile() models.Walk {
	w := walktest.Live()
	w.Inputs.Target = models.Target{DeviceID: walktest.Hostile, ModuleID: walktest.Hostile}
	d := uitest.Device(walktest.Hostile)
	d.ModuleID, d.ConnectionState = walktest.Hostile, walktest.Hostile
	w.Case.PutDevice(d)
	w.Inputs.Method = walktest.Hostile
	inv := walktest.Call(w, w.Inputs.Target, time.Second, 404, walktest.HubBody(404103, "no", "00:00:00")+walktest.Hostile)
	inv.ErrorName, inv.Headers = walktest.Hostile, map[string]string{walktest.Hostile: walktest.Hostile}
	return walktest.Report(walktest.With(w, inv), checks.CheckIdentity, models.ResultWarning,
		models.Finding{Severity: models.SeverityWarning, Text: walktest.Hostile, Evidence: walktest.Hostile})
}

func TestRandomKeysDoNoHarm(t *testing.T) {
	pump := models.Target{DeviceID: walktest.Pump}
	call := walktest.Live().Inputs.Call(pump)
	walktest.Storm(t, func() nav.Screen { return New() }, walktest.Live(), walktest.Emulated(), hostile(),
		walktest.With(walktest.Live(), walktest.NotOnline(walktest.Live(), pump), walktest.Silent(walktest.Live(), pump)),
		walktest.Running(walktest.Live(), checks.CheckCall, time.Second, &call))
}
