package limits

import (
	"fmt"
	"strconv"

	"methodical/models"
	"methodical/ui/nav"
	"methodical/ui/page"
	"methodical/ui/widget"
)

// table lists what the hub's tier allows, or all tiers while it is not known.
func table(doc *page.Doc, s nav.State) {
	if s.Know == nil || s.Know.Catalogue == nil {
		return
	}
	limits := s.Know.Catalogue.Limits()
	hub := s.Walk.Case.Hub
	tier, known := s.Know.Catalogue.Tier(hub.SKU)
	if !known {
		tiers(doc, limits.Tiers)
	} else {
		units := max(hub.Units, 1)
		doc.Heading(fmt.Sprintf("Limits of %s with %s", tier.SKU, widget.Count(units, "unit")))
		doc.Add(widget.KeyValue(doc.Theme, doc.Width, rows(tier, units, limits))...)
	}
	if len(limits.Behaviour) > 0 {
		doc.Heading("How limits make themselves felt")
		for _, text := range limits.Behaviour {
			doc.Bullet(text)
		}
	}
	if limits.Checked != "" {
		doc.Blank()
		doc.Text(doc.Theme.Dim, "From the documents as of "+limits.Checked+".")
	}
}

func rows(t models.Tier, units int, l models.Limits) [][2]string {
	out := [][2]string{{"direct methods", "none in this tier"}}
	if t.DirectMethods {
		out = [][2]string{
			{"direct methods", fmt.Sprintf("%s calls/s at 4 KB or less, %s at 8 KB; %s KB/s",
				page.Rate(t.CallsPerSecond(units, 0)), page.Rate(t.CallsPerSecond(units, 2*models.MeterBytes)),
				page.Rate(t.MethodKBPerSecond*float64(units)))},
			{"meter", fmt.Sprintf("a request's payload counts in steps of %d KB", l.Payload.MeterBytes/1024)},
			{"payload", fmt.Sprintf("%d KB there, %d KB back", l.Payload.MaxRequestBytes/1024, l.Payload.MaxResponseBytes/1024)},
			{"cost", "a call costs at least two messages of the daily quota"},
		}
	}
	out = append(out, [][2]string{
		{"daily quota", page.Count(t.DailyQuota(units)) + " messages until 00:00 UTC"},
		{"units", "at most " + strconv.Itoa(t.MaxUnits)},
	}...)
	for _, r := range []struct {
		name string
		rate models.Rate
	}{
		{"registry reads", t.Registry}, {"queries", t.Queries}, {"twin reads", t.TwinReads}, {"twin updates", t.TwinUpdates},
		{"jobs", t.JobOperations}, {"calls by job", t.JobDeviceOperations}, {"new connections", t.NewDeviceConnections},
		{"telemetry sends", t.DeviceToCloudSends}, {"messages to devices", t.CloudToDeviceSends},
	} {
		if !r.rate.IsZero() {
			out = append(out, [2]string{r.name, rateWords(r.rate, units)})
		}
	}
	if t.ConcurrentJobs > 0 {
		out = append(out, [2]string{"jobs at a time", strconv.Itoa(t.ConcurrentJobs)})
	}
	return out
}

func rateWords(r models.Rate, units int) string {
	if r.Per == "minute" {
		return page.Rate(r.PerSecond(units)*60) + " a minute"
	}
	return page.Rate(r.PerSecond(units)) + " a second"
}

// tiers compares the tiers by what matters to direct methods, for one unit.
func tiers(doc *page.Doc, list []models.Tier) {
	doc.Heading("Tiers, for each unit")
	table := widget.Table{Selected: -1, Columns: []widget.Column{
		{Title: "tier", Width: 4}, {Title: "name", Width: 8, Rank: 2}, {Title: "calls/s", Width: 8, Right: true},
		{Title: "messages a day", Width: 14, Right: true}, {Title: "units", Width: 5, Right: true, Rank: 1},
	}, Row: func(i int) []widget.Cell {
		t := list[i]
		calls := widget.Cell{Text: "none", Style: doc.Theme.Error}
		if t.DirectMethods {
			calls = widget.Cell{Text: page.Rate(t.CallsPerSecond(1, 0))}
		}
		return []widget.Cell{{Text: t.SKU}, {Text: t.Name}, calls, {Text: page.Count(t.DailyMessages)}, {Text: strconv.Itoa(t.MaxUnits)}}
	}}
	doc.Add(table.View(doc.Theme, min(doc.Width, 60), widget.Page{To: len(list)})...)
}
