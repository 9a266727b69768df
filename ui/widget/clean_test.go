package widget

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

func TestCleanTakesOutWhatSteersATerminal(t *testing.T) {
	for in, want := range map[string]string{
		"pump-7":                          "pump-7",
		"a\x1b[31mred\x1b[0m":             "ared",
		"a\x1b]0;title\x07b":              "ab",
		"a\x1b]8;;http://x\x1b\\b":        "ab",
		"one\r\ntwo\tthree":               "one  two three",
		"null\x00bell\x07del\x7f":         "nullbelldel",
		"c1\u009b31m":                     "c131m",
		"bidi\u202eevil\u2066":            "bidievil",
		"zero\u200bwidth\ufeff":           "zerowidth",
		"bad\xff\xfeutf8":                 "bad\uFFFDutf8",
		"größe 温度":                        "größe 温度",
		"tag\U000E0041":                   "tag",
		"private\ue000":                   "private",
		"line\u2028sep":                   "linesep",
		strings.Repeat("x", maxLineBytes): strings.Repeat("x", maxLineBytes),
	} {
		if got := Clean(in); got != want {
			t.Errorf("Clean(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestCleanBoundsLength(t *testing.T) {
	got := Clean(strings.Repeat("é", maxLineBytes))
	if len(got) > maxLineBytes+len("…") || !strings.HasSuffix(got, "…") || !utf8.ValidString(got) {
		t.Errorf("got %d bytes, ending %q", len(got), got[len(got)-4:])
	}
	lines := CleanLines(strings.Repeat("x\n", maxTextLines+10))
	if len(lines) != maxTextLines+1 || lines[maxTextLines] != "…" {
		t.Errorf("got %d lines", len(lines))
	}
}

func TestCleanLinesKeepsLines(t *testing.T) {
	got := CleanLines("a\r\n\tb\x1b[2J\nc\n")
	if want := []string{"a", "    b", "c"}; strings.Join(got, "|") != strings.Join(want, "|") {
		t.Errorf("got %q", got)
	}
}

func FuzzClean(f *testing.F) {
	f.Add("a\x1b[31mb\x9bc\u202e")
	f.Add("\x1b]8;;x")
	f.Fuzz(func(t *testing.T, s string) {
		got := Clean(s)
		for _, r := range got {
			if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) {
				t.Fatalf("Clean(%q) lets %U through", s, r)
			}
		}
		if ansi.Strip(got) != got {
			t.Fatalf("Clean(%q) = %q still holds a sequence", s, got)
		}
		if Clean(got) != got && len(got) < maxLineBytes {
			t.Fatalf("Clean is not idempotent on %q", s)
		}
	})
}
