package models

import "time"

// LogsVersion is the version of the logs contract.
const LogsVersion = 1

// LogSummary is what exported resource logs say, counted. Success is code "0".
// Durations are milliseconds.
type LogSummary struct {
	Version     int              `json:"version"`
	Records     int64            `json:"records"`   // rows of category DirectMethods that were read
	Errors      int64            `json:"errors"`    // records whose code is not "0"
	ErrorRate   float64          `json:"errorRate"` // Errors by Records, 0 to 1; 0 without records
	Skipped     LogSkipped       `json:"skipped"`
	Partial     bool             `json:"partial,omitempty"` // reading was cancelled
	From        time.Time        `json:"from,omitzero"`
	To          time.Time        `json:"to,omitzero"`
	Codes       []LogCode        `json:"codes"`
	DeviceCount int64            `json:"deviceCount"` // distinct devices, also those Devices leaves out
	Devices     []LogDevice      `json:"devices"`
	Operations  []LogOperation   `json:"operations"`
	Buckets     []LogBucket      `json:"buckets"`
	Durations   LogDurations     `json:"durations"`
	Connections []LogConnections `json:"connections"`
	Bursts      []LogBurst       `json:"bursts,omitempty"`
	Findings    []Finding        `json:"findings"`
	Damaged     []LogPlace       `json:"damaged,omitempty"` // the first malformed lines
}

// LogSkipped counts the rows that were not counted as records, by reason.
type LogSkipped struct {
	Malformed     int64 `json:"malformed"`
	OtherCategory int64 `json:"otherCategory"`
	Blank         int64 `json:"blank"`
	Duplicate     int64 `json:"duplicate"`
	// Filtered counts the DirectMethods rows that a filter left out.
	Filtered int64 `json:"filtered,omitempty"`
	// Files counts the files of a folder that are no logs.
	Files int64 `json:"files,omitempty"`
}

// LogCode is one result code over all records.
type LogCode struct {
	Code    string    `json:"code"`
	Name    string    `json:"name,omitempty"`
	Count   int64     `json:"count"`
	Devices int64     `json:"devices"`
	First   time.Time `json:"first,omitzero"`
	Last    time.Time `json:"last,omitzero"`
}

// LogDevice is one device over all records.
type LogDevice struct {
	DeviceID string           `json:"deviceId"`
	Count    int64            `json:"count"`
	Errors   int64            `json:"errors"`
	Codes    map[string]int64 `json:"codes"` // failures by code
	// Alone counts the failures in buckets in which no other device failed.
	Alone int64 `json:"alone,omitempty"`
}

// LogOperation is one operationName over all records.
type LogOperation struct {
	Name   string `json:"name"`
	Count  int64  `json:"count"`
	Errors int64  `json:"errors"`
}

// LogBucket is one stretch of time, starting at Time.
type LogBucket struct {
	Time   time.Time        `json:"time"`
	Count  int64            `json:"count"`
	Errors int64            `json:"errors"`
	Codes  map[string]int64 `json:"codes"` // failures by code
	// FailingDevices is about how many devices failed: exact for a few, within
	// some percent up to a thousand, a lower bound beyond.
	FailingDevices int64 `json:"failingDevices,omitempty"`
}

// LogBurst is a run of adjacent buckets with far more failures than is usual
// in the same logs.
type LogBurst struct {
	From    time.Time        `json:"from"` // start of the first bucket
	To      time.Time        `json:"to"`   // end of the last bucket
	Count   int64            `json:"count"`
	Errors  int64            `json:"errors"`
	Codes   map[string]int64 `json:"codes"`   // failures by code
	Devices int64            `json:"devices"` // most failing devices in one bucket, see LogBucket.FailingDevices
	// HubWide marks a burst in which many devices and most calls failed: the
	// hub, the caller or the network rather than single devices.
	HubWide bool `json:"hubWide"`
}

// LogDurations are percentiles by nearest rank, in milliseconds.
type LogDurations struct {
	Count int64 `json:"count"`
	P50   int64 `json:"p50"`
	P90   int64 `json:"p90"`
	P99   int64 `json:"p99"`
	Max   int64 `json:"max"`
}

// LogConnections is one device's rows of category Connections.
type LogConnections struct {
	DeviceID        string           `json:"deviceId"`
	Connects        int64            `json:"connects"`
	Disconnects     int64            `json:"disconnects"`
	FlapsPerHour    float64          `json:"flapsPerHour"`
	Codes           map[string]int64 `json:"codes"`
	MaskedAddresses []string         `json:"maskedIpAddresses,omitempty"`
	SDKs            []string         `json:"sdkVersions,omitempty"`
	Protocols       []string         `json:"protocols,omitempty"`
	First           time.Time        `json:"first,omitzero"`
	Last            time.Time        `json:"last,omitzero"`
	Renewals        int64            `json:"renewals,omitempty"` // SAS renewals: healthy noise
	// FailedConnects counts deviceConnect rows that carry an error code.
	FailedConnects int64 `json:"failedConnects,omitempty"`
	// BusiestHour is the most disconnects within one clock hour, renewals
	// left out.
	BusiestHour int64 `json:"busiestHour,omitempty"`
	// PeriodMinutes is the usual time between disconnects when they come at a
	// steady beat, 0 when they don't. About 65 is the life of a SAS token.
	PeriodMinutes float64 `json:"periodMinutes,omitempty"`
	// DuplicateIdentity marks the signature of two clients that share one id:
	// 400027 or 409002, or connects that alternate between two addresses or
	// two SDKs.
	DuplicateIdentity bool `json:"duplicateIdentity,omitempty"`
}

// LogPlace is where a line could not be read.
type LogPlace struct {
	File   string `json:"file"`
	Line   int64  `json:"line"`
	Reason string `json:"reason"`
}
