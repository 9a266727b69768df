package logparse

import (
	"hash/maphash"
	"time"

	"methodical/models"
)

// Summarize counts rows that are already at hand, such as a workspace's or the
// emulator's, as Read counts files. Sources, Workers, Progress and Snapshot
// play no part.
func Summarize(records []models.LogRecord, o Options) (models.LogSummary, error) {
	o, err := o.withDefaults()
	if err != nil {
		return models.LogSummary{}, err
	}
	c := newCounter(&o)
	for i := range records {
		c.p.take(&records[i])
		if i%tableBatch == tableBatch-1 {
			c.flush()
		}
	}
	c.flush()
	return c.summary(), nil
}

// counter reads and counts on one goroutine.
type counter struct {
	o    *Options
	book codebook
	p    *parser
	agg  *aggregate
}

func newCounter(o *Options) *counter {
	book := newCodebook(o.Names)
	p := newParser(o, book)
	p.seeds = newDupSeeds()
	var dups *dupSet
	if o.Dedupe {
		dups = &dupSet{}
	}
	agg := newAggregate(o.Bucket.Nanoseconds(), newFilter(o, book), &p.codes, &p.ops, maphash.MakeSeed(), dups)
	return &counter{o, book, p, agg}
}

// flush counts what the parser has read.
func (c *counter) flush() {
	c.agg.add(&c.p.batch)
	c.p.startBlock()
}

func (c *counter) summary() models.LogSummary {
	s := c.agg.summary(c.book, c.o.Top)
	s.Findings = findings(&s, c.agg)
	return s
}

// take reads a record that is already taken apart.
func (p *parser) take(r *models.LogRecord) {
	clear(p.vals[:])
	for field, s := range map[int]string{
		fCategory: r.Category, fOperation: r.OperationName, fLevel: r.Level, fResultType: r.ResultType,
		fDescription: r.ResultDescription, fDuration: r.DurationMs, fProperties: r.Properties,
		fLocation: r.Location, fResource: r.ResourceID,
	} {
		if s != "" {
			p.vals[field] = value{[]byte(s), text}
		}
	}
	if !r.Time.IsZero() {
		p.vals[fTime] = value{[]byte(r.Time.UTC().Format(time.RFC3339Nano)), text}
	}
	p.emit()
}
