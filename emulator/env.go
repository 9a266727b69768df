package emulator

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strings"

	"methodical/emulator/hub"
	"methodical/emulator/scenario"
	"methodical/models"
)

// EnvVar is one variable for clients of the emulator.
type EnvVar struct{ Name, Value string }

// ConnectionString is the connection string of a shared access policy:
// iothubowner, service, registryRead, registryReadWrite or device.
func (e *Emulator) ConnectionString(policy string) (string, error) {
	key, ok := e.hub.PolicyKey(policy)
	if !ok {
		return "", fmt.Errorf("there is no policy %q: use one of %s", policy, strings.Join(hub.Policies(), ", "))
	}
	host := e.HostName()
	if policy == hub.PolicyDevice {
		host = e.DeviceHostName()
	}
	return "HostName=" + host + ";SharedAccessKeyName=" + policy + ";SharedAccessKey=" + key, nil
}

// CallerConnectionString is the connection string that the scenario gives its
// caller: the owner's, unless it says otherwise.
func (e *Emulator) CallerConnectionString() (string, error) {
	caller := e.opt.Scenario.Caller
	if caller.Policy == "" {
		caller.Policy = hub.PolicyOwner
	}
	text, err := e.ConnectionString(caller.Policy)
	if err != nil || caller.Key != scenario.KeyRotated {
		return text, err
	}
	// A key that was good once: of the right shape, and of no use any more.
	before, _, _ := strings.Cut(text, "SharedAccessKey=")
	sum := sha256.Sum256([]byte(text))
	return before + "SharedAccessKey=" + base64.StdEncoding.EncodeToString(sum[:]), nil
}

// DeviceConnectionString is the connection string of a device, or of a module
// when moduleID is not empty.
func (e *Emulator) DeviceConnectionString(deviceID, moduleID string) (string, error) {
	key, err := e.key(models.Target{DeviceID: deviceID, ModuleID: moduleID})
	if err != nil {
		return "", fmt.Errorf("make a connection string: %w", err)
	}
	text := "HostName=" + e.DeviceHostName() + ";DeviceId=" + deviceID
	if moduleID != "" {
		text += ";ModuleId=" + moduleID
	}
	return text + ";SharedAccessKey=" + key, nil
}

// Env is everything a client needs. Devices are numbered in the scenario's
// order, so that 1 and 2 are its first two; SERVICE_CS_CONNECT may invoke
// methods and SERVICE_CS_NOCONNECT may not.
func (e *Emulator) Env() ([]EnvVar, error) {
	var vars []EnvVar
	for _, v := range []struct{ name, policy string }{
		{"SERVICE_CS", hub.PolicyOwner}, {"SERVICE_CS_CONNECT", hub.PolicyService},
		{"SERVICE_CS_NOCONNECT", hub.PolicyRegistryReadWrite}, {"DEVICE_POLICY_CS", hub.PolicyDevice},
	} {
		text, err := e.ConnectionString(v.policy)
		if err != nil {
			return nil, err
		}
		vars = append(vars, EnvVar{v.name, text})
	}
	devices, modules := 0, 0
	for _, d := range e.opt.Scenario.Devices {
		if d.Count > 0 {
			continue
		}
		text, err := e.DeviceConnectionString(d.ID, "")
		if err != nil {
			return nil, err
		}
		devices++
		vars = append(vars, EnvVar{fmt.Sprintf("DEVICE_CS_%d", devices), text})
		for _, m := range d.Modules {
			if text, err = e.DeviceConnectionString(d.ID, m.ID); err != nil {
				return nil, err
			}
			modules++
			vars = append(vars, EnvVar{fmt.Sprintf("MODULE_CS_%d", modules), text})
		}
	}
	return append(vars, EnvVar{"CA_PEM", strings.TrimSpace(string(e.CAPEM()))}), nil
}

// ShellEnv is Env as a POSIX shell reads it.
func (e *Emulator) ShellEnv() (string, error) {
	vars, err := e.Env()
	if err != nil {
		return "", err
	}
	var b strings.Builder
	for _, v := range vars {
		b.WriteString(v.Name + "='" + strings.ReplaceAll(v.Value, "'", `'\''`) + "'\n")
	}
	return b.String(), nil
}
