package logparse

import (
	"slices"
	"time"

	"methodical/models"
)

const (
	// A bucket is part of a burst with at least this many failures …
	minBurst = 10
	// … and this many times the failures that half of the buckets stay below.
	burstFactor = 4
	// A bucket is hub-wide when at least this many devices and half of the
	// calls fail in it.
	minHubWide = 5
)

// bursts finds runs of adjacent buckets with far more failures than usual.
func bursts(buckets []models.LogBucket, width time.Duration) []models.LogBurst {
	usual := usualFailures(buckets)
	var list []models.LogBurst
	for _, b := range buckets {
		wide := hubWide(b)
		if !wide && (b.Errors < minBurst || b.Errors < burstFactor*usual) {
			continue
		}
		if n := len(list); n == 0 || !list[n-1].To.Equal(b.Time) || list[n-1].HubWide != wide {
			list = append(list, models.LogBurst{From: b.Time, Codes: map[string]int64{}, HubWide: wide})
		}
		burst := &list[len(list)-1]
		burst.To = b.Time.Add(width)
		burst.Count += b.Count
		burst.Errors += b.Errors
		burst.Devices = max(burst.Devices, b.FailingDevices)
		for code, n := range b.Codes {
			burst.Codes[code] += n
		}
	}
	return list
}

func hubWide(b models.LogBucket) bool {
	return b.FailingDevices >= minHubWide && 2*b.Errors >= b.Count
}

// usualFailures is the median of the buckets' failures.
func usualFailures(buckets []models.LogBucket) int64 {
	if len(buckets) == 0 {
		return 0
	}
	failures := make([]int64, len(buckets))
	for i, b := range buckets {
		failures[i] = b.Errors
	}
	slices.Sort(failures)
	return failures[len(failures)/2]
}
