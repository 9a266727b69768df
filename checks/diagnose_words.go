package checks

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"methodical/models"
)

// places are the placeholders that the words of a cause may hold.
var places = []string{"hub", "hubHost", "device", "module", "target", "comparison", "method", "connect", "response", "longest", "parent", "fixedSDK", "sdkFix", "nearMiss"}

// checkPlaces reports a placeholder that nobody fills.
func checkPlaces(text string) error {
	for rest := text; ; {
		_, after, open := strings.Cut(rest, "{")
		if !open {
			return nil
		}
		name, more, closed := strings.Cut(after, "}")
		if !closed {
			return fmt.Errorf("a brace is not closed in %q", text)
		}
		if !slices.Contains(places, name) && name != "" {
			return fmt.Errorf("nothing fills {%s} in %q", name, text)
		}
		rest = more
	}
}

// words fill the placeholders of one case: in sentences, and in command lines,
// where they are quoted for a shell.
type words struct {
	target  string
	text    *strings.Replacer
	command *strings.Replacer
}

func newWords(s *scene) words {
	connect, response := 30, models.DefaultResponseTimeoutSeconds
	method := ""
	for _, c := range s.calls {
		if c.probe {
			continue
		}
		method = c.inv.MethodName
		response = max(response, int(c.inv.ResponseTimeout().Seconds()))
	}
	longer := min(2*response, models.MaxResponseTimeoutSeconds)
	comparison, nearMiss := "another device", ""
	if len(s.others) > 0 {
		comparison = s.others[0].target.String()
	}
	if len(s.device.NearMisses) > 0 {
		nearMiss = s.device.NearMisses[0]
	}
	parent := s.device.Parent
	if parent == "" {
		parent = s.owner.Parent
	}
	hub := hubName(s.c.Hub.HostName)
	values := map[string]string{
		"hub": orElse(hub, "HUB"), "hubHost": orElse(s.c.Hub.HostName, "the hub"),
		"device": orElse(s.subject.DeviceID, "DEVICE"), "module": orElse(s.subject.ModuleID, "MODULE"),
		"target": orElse(s.subject.String(), "the device"), "comparison": comparison,
		"method": orElse(method, "METHOD"), "parent": orElse(parent, "the gateway"),
		"connect": itoa(connect), "response": itoa(longer), "longest": itoa(connect + longer + 5),
		"fixedSDK": orElse(s.fixedSDK, "its newest release"), "sdkFix": orElse(s.sdkFix, "Bring the client up to date."), "nearMiss": orElse(nearMiss, "a similar name"),
	}
	var text, command []string
	for _, name := range places {
		v := clean(values[name], maxEvidenceText)
		text = append(text, "{"+name+"}", v)
		command = append(command, "{"+name+"}", shellWord(v))
	}
	return words{target: s.name, text: strings.NewReplacer(text...), command: strings.NewReplacer(command...)}
}

func orElse(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

// shellWord quotes a word for a POSIX shell where it needs that.
func shellWord(s string) string {
	plain := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-_.:/@%+,=", r)
	}
	if s != "" && !strings.ContainsFunc(s, func(r rune) bool { return !plain(r) }) {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// fix is one step, with its command line after a colon.
func (w words) fix(f Fix) string {
	do := w.text.Replace(f.Do)
	if f.Run == "" {
		return do
	}
	return strings.TrimRight(do, ".") + ": " + w.command.Replace(f.Run)
}

// maxSummaryEvidence is how many facts a summary names.
const maxSummaryEvidence = 3

// summary is the diagnosis in two to four sentences.
func (k *causeBook) summary(d models.Diagnosis, seen map[string]bool, w words) string {
	top := d.Causes[0]
	cause := k.causes[k.index[top.ID]]
	if d.Verdict == models.VerdictUndetermined {
		return k.openSummary(d, seen, w)
	}
	parts := []string{w.text.Replace(cause.Headline)}
	if facts := k.strongest(top.Evidence); facts != "" {
		parts = append(parts, "Evidence: "+facts+".")
	}
	if cause.Likely != "" {
		parts = append(parts, w.text.Replace(cause.Likely))
	}
	if cause.NextStep != "" {
		parts = append(parts, "Next: "+w.text.Replace(cause.NextStep))
	}
	return strings.Join(parts, " ")
}

// openSummary says that it could not be determined, between what, and what
// would tell.
func (k *causeBook) openSummary(d models.Diagnosis, seen map[string]bool, w words) string {
	if seen[k.rules.Untried] && d.Causes[0].Probability < k.rules.Decide {
		return "Nothing has been tried on " + w.target + " yet, so there is nothing to judge by. Next: send it a direct method."
	}
	a, b := d.Causes[0], d.Causes[1]
	parts := []string{fmt.Sprintf("What is wrong with %s could not be determined: the likeliest are “%s” (%.0f %%) and “%s” (%.0f %%).",
		w.target, a.Title, 100*a.Probability, b.Title, 100*b.Probability)}
	if facts := k.strongest(a.Evidence); facts != "" {
		parts = append(parts, "Known: "+facts+".")
	}
	if d.Next != nil {
		if t, ok := k.test(d.Next.Test); ok {
			parts = append(parts, "Next: "+w.text.Replace(t.Title)+".")
		}
	}
	return strings.Join(parts, " ")
}

// strongest joins the weightiest facts for a cause into one sentence's worth,
// one of each family: three ways to say the same would crowd out the rest.
func (k *causeBook) strongest(list []models.Evidence) string {
	var facts []string
	said := map[string]bool{}
	for _, e := range list {
		family := k.findings[e.Finding].Family
		if !e.For || said[family] || len(facts) == maxSummaryEvidence {
			continue
		}
		said[family] = true
		facts = append(facts, clause(e.Text))
	}
	return strings.Join(facts, "; ")
}

// clause makes a sentence fit to stand after a colon: without its full stop,
// and small at the start where that is an ordinary word and not a name.
func clause(sentence string) string {
	s := strings.TrimSuffix(sentence, ".")
	first, _, _ := strings.Cut(s, " ")
	switch first {
	case "The", "By", "A", "An", "With", "Calls", "No", "Names", "Answers", "Something", "Too", "Clients", "Only":
		r, n := utf8.DecodeRuneInString(s)
		return string(unicode.ToLower(r)) + s[n:]
	}
	return s
}
