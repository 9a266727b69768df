package cli

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"methodical/checks"
	"methodical/models"
	"methodical/ui/report"
)

func (a *app) invokeCommand() *cobra.Command {
	var call callFlags
	var output string
	c := &cobra.Command{
		Use:   "invoke TARGET METHOD [PAYLOAD]",
		Short: "Send one direct method and explain the answer",
		Long: `invoke sends one direct method and tells the hub's status and the device's own
status apart. PAYLOAD is any JSON value, @FILE, or - for standard input; without
one no payload is sent. The exit code is 0 when the device answered with a
status below 400.`,
		Example: `  methodical invoke pump-1 getStatus
  methodical invoke pump-1 reboot '{"delay":5}' --connect-timeout 20
  methodical invoke gateway-10/filter setLevel 3 -o json`,
		Args: cobra.RangeArgs(2, 3),
		RunE: func(_ *cobra.Command, args []string) error { return a.invoke(args, call, output) },
	}
	call.register(c.Flags())
	c.Flags().StringVarP(&output, "output", "o", "text", "`FORMAT`: text or json")
	return c
}

func (a *app) invoke(args []string, flags callFlags, output string) error {
	if err := oneOf("-o", output, "text", "json"); err != nil {
		return err
	}
	in := models.DefaultInputs()
	var err error
	if in.Target, err = target(args[0]); err != nil {
		return err
	}
	if in.Method = args[1]; in.Method == "" {
		return usage("the method's name is empty")
	}
	in.Payload = models.NoPayload()
	if len(args) > 2 {
		if in.Payload, err = a.payload(args[2]); err != nil {
			return err
		}
	}
	if err := flags.apply(&in); err != nil {
		return err
	}
	session, err := a.open()
	if err != nil {
		return err
	}
	defer func() { _ = session.Close() }()
	return a.invokeOnce(session, in, output)
}

func (a *app) invokeOnce(session *checks.Session, in models.Inputs, output string) error {
	call := in.Call(in.Target)
	if output == "text" && a.ErrTTY {
		fmt.Fprintf(a.Err, "Calling %s on %s, up to %.0f s …\n", report.Clean(call.Method), report.Clean(call.Target.String()), call.LongestWait().Seconds())
	}
	inv := session.Env.Hub.Invoke(a.ctx, call)
	if err := a.ctx.Err(); err != nil {
		return err
	}
	out := checks.ReadOutcome(inv)
	inv.MayHaveRun = out.MayHaveRun
	rep := report.Invocation{
		Invocation: inv, Outcome: out.Kind, DeviceStatus: out.DeviceStatus, Code: out.Error.Code,
	}
	if out.DevicePayload != nil {
		rep.DevicePayload = json.RawMessage(out.DevicePayload)
	}
	if out.Kind == models.OutcomeHubError {
		know, err := a.Know()
		if err != nil {
			return err
		}
		if e, ok := checks.ExplainOutcome(know.Catalogue, inv, out); ok {
			rep.Explanation = &e
		}
	}
	var err error
	if output == "json" {
		err = report.JSON(a.Out, rep)
	} else {
		err = a.invocationText(rep, out)
	}
	if err == nil && !out.OK() {
		return outcome(ExitProblem)
	}
	return err
}

func (a *app) invocationText(rep report.Invocation, out models.Outcome) error {
	t := a.text()
	t.Invocation(rep, out)
	return t.Err()
}

// explainCommand explains a code or a pasted body.
func (a *app) explainCommand() *cobra.Command {
	var output string
	c := &cobra.Command{
		Use:   "explain [CODE|BODY|-]",
		Short: "Explain an error code or a pasted error body of any shape",
		Long: `explain reads a code (404103), a name (DeviceNotOnline) or an error body of any
shape, as pasted from a portal, an SDK's exception, az or a log, and says what
it means for a direct method. It needs no hub. - reads standard input.`,
		Example: `  methodical explain 404103
  methodical explain GatewayTimeout
  az iot hub invoke-device-method … 2>&1 | methodical explain -`,
		Args: cobra.ArbitraryArgs,
		RunE: func(_ *cobra.Command, args []string) error {
			if err := oneOf("-o", output, "text", "json"); err != nil {
				return err
			}
			return a.explain(args, output)
		},
	}
	c.Flags().StringVarP(&output, "output", "o", "text", "`FORMAT`: text or json")
	return c
}

// maxExplainBytes bounds what explain reads.
const maxExplainBytes = 1 << 20

func (a *app) explain(args []string, output string) error {
	text := strings.Join(args, " ")
	if len(args) == 0 && a.InTTY {
		return usage("nothing to explain: give a code, a name or an error body, or pipe one in")
	}
	if len(args) == 0 || text == "-" {
		b, err := a.stdinText(maxExplainBytes)
		if err != nil {
			return err
		}
		text = string(b)
	}
	if strings.TrimSpace(text) == "" {
		return usage("nothing to explain: give a code, a name or an error body, or pipe one in")
	}
	know, err := a.Know()
	if err != nil {
		return err
	}
	e := checks.Explain(know.Catalogue, text)
	if output == "json" {
		return report.JSON(a.Out, e)
	}
	t := a.text()
	t.Explanation(e)
	return t.Err()
}
