// Package jobs runs the hub's scheduled jobs: one direct method, or one change
// to a twin, on every device that a condition selects.
//
// Source: learn.microsoft.com, "Schedule jobs on multiple devices".
package jobs

import (
	"encoding/json"
	"time"

	"methodical/emulator/hub"
	"methodical/emulator/query"
)

// The types of job.
const (
	TypeMethod = "scheduleDeviceMethod"
	TypeTwin   = "scheduleUpdateTwin"
)

// The statuses of a job; a device's are the same but for canceled.
const (
	StatusScheduled = "scheduled"
	StatusQueued    = "queued"
	StatusPending   = "pending"
	StatusRunning   = "running"
	StatusCompleted = "completed"
	StatusFailed    = "failed"
	StatusCancelled = "cancelled"
	statusCanceled  = "canceled" // of a device: the service spells it both ways
)

// Request is a job to be made.
type Request struct {
	ID           string
	Type         string
	Condition    string // of the query language, or "*"
	Start        time.Time
	MaxExecution time.Duration
	Method       hub.Method      // without a target
	Patch        hub.TwinPatch   // of TypeTwin
	MethodBody   json.RawMessage // as sent, to be shown again
	UpdateTwin   json.RawMessage // likewise
	parsed       *query.Query
}

// job is a job and how far it has come. The store's lock guards it.
type job struct {
	Request
	status   string
	created  time.Time
	ended    time.Time
	reason   string
	devices  []*deviceJob
	cancel   func()
	canceled bool
}

// deviceJob is one device's part in a job.
type deviceJob struct {
	id       *hub.Identity
	status   string
	started  time.Time
	ended    time.Time
	updated  time.Time
	answer   *hub.Answer
	hubError *hub.Error
}

// Statistics count a job's devices by status.
type Statistics struct {
	DeviceCount    int `json:"deviceCount"`
	FailedCount    int `json:"failedCount"`
	SucceededCount int `json:"succeededCount"`
	RunningCount   int `json:"runningCount"`
	PendingCount   int `json:"pendingCount"`
}

func (j *job) statistics() Statistics {
	s := Statistics{DeviceCount: len(j.devices)}
	for _, d := range j.devices {
		switch d.status {
		case StatusFailed:
			s.FailedCount++
		case StatusCompleted:
			s.SucceededCount++
		case StatusRunning:
			s.RunningCount++
		case StatusPending, StatusScheduled:
			s.PendingCount++
		}
	}
	return s
}

// over reports whether nothing more will happen.
func (j *job) over() bool {
	return j.status == StatusCompleted || j.status == StatusFailed || j.status == StatusCancelled
}
