package checks

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"methodical/models"
)

// logs reads the rows of the hub the case is about: the target's method calls,
// then its connections.
func (s *scene) logs() {
	if n := s.rows.foreign; n > 0 {
		s.addClient(dmOtherHubs, models.SeverityInfo, plural(n, "row of another hub was", "rows of other hubs were")+" left out.", "")
	}
	if len(s.rows.methods) == 0 && len(s.rows.connections) == 0 {
		if strings.EqualFold(s.c.Hub.DirectMethodLogs, "off") {
			s.addClient(dmLogsOff, models.SeverityUnknown, "The hub keeps no DirectMethods logs: they are switched off.", "")
		} else if len(s.c.Logs) > 0 {
			s.addClient(dmLogsNothing, models.SeverityInfo, "The log rows say nothing of direct methods or connections at this hub.", "")
		}
		return
	}
	s.methodRows()
	s.connectionRows()
}

// rowFinding is the finding for the code of a failing row.
func rowFinding(code string) string {
	switch code {
	case models.CodeDeviceNotOnline, models.CodeConnectionLost:
		return dmLogRefused
	case models.CodeGatewayTimeout:
		return dmLogSilent
	case models.CodeDeviceNotFound, models.CodeModuleNotFound:
		return dmLogNotFound
	case models.CodeClosedOnNewConnection, models.CodeLinkConflict:
		return dmLogKickedOut
	case models.CodeInflightExceeded:
		return dmLogInflight
	case models.CodeQuotaExceeded:
		return dmLogQuota
	case models.CodeConnectionClosed, models.CodeClosedOnFaultInjection, models.CodeFailingOver:
		return dmLogServiceFault
	}
	switch {
	case strings.HasPrefix(code, "401"):
		return dmLogUnauthorized
	case strings.HasPrefix(code, "429"):
		return dmLogThrottled
	case strings.HasPrefix(code, "500"), strings.HasPrefix(code, "502"), strings.HasPrefix(code, "503"):
		return dmLogServiceFault
	}
	return dmLogOtherFailure
}

// methodRows reads the target's rows of DirectMethods. What failed before its
// last success is history; what failed since is trouble.
func (s *scene) methodRows() {
	var mine []methodRow
	for _, row := range s.rows.methods {
		if s.mineCalled(row.id) {
			mine = append(mine, row)
		}
	}
	s.hubRows()
	if len(mine) == 0 {
		s.add(dmLogsNothing, models.SeverityInfo, "The DirectMethods log has no row of "+s.name+".", "")
		return
	}
	lastGood, good, changes := -1, 0, 0
	for i, row := range mine {
		if row.code == codeSuccess {
			lastGood, good = i, good+1
		}
		if i > 0 && (row.code == codeSuccess) != (mine[i-1].code == codeSuccess) {
			changes++
		}
	}
	failing := mine[lastGood+1:]
	if len(failing) > 0 && s.answeredSince(failing[len(failing)-1].time) {
		failing = nil // a call of this walk has got an answer since
	}
	counts := map[string]int{}
	for _, row := range failing {
		counts[row.code]++
	}
	for _, code := range slices.Sorted(keysOf(counts)) {
		last := failing[len(failing)-1]
		s.add(rowFinding(code), models.SeverityWarning, fmt.Sprintf("The log has %s %s for %s, the last at %s.",
			plural(counts[code], "row", "rows"), clean(code, 40), s.name, atTime(last.time)), "")
	}
	switch {
	case good > 0 && len(failing) > 0:
		s.add(dmAnsweredBefore, models.SeverityInfo, fmt.Sprintf("By the log %s answered until %s and has failed since.", s.name, atTime(mine[lastGood].time)), "")
	case good > 0:
		s.add(dmLogAnswered, models.SeverityInfo, fmt.Sprintf("By the log %s answered %s, the last time at %s.", s.name, times(good), atTime(mine[lastGood].time)), "")
	}
	if changes >= 4 {
		s.add(dmLogAlternates, models.SeverityWarning, fmt.Sprintf("By the log calls to %s succeed and fail in turn: %d changes in %d calls.", s.name, changes, len(mine)), "")
	}
	s.slowAnswers(mine)
	if len(failing) > 0 {
		s.spread(failing)
	}
}

// answeredSince reports whether a call to the target was answered after t.
func (s *scene) answeredSince(t time.Time) bool {
	return slices.ContainsFunc(s.calls, func(c call) bool { return c.good() && c.inv.Time.After(t) })
}

// slowShare is the part of a response timeout from which an answer is slow.
const slowShare = 0.5

func (s *scene) slowAnswers(mine []methodRow) {
	allowed := time.Duration(models.DefaultResponseTimeoutSeconds) * time.Second
	for _, c := range s.calls {
		if c.class == classSilent && !c.probe {
			allowed = c.inv.ResponseTimeout()
		}
	}
	slow, longest := 0, time.Duration(0)
	for _, row := range mine {
		if row.code == codeSuccess && row.timed && row.took >= time.Duration(slowShare*float64(allowed)) {
			slow++
			longest = max(longest, row.took)
		}
	}
	if slow > 0 {
		s.add(dmSlowAnswers, models.SeverityWarning, fmt.Sprintf("By the log %s answered slowly %s, up to %s.", s.name, times(slow), inWords(longest)), "")
	}
}

// spread tells whether the rows of other devices fail in the same stretch of
// time.
func (s *scene) spread(failing []methodRow) {
	from := failing[0].time
	type tally struct{ good, bad int }
	others := map[string]*tally{}
	for _, row := range s.rows.methods {
		if row.id == "" || s.mineCalled(row.id) || row.time.Before(from) {
			continue
		}
		t := others[row.id]
		if t == nil {
			t = &tally{}
			others[row.id] = t
		}
		if row.code == codeSuccess {
			t.good++
		} else {
			t.bad++
		}
	}
	good, bad := 0, 0
	for _, t := range others {
		if t.bad > t.good {
			bad++
		} else {
			good++
		}
	}
	switch {
	case good+bad == 0:
	case bad == 0 || good >= 4*bad:
		s.add(dmDeviceOnly, models.SeverityInfo, fmt.Sprintf("By the log the other %s went on answering.", plural(good, "device", "devices")), "")
	case bad >= 2 && bad >= good:
		s.add(dmHubWide, models.SeverityWarning, fmt.Sprintf("By the log %d other devices fail at the same time, and %d answer.", bad, good), "")
	}
}

// hubRows records what the rows of all devices say of the hub.
func (s *scene) hubRows() {
	throttled, faults := 0, 0
	faulty := map[string]bool{}
	for _, row := range s.rows.methods {
		switch rowFinding(row.code) {
		case dmLogThrottled:
			throttled++
		case dmLogServiceFault:
			faults++
			faulty[row.id] = true
		}
	}
	if throttled > 0 {
		s.addAbout(s.name, dmLogThrottled, models.SeverityWarning, fmt.Sprintf("The log has %s of throttling (429).", plural(throttled, "row", "rows")), "")
	}
	if len(faulty) >= 2 {
		s.addAbout(s.name, dmLogServiceFault, models.SeverityWarning, fmt.Sprintf("The log has %s of faults of the hub itself, on %d devices.", plural(faults, "row", "rows"), len(faulty)), "")
	}
}
