package cli

import (
	"context"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"methodical/ui/report"
)

// EmulatorOptions is how `emulator` starts the hub.
type EmulatorOptions struct {
	Scenario    string // a name or a path
	HTTPSListen string
	MQTTListen  string
	HostName    string
	AllowRemote bool
}

// EmulatorInfo tells other clients how to reach a running emulator. The keys in
// it are made up by the emulator and guard nothing.
type EmulatorInfo struct {
	HostName          string             `json:"hostName"`
	HTTPS             string             `json:"https"`
	MQTT              string             `json:"mqtt"`
	Scenario          string             `json:"scenario"`
	SKU               string             `json:"sku"`
	Units             int                `json:"units"`
	ConnectionStrings map[string]string  `json:"connectionStrings"` // by policy
	Devices           []EmulatorDevice   `json:"devices"`
	Environment       []EmulatorVariable `json:"environment"`
	CAPEM             string             `json:"caPem"`
	Policies          []string           `json:"-"` // order for people
	Shell             string             `json:"-"` // Environment as a POSIX shell reads it
}

// EmulatorDevice is one device or module and its own connection string.
type EmulatorDevice struct {
	Target           string `json:"target"`
	Behaviour        string `json:"behaviour,omitempty"`
	ConnectionString string `json:"connectionString"`
}

// EmulatorVariable is one line of --env-out.
type EmulatorVariable struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// RunningEmulator is a started emulator.
type RunningEmulator interface {
	Info() (EmulatorInfo, error)
	// Ready waits until every device is in its first state.
	Ready(context.Context) error
	Close() error
}

func (a *app) emulatorCommand() *cobra.Command {
	var o EmulatorOptions
	var caOut, envOut, output string
	c := &cobra.Command{
		Use:   "emulator",
		Short: "Run the local hub for other clients",
		Long: `emulator runs a local IoT Hub that unmodified SDKs can talk to, with simulated
devices. It has its own certificate authority and made-up keys, listens on
loopback unless --allow-remote is given, says when it is ready, and stops on
SIGINT or SIGTERM.`,
		Example: `  methodical emulator --ca-out ca.pem --env-out hub.env
  methodical emulator --https-listen 127.0.0.1:443 --host-name myhub.azure-devices.localtest`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			if err := oneOf("-o", output, "text", "json"); err != nil {
				return err
			}
			return a.emulate(o, caOut, envOut, output)
		},
	}
	f := c.Flags()
	f.StringVar(&o.Scenario, "scenario", defaultScenario, "the `SCENARIO` to run, by name or file")
	f.StringVar(&o.HTTPSListen, "https-listen", "127.0.0.1:8443", "`ADDRESS` of the service API (and MQTT over WebSocket)")
	f.StringVar(&o.MQTTListen, "mqtt-listen", "127.0.0.1:8883", "`ADDRESS` for devices")
	f.StringVar(&o.HostName, "host-name", "", "the hub's `NAME` in certificate and connection strings (default 127.0.0.1)")
	f.BoolVar(&o.AllowRemote, "allow-remote", false, "allow listening on other than loopback addresses")
	f.StringVar(&caOut, "ca-out", "", "write the CA certificate to `FILE`")
	f.StringVar(&envOut, "env-out", "", "write connection strings to `FILE`, in shell form")
	f.StringVarP(&output, "output", "o", "text", "`FORMAT`: text or json")
	return c
}

func (a *app) emulate(o EmulatorOptions, caOut, envOut, output string) error {
	e, err := a.Emulator(a.ctx, o, a.logger)
	if err != nil {
		return usage("%w", err)
	}
	defer func() { _ = e.Close() }()
	info, err := e.Info()
	if err != nil {
		return err
	}
	if caOut != "" {
		if err := os.WriteFile(caOut, []byte(info.CAPEM), 0o644); err != nil {
			return usage("--ca-out: %w", err)
		}
	}
	if envOut != "" {
		if err := os.WriteFile(envOut, []byte(info.Shell), 0o600); err != nil {
			return usage("--env-out: %w", err)
		}
	}
	if err := e.Ready(a.ctx); err != nil {
		if a.ctx.Err() != nil {
			return nil
		}
		return usage("%w", err)
	}
	if output == "json" {
		err = report.JSONLine(a.Out, info)
	} else {
		err = a.emulatorText(info)
	}
	if err != nil {
		return err
	}
	<-a.ctx.Done()
	return nil
}

func (a *app) emulatorText(info EmulatorInfo) error {
	var b strings.Builder
	fmt.Fprintf(&b, "Ready: %s, %d unit(s) %s, scenario %s\n", info.HostName, info.Units, info.SKU, info.Scenario)
	fmt.Fprintf(&b, "  HTTPS %s   MQTT %s\n\nService connection strings\n", info.HTTPS, info.MQTT)
	for _, p := range info.Policies {
		fmt.Fprintf(&b, "  %-18s %s\n", p, info.ConnectionStrings[p])
	}
	b.WriteString("\nDevices\n")
	for _, d := range info.Devices {
		fmt.Fprintf(&b, "  %-22s %s\n    %s\n", d.Target, d.Behaviour, d.ConnectionString)
	}
	b.WriteString("\nStop with Ctrl-C.\n")
	_, err := a.Out.Write([]byte(b.String()))
	return err
}
