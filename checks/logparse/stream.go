package logparse

import (
	"bytes"
	"io"
	"runtime"
	"slices"
	"sync"
	"time"
)

// lineStream is a stream of lines that several workers read in turns. Whoever
// holds it unpacks the next piece and then counts it, while another holds it.
// So what was unpacked is still in the cache of the core that looks at it, which
// costs far less than to hand every byte over to another core.
type lineStream struct {
	in *input

	mu    sync.Mutex
	carry []byte // the beginning of a line
	block int    // the number of the next block
	ended bool
}

// streamBlocks is how many blocks are read in a turn: the fewer, the more time
// goes into waking each other up.
const streamBlocks = 2

// patience is how long a worker asks for its turn before it goes to sleep: a
// turn takes about 300 microseconds.
const patience = 500 * time.Microsecond

// piece is what a worker reads in a turn.
type piece struct {
	b     []byte // whole lines
	block int    // the number of its first block
	// long says that b is the beginning of a line longer than any record, and
	// that nobody else reads on.
	long bool
}

// next reads the next piece into b's memory; ok is false at the end.
func (s *lineStream) next(r *reading, b []byte) (p piece, ok bool) {
	s.hold()
	defer s.mu.Unlock()
	if s.ended || r.ctx.Err() != nil {
		return piece{}, false
	}
	b, s.ended = s.fill(r, append(b[:0], s.carry...))
	end := len(b)
	if !s.ended {
		end = bytes.LastIndexByte(b, '\n') + 1
	}
	p = piece{b: b[:end], block: s.block}
	if end == 0 && !s.ended {
		p, s.ended = piece{b: b, block: s.block, long: true}, true
	}
	s.carry = append(s.carry[:0], b[end:]...)
	s.block += 1 + end/r.block // numbers for all blocks of the piece
	return p, true
}

// hold waits for the turn. It tries for a while before it goes to sleep: the
// turn comes soon, and waking up can take a third of the time of a turn.
func (s *lineStream) hold() {
	for began := time.Now(); time.Since(began) < patience; {
		if s.mu.TryLock() {
			return
		}
		runtime.Gosched()
	}
	s.mu.Lock()
}

// fill reads until b is full and has a line end in it, or is longer than any
// record.
func (s *lineStream) fill(r *reading, b []byte) (_ []byte, ended bool) {
	for {
		if len(b) == cap(b) {
			if len(b) > maxRecord || bytes.IndexByte(b, '\n') >= 0 {
				return b, false
			}
			b = slices.Grow(b, len(b))
		}
		n, err := s.in.stream.Read(b[len(b):cap(b)])
		b = b[:len(b)+n]
		switch {
		case err == io.EOF:
			return b, true
		case err != nil && cutShort(err):
			r.cutShort(s.in, err)
			return b, true
		case err != nil:
			r.fail(err)
			return b, true
		}
	}
}

// stream takes turns at a stream until its end.
func (w *worker) stream(j job) error {
	buf := make([]byte, 0, streamBlocks*w.r.block)
	for {
		p, ok := j.lines.next(w.r, buf)
		switch {
		case !ok:
			return nil
		case p.long:
			// What follows is read as values, which may be as long as they like.
			rest := io.MultiReader(bytes.NewReader(p.b), j.in.stream)
			return w.sequence(job{in: j.in, block: p.block, rest: rest, frame: values})
		}
		w.piece(j.in, p)
		if cap(p.b) <= 2*cap(buf) { // one that had to grow is let go
			buf = p.b
		}
	}
}

// piece counts the lines of a piece, a block at a time.
func (w *worker) piece(in *input, p piece) {
	for from := 0; from < len(p.b); p.block++ {
		limit := len(p.b)
		if from+w.r.block < limit {
			limit = lineAfter(p.b, from+w.r.block)
		}
		w.p.startBlock()
		w.p.start = from
		from = lines(w.p, p.b, from, limit, true)
		w.finish(in, p.block, w.p.lineEnds)
	}
}
