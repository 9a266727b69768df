package models

// Severity says how much a finding should worry its reader.
type Severity string

// The severities, mildest first.
const (
	SeverityOK      Severity = "ok"
	SeverityInfo    Severity = "info"
	SeverityWarning Severity = "warning"
	SeverityError   Severity = "error"
	// SeverityUnknown marks a fact that could not be determined: never an
	// error and never a pass.
	SeverityUnknown Severity = "unknown"
)

// Rank orders severities for thresholds; unknown ranks with info.
func (s Severity) Rank() int {
	switch s {
	case SeverityError:
		return 3
	case SeverityWarning:
		return 2
	case SeverityInfo, SeverityUnknown:
		return 1
	default:
		return 0
	}
}

// Finding is one observed fact. Code is stable ("DM-" and three digits); its
// title and help are data, Text says it for this case, Evidence quotes what
// was seen.
type Finding struct {
	Code     string   `json:"code"`
	Severity Severity `json:"severity"`
	Target   string   `json:"target,omitempty"` // which device it is about, if one
	Text     string   `json:"text"`
	Evidence string   `json:"evidence,omitempty"`
}

// CheckResult says how a check went.
type CheckResult string

// The results of a check. Unknown is "could not determine".
const (
	ResultOK      CheckResult = "ok"
	ResultWarning CheckResult = "warning"
	ResultFailed  CheckResult = "failed"
	ResultSkipped CheckResult = "skipped"
	ResultUnknown CheckResult = "unknown"
)

// CheckReport is what one check found.
type CheckReport struct {
	ID       string      `json:"id"`
	Title    string      `json:"title"`
	Result   CheckResult `json:"result"`
	Reason   string      `json:"reason,omitempty"` // why skipped or unknown
	Findings []Finding   `json:"findings"`
}
