package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"methodical/checks"
	"methodical/models"
	"methodical/ui/report"
)

// checkFlags are the flags of `check`.
type checkFlags struct {
	compare   string
	method    string
	payload   string
	noPayload bool
	logs      []string
	only      []string
	skip      []string
	list      bool
	output    string
	keep      bool
	call      callFlags
}

const (
	compareAuto = "auto"
	compareNone = "none"
)

func (a *app) checkCommand() *cobra.Command {
	var f checkFlags
	c := &cobra.Command{
		Use:   "check [TARGET]",
		Short: "Walk the whole runbook without a keyboard and report the cause",
		Long: `check does what the interactive walk does: it tries the device, tries a different
device, reviews the limits, reads the logs, and reports the cause with its
evidence and fix. TARGET is DEVICE or DEVICE/MODULE; without one only the hub
is checked. The call is the safe probe unless --method names another: naming a
method is the consent to run it.`,
		Example: `  methodical check pump-7
  methodical check pump-7 --method getStatus --compare pump-1 -o json
  methodical check gateway-10/filter --logs PT1H.json`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error { return a.check(f, args) },
	}
	fl := c.Flags()
	fl.StringVar(&f.compare, "compare", compareAuto, "the device to compare with: auto, none, or a `TARGET`")
	fl.StringVar(&f.method, "method", "", "the `METHOD` to call (default: the safe probe, which no device implements)")
	fl.StringVar(&f.payload, "payload", "", "the payload: `JSON`, @FILE, or - for standard input (default {})")
	fl.BoolVar(&f.noPayload, "no-payload", false, "send no payload at all")
	fl.StringSliceVar(&f.logs, "logs", nil, "exported resource logs to read: `FILE`, folder or glob; may be repeated")
	fl.StringSliceVar(&f.only, "only", nil, "run only these checks, by `ID`")
	fl.StringSliceVar(&f.skip, "skip", nil, "leave these checks out, by `ID`")
	fl.BoolVar(&f.list, "list", false, "list the checks and exit")
	fl.StringVarP(&f.output, "output", "o", "text", "`FORMAT`: text or json")
	fl.BoolVar(&f.keep, "keep-payload", false, "keep payloads in the case (otherwise kind, size and hash)")
	f.call.register(fl)
	return c
}

func (a *app) check(f checkFlags, args []string) error {
	if f.list {
		return a.listChecks(f.output)
	}
	if err := oneOf("-o", f.output, "text", "json"); err != nil {
		return err
	}
	inputs, err := a.checkInputs(f, args)
	if err != nil {
		return err
	}
	session, err := a.open()
	if err != nil {
		return err
	}
	defer func() { _ = session.Close() }()

	w, err := a.runCheck(f, inputs, session)
	if err != nil {
		return err
	}
	return a.reportCheck(f, w)
}

// checkInputs reads the flags into what the walk starts from.
func (a *app) checkInputs(f checkFlags, args []string) (models.Inputs, error) {
	in := models.DefaultInputs()
	if len(args) > 0 {
		t, err := target(args[0])
		if err != nil {
			return in, err
		}
		in.Target = t
	}
	if f.method != "" {
		in.Method = f.method
	}
	if f.payload != "" && f.noPayload {
		return in, usage("--payload and --no-payload exclude each other")
	}
	if f.noPayload {
		in.Payload = models.NoPayload()
	}
	if f.payload != "" {
		p, err := a.payload(f.payload)
		if err != nil {
			return in, err
		}
		in.Payload = p
	}
	if f.compare != compareAuto && f.compare != compareNone {
		t, err := target(f.compare)
		if err != nil {
			return in, err
		}
		if t == in.Target {
			return in, usage("--compare names the target itself: name another device, or auto")
		}
		in.CompareWith = t
	}
	in.LogFiles = f.logs
	ids := checkIDs()
	for _, id := range slices.Concat(f.only, f.skip) {
		if !slices.Contains(ids, id) {
			return in, usage("there is no check %q; the checks are %s", id, strings.Join(ids, ", "))
		}
	}
	return in, f.call.apply(&in)
}

func checkIDs() []string {
	var ids []string
	for _, c := range checks.All() {
		ids = append(ids, c.ID)
	}
	return ids
}

// open opens the hub that flags and environment name.
func (a *app) open() (*checks.Session, error) {
	source, err := a.source()
	if err != nil {
		return nil, err
	}
	session, err := a.Open(a.ctx, source, a.logger)
	if err != nil {
		return nil, usage("%w", err)
	}
	return session, nil
}

func (a *app) runCheck(f checkFlags, in models.Inputs, session *checks.Session) (models.Walk, error) {
	know, err := a.Know()
	if err != nil {
		return models.Walk{}, err
	}
	session.Env.Know = know
	runner := checks.Runner{
		Book: checks.Runbook{Know: know, Checks: checks.All()},
		Env:  session.Env,
	}
	if f.output == "text" && a.ErrTTY {
		runner.Observer = &progress{app: a}
	}
	now := a.Clock.Now()
	w := checks.NewWalk("check", now)
	w.Inputs = in
	w.Case.Target = in.Target.String()
	if !in.CompareWith.IsZero() {
		w.Case.Comparison = in.CompareWith.String()
	}
	w.Case.Hub, w.Case.Client = session.Hub, session.Client
	sel := checks.Selection{Only: f.only, Skip: f.skip}
	if f.compare == compareNone || in.Target.IsZero() {
		sel.Skip = append(slices.Clone(sel.Skip), checks.CheckComparison, checks.CheckComparisonCall)
	}
	return runner.Run(a.ctx, w, sel)
}

func (a *app) reportCheck(f checkFlags, w models.Walk) error {
	know, err := a.Know()
	if err != nil {
		return err
	}
	if !f.keep {
		w.Case = w.Case.WithoutPayloads()
	}
	rep := report.Check{Version: report.CheckVersion, Case: w.Case}
	for _, c := range checks.All() {
		if r, ok := w.Reports[c.ID]; ok {
			rep.Checks = append(rep.Checks, r)
		}
	}
	code := ExitOK
	if w.Inputs.Target.IsZero() {
		code = codeForReports(rep.Checks)
	} else {
		rep.Target = w.Inputs.Target.String()
		d := checks.Diagnose(w.Case, know)
		rep.Diagnosis = &d
		code = codeForVerdict(d.Verdict)
	}
	if f.output == "json" {
		err = report.JSON(a.Out, rep)
	} else {
		err = a.checkText(w, rep)
	}
	if err != nil {
		return err
	}
	if code != ExitOK {
		return outcome(code)
	}
	return nil
}

func codeForVerdict(v models.Verdict) int {
	switch v {
	case models.VerdictHealthy:
		return ExitOK
	case models.VerdictFault:
		return ExitProblem
	default:
		return ExitUnknown
	}
}

// codeForReports is the exit code of a run without a device: there is no
// verdict, only what the checks found.
func codeForReports(reports []models.CheckReport) int {
	code := ExitOK
	for _, r := range reports {
		switch r.Result {
		case models.ResultFailed:
			return ExitProblem
		case models.ResultUnknown:
			code = ExitUnknown
		}
	}
	return code
}

func (a *app) checkText(w models.Walk, rep report.Check) error {
	t := a.text()
	for _, row := range checks.Steps() {
		titled := false
		for _, c := range checks.ForStep(checks.All(), row.Step) {
			r, ok := w.Reports[c.ID]
			if !ok {
				continue
			}
			if !titled {
				t.Heading(row.Title)
				titled = true
			}
			t.CheckReport(r)
		}
	}
	if rep.Diagnosis != nil {
		t.Diagnosis(*rep.Diagnosis)
	}
	return t.Err()
}

func (a *app) listChecks(output string) error {
	if output == "json" {
		type row struct {
			ID    string      `json:"id"`
			Title string      `json:"title"`
			Step  models.Step `json:"step"`
			Needs []string    `json:"needs"`
			Codes []string    `json:"codes"`
		}
		rows := []row{}
		for _, c := range checks.All() {
			rows = append(rows, row{c.ID, c.Title, c.Step, c.Needs, c.Codes})
		}
		return report.JSON(a.Out, rows)
	}
	for _, c := range checks.All() {
		fmt.Fprintf(a.Out, "%-16s %s\n", c.ID, c.Title)
	}
	return nil
}

func oneOf(flag, value string, allowed ...string) error {
	if !slices.Contains(allowed, value) {
		return usage("%s must be %s, not %q", flag, strings.Join(allowed, " or "), value)
	}
	return nil
}

// progress tells a person at the terminal what is being waited for, on standard
// error, one line a check.
type progress struct{ app *app }

func (p *progress) Started(c checks.Check, call *models.Call) {
	if call == nil {
		return
	}
	fmt.Fprintf(p.app.Err, "%s: calling %s on %s, up to %.0f s …\n",
		c.ID, report.Clean(call.Method), report.Clean(call.Target.String()), call.LongestWait().Seconds())
}

func (p *progress) Finished(checks.Check, models.CheckReport) {}

var _ checks.Observer = (*progress)(nil)
