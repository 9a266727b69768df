package logparse

import (
	"fmt"
	"strings"
	"time"

	"methodical/models"
)

// The stable codes of what a reading of logs finds.
const (
	FindingDamaged    = "DM-701" // lines that could not be read
	FindingUncoded    = "DM-702" // rows of level Error without a resultType
	FindingUntimed    = "DM-703" // rows whose time cannot be read
	FindingNameless   = "DM-704" // rows without a device id
	FindingBurst      = "DM-705" // far more failures than usual for a while
	FindingHubWide    = "DM-706" // most calls to many devices failed at once
	FindingAlone      = "DM-707" // a device fails while the others work
	FindingTwoClients = "DM-708" // the signature of two clients with one id
	FindingFlapping   = "DM-709" // a connection that keeps breaking
	FindingRenewal    = "DM-710" // SAS renewals: healthy noise
	FindingBeat       = "DM-711" // disconnects at a steady beat
	FindingPartial    = "DM-712" // reading was cancelled
	FindingNoRecords  = "DM-713" // rows, but none of category DirectMethods
	FindingNotLogs    = "DM-714" // files of a folder that are no logs
)

const (
	// Only so many findings of a kind are put into words.
	maxFindingsOfAKind = 3
	// A connection flaps when it breaks this often an hour, renewals left out.
	flapsPerHour = 3
	// A device fails alone when at least this many of its failures, and three
	// quarters of them, come while no other device fails.
	minAlone = 3
	// SAS tokens of the SDKs live an hour, and the hub waits some minutes more.
	tokenLifeFrom, tokenLifeTo = 55.0, 75.0
)

// findings says in words what a summary holds.
func findings(s *models.LogSummary, a *aggregate) []models.Finding {
	list := readingFindings(s, a)
	list = append(list, burstFindings(s.Bursts)...)
	list = append(list, aloneFindings(s.Devices)...)
	return append(list, connectionFindings(s.Connections)...)
}

// readingFindings is about the reading itself.
func readingFindings(s *models.LogSummary, a *aggregate) []models.Finding {
	list := []models.Finding{}
	say := func(code string, severity models.Severity, n int64, format string) {
		if n > 0 {
			list = append(list, models.Finding{Code: code, Severity: severity, Text: fmt.Sprintf(format, n)})
		}
	}
	if s.Partial {
		list = append(list, models.Finding{
			Code: FindingPartial, Severity: models.SeverityUnknown,
			Text: "The reading was stopped before its end: the numbers cover only a part of the logs.",
		})
	}
	say(FindingDamaged, models.SeverityWarning, s.Skipped.Malformed, "%d damaged or truncated rows could not be read.")
	if len(s.Damaged) > 0 {
		first := s.Damaged[0]
		list[len(list)-1].Evidence = fmt.Sprintf("%s, line %d: %s", first.File, first.Line, first.Reason)
	}
	say(FindingUncoded, models.SeverityInfo, a.uncoded,
		"%d rows are of level Error but carry no resultType; they are counted as code 0.")
	say(FindingUntimed, models.SeverityInfo, a.untimed, "%d rows carry no time that can be read; they are in no time bucket.")
	say(FindingNameless, models.SeverityInfo, a.nameless, "%d rows name no device.")
	say(FindingNotLogs, models.SeverityInfo, s.Skipped.Files, "%d files in the folders are no logs and were left out.")
	if s.Records == 0 {
		say(FindingNoRecords, models.SeverityUnknown, s.Skipped.OtherCategory,
			"None of the %d rows is of category DirectMethods: is that category switched on in the hub's diagnostic settings?")
	}
	return list
}

func burstFindings(bursts []models.LogBurst) []models.Finding {
	var list []models.Finding
	kinds := map[string]int{}
	for _, b := range bursts {
		f := models.Finding{Code: FindingBurst, Severity: models.SeverityWarning}
		what := "far more than usual"
		if b.HubWide {
			f.Code, f.Severity = FindingHubWide, models.SeverityError
			what = "most calls to many devices at once: look at the hub, the caller and the network before single devices"
		}
		if kinds[f.Code]++; kinds[f.Code] > maxFindingsOfAKind {
			continue
		}
		f.Text = fmt.Sprintf("From %s to %s %d of %d calls failed, %s.",
			b.From.Format(time.RFC3339), b.To.Format(time.RFC3339), b.Errors, b.Count, what)
		f.Evidence = fmt.Sprintf("about %d devices failing in one bucket", b.Devices)
		list = append(list, f)
	}
	return list
}

func aloneFindings(devices []models.LogDevice) []models.Finding {
	var list []models.Finding
	for _, d := range devices {
		if d.Alone < minAlone || 4*d.Alone < 3*d.Errors || len(list) == maxFindingsOfAKind {
			continue
		}
		list = append(list, models.Finding{
			Code: FindingAlone, Severity: models.SeverityWarning, Target: d.DeviceID,
			Text: fmt.Sprintf("%d of its %d failures came while no other device failed: the fault is with the device.", d.Alone, d.Errors),
		})
	}
	return list
}

func connectionFindings(connections []models.LogConnections) []models.Finding {
	var list []models.Finding
	kinds := map[string]int{}
	say := func(c models.LogConnections, code string, severity models.Severity, evidence []string, format string, args ...any) {
		if kinds[code]++; kinds[code] > maxFindingsOfAKind {
			return
		}
		list = append(list, models.Finding{
			Code: code, Severity: severity, Target: c.DeviceID, Text: fmt.Sprintf(format, args...), Evidence: strings.Join(evidence, ", "),
		})
	}
	for _, c := range connections {
		if c.DuplicateIdentity {
			say(c, FindingTwoClients, models.SeverityWarning, append(c.MaskedAddresses, c.SDKs...),
				"Two clients seem to share this id: %d times 400027, %d times 409002, %d addresses, %d SDKs.",
				c.Codes[codeNewConnection], c.Codes[codeLinkConflict], len(c.MaskedAddresses), len(c.SDKs))
		}
		if c.FlapsPerHour >= flapsPerHour {
			say(c, FindingFlapping, models.SeverityWarning, nil,
				"The connection broke %.1f times an hour, %d times in the busiest hour, SAS renewals left out.", c.FlapsPerHour, c.BusiestHour)
		}
		if c.Renewals > 0 {
			say(c, FindingRenewal, models.SeverityInfo, nil,
				"%d times 401003, 404104 and a connect within a minute: a SAS token being renewed, which is healthy.", c.Renewals)
		}
		switch {
		case c.PeriodMinutes >= tokenLifeFrom && c.PeriodMinutes <= tokenLifeTo:
			say(c, FindingBeat, models.SeverityInfo, nil,
				"The connection breaks every %.0f minutes: the life of a SAS token of one hour and the hub's grace.", c.PeriodMinutes)
		case c.PeriodMinutes > 0:
			say(c, FindingBeat, models.SeverityInfo, nil, "The connection breaks every %.0f minutes, at a steady beat.", c.PeriodMinutes)
		}
	}
	return list
}
