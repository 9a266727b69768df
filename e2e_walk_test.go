package main_test

import (
	"regexp"
	"strings"
	"testing"

	"methodical/models"
)

// walkTo drives the walk as a person would: take the emulator, pick the target,
// send the call, compare, pass limits and logs, and read the verdict.
func walkTo(t *testing.T, x *terminal, target, method string, longer bool) string {
	t.Helper()
	x.waitFor(`The hub can be reached`)
	x.keys("Enter")
	x.waitFor(`Which device`)
	x.keys("/")
	x.waitFor(`Filter`)
	x.text(target)
	x.waitFor(`Filter ` + regexp.QuoteMeta(target))
	x.keys("Enter")
	if strings.Contains(x.waitFor(`Try it: send|not registered|no module`), "Did you mean") {
		// The picker offers near misses and stays; the registry settles the rest.
		x.keys("7")
		x.waitFor(`─ Verdict`)
		return x.waitFor(verdictLine)
	}
	if method != "" {
		nameMethod(x, method)
	}
	x.keys("Enter")
	x.waitFor(`(?m)^[✓✗!?–•].*(after [0-9.]+ m?s|in [0-9.]+ m?s)`)
	if longer {
		x.keys("l")
		x.waitFor(`call 2 of 2|response 30 s ·`)
		x.waitFor(`(?m)^[✓✗!?–•].*after ([6-9]|[1-9][0-9])(\.[0-9])? s`)
	}
	x.keys("C-n")
	x.waitFor(`─ Compare`)
	x.waitFor(`enter call|No device|none like it`)
	x.keys("Enter")
	x.keys("C-n")
	x.waitFor(`─ Limits`)
	x.waitFor(`The hub carries`)
	x.keys("C-n")
	x.waitFor(`─ Logs`)
	x.keys("C-n")
	x.waitFor(`─ Verdict`)
	return x.waitFor(verdictLine)
}

const verdictLine = `(?m)^[✓✗?] (FAULT|HEALTHY|UNDETERMINED)`

// quit leaves the walk, and says yes where a call is still in flight.
func quit(x *terminal) {
	x.t.Helper()
	x.keys("q")
	if strings.Contains(x.waitFor(`EXIT|Quit\?`), "Quit?") {
		x.keys("y")
	}
	x.waitFor(`EXIT 0`)
}

// nameMethod types another method into the form.
func nameMethod(x *terminal, method string) {
	x.t.Helper()
	x.keys("e")
	x.waitFor(`Method`)
	for range len(models.SafeProbeMethod) {
		x.keys("BSpace")
	}
	x.text(method)
	x.waitFor(`Method +` + method)
	x.escape()
}

// TestEndToEndWalk walks every device of the default scenario to its verdict in
// a real terminal.
func TestEndToEndWalk(t *testing.T) {
	for _, c := range verdicts {
		t.Run(strings.ReplaceAll(c.target, "/", "_"), func(t *testing.T) {
			t.Parallel()
			x := startTerminal(t, 100, 40, nil)
			longer := c.cause == models.CauseHandlerSlow || c.cause == models.CauseHandlerStuck
			screen := walkTo(t, x, c.target, c.method, longer)
			want := map[models.Verdict]string{models.VerdictFault: "FAULT", models.VerdictHealthy: "HEALTHY"}[c.verdict]
			if !strings.Contains(screen, want) || c.verdict == models.VerdictFault && !strings.Contains(screen, c.cause) {
				t.Errorf("the verdict screen should say %s and %s:\n%s", want, c.cause, screen)
			}
			quit(x)
		})
	}
}

// TestEndToEndSizesAndColours looks at the first screens in small and large
// terminals, and without colour.
func TestEndToEndSizesAndColours(t *testing.T) {
	t.Parallel()
	x := startTerminal(t, 80, 24, []string{"NO_COLOR=yes"})
	x.waitFor(`EMULATOR`)
	x.waitFor(`The hub can be reached`)
	x.resize(160, 45)
	x.waitFor(`EMULATOR`)
	x.resize(50, 12)
	x.waitFor(`(?i)small|larger|60`)
	x.resize(80, 24)
	x.waitFor(`The hub can be reached`)
	x.keys("?")
	x.waitFor(`(?i)keys`)
	x.escape()
	x.keys("Enter")
	x.waitFor(`Which device`)
	x.keys("q")
	x.waitFor(`EXIT 0`)
}

// TestEndToEndPlain runs the walk line by line, as on a terminal that can do
// nothing else.
func TestEndToEndPlain(t *testing.T) {
	t.Parallel()
	x := startTerminal(t, 80, 50, []string{"TERM=dumb"})
	x.waitFor(`Which hub \[1\]:`)
	x.keys("Enter")
	x.waitFor(`Device in trouble`)
	x.text("pump-7")
	x.keys("Enter")
	for _, question := range []string{`Method \[`, `Payload, JSON`, `Connect timeout`, `Response timeout`} {
		x.waitFor(question)
		x.keys("Enter")
	}
	x.waitFor(`wait longer.*\[no\]`)
	x.keys("Enter")
	x.waitFor(`Device to compare with`)
	x.keys("Enter")
	x.waitFor(`calls a second`)
	x.keys("Enter")
	x.waitFor(`Exported log files`)
	x.keys("Enter")
	x.waitFor(`Verdict: fault. Most likely cause: not-subscribed`)
	x.keys("Enter")
	x.waitFor(`EXIT 0`)
}
