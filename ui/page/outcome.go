package page

import (
	"fmt"
	"strings"

	"charm.land/lipgloss/v2"

	"methodical/models"
	"methodical/ui/theme"
	"methodical/ui/widget"
)

// Headline says in a few words what a call came to, with its glyph and style. A
// safe probe that is answered at all has done its work, whatever the status.
type Headline struct {
	Glyph string
	Text  string
	Style lipgloss.Style
}

// String is glyph and words, without style.
func (h Headline) String() string { return h.Glyph + " " + h.Text }

// Render is glyph and words in their style.
func (h Headline) Render() string { return h.Style.Render(h.String()) }

// HeadlineOf reads a call and its outcome.
func HeadlineOf(th theme.Styles, inv models.Invocation, out models.Outcome) Headline {
	probe := inv.SafeProbe || inv.MethodName == models.SafeProbeMethod
	switch out.Kind {
	case models.OutcomeAnswered:
		return answered(th, out, probe)
	case models.OutcomeBadAnswer:
		return Headline{"✗", "the device's answer is not JSON", th.Error}
	case models.OutcomeCancelled:
		return Headline{"–", "cancelled", th.Dim}
	case models.OutcomeNoAnswer:
		return Headline{"✗", "no answer from the hub", th.Error}
	}
	text := CodeName(out)
	if probe && out.Error.Code == models.CodeGatewayTimeout {
		return Headline{"!", text, th.Warning}
	}
	return Headline{"✗", text, th.Error}
}

func answered(th theme.Styles, out models.Outcome, probe bool) Headline {
	if out.DeviceStatus == nil {
		return Headline{"!", "the device answered without a status", th.Warning}
	}
	text := fmt.Sprintf("the device answered %d", *out.DeviceStatus)
	if out.OK() || probe {
		return Headline{"✓", text, th.OK}
	}
	return Headline{"✗", text, th.Error}
}

// CodeName is the hub's code and name, or its HTTP status where it said none.
func CodeName(out models.Outcome) string {
	words := make([]string, 0, 2)
	for _, s := range []string{out.Error.Code, out.Error.Name} {
		if s != "" {
			words = append(words, widget.Clean(s))
		}
	}
	if len(words) == 0 {
		return fmt.Sprintf("the hub answered %d", out.HubStatus)
	}
	return strings.Join(words, " ")
}

// ElapsedWords is how long a call took, or that it is not known.
func ElapsedWords(inv models.Invocation) string {
	took, ok := inv.Elapsed()
	if !ok {
		return "not known"
	}
	const precise = 1000
	if ms := took.Milliseconds(); ms < precise {
		return fmt.Sprintf("%d ms", ms)
	}
	return widget.Seconds(took)
}
