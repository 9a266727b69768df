package report

import (
	"fmt"
	"strings"
	"time"

	"methodical/models"
)

// Explanation writes what a code or body means and what to do.
func (t *Text) Explanation(e models.Explanation) {
	head := strings.TrimSpace(e.Code + " " + e.Name)
	if head == "" {
		head = "No IoT Hub error code could be read"
	}
	t.wrapped("", t.paint(ToneTitle, Clean(head)))
	if e.Meaning != "" {
		t.wrapped("  ", e.Meaning)
	}
	if e.Message != "" {
		t.field("hub said", e.Message)
	}
	if e.Timeout != "" {
		t.field("hub waited", e.Timeout)
	}
	if e.Time != nil && !e.Time.IsZero() {
		t.field("at", e.Time.UTC().Format(time.RFC3339))
	}
	for _, id := range e.TrackingIDs {
		t.field("tracking id", id)
	}
	t.list("Usual causes", e.Causes)
	t.list("Fix", e.Fix)
	if e.Retry != "" {
		t.field("retry", e.Retry)
	}
	for _, n := range e.Notes {
		t.wrapped("  • ", n)
	}
	for _, l := range e.Links {
		t.line("  %s: %s", Clean(l.Title), Clean(l.URL))
	}
	if e.Unread != "" {
		t.wrapped("  "+t.paint(ToneUnknown, "? "), "Not read: "+e.Unread)
	}
}

func (t *Text) list(title string, items []string) {
	if len(items) == 0 {
		return
	}
	t.line("  %s", t.paint(ToneTitle, title))
	for i, item := range items {
		t.wrapped(fmt.Sprintf("    %d. ", i+1), item)
	}
}
