package logparse

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"

	"methodical/models"
)

// FollowOptions says what to do while following a file.
type FollowOptions struct {
	// Interval is how often the file is looked at. 0 means a second.
	Interval time.Duration
	// Row is given every row of category DirectMethods or Connections that is
	// appended after the start and passes the filters. It may be nil.
	Row func(models.LogRecord)
	// Update is given what was counted so far after rows were appended, and
	// once at the start. It may be nil.
	Update func(models.LogSummary)
}

// Follow reads a growing file of JSON Lines until ctx is done. A file that is
// cut back is read again from its beginning; when another file takes its
// place, the old one is read to its end first. While there is no file it waits
// for one. Of o, Sources, Workers, Progress and Snapshot play no part.
//
// It returns nil when ctx is done, a *NotLogError when the file is no log.
func Follow(ctx context.Context, path string, o Options, f FollowOptions) error {
	o, err := o.withDefaults()
	if err != nil {
		return err
	}
	if f.Interval <= 0 {
		f.Interval = time.Second
	}
	w := follower{path: path, f: f, counter: newCounter(&o), rows: newCounter(&o).p}
	w.rows.wanted = &wanted{filter: w.counter.agg.filter}
	defer w.close()
	ticker := time.NewTicker(f.Interval)
	defer ticker.Stop()
	for first := true; ; first = false {
		grown, err := w.look(ctx)
		if err != nil {
			return err
		}
		if f.Update != nil && (grown || first) {
			f.Update(w.counter.summary())
		}
		w.live = true
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		}
	}
}

type follower struct {
	path    string
	f       FollowOptions
	counter *counter
	rows    *parser // reads whole records, for Row

	file *os.File
	off  int64 // how far the file was read
	rest []byte
	live bool // what comes now was appended after the start
	told bool // the format is known
}

// look reads what is new and reports whether there was any.
func (w *follower) look(ctx context.Context) (grown bool, err error) {
	info, err := os.Stat(w.path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return w.read(ctx) // it may have been moved; there may be more in it
	case err != nil:
		return false, fmt.Errorf("cannot follow the log: %w", err)
	case w.file != nil:
		open, err := w.file.Stat()
		if err != nil {
			return false, fmt.Errorf("cannot follow the log: %w", err)
		}
		if !os.SameFile(open, info) {
			if grown, err = w.read(ctx); err != nil {
				return grown, err
			}
			w.close()
		} else if open.Size() < w.off {
			w.restart()
		}
	}
	if w.file == nil {
		if w.file, err = os.Open(w.path); err != nil {
			return grown, fmt.Errorf("cannot follow the log: %w", err)
		}
	}
	more, err := w.read(ctx)
	return grown || more, err
}

// restart begins the file anew; a line that was not finished never will be.
func (w *follower) restart() {
	if len(w.rest) > 0 {
		w.take(w.rest)
	}
	w.off, w.rest, w.told = 0, nil, false
}

func (w *follower) close() {
	if w.file != nil {
		w.restart()
		w.file.Close()
		w.file = nil
	}
}

// read reads the file as far as it goes now.
func (w *follower) read(ctx context.Context) (grown bool, err error) {
	if w.file == nil {
		return false, nil
	}
	b := make([]byte, blockSize)
	for ctx.Err() == nil {
		n, err := w.file.ReadAt(b, w.off)
		if n > 0 {
			grown = true
			w.off += int64(n)
			if err := w.append(b[:n]); err != nil {
				return grown, err
			}
		}
		if err == io.EOF {
			return grown, nil
		}
		if err != nil {
			return grown, fmt.Errorf("cannot follow the log: %w", err)
		}
	}
	return grown, nil
}

// append takes what was appended to the file.
func (w *follower) append(b []byte) error {
	w.rest = append(w.rest, b...)
	end := bytes.LastIndexByte(w.rest, '\n') + 1
	if end == 0 && len(w.rest) > maxRecord {
		end = len(w.rest)
	}
	if end == 0 {
		return nil
	}
	if !w.told {
		if err := w.tell(w.rest[:end]); err != nil {
			return err
		}
	}
	w.take(w.rest[:end])
	w.rest = bytes.Clone(w.rest[end:])
	return nil
}

// tell makes sure that the file is one that can be followed.
func (w *follower) tell(head []byte) error {
	head = head[:min(len(head), headSize)]
	if isPacked(head) || isUTF16(head) {
		return fmt.Errorf("%s cannot be followed: only plain JSON Lines grow line by line", w.path)
	}
	format, _, looksLike := detect(head, false)
	switch {
	case looksLike != "":
		return &NotLogError{w.path, looksLike}
	case format != formatLines:
		return fmt.Errorf("%s cannot be followed: only JSON Lines grow line by line; read it without following", w.path)
	}
	w.told = len(trim(head)) > 0
	return nil
}

// take counts lines and hands out their rows.
func (w *follower) take(b []byte) {
	w.counter.p.start = 0
	lines(w.counter.p, b, 0, len(b), true)
	w.counter.flush()
	if w.f.Row == nil || !w.live {
		return
	}
	w.rows.startBlock()
	w.rows.start = 0
	lines(w.rows, b, 0, len(b), true)
	for _, record := range w.rows.batch.records {
		w.f.Row(record)
	}
}
