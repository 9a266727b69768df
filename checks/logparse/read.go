package logparse

import (
	"context"
	"errors"
	"hash/maphash"
	"sync"
	"time"

	"methodical/models"
)

// Read reads all sources and returns what they say. When ctx is done it stops
// and returns what it has, marked partial, without an error. An error means
// that a source cannot be read or, as a *NotLogError, is no log.
func Read(ctx context.Context, o Options) (models.LogSummary, error) {
	o, err := o.withDefaults()
	if err != nil {
		return models.LogSummary{}, err
	}
	return newReading(ctx, o, blockSize).read()
}

// read reads all and sums up.
func (r *reading) read() (models.LogSummary, error) {
	if err := r.run(); err != nil {
		return models.LogSummary{}, err
	}
	total := r.workers[0].agg
	for i, w := range r.workers[1:] {
		total.merge(w.agg)
		r.workers[i+1] = nil // its memory is free to use
	}
	return r.finished(total), nil
}

// reading is one call of Read or Records.
type reading struct {
	ctx   context.Context // done when there is no point in going on
	outer context.Context
	stop  context.CancelFunc
	o     Options
	book  codebook
	block int // the size of blocks
	meter meter

	jobs    chan job
	workers []*worker
	working sync.WaitGroup

	// count takes a worker's finished batch.
	count func(*worker, *batch)

	mu      sync.Mutex
	hired   int // how many of the workers work
	err     error
	inputs  []*input // by source; nil for what was not read
	notLogs []error
	short   []shortInput
}

// shortInput is an input whose packed data ends early.
type shortInput struct {
	in  *input
	err error
}

func newReading(ctx context.Context, o Options, block int) *reading {
	inner, stop := context.WithCancel(ctx)
	r := &reading{
		ctx: inner, outer: ctx, stop: stop, o: o, book: newCodebook(o.Names), block: block,
		jobs:   make(chan job, o.Workers),
		inputs: make([]*input, len(o.Sources)),
		count:  func(w *worker, b *batch) { w.agg.add(b) },
	}
	seed, seeds := maphash.MakeSeed(), newDupSeeds()
	var dups *dupSet
	if o.Dedupe {
		dups = &dupSet{}
	}
	f := newFilter(&o, r.book)
	for range o.Workers {
		p := newParser(&o, r.book)
		p.seeds = seeds
		r.workers = append(r.workers, &worker{
			r: r, p: p,
			agg: newAggregate(o.Bucket.Nanoseconds(), f, &p.codes, &p.ops, seed, dups),
		})
	}
	return r
}

// run reads everything. It returns when all goroutines have ended.
func (r *reading) run() error {
	defer r.stop()
	r.measure()
	watched := r.watch()
	r.feed().Wait()
	close(r.jobs)
	r.working.Wait()
	r.stop()
	watched.Wait()
	if r.o.Progress != nil {
		r.o.Progress(r.progress())
	}
	if r.err != nil {
		return r.err
	}
	if len(r.notLogs) > 0 && len(r.notLogs) == len(r.o.Sources) {
		return r.notLogs[0]
	}
	return nil
}

// hire has one more worker work, as long as there is one: a small file keeps
// one busy, and the others take no memory.
func (r *reading) hire() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.hired == len(r.workers) {
		return
	}
	w := r.workers[r.hired]
	r.hired++
	r.working.Go(func() {
		for j := range r.jobs {
			if r.ctx.Err() == nil {
				r.fail(w.do(j))
			}
			j.in.done()
		}
	})
}

// fail ends the reading with an error. The first one counts; one that comes
// after the end was wanted does not.
func (r *reading) fail(err error) {
	if err == nil || r.ctx.Err() != nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.err == nil {
		r.err = err
	}
	r.stop()
}

// watch reports progress and takes snapshots while the workers work.
func (r *reading) watch() *sync.WaitGroup {
	var watching sync.WaitGroup
	if r.o.Progress != nil {
		watching.Go(func() {
			r.every(100*time.Millisecond, func() { r.o.Progress(r.progress()) })
		})
	}
	if r.o.Snapshot != nil {
		watching.Go(func() {
			wait := 50 * time.Millisecond // soon, then as often as costs little
			for r.wait(wait) {
				began := time.Now()
				r.o.Snapshot(r.snapshot())
				wait = max(250*time.Millisecond, 20*time.Since(began))
			}
		})
	}
	return &watching
}

func (r *reading) every(d time.Duration, f func()) {
	for r.wait(d) {
		f()
	}
}

// wait reports whether the reading still goes on after d.
func (r *reading) wait(d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-r.ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}

func (r *reading) progress() Progress {
	p := Progress{Done: r.meter.done.Load(), Total: r.meter.total.Load()}
	if r.meter.open.Load() {
		p.Total = -1
	}
	return p
}

// snapshot is what was counted so far.
func (r *reading) snapshot() models.LogSummary {
	var codes, ops interner
	codes.id(successCode)
	ops.id("")
	first := r.workers[0].agg
	total := newAggregate(first.buckets.width, first.filter, &codes, &ops, first.devices.seed, nil)
	for _, w := range r.workers {
		w.agg.mu.Lock()
		total.merge(w.agg)
		w.agg.mu.Unlock()
	}
	s := total.summary(r.book, r.o.Top)
	s.Partial = true
	return s
}

// finished is the answer.
func (r *reading) finished(total *aggregate) models.LogSummary {
	total.malformed += int64(len(r.short))
	s := total.summary(r.book, r.o.Top)
	s.Partial = r.outer.Err() != nil
	s.Damaged = r.places()
	s.Skipped.Files = int64(len(r.notLogs))
	s.Findings = findings(&s, total)
	return s
}

// cutShort notes that an input's packed data ends early.
func (r *reading) cutShort(in *input, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.short = append(r.short, shortInput{in, err})
}

// refuse notes a source that is no log; only one that was named is an error.
func (r *reading) refuse(s Source, err error) {
	var notLog *NotLogError
	if !errors.As(err, &notLog) || !s.Found {
		r.fail(err)
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.notLogs = append(r.notLogs, err)
}
