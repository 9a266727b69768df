package emulator

import (
	"context"
	"strings"
	"time"

	"methodical/emulator/hub"
	"methodical/emulator/scenario"
	"methodical/models"
)

// loadSDK is what the other callers say they are.
const loadSDK = "Microsoft.Azure.Devices/1.40.0 (.NET 8.0; Linux; X64)"

// startLoad plays the scenario's other callers.
func (e *Emulator) startLoad(ctx context.Context) {
	for _, l := range e.opt.Scenario.Load {
		m := methodOf(l)
		for range l.InFlight {
			e.wg.Go(func() { e.keepCalling(ctx, m) })
		}
		if l.CallsPerSecond > 0 {
			e.wg.Go(func() { e.callSteadily(ctx, m, l.CallsPerSecond) })
		}
	}
}

func methodOf(l scenario.Load) hub.Method {
	target, _ := models.ParseTarget(l.Target) // the scenario has been checked
	m := hub.Method{Target: target, Name: l.Method, Respond: models.DefaultResponseTimeoutSeconds * time.Second, SDK: loadSDK}
	if m.Name == "" {
		m.Name = "getStatus"
	}
	if l.PayloadBytes >= 2 {
		m.Payload = []byte(`"` + strings.Repeat("x", l.PayloadBytes-2) + `"`)
	}
	return m
}

// breather keeps a caller whose calls fail at once from spinning.
const breather = 100 * time.Millisecond

// keepCalling keeps one call waiting, as one thread of a busy service does.
func (e *Emulator) keepCalling(ctx context.Context, m hub.Method) {
	m.Respond = models.MaxResponseTimeoutSeconds * time.Second
	for ctx.Err() == nil {
		if _, err := e.hub.Invoke(ctx, m); err != nil && e.clock.Sleep(ctx, breather) != nil {
			return
		}
	}
}

// callSteadily makes calls at a rate, whether or not earlier ones have ended.
func (e *Emulator) callSteadily(ctx context.Context, m hub.Method, rate float64) {
	every := e.clock.Real(time.Duration(float64(time.Second) / rate))
	ticker := time.NewTicker(max(every, time.Microsecond))
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			e.wg.Go(func() {
				_, _ = e.hub.Invoke(ctx, m) // what it comes to stands in the log
			})
		}
	}
}
