package logparse

import (
	"errors"
	"fmt"
	"io"
	"runtime"
	"time"

	"methodical/models"
)

// Options says what to read and what to count.
type Options struct {
	// Sources are read in any order, several at a time; the numbers do not
	// depend on it. Expand makes them from arguments.
	Sources []Source
	// Since is inclusive, Until exclusive; the zero time means open.
	Since, Until time.Time
	// Devices are the targets to count, as "device" or "device/module"; a
	// device stands for its modules too. Empty means all.
	Devices []string
	// Code is the one code to count, as a number or a name. Empty means all.
	Code string
	// Bucket is the width of a stretch of time, whole seconds. 0 means a minute.
	Bucket time.Duration
	// Top is how many devices and connections to list. 0 means all.
	Top int
	// Dedupe counts rows that came in several exports once. Only this takes
	// memory that grows with the files.
	Dedupe bool
	// Workers is how many cores to use. 0 means all.
	Workers int
	// Names are the symbolic names of codes, by code: "404103" is
	// "DeviceNotOnline".
	Names map[string]string
	// Progress is told now and then how far the reading is, from one goroutine
	// at a time. It may be nil.
	Progress func(Progress)
	// Snapshot is given what was counted so far, marked partial: soon after
	// the start, then at growing intervals. It may be nil.
	Snapshot func(models.LogSummary)
}

// Progress is how far a reading is.
type Progress struct {
	Done  int64 // bytes of the files as they lie on disk
	Total int64 // -1 when a stream's length is not known
}

// Source is a file or a stream with exported logs.
type Source struct {
	// Name is what messages call it.
	Name string
	// Path is the file; empty for a stream.
	Path string
	// Reader is the stream where Path is empty. It is not closed.
	Reader io.Reader
	// Found marks a file that was found in a folder rather than named. It is
	// left out when it is no log, while a named one is an error.
	Found bool
}

// defaultBucket is the width of a stretch of time that is not given.
const defaultBucket = time.Minute

// withDefaults checks the options and fills in what was left out.
func (o Options) withDefaults() (Options, error) {
	if o.Bucket == 0 {
		o.Bucket = defaultBucket
	}
	if o.Bucket < time.Second || o.Bucket%time.Second != 0 {
		return o, fmt.Errorf("the bucket %v is not a whole number of seconds: use 1m, 10s, 1h and the like", o.Bucket)
	}
	if !o.Since.IsZero() && !o.Until.IsZero() && !o.Since.Before(o.Until) {
		return o, errors.New("nothing lies between since and until: since must be the earlier one")
	}
	if o.Workers <= 0 {
		o.Workers = runtime.GOMAXPROCS(0)
	}
	return o, nil
}
