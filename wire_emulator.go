package main

import (
	"context"
	"log/slog"

	"methodical/emulator"
	"methodical/emulator/hub"
	"methodical/emulator/scenario"
	"methodical/models"
	"methodical/ui/cli"
)

// startEmulator starts the hub for other clients.
func startEmulator(ctx context.Context, o cli.EmulatorOptions, log *slog.Logger) (cli.RunningEmulator, error) {
	scenario, err := loadScenario(o.Scenario)
	if err != nil {
		return nil, err
	}
	e, err := emulator.Start(ctx, emulator.Options{
		Scenario: scenario, HTTPSListen: o.HTTPSListen, MQTTListen: o.MQTTListen,
		HostName: o.HostName, AllowRemote: o.AllowRemote, Logger: log,
		// Other people's clients live in real time.
		RealTime: true,
	})
	if err != nil {
		return nil, err
	}
	return runningEmulator{e, o.Scenario}, nil
}

type runningEmulator struct {
	*emulator.Emulator
	scenario string
}

// Info tells other clients how to reach the hub.
func (r runningEmulator) Info() (cli.EmulatorInfo, error) {
	info := cli.EmulatorInfo{
		HostName: r.HostName(), HTTPS: r.HTTPSAddr(), MQTT: r.MQTTAddr(), Scenario: r.scenario,
		SKU: r.SKU(), Units: r.Units(), ConnectionStrings: map[string]string{}, CAPEM: string(r.CAPEM()),
		Policies: hub.Policies(),
	}
	for _, p := range info.Policies {
		text, err := r.ConnectionString(p)
		if err != nil {
			return info, err
		}
		info.ConnectionStrings[p] = text
	}
	for _, d := range r.Scenario().Devices {
		if d.Count > 0 {
			continue // bulk devices have no connection of their own
		}
		if err := r.addDevice(&info, models.Target{DeviceID: d.ID}, d.Life); err != nil {
			return info, err
		}
		for _, m := range d.Modules {
			if err := r.addDevice(&info, models.Target{DeviceID: d.ID, ModuleID: m.ID}, m.Life); err != nil {
				return info, err
			}
		}
	}
	vars, err := r.Env()
	if err != nil {
		return info, err
	}
	for _, v := range vars {
		info.Environment = append(info.Environment, cli.EmulatorVariable{Name: v.Name, Value: v.Value})
	}
	info.Shell, err = r.ShellEnv()
	return info, err
}

func (r runningEmulator) addDevice(info *cli.EmulatorInfo, t models.Target, life scenario.Life) error {
	text, err := r.DeviceConnectionString(t.DeviceID, t.ModuleID)
	if err != nil {
		return err
	}
	info.Devices = append(info.Devices, cli.EmulatorDevice{
		Target: t.String(), Behaviour: string(life.Behaviour.Kind), ConnectionString: text,
	})
	return nil
}
