package logparse_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"methodical/checks/logparse"
	"methodical/models"
)

// follow follows a file on its own goroutine.
type follow struct {
	t       *testing.T
	updates chan models.LogSummary
	rows    chan models.LogRecord
	done    chan error
}

func newFollow(t *testing.T, path string) *follow {
	f := &follow{t, make(chan models.LogSummary, 1000), make(chan models.LogRecord, 1000), make(chan error, 1)}
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		f.done <- logparse.Follow(ctx, path, logparse.Options{}, logparse.FollowOptions{
			Interval: time.Millisecond,
			Row:      func(r models.LogRecord) { f.rows <- r },
			Update:   func(s models.LogSummary) { f.updates <- s },
		})
	}()
	t.Cleanup(func() {
		cancel()
		if err := <-f.done; err != nil {
			t.Errorf("follow: %v", err)
		}
	})
	return f
}

// until waits until so many records were counted.
func (f *follow) until(records int64) models.LogSummary {
	f.t.Helper()
	deadline := time.After(30 * time.Second)
	for {
		select {
		case s := <-f.updates:
			if s.Records == records {
				return s
			}
		case <-deadline:
			f.t.Fatalf("never came to %d records", records)
		}
	}
}

func appendTo(t *testing.T, path, text string) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY|os.O_CREATE, 0o600)
	if err == nil {
		_, err = f.WriteString(text)
		err = errors.Join(err, f.Close())
	}
	if err != nil {
		t.Fatal(err)
	}
}

func TestFollow(t *testing.T) {
	path := filepath.Join(t.TempDir(), "PT1H.json")
	appendTo(t, path, row("2026-03-02T10:00:00Z", "old", "")+"\n")
	f := newFollow(t, path)
	f.until(1)

	half := row("2026-03-02T10:00:01Z", "a", "404103") + "\n"
	appendTo(t, path, half[:40])
	appendTo(t, path, half[40:])
	f.until(2)
	if r := <-f.rows; r.ResultType != "404103" {
		t.Errorf("the first new row is %+v", r)
	}

	if err := os.Rename(path, path+".1"); err != nil {
		t.Fatal(err)
	}
	appendTo(t, path+".1", row("2026-03-02T10:00:02Z", "a", "504101")+"\n")
	appendTo(t, path, row("2026-03-02T10:00:03Z", "a", "500001")+"\n")
	f.until(4)

	if err := os.Truncate(path, 0); err != nil {
		t.Fatal(err)
	}
	// The file must have been seen short before it grows again; a shorter row
	// keeps it so.
	appendTo(t, path, `{"category":"DirectMethods"}`+"\n")
	s := f.until(5)
	if s.Skipped.Malformed != 0 {
		t.Errorf("%d rows were torn: %+v", s.Skipped.Malformed, s)
	}
}

func TestFollowRefuses(t *testing.T) {
	for _, text := range []string{"hello\nworld\n", "TimeGenerated,Category,ResultType\nx,y,z\n"} {
		err := logparse.Follow(t.Context(), file(t, "log", []byte(text)), logparse.Options{}, logparse.FollowOptions{})
		if err == nil {
			t.Errorf("%q was followed", text)
		}
	}
}
