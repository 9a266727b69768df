package widget

import (
	"slices"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
)

func TestWrapBreaksAtBlanksOnly(t *testing.T) {
	tests := []struct {
		name, text string
		w          int
		want       []string
	}{
		{"fits", "one two", 7, []string{"one two"}},
		{"at a blank", "one two three", 8, []string{"one two", "three"}},
		{"not at a hyphen", "call pump-7 now", 9, []string{"call", "pump-7", "now"}},
		{"an option stays whole", "az --hub-name h", 12, []string{"az", "--hub-name h"}},
		{"a word longer than a line", "see abcdefghij", 5, []string{"see", "abcde", "fghij"}},
		{"the indent is kept", "    one two", 8, []string{"    one", "two"}},
		{"line breaks are kept", "a\n\nb", 5, []string{"a", "", "b"}},
		{"wide characters", "世界世界", 5, []string{"世界", "世界"}},
		{"nothing", "", 5, []string{""}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := Wrap(tt.text, tt.w); !slices.Equal(got, tt.want) {
				t.Errorf("Wrap(%q, %d) = %q, want %q", tt.text, tt.w, got, tt.want)
			}
		})
	}
}

func FuzzWrap(f *testing.F) {
	f.Add("az iot hub invoke-device-method --device-id pump-7", 11)
	f.Add("  x", 1)
	f.Fuzz(func(t *testing.T, s string, w int) {
		s, w = Clean(s), max(w%200, 2)
		if w < 0 {
			w = 2
		}
		lines := Wrap(s, w)
		for _, l := range lines {
			if ansi.StringWidth(l) > w {
				t.Fatalf("%q is wider than %d", l, w)
			}
		}
		squeeze := func(s string) string { return strings.ReplaceAll(s, " ", "") }
		if got := squeeze(strings.Join(lines, "")); got != squeeze(s) {
			t.Fatalf("the text changed: %q from %q", got, s)
		}
	})
}
