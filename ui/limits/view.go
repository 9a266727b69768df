package limits

import (
	"fmt"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"methodical/checks"
	"methodical/models"
	"methodical/ui/nav"
	"methodical/ui/page"
	"methodical/ui/theme"
	"methodical/ui/widget"
)

// wide is the width from which the table of limits stands beside the rest.
const (
	wide = 110
	gap  = 3
)

// View draws the hub, the load and the room it leaves, then the limits.
func (m *Model) View(c nav.Canvas) nav.Frame {
	lines, cursor := m.draw(c)
	shown := m.reader
	if cursor != nil {
		shown.Reset() // the fields are on the first page
	}
	return nav.Frame{
		Title: "Limits: what the hub allows, and what is left",
		Body:  strings.Join(shown.View(c.Theme, lines, c.Size.Width, c.Size.Height), "\n"), Cursor: cursor,
	}
}

func (m *Model) draw(c nav.Canvas) ([]string, *tea.Cursor) {
	f := m.form
	if f == nil {
		f = newForm(c.State)
	}
	if c.Size.Width < wide {
		doc := page.NewDoc(c.Theme, c.Size.Width)
		cursor := overview(doc, c, f)
		table(doc, c.State)
		return doc.Lines(), cursor
	}
	left := (c.Size.Width - gap) / 2
	a, b := page.NewDoc(c.Theme, left), page.NewDoc(c.Theme, c.Size.Width-gap-left)
	cursor := overview(a, c, f)
	table(b, c.State)
	return page.Columns(a.Lines(), b.Lines(), left, gap), cursor
}

func overview(doc *page.Doc, c nav.Canvas, f *form) *tea.Cursor {
	hub := c.State.Walk.Case.Hub
	hubLine(doc, c, hub)
	quota(doc, hub)
	cursor := fields(doc, f)
	headroom(doc, c.State, f)
	findings(doc, c.State.Walk)
	return cursor
}

// hubLine says what the hub is, or that it could not be read.
func hubLine(doc *page.Doc, c nav.Canvas, hub models.Hub) {
	th := doc.Theme
	if req, ok := c.State.Walk.Request(checks.CheckLimits); ok {
		doc.Lead("… ", th.Accent, th.Text, "Reading tier, units and quota, "+widget.Seconds(c.Now.Sub(req.Started))+" so far")
	}
	switch {
	case hub.SKU == "" && hub.ReadError != "":
		doc.Lead("? ", th.Unknown, th.Text, "Tier and units could not be read: "+hub.ReadError)
		doc.Lead("  ", th.Dim, th.Dim, "State them with e, to see what the hub carries.")
	case hub.SKU == "":
		doc.Lead("? ", th.Unknown, th.Text, "Tier and units are not known: state them with e, to see what the hub carries.")
	default:
		text := fmt.Sprintf("%s, %s", hub.SKU, widget.Count(max(hub.Units, 1), "unit"))
		if hub.Stated {
			text += ", as you stated"
		}
		doc.Fact("Hub", labels, th.Title, text)
	}
	if hub.State != "" {
		doc.Fact("State", labels, th.Text, hub.State)
	}
	if hub.TotalDevices != nil {
		text := page.Count(*hub.TotalDevices) + " registered"
		if hub.ConnectedDevices != nil {
			text += ", " + page.Count(*hub.ConnectedDevices) + " connected"
		}
		doc.Fact("Devices", labels, th.Text, text)
	}
}

// quota is the daily quota as a gauge and in words.
func quota(doc *page.Doc, hub models.Hub) {
	if hub.QuotaUsed == nil || hub.QuotaMax == nil || *hub.QuotaMax <= 0 {
		return
	}
	share := float64(*hub.QuotaUsed) / float64(*hub.QuotaMax)
	words := fmt.Sprintf(" %.0f %%: %s of %s", share*100, page.Count(*hub.QuotaUsed), page.Count(*hub.QuotaMax))
	bar := max(min(doc.Width-labels-len(words), 30), 0)
	doc.Line(doc.Theme.Dim.Render(widget.Pad("Quota today", labels)) + widget.Bar(doc.Theme, bar, share) + words)
}

// fields are the load, and the tier where it cannot be read.
func fields(doc *page.Doc, f *form) *tea.Cursor {
	doc.Blank()
	var cursor *tea.Cursor
	add := func(field *widget.Field) {
		if at := doc.Field(field); at != nil {
			cursor = at
		}
	}
	add(f.calls)
	add(f.payload)
	if !f.tierKnown {
		doc.Line(f.tier.View(doc.Theme, doc.Width))
		add(f.units)
	}
	return cursor
}

// headroom says what the tier carries and what the stated load leaves of it.
func headroom(doc *page.Doc, s nav.State, f *form) {
	r, ok := roomOf(s, f.load())
	if !ok {
		return
	}
	th := doc.Theme
	doc.Blank()
	if !r.tier.DirectMethods {
		doc.Lead("✗ ", th.Error, th.Error, fmt.Sprintf("%s is a Basic tier: it has no direct methods. Every call is refused with 403010 until the hub is moved to a Standard tier.", r.tier.SKU))
		return
	}
	carries := fmt.Sprintf("%s calls a second at %s of payload", page.Rate(r.carries()), sizeWords(r.load.PayloadBytes))
	doc.Fact("The hub carries", labels, th.Title, carries)
	if rate := r.load.CallsPerSecond; rate > 0 {
		share := rate / r.carries()
		words := fmt.Sprintf(" %s of %s, %s left", page.Rate(rate), page.Rate(r.carries()), page.Rate(max(r.free(), 0)))
		style := th.OK
		if r.free() < 0 {
			words, style = fmt.Sprintf(" ✗ over by %s calls a second", page.Rate(-r.free())), th.Error
		}
		bar := max(min(doc.Width-labels-len(words), 30), 0)
		doc.Line(th.Dim.Render(widget.Pad("Your load", labels)) + widget.Bar(th, bar, share) + style.Render(words))
		daily(doc, r)
	}
	for _, line := range r.whatIf() {
		doc.Lead("  → ", th.Accent, th.Text, line)
	}
}

// daily sets the load against the daily quota, which usually ends first.
func daily(doc *page.Doc, r room) {
	lasts, ok := r.lasts()
	if !ok {
		return
	}
	th := doc.Theme
	cost := fmt.Sprintf("a call costs %d messages of the daily quota", r.messages())
	if lasts >= day {
		doc.Lead("  ✓ ", th.OK, th.Text, "All day long it stays within the daily quota: "+cost+".")
		return
	}
	doc.Lead("  ! ", th.Warning, th.Text, fmt.Sprintf("Kept up, it uses the daily quota of %s up in %s: %s.",
		page.Count(r.tier.DailyQuota(r.units)), lastsWords(lasts), cost))
}

func lastsWords(d time.Duration) string {
	switch {
	case d < time.Minute:
		return fmt.Sprintf("%.0f s", d.Seconds())
	case d < 2*time.Hour:
		return fmt.Sprintf("%.0f minutes", d.Minutes())
	default:
		return fmt.Sprintf("%.0f hours", d.Hours())
	}
}

func sizeWords(bytes int) string {
	if bytes <= models.MeterBytes {
		return "4 KB or less"
	}
	return fmt.Sprintf("%s bytes", page.Count(int64(bytes)))
}

// roomOf is the room on the hub of the state, when its tier is known.
func roomOf(s nav.State, load models.Load) (room, bool) {
	hub := s.Walk.Case.Hub
	if s.Know == nil || s.Know.Catalogue == nil || hub.SKU == "" {
		return room{}, false
	}
	tier, ok := s.Know.Catalogue.Tier(hub.SKU)
	return room{tier: tier, units: max(hub.Units, 1), load: load}, ok
}

func findings(doc *page.Doc, w models.Walk) {
	rep, ok := w.Reports[checks.CheckLimits]
	if !ok {
		return
	}
	doc.Blank()
	if rep.Reason != "" {
		doc.Lead(theme.Glyph(rep.Result)+" ", doc.Theme.Result(rep.Result), doc.Theme.Text, rep.Reason)
	}
	for _, f := range rep.Findings {
		doc.Add(widget.Finding(doc.Theme, doc.Width, f)...)
	}
}
