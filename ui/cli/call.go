package cli

import (
	"errors"
	"strings"

	"github.com/spf13/pflag"

	"methodical/models"
)

// callFlags describe a direct method on the command line.
type callFlags struct {
	connect, response int
	flags             *pflag.FlagSet
}

func (c *callFlags) register(f *pflag.FlagSet) {
	c.flags = f
	f.IntVar(&c.connect, "connect-timeout", models.DefaultConnectTimeoutSeconds,
		"`SECONDS` the hub waits for the device to come online, 0 to 300")
	f.IntVar(&c.response, "response-timeout", 0,
		"`SECONDS` the hub waits for the device's answer, 5 to 300 (default 30; 5 for the safe probe)")
}

// apply puts the timeouts into the inputs, or says what is out of range.
func (c *callFlags) apply(in *models.Inputs) error {
	in.ConnectTimeoutSeconds = c.connect
	in.ResponseTimeoutSeconds = models.DefaultResponseTimeoutSeconds
	if in.Method == models.SafeProbeMethod {
		in.ResponseTimeoutSeconds = models.SafeProbeResponseTimeoutSeconds
	}
	if c.flags.Changed("response-timeout") {
		in.ResponseTimeoutSeconds = c.response
	}
	if err := models.CheckConnectTimeout(in.ConnectTimeoutSeconds); err != nil {
		return usage("--connect-timeout: %w", err)
	}
	if err := models.CheckResponseTimeout(in.ResponseTimeoutSeconds); err != nil {
		return usage("--response-timeout: %w", err)
	}
	return nil
}

// payload reads a payload argument: JSON, @FILE, or - for standard input.
func (a *app) payload(arg string) (models.Payload, error) {
	text := []byte(arg)
	var err error
	switch {
	case arg == "-":
		text, err = a.stdinText(2 * models.MaxPayloadBytes)
	case strings.HasPrefix(arg, "@"):
		text, err = readFile(arg[1:], 2*models.MaxPayloadBytes)
	}
	if err != nil {
		return models.Payload{}, err
	}
	p, err := models.ParsePayload(text)
	var syntax *models.PayloadError
	if errors.As(err, &syntax) {
		return p, usage("%w. A text must be quoted as JSON, for example '\"text\"'", err)
	}
	if err != nil {
		return p, usage("%w", err)
	}
	return p, nil
}

// target reads a TARGET argument.
func target(arg string) (models.Target, error) {
	t, err := models.ParseTarget(arg)
	if err != nil {
		return t, usage("%w", err)
	}
	return t, nil
}
