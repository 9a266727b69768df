package logparse

import (
	"bytes"

	"methodical/models"
)

// parser turns bytes into rows. Every worker has one.
type parser struct {
	book   codebook
	clock  clock
	json   layouts
	csv    layouts
	csvOf  *table // the file that csv is for
	scan   scanner
	strict strict
	// plain leaves everything to the strict decoder, for comparison.
	plain bool

	codes, ops interner
	codeMemo   memo
	opMemo     memo

	vals  [fieldCount]value
	props [propertyCount]value

	tabular bool // tables or CSV are being read
	// withKeys asks for keys that tell duplicates.
	withKeys bool
	seeds    dupSeeds
	keyText  []byte
	// wanted asks for whole records instead of rows and events: those of the
	// wanted targets.
	wanted *wanted

	cells   []cell // of the CSV row at hand
	scratch []byte // target ids put together; grows during a block
	batch   batch

	lineEnds int64 // in the block, as far as lines counts them
	rework   int   // bytes of the block read in vain

	start int // where in the bytes at hand the block starts
	// While a line with many records is taken apart, the bytes it lies in and
	// where it starts in them.
	outer   []byte
	outerAt int
}

// memo remembers the last text that was looked up.
type memo struct {
	raw []byte
	id  uint32
	ok  bool
}

func newParser(o *Options, book codebook) *parser {
	p := &parser{book: book, clock: newClock(), withKeys: o.Dedupe}
	p.codes.id(successCode) // success is number 0
	p.ops.id("")
	return p
}

// startBlock forgets what was read from the block before.
func (p *parser) startBlock() {
	p.batch.reset()
	p.lineEnds, p.rework = 0, 0
	p.scratch, p.scan.scratch, p.strict.scratch = p.scratch[:0], p.scan.scratch[:0], p.strict.scratch[:0]
}

// code numbers the code that a resultType stands for.
func (p *parser) code(v value) uint32 {
	raw, ok := v.scalar()
	if !ok || len(raw) == 0 {
		return 0
	}
	if p.codeMemo.ok && string(raw) == string(p.codeMemo.raw) {
		return p.codeMemo.id
	}
	id := p.codes.id(p.book.code(raw))
	p.codeMemo = memo{append(p.codeMemo.raw[:0], raw...), id, true}
	return id
}

// operation numbers an operationName.
func (p *parser) operation(v value) uint32 {
	raw, ok := v.scalar()
	if !ok {
		return 0
	}
	if p.opMemo.ok && string(raw) == string(p.opMemo.raw) {
		return p.opMemo.id
	}
	id := p.ops.id(bounded(raw))
	p.opMemo = memo{append(p.opMemo.raw[:0], raw...), id, true}
	return id
}

// emit takes the record in p.vals and returns its category where it is one
// that is read, else "".
func (p *parser) emit() (category string) {
	category = p.category()
	if p.wanted != nil {
		p.emitRecord(category)
		return category
	}
	switch category {
	case models.CategoryDirectMethods:
		p.emitRow()
	case models.CategoryConnections:
		p.batch.other++
		p.emitEvent()
	default:
		p.batch.other++
	}
	return category
}

// category is the record's category where it is one that is read, else "".
func (p *parser) category() string {
	raw, ok := p.vals[fCategory].scalar()
	switch {
	case equalFold(raw, "directmethods"):
		return models.CategoryDirectMethods
	case equalFold(raw, "connections"):
		return models.CategoryConnections
	case ok && len(raw) > 0 || !p.queried():
		return ""
	}
	if p.connectionOp() != otherOp {
		return models.CategoryConnections
	}
	return models.CategoryDirectMethods
}

// queried reports whether the record comes from a query, which may leave the
// category out: it asked for DirectMethods only.
func (p *parser) queried() bool {
	_, hasDevice := p.vals[fDevice].scalar() // no export has it beside properties
	return p.tabular || hasDevice
}

func (p *parser) connectionOp() connectionOp {
	raw, _ := p.vals[fOperation].scalar()
	switch {
	case equalFold(raw, "deviceconnect"):
		return connectOp
	case equalFold(raw, "devicedisconnect"):
		return disconnectOp
	default:
		return otherOp
	}
}

func (p *parser) emitRow() {
	p.readProperties()
	r := row{
		device:   p.target(),
		time:     p.time(),
		duration: duration(p.vals[fDuration]),
		code:     p.code(p.vals[fResultType]),
		op:       p.operation(p.vals[fOperation]),
	}
	if r.code == 0 && isErrorLevel(p.vals[fLevel]) && p.uncoded() {
		r.flags |= uncodedError
	}
	p.batch.rows = append(p.batch.rows, r)
	if p.withKeys {
		p.batch.rowKeys = append(p.batch.rowKeys, p.key())
	}
}

// uncoded reports whether the record says nothing as its resultType.
func (p *parser) uncoded() bool {
	raw, _ := p.vals[fResultType].scalar()
	return len(raw) == 0
}

func (p *parser) emitEvent() {
	p.readProperties()
	e := event{
		device: p.target(),
		time:   p.time(),
		code:   p.code(p.vals[fResultType]),
		op:     p.connectionOp(),
	}
	e.address, _ = p.props[pAddress].scalar()
	e.sdk, _ = p.props[pSDK].scalar()
	e.protocol, _ = p.props[pProtocol].scalar()
	p.batch.events = append(p.batch.events, e)
	if p.withKeys {
		p.batch.eventKeys = append(p.batch.eventKeys, p.key())
	}
}

func (p *parser) time() int64 {
	raw, ok := p.vals[fTime].scalar()
	if !ok {
		return noTime
	}
	return p.clock.parse(raw)
}

// readProperties reads the record's properties, which are an object or a
// string that holds one. Properties that are neither are as good as none.
func (p *parser) readProperties() {
	v := p.vals[fProperties]
	if v.kind != text && v.kind != object {
		clear(p.props[:])
		return
	}
	if !p.plain && p.scan.only(v.raw, propertyField, p.props[:]) {
		return
	}
	if bad := p.strict.only(v.raw, propertyField, p.props[:]); bad != nil {
		clear(p.props[:])
	}
}

// readLine reads a line that is one object.
func (p *parser) readLine(line []byte) *damage {
	if !p.plain && p.scan.only(line, recordField, p.vals[:]) {
		return nil
	}
	return p.strict.only(line, recordField, p.vals[:])
}

// readObject reads the object at the beginning of b and returns where it ends.
func (p *parser) readObject(b []byte) (end int, bad *damage) {
	if !p.plain {
		if end, ok := p.scan.object(b, recordField, p.vals[:]); ok {
			return end, nil
		}
	}
	return p.strict.object(b, recordField, p.vals[:])
}

// target is who the record is about, as models.Target writes it.
func (p *parser) target() []byte {
	device, ok := p.props[pDevice].scalar()
	if !ok {
		device, _ = p.vals[fDevice].scalar()
	}
	module, _ := p.props[pModule].scalar()
	if len(module) > 0 && bytes.IndexByte(device, '/') < 0 {
		from := len(p.scratch)
		p.scratch = append(append(append(p.scratch, device...), '/'), module...)
		device = p.scratch[from:len(p.scratch):len(p.scratch)]
	}
	return boundedID(device)
}

// boundedID is id, cut where it is longer than any that a hub accepts.
func boundedID(id []byte) []byte {
	if len(id) > maxKey {
		return []byte(bounded(id))
	}
	return id
}
