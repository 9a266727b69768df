package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"methodical/models"
)

// Tone names what a piece of text means, for whoever paints it.
type Tone string

// The tones of a text report.
const (
	ToneOK      Tone = "ok"
	ToneInfo    Tone = "info"
	ToneWarning Tone = "warning"
	ToneError   Tone = "error"
	ToneUnknown Tone = "unknown"
	ToneDim     Tone = "dim"
	ToneTitle   Tone = "title"
)

// Text writes reports for people.
type Text struct {
	W     io.Writer
	Width int                       // columns to wrap at; 0 means 80
	Paint func(Tone, string) string // nil means no colour
	err   error
}

const defaultWidth = 80

func (t *Text) paint(tone Tone, s string) string {
	if t.Paint == nil {
		return s
	}
	return t.Paint(tone, s)
}

func (t *Text) line(format string, args ...any) {
	if t.err == nil {
		_, t.err = fmt.Fprintf(t.W, strings.TrimRight(format, " ")+"\n", args...)
	}
}

// Err is the first error of writing.
func (t *Text) Err() error { return t.err }

// wrapped writes text under an indent, the first line behind a lead.
func (t *Text) wrapped(lead, text string) {
	width := t.Width
	if width <= 0 {
		width = defaultWidth
	}
	indent := ansi.StringWidth(lead)
	body := ansi.Wrap(Clean(text), max(width-indent, 20), "")
	for i, l := range strings.Split(body, "\n") {
		if i == 0 {
			t.line("%s%s", lead, l)
		} else {
			t.line("%s%s", strings.Repeat(" ", indent), l)
		}
	}
}

var resultWords = map[models.CheckResult]struct {
	glyph string
	tone  Tone
}{
	models.ResultOK:      {"✓", ToneOK},
	models.ResultWarning: {"!", ToneWarning},
	models.ResultFailed:  {"✗", ToneError},
	models.ResultUnknown: {"?", ToneUnknown},
	models.ResultSkipped: {"–", ToneDim},
}

func severityTone(s models.Severity) (string, Tone) {
	switch s {
	case models.SeverityOK:
		return "✓", ToneOK
	case models.SeverityWarning:
		return "!", ToneWarning
	case models.SeverityError:
		return "✗", ToneError
	case models.SeverityUnknown:
		return "?", ToneUnknown
	default:
		return "•", ToneInfo
	}
}

// Heading writes a section's title.
func (t *Text) Heading(title string) {
	t.line("")
	t.line("%s", t.paint(ToneTitle, Clean(title)))
}

// CheckReport writes one check and its findings.
func (t *Text) CheckReport(r models.CheckReport) {
	word := resultWords[r.Result]
	lead := "  " + t.paint(word.tone, fmt.Sprintf("%s %-8s", word.glyph, r.Result))
	t.line("%s%s", lead, Clean(r.Title))
	if r.Reason != "" {
		t.wrapped("             ", r.Reason)
	}
	for _, f := range r.Findings {
		glyph, tone := severityTone(f.Severity)
		t.wrapped("      "+t.paint(tone, glyph+" "+f.Code)+" ", f.Text)
		if f.Evidence != "" && f.Severity.Rank() >= models.SeverityWarning.Rank() {
			t.wrapped("               ", f.Evidence)
		}
	}
}

// Diagnosis writes verdict, causes, evidence, fix and links.
func (t *Text) Diagnosis(d models.Diagnosis) {
	t.Heading("Verdict")
	tone := map[models.Verdict]Tone{models.VerdictFault: ToneError, models.VerdictHealthy: ToneOK}[d.Verdict]
	if tone == "" {
		tone = ToneUnknown
	}
	head := string(d.Verdict)
	if top, ok := d.Top(); ok && d.Verdict != models.VerdictHealthy {
		head += fmt.Sprintf(": %s, %s (%s)", top.ID, lowerFirst(top.Title), percent(top.Probability))
	}
	t.wrapped("  "+t.paint(tone, "▸ "), head)
	t.wrapped("    ", d.Summary)
	if top, ok := d.Top(); ok {
		t.cause(top)
	}
	t.otherCauses(d)
	for _, m := range d.Missing {
		t.wrapped("  "+t.paint(ToneUnknown, "? not known: "), m)
	}
	for _, c := range d.Contributing {
		t.wrapped("  "+t.paint(ToneWarning, "! also: "), c.Text)
	}
	if d.Next != nil {
		t.wrapped("  "+t.paint(ToneInfo, "→ next test: "), d.Next.Test+": "+d.Next.Why)
	}
}

func (t *Text) cause(c models.RankedCause) {
	if len(c.Evidence) > 0 {
		t.line("  %s", t.paint(ToneTitle, "Evidence"))
	}
	for _, e := range c.Evidence {
		sign, tone := "+", ToneOK
		if !e.For {
			sign, tone = "-", ToneWarning
		}
		text := e.Text
		if e.Finding != "" {
			text += " (" + e.Finding + ")"
		}
		t.wrapped("    "+t.paint(tone, sign)+" ", text)
	}
	if len(c.Fix) > 0 {
		t.line("  %s", t.paint(ToneTitle, "Fix"))
	}
	for i, f := range c.Fix {
		t.wrapped(fmt.Sprintf("    %d. ", i+1), f)
	}
	if len(c.Links) > 0 {
		t.line("  %s", t.paint(ToneTitle, "Read"))
	}
	for _, l := range c.Links {
		t.line("    %s: %s", Clean(l.Title), Clean(l.URL))
	}
}

// worthNaming is the least probability at which a lesser cause is listed.
const worthNaming = 0.03

func (t *Text) otherCauses(d models.Diagnosis) {
	if len(d.Causes) < 2 || d.Causes[1].Probability < worthNaming {
		return
	}
	t.line("  %s", t.paint(ToneTitle, "Less likely"))
	for _, c := range d.Causes[1:] {
		if c.Probability < worthNaming {
			break
		}
		t.line("    %4s  %s, %s", percent(c.Probability), c.ID, lowerFirst(c.Title))
	}
}

func percent(p float64) string { return fmt.Sprintf("%.0f %%", p*100) }

func lowerFirst(s string) string {
	if len(s) > 1 && s[1] >= 'a' && s[1] <= 'z' {
		return strings.ToLower(s[:1]) + s[1:]
	}
	return s
}
