package emulator_test

import (
	"context"
	"os"
	"testing"
	"time"

	"methodical/emulator"
)

// longEnough is a deadline that only a broken emulator misses.
const longEnough = 30 * time.Second

func start(t *testing.T, yaml string) *emulator.Emulator {
	t.Helper()
	s, err := emulator.ParseScenario(t.Name(), []byte(yaml))
	if err != nil {
		t.Fatal(err)
	}
	e, err := emulator.Start(context.Background(), emulator.Options{Scenario: s})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := e.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	ctx, cancel := context.WithTimeout(context.Background(), longEnough)
	defer cancel()
	if err := e.Ready(ctx); err != nil {
		t.Fatal(err)
	}
	return e
}

func TestDefaultScenarioStarts(t *testing.T) {
	src, err := os.ReadFile("../assets/scenarios/default.yaml")
	if err != nil {
		t.Fatal(err)
	}
	e := start(t, string(src))
	for _, id := range []string{"pump-1", "pump-2", "valve-4", "press-5", "sensor-8", "robot-9", "fan-11"} {
		if connected, subscribed := e.Connected(id, ""); !connected || !subscribed {
			t.Errorf("%s: connected %v, subscribed %v; want both", id, connected, subscribed)
		}
	}
	if connected, subscribed := e.Connected("pump-7", ""); !connected || subscribed {
		t.Errorf("pump-7: connected %v, subscribed %v; want connected only", connected, subscribed)
	}
	for _, id := range []string{"freezer-3", "meter-6", "gateway-10"} {
		if connected, _ := e.Connected(id, ""); connected {
			t.Errorf("%s is connected", id)
		}
	}
}
