// Package report writes what a walk found: as text for people, as JSON for
// programs. It holds no judgement of its own.
package report

import (
	"methodical/models"
)

// Check is the result of one walk of the runbook, as `check` reports it.
type Check struct {
	Version   int                  `json:"version"`
	Target    string               `json:"target"`
	Checks    []models.CheckReport `json:"checks"`
	Diagnosis *models.Diagnosis    `json:"diagnosis,omitempty"`
	Case      models.Case          `json:"case"`
}

// CheckVersion is the version of the check contract.
const CheckVersion = 1

// Invocation is one call as `invoke` reports it: the call's own record and what
// it came to.
type Invocation struct {
	models.Invocation
	Outcome       models.OutcomeKind  `json:"outcome"`
	DeviceStatus  *int                `json:"deviceStatus,omitempty"`
	DevicePayload any                 `json:"devicePayload,omitempty"`
	Code          string              `json:"code,omitempty"`
	Explanation   *models.Explanation `json:"explanation,omitempty"`
}
