package report

import (
	"fmt"
	"strings"

	"methodical/models"
)

// Invocation writes one call and what it came to: hub and device apart.
func (t *Text) Invocation(rep Invocation, out models.Outcome) {
	tone, glyph := ToneError, "✗"
	if out.OK() {
		tone, glyph = ToneOK, "✓"
	}
	head := fmt.Sprintf("%s %s on %s", glyph, rep.MethodName, rep.Target())
	if d, ok := rep.Elapsed(); ok {
		head += fmt.Sprintf(" in %d ms", d.Milliseconds())
	}
	t.wrapped("", t.paint(tone, Clean(head)))
	t.wrapped("  ", out.Summary)
	t.field("hub", hubStatus(rep, out))
	if out.DeviceStatus != nil {
		t.field("device", fmt.Sprintf("status %d", *out.DeviceStatus))
	}
	if out.DevicePayload != nil {
		t.field("answer", string(out.DevicePayload))
	} else if rep.Body != "" && out.Kind == models.OutcomeBadAnswer {
		t.field("body", rep.Body)
	}
	t.field("may have run", string(rep.MayHaveRun))
	if rep.Explanation != nil {
		t.line("")
		t.Explanation(*rep.Explanation)
	}
}

func hubStatus(rep Invocation, out models.Outcome) string {
	if rep.HTTPStatus == 0 {
		return "no answer: " + rep.TransportError
	}
	parts := []string{fmt.Sprint(rep.HTTPStatus)}
	for _, p := range []string{out.Error.Code, out.Error.Name, out.Error.Message} {
		if p != "" {
			parts = append(parts, p)
		}
	}
	return strings.Join(parts, " ")
}

func (t *Text) field(name, value string) {
	t.wrapped(fmt.Sprintf("  %-13s", name), value)
}
