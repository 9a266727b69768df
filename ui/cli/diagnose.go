package cli

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"methodical/checks"
	"methodical/models"
	"methodical/ui/report"
)

// maxCaseBytes bounds a case file.
const maxCaseBytes = 64 << 20

func (a *app) diagnoseCommand() *cobra.Command {
	var output string
	var explain bool
	c := &cobra.Command{
		Use:   "diagnose CASE.json",
		Short: "Diagnose a saved case again, touching nothing",
		Long: `diagnose reads a case, as check -o json, walks export or a colleague made it, and
diagnoses it again. Nothing is sent anywhere. --explain prints the sum behind
each cause. - reads standard input.`,
		Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			if err := oneOf("-o", output, "text", "json"); err != nil {
				return err
			}
			return a.diagnose(args[0], output, explain)
		},
	}
	c.Flags().StringVarP(&output, "output", "o", "text", "`FORMAT`: text or json")
	c.Flags().BoolVar(&explain, "explain", false, "print how the probabilities come about")
	return c
}

func (a *app) diagnose(path, output string, explain bool) error {
	var b []byte
	var err error
	if path == "-" {
		b, err = a.stdinText(maxCaseBytes)
	} else {
		b, err = readFile(path, maxCaseBytes)
	}
	if err != nil {
		return err
	}
	cs, err := parseCase(b)
	if err != nil {
		return usage("%s: %w", path, err)
	}
	know, err := a.Know()
	if err != nil {
		return err
	}
	d := checks.Diagnose(cs, know)
	if output == "json" {
		return report.JSON(a.Out, d)
	}
	t := a.text()
	t.Diagnosis(d)
	if explain {
		sumText(t, checks.ExplainDiagnosis(cs, know))
	}
	return t.Err()
}

// sumText writes how each likely cause came to its probability.
func sumText(t *report.Text, e checks.Explanation) {
	t.Heading("The sum, in log-odds")
	for _, c := range e.Causes {
		if c.Probability < worthASum {
			continue
		}
		t.Line(fmt.Sprintf("%s: %.1f %%", c.ID, c.Probability*100))
		t.Line(fmt.Sprintf("  %+6.2f  prior %.3f", c.LnPrior, c.Prior))
		for _, l := range c.Lines {
			capped := ""
			if l.Weight != l.Stated {
				capped = fmt.Sprintf(" (of %+.2f, capped by family %s)", l.Stated, l.Family)
			}
			t.Line(fmt.Sprintf("  %+6.2f  %s %s%s", l.Weight, l.Finding, l.Text, capped))
		}
		if c.Unmet != 0 {
			t.Line(fmt.Sprintf("  %+6.2f  what this cause requires was not seen", c.Unmet))
		}
		ceiling := ""
		if c.Capped {
			ceiling = ", held down: nothing seen settles it"
		}
		t.Line(fmt.Sprintf("  %+6.2f  total%s", c.Total, ceiling))
	}
}

// worthASum is the least probability of a cause whose sum is printed.
const worthASum = 0.01

// errNotACase says what a case file should hold.
var errNotACase = errors.New("this is no case: it should be a JSON object with \"version\":1 and hub, devices or invocations, as check -o json writes under \"case\"")

// parseCase reads a case, or the case inside the output of check -o json or a
// saved walk.
func parseCase(b []byte) (models.Case, error) {
	var outer struct {
		Case *json.RawMessage `json:"case"`
	}
	if err := json.Unmarshal(b, &outer); err != nil {
		return models.Case{}, fmt.Errorf("this is not JSON: %w", err)
	}
	if outer.Case != nil {
		b = *outer.Case
	}
	var cs models.Case
	if err := json.Unmarshal(b, &cs); err != nil {
		return cs, fmt.Errorf("%w (%w)", errNotACase, err)
	}
	switch {
	case cs.Version > models.CaseVersion:
		return cs, fmt.Errorf("the case has version %d; this methodical reads version %d: use a newer one", cs.Version, models.CaseVersion)
	case cs.Version == 0 && len(cs.Invocations) == 0 && len(cs.Devices) == 0:
		return cs, errNotACase
	}
	return cs, nil
}
