package logparse

import "methodical/models"

// row is what the counts need of one DirectMethods record. device lives as
// long as the block it was read from.
type row struct {
	device   []byte // "device" or "device/module"
	time     int64  // Unix nanoseconds, or noTime
	duration int64  // milliseconds, or noDuration
	code     uint32 // in the parser's codes
	op       uint32 // in the parser's operations
	flags    uint8
}

// The flags of a row.
const (
	uncodedError = 1 << iota // level Error without a resultType
)

// event is what the counts need of one Connections record.
type event struct {
	device, address, sdk, protocol []byte

	time int64
	code uint32
	op   connectionOp
}

type connectionOp uint8

const (
	otherOp connectionOp = iota
	connectOp
	disconnectOp
)

// batch is what was read from one block. It is complete before anything is
// counted, so that a block can be read again from another place.
type batch struct {
	rows   []row
	events []event
	// rowKeys and eventKeys tell duplicates, one a row or event; empty unless
	// asked for.
	rowKeys, eventKeys []dupKey

	// records are collected instead of rows and events for Records; rowKeys
	// are theirs then.
	records []models.LogRecord

	malformed, other, blank int64

	places []place
}

func (b *batch) reset() {
	*b = batch{
		rows: b.rows[:0], events: b.events[:0], rowKeys: b.rowKeys[:0], eventKeys: b.eventKeys[:0],
		records: b.records[:0], places: b.places[:0],
	}
}

// place is where something is damaged: newlines counts those before it in its
// block.
type place struct {
	newlines int64
	reason   string
}

// maxPlaces is how many damaged places a summary names.
const maxPlaces = 20
