package page

import (
	"slices"
	"strings"
	"testing"

	"methodical/ui/internal/uitest"
	"methodical/ui/theme"
)

func TestPagesHoldEveryLineOnceAndInOrder(t *testing.T) {
	text := strings.Split("a\nb\n\nHeading\nc\nd\n\n\nHeading\ne\n\nf\ng\nh\n\n", "\n")
	for height := range 20 {
		var got []string
		for _, p := range pages(text, height) {
			if p.to-p.from > max(height, 1) {
				t.Errorf("height %d: a page of %d lines", height, p.to-p.from)
			}
			got = append(got, text[p.from:p.to]...)
		}
		blank := func(s string) bool { return s == "" }
		want := slices.DeleteFunc(slices.Clone(text), blank)
		if got = slices.DeleteFunc(got, blank); !slices.Equal(got, want) {
			t.Errorf("height %d: pages hold %q, want %q", height, got, want)
		}
	}
}

func TestAHeadingDoesNotStandLast(t *testing.T) {
	text := []string{"a", "b", "", "Heading", "c", "d", "e"}
	var r Reader
	got := r.View(theme.NoColour(), text, 80, 5)
	if got[3] == "Heading" {
		t.Errorf("the page ends with a heading: %q", got)
	}
	if !r.Key(uitest.Press("space"), text, 5) {
		t.Fatal("space does not turn the page")
	}
	if got = r.View(theme.NoColour(), text, 80, 5); got[0] != "Heading" {
		t.Errorf("the next page begins with %q", got[0])
	}
}

func TestPagesStopAtTheEnds(t *testing.T) {
	text := strings.Split(strings.Repeat("x\n", 30), "\n")
	var r Reader
	for range 9 {
		r.Key(uitest.Press("pgdown"), text, 10)
	}
	from, to := r.Range(text, 10)
	if to < 30 || from >= to {
		t.Errorf("the last page is %d to %d", from, to)
	}
	r.Key(uitest.Press("home"), text, 10)
	if from, _ = r.Range(text, 10); from != 0 {
		t.Errorf("home goes to line %d", from)
	}
	if r.Key(uitest.Press("x"), text, 10) {
		t.Error("x turned the page")
	}
}
