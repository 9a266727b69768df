package checks

import "methodical/models"

// The ids of the checks. They are part of the contract of --only and --skip,
// and the names of the tests that a diagnosis proposes.
const (
	CheckContact        = "contact"
	CheckIdentity       = "identity"
	CheckCall           = "call"
	CheckLongerResponse = "longer-response"
	CheckLongerConnect  = "longer-connect"
	CheckComparison     = "comparison"
	CheckComparisonCall = "comparison-call"
	CheckThirdDevice    = "third-device"
	CheckLimits         = "limits"
	CheckLogs           = "logs"
)

// All is the ordered list of checks. A check's Needs come before it.
func All() []Check {
	return []Check{
		contactCheck(),
		identityCheck(),
		callCheck(),
		longerResponseCheck(),
		longerConnectCheck(),
		comparisonCheck(),
		comparisonCallCheck(),
		thirdDeviceCheck(),
		limitsCheck(),
		logsCheck(),
	}
}

// Find returns the check with that id.
func Find(list []Check, id string) (Check, bool) {
	for _, c := range list {
		if c.ID == id {
			return c, true
		}
	}
	return Check{}, false
}

// ForStep returns the checks of one step, in order.
func ForStep(list []Check, step models.Step) []Check {
	var out []Check
	for _, c := range list {
		if c.Step == step {
			out = append(out, c)
		}
	}
	return out
}
