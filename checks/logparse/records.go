package logparse

import (
	"cmp"
	"context"
	"slices"

	"github.com/go-json-experiment/json/jsontext"

	"methodical/models"
)

// Records returns the newest rows, at most limit of them, in the order of time,
// and how many there are in all. It reads the categories DirectMethods and
// Connections within the filters of o; keep, which may be nil, chooses among
// them and is called by several goroutines at once. When ctx is done it returns
// what it has. Errors are as those of Read.
func Records(ctx context.Context, o Options, limit int, keep func(models.LogRecord) bool) ([]models.LogRecord, int64, error) {
	o, err := o.withDefaults()
	if err != nil {
		return nil, 0, err
	}
	o.Progress, o.Snapshot = nil, nil
	r := newReading(ctx, o, blockSize)
	c := collector{limit: max(limit, 0)}
	for _, w := range r.workers {
		w.p.wanted = &wanted{filter: w.agg.filter, keep: keep}
		c.dups = w.agg.dups
	}
	r.count = func(_ *worker, b *batch) {
		r.mu.Lock()
		defer r.mu.Unlock()
		c.add(b)
	}
	if err := r.run(); err != nil {
		return nil, 0, err
	}
	return c.newest(), c.total, nil
}

// wanted says which records are collected.
type wanted struct {
	filter filter
	keep   func(models.LogRecord) bool
}

// collector keeps the newest records, whatever the order they come in.
type collector struct {
	limit int
	dups  *dupSet // nil unless duplicates are removed
	list  []models.LogRecord
	total int64
}

func (c *collector) add(b *batch) {
	for i, record := range b.records {
		if c.dups == nil || c.dups.add(b.rowKeys[i]) {
			c.list = append(c.list, record)
			c.total++
		}
	}
	if len(c.list) > 2*c.limit+1024 {
		c.list = append(c.list[:0:0], c.newest()...)
	}
}

func (c *collector) newest() []models.LogRecord {
	slices.SortFunc(c.list, func(a, b models.LogRecord) int {
		return cmp.Or(a.Time.Compare(b.Time), cmp.Compare(a.Category, b.Category), cmp.Compare(a.OperationName, b.OperationName),
			cmp.Compare(a.ResultType, b.ResultType), cmp.Compare(a.Properties, b.Properties),
			cmp.Compare(a.DurationMs, b.DurationMs), cmp.Compare(a.ResourceID, b.ResourceID))
	})
	return c.list[max(0, len(c.list)-c.limit):]
}

// maxPropertyBytes bounds what is kept of a record's texts: they go into a case
// file.
const maxPropertyBytes = 16 << 10

// emitRecord takes the record in p.vals as a whole, if it is wanted.
func (p *parser) emitRecord(category string) {
	if category == "" {
		p.batch.other++
		return
	}
	p.readProperties()
	f := &p.wanted.filter
	target, at := p.target(), p.time()
	if !f.inTime(at) || !f.hasDevice(target) || f.code != "" && f.code != p.codes.names[p.code(p.vals[fResultType])] {
		return
	}
	str := func(field int) string {
		raw, _ := p.vals[field].scalar()
		return string(raw[:min(len(raw), maxPropertyBytes)])
	}
	record := models.LogRecord{
		Time: timeOf(at), ResourceID: str(fResource), Category: category,
		OperationName: str(fOperation), Level: str(fLevel), ResultType: str(fResultType),
		ResultDescription: str(fDescription), DurationMs: str(fDuration), Location: str(fLocation),
		Properties: p.propertiesText(target),
	}
	if p.wanted.keep != nil && !p.wanted.keep(record) {
		return
	}
	p.batch.records = append(p.batch.records, record)
	if p.withKeys {
		p.batch.rowKeys = append(p.batch.rowKeys, p.key())
	}
}

// propertiesText is the properties as a JSON object; where a query left them
// out, one that names the device.
func (p *parser) propertiesText(target []byte) string {
	if v := p.vals[fProperties]; (v.kind == text || v.kind == object) && len(v.raw) > 0 {
		return string(v.raw[:min(len(v.raw), maxPropertyBytes)])
	}
	if len(target) == 0 {
		return ""
	}
	name, err := jsontext.AppendQuote(nil, target)
	if err != nil {
		return ""
	}
	return `{"deviceId":` + string(name) + `}`
}
