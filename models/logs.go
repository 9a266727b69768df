package models

import "time"

// LogsVersion is the version of the logs contract.
const LogsVersion = 1

// LogSummary is what exported resource logs say, counted. Success is code "0".
// Durations are milliseconds.
type LogSummary struct {
	Version     int              `json:"version"`
	Records     int64            `json:"records"` // rows of category DirectMethods that were read
	Skipped     LogSkipped       `json:"skipped"`
	Partial     bool             `json:"partial,omitempty"` // reading was cancelled
	From        time.Time        `json:"from,omitzero"`
	To          time.Time        `json:"to,omitzero"`
	Codes       []LogCode        `json:"codes"`
	Devices     []LogDevice      `json:"devices"`
	Buckets     []LogBucket      `json:"buckets"`
	Durations   LogDurations     `json:"durations"`
	Connections []LogConnections `json:"connections"`
	Findings    []Finding        `json:"findings"`
	Damaged     []LogPlace       `json:"damaged,omitempty"` // the first malformed lines
}

// LogSkipped counts the rows that were not counted as records, by reason.
type LogSkipped struct {
	Malformed     int64 `json:"malformed"`
	OtherCategory int64 `json:"otherCategory"`
	Blank         int64 `json:"blank"`
	Duplicate     int64 `json:"duplicate"`
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
}

// LogBucket is one stretch of time, starting at Time.
type LogBucket struct {
	Time   time.Time        `json:"time"`
	Count  int64            `json:"count"`
	Errors int64            `json:"errors"`
	Codes  map[string]int64 `json:"codes"` // failures by code
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
}

// LogPlace is where a line could not be read.
type LogPlace struct {
	File   string `json:"file"`
	Line   int64  `json:"line"`
	Reason string `json:"reason"`
}
