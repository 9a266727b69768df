package main_test

import (
	"context"
	"io/fs"
	"testing"
	"time"

	"methodical/assets"
	"methodical/checks/azure"
	"methodical/emulator"
	"methodical/models"
)

// startScenario runs an embedded scenario until the test ends.
func startScenario(tb testing.TB, name string) *emulator.Emulator {
	tb.Helper()
	src, err := fs.ReadFile(assets.FS, "scenarios/"+name+".yaml")
	if err != nil {
		tb.Fatal(err)
	}
	scenario, err := emulator.ParseScenario(name, src)
	if err != nil {
		tb.Fatal(err)
	}
	e, err := emulator.Start(context.Background(), emulator.Options{Scenario: scenario})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := e.Close(); err != nil {
			tb.Errorf("closing the emulator: %v", err)
		}
	})
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if err := e.Ready(ctx); err != nil {
		tb.Fatal(err)
	}
	return e
}

// reach opens the emulator through the adapter, in the name of a policy.
func reach(tb testing.TB, e *emulator.Emulator, policy string) *azure.Hub {
	tb.Helper()
	text, err := e.ConnectionString(policy)
	if err != nil {
		tb.Fatal(err)
	}
	credential, err := azure.ParseConnectionString([]byte(text))
	if err != nil {
		tb.Fatal(err)
	}
	hub, err := azure.Open(azure.Options{Credential: credential, CAPEM: e.CAPEM(), Proxy: azure.ProxyNone})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = hub.Close() })
	return hub
}

// openEmulator is the default scenario, reached as its owner.
func openEmulator(tb testing.TB) (*azure.Hub, *emulator.Emulator) {
	tb.Helper()
	e := startScenario(tb, "default")
	return reach(tb, e, "iothubowner"), e
}

// healthyCall is a call that a healthy device of the default scenario answers
// at once.
func healthyCall() models.Call {
	payload, err := models.ParsePayload([]byte(`{"n":1}`))
	if err != nil {
		panic(err) // the literal above is JSON
	}
	return models.Call{Target: models.Target{DeviceID: "pump-1"}, Method: "echo", Payload: payload}
}
