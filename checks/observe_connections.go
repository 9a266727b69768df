package checks

import (
	"fmt"
	"slices"
	"time"

	"methodical/models"
)

// How often a healthy client connects anew: SDKs renew their token about once
// an hour, some at 85 % of it, and connect again for that. Several times that
// often is flapping.
const (
	healthyPerHour  = 2.5
	flappingPerHour = 6
	flappingLeast   = 4 // fewest connects that show it
	shortestSpan    = 10 * time.Minute
)

// connectionRows reads the target's rows of Connections.
func (s *scene) connectionRows() {
	var mine []connectionRow
	for _, row := range s.rows.connections {
		if s.mine(row.id) {
			mine = append(mine, row)
		}
	}
	if len(mine) == 0 {
		return
	}
	// Without its time a row still counts, but not for how often.
	timed := slices.DeleteFunc(slices.Clone(mine), func(r connectionRow) bool { return r.time.IsZero() })
	if len(timed) > 0 {
		s.reconnects(timed)
		s.lastState(timed)
	}
	s.secondClient(mine)
	s.turnedAway(mine)
}

func (s *scene) reconnects(mine []connectionRow) {
	joins, drops := 0, 0
	for _, row := range mine {
		if row.joined() {
			joins++
		}
		if row.code == models.CodeConnectionLost {
			drops++
		}
	}
	span := mine[len(mine)-1].time.Sub(mine[0].time)
	perHour := float64(max(joins-1, 0)) / max(span, shortestSpan).Hours()
	switch {
	case joins >= flappingLeast && perHour >= flappingPerHour:
		s.add(dmReconnects, models.SeverityWarning, fmt.Sprintf("%s connected %d times within %s.", s.name, joins, inWords(span)), "")
	case joins >= 2 && perHour <= healthyPerHour:
		s.add(dmRenewals, models.SeverityOK, fmt.Sprintf("%s connected %d times within %s, as a client does that renews its token.", s.name, joins, inWords(span)), "")
	}
	if drops >= flappingLeast && float64(drops)/max(span, shortestSpan).Hours() >= flappingPerHour/2 {
		s.add(dmDrops, models.SeverityWarning, fmt.Sprintf("The connection of %s was lost %d times within %s (404104).", s.name, drops, inWords(span)), "")
	}
}

// manyConflicts is from how many 409002 on they are more than the noise of a
// client that opens a link twice.
const manyConflicts = 3

// secondClient looks for signs that two clients use one identity: the hub says
// so, or addresses or SDKs take turns. A single change is a move or an upgrade.
func (s *scene) secondClient(mine []connectionRow) {
	kicks, conflicts := 0, 0
	var addresses, sdks []named
	for _, row := range mine {
		switch row.code {
		case models.CodeClosedOnNewConnection:
			kicks++
		case models.CodeLinkConflict:
			conflicts++
		}
		if row.connect && row.address != "" {
			addresses = append(addresses, named{row.address, row.time})
		}
		if row.connect && row.sdk != "" {
			sdks = append(sdks, named{row.sdk, row.time})
		}
	}
	switch {
	case kicks > 0, conflicts >= manyConflicts, conflicts > 0 && s.seen[[2]string{dmReconnects, s.name}]:
		s.add(dmKickRows, models.SeverityError, fmt.Sprintf("A second client connected as %s and put the first one out, %s (%s).",
			s.name, times(kicks+conflicts), kickCodes(kicks, conflicts)), "")
	case conflicts > 0:
		s.add(dmKickNoise, models.SeverityInfo, fmt.Sprintf("The log has 409002 for %s, %s: a client that connects twice, often harmless.", s.name, times(conflicts)), "")
	}
	s.turns(addresses, dmTwoAddresses, "from two addresses", "address")
	s.turns(sdks, dmTwoSDKs, "with two SDKs", "SDK")
}

// soonAfter is how close two different clients of one identity must be for the
// change to look like two clients rather than a move or an upgrade.
const soonAfter = 10 * time.Minute

// turns records that two addresses or SDKs share the identity: one comes back
// after the other, or follows it soon.
func (s *scene) turns(values []named, code, how, what string) {
	a, b, returns, soon := takingTurns(values)
	switch {
	case returns > 0:
		s.add(code, models.SeverityError, fmt.Sprintf("%s connects %s in turn, %s and %s.", s.name, how, cleanName(a), cleanName(b)), "")
	case soon:
		s.add(dmSoonChanged, models.SeverityWarning, fmt.Sprintf("%s connected %s within %s, %s and %s.", s.name, how, inWords(soonAfter), cleanName(a), cleanName(b)), "")
	case a != b:
		s.add(dmAddressChanged, models.SeverityInfo, fmt.Sprintf("The %s of %s changed once, from %s to %s.", what, s.name, cleanName(a), cleanName(b)), "")
	}
}

// named is an address or an SDK, and when a client connected with it.
type named struct {
	value string
	at    time.Time
}

func kickCodes(kicks, conflicts int) string {
	switch {
	case conflicts == 0:
		return models.CodeClosedOnNewConnection
	case kicks == 0:
		return models.CodeLinkConflict
	}
	return models.CodeClosedOnNewConnection + ", " + models.CodeLinkConflict
}

// takingTurns looks for a value that comes back after another one was there:
// A, B, A. It gives the two values and how often one came back; without a
// return, the first and last value, and whether a change came soon.
func takingTurns(values []named) (a, b string, returns int, soon bool) {
	last := map[string]int{}
	for i, v := range values {
		if at, ok := last[v.value]; ok && at != i-1 {
			if returns++; returns == 1 {
				a, b = v.value, values[i-1].value
			}
		}
		if i > 0 && values[i-1].value != v.value && !values[i-1].at.IsZero() && v.at.Sub(values[i-1].at) <= soonAfter {
			soon = true
		}
		last[v.value] = i
	}
	if returns == 0 && len(last) > 1 {
		a, b = values[0].value, values[len(values)-1].value
	}
	return a, b, returns, soon
}

// lastState records whether the log has the target connected when the last call
// was refused, or at its end.
func (s *scene) lastState(mine []connectionRow) {
	refused, known := s.lastRefusal()
	for _, row := range slices.Backward(mine) {
		if known && row.time.After(refused) {
			continue
		}
		when := "By the log"
		if known {
			when = "By the log, when the call was refused,"
		}
		switch {
		case row.joined():
			s.add(dmLastConnected, models.SeverityInfo, fmt.Sprintf("%s %s had been connected since %s.", when, s.name, atTime(row.time)), "")
			return
		case !row.connect:
			s.add(dmLastDisconnected, models.SeverityInfo, fmt.Sprintf("%s %s had been gone since %s.", when, s.name, atTime(row.time)), "")
			return
		}
	}
}

// turnedAwayLeast is how many attempts to sign in must have failed at the end
// of the log: single ones are part of a token's renewal.
const turnedAwayLeast = 2

// turnedAway looks for a device that tries to sign in and is refused.
func (s *scene) turnedAway(mine []connectionRow) {
	count := 0
	var last connectionRow
	for _, row := range slices.Backward(mine) {
		if row.joined() {
			break
		}
		if row.code == models.CodeUnauthorized || row.code == models.CodeUnauthorizedAccess {
			if count == 0 {
				last = row
			}
			count++
		}
	}
	if count >= turnedAwayLeast {
		s.add(dmTurnedAway, models.SeverityError, fmt.Sprintf("The hub turned %s away at the door %s (%s), the last time at %s.",
			s.name, times(count), last.code, atTime(last.time)), "")
	}
}
