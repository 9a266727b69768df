package logparse

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
)

const (
	// blockSize is how much of a file a worker takes at a time: small enough to
	// stay in the second-level cache, large enough to keep reads cheap.
	blockSize = 256 << 10
	// blockSlack is read beyond a block, for the record that crosses its end.
	blockSlack = 8 << 10
)

// job is a piece of work: a block of a file, a block of lines from a stream,
// or an input from here to its end.
type job struct {
	in    *input
	block int
	data  []byte    // lines from a stream; handed back when done
	rest  io.Reader // the rest of a stream or file, in the format given
	frame framer    // for rest; nil means tables
	line  *int64    // set when rest is part of a line: the line ends before it
}

// worker reads and counts.
type worker struct {
	r   *reading
	p   *parser
	agg *aggregate // nil when records are collected
	buf []byte
}

// do works a job.
func (w *worker) do(j job) error {
	switch {
	case j.data != nil:
		w.p.startBlock()
		w.p.start = 0
		lines(w.p, j.data, 0, len(j.data), true)
		w.finish(j.in, j.block, w.p.lineEnds)
		w.r.giveBack(j.data)
		return nil
	case j.rest != nil && j.frame == nil:
		block := j.block
		w.p.tables(j.rest, func() {
			w.finish(j.in, block, 0)
			block++
		})
		return nil
	case j.rest != nil:
		return w.sequence(j)
	default:
		return w.fileBlock(j)
	}
}

// finish counts the batch and keeps its places.
func (w *worker) finish(in *input, block int, newlines int64) {
	in.keep(block, newlines, w.p.batch.places)
	w.r.count(w, &w.p.batch)
}

// fileBlock reads the lines that start in a block of a plain file.
func (w *worker) fileBlock(j job) error {
	in := j.in
	off := in.base + int64(j.block)*blockSize
	end := min(off+blockSize, in.size)
	at := max(off-1, in.base) // the byte before tells whether a line starts here
	b, err := w.read(in, at, w.buf[:min(int64(len(w.buf)), end-at+blockSlack)])
	if err != nil {
		return err
	}
	w.p.startBlock()
	if err := w.lines(j, b, at, int(off-at), int(end-at)); err != nil {
		return err
	}
	w.finish(in, j.block, w.p.lineEnds)
	w.r.meter.done.Add(end - off)
	return nil
}

// lines reads the lines that start in b[start:limit], which is the file from
// at on. More of the file is read where the last of them needs it.
func (w *worker) lines(j job, b []byte, at int64, start, limit int) error {
	w.p.start = start
	limit = min(limit, len(b))
	from := 0
	if start > 0 && limit > 0 {
		from = lineAfter(b[:limit], 0)
		if from == limit && b[from-1] != '\n' {
			return nil // a line goes on through all of the block
		}
		if from > start {
			w.p.lineEnds++
		}
	}
	for final := false; ; {
		final = final || at+int64(len(b)) >= j.in.size
		if from = lines(w.p, b, from, limit, final); from >= limit || final {
			return nil
		}
		if len(b)-from > maxRecord {
			return w.longLine(j, at+int64(from), b, from)
		}
		// The rows read so far point into b, so a longer buffer takes its place.
		longer := make([]byte, 2*len(b))
		n := copy(longer, b)
		more, err := w.read(j.in, at+int64(n), longer[n:])
		if err != nil {
			return err
		}
		b = longer[:n+len(more)]
		final = len(more) == 0 // the file has become shorter
	}
}

// read fills b from a file, as far as the file goes.
func (w *worker) read(in *input, off int64, b []byte) ([]byte, error) {
	b = b[:max(0, min(int64(len(b)), in.size-off))]
	n, err := in.file.ReadAt(b, off)
	if err != nil && err != io.EOF {
		return nil, fmt.Errorf("cannot read %s: %w", in.source.Name, err)
	}
	return b[:n], nil
}

// longLine reads the line at b[from:], which is longer than any record: a
// wrapper or an array with very many.
func (w *worker) longLine(j job, off int64, b []byte, from int) error {
	if start := trim(b[from:]); len(start) == 0 || start[0] != '[' && !isWrapper(start) {
		w.p.damaged(b, from, tooLong)
		return nil
	}
	end, err := w.lineEnd(j.in, off)
	if err != nil {
		return err
	}
	before := w.p.lineEnds
	w.r.count(w, &w.p.batch)
	places := slices.Clone(w.p.batch.places)
	rest := io.NewSectionReader(j.in.file, off, end-off)
	if err := w.sequence(job{in: j.in, block: j.block, rest: rest, frame: values, line: &before}); err != nil {
		return err
	}
	w.p.startBlock()
	w.p.lineEnds = before
	w.p.batch.places = append(w.p.batch.places, places...)
	return nil
}

// lineEnd finds the end of the line at off.
func (w *worker) lineEnd(in *input, off int64) (int64, error) {
	b := make([]byte, blockSize)
	for {
		got, err := w.read(in, off, b)
		if err != nil {
			return 0, err
		}
		if n := bytes.IndexByte(got, '\n'); n >= 0 {
			return off + int64(n), nil
		}
		if off += int64(len(got)); len(got) == 0 {
			return off, nil
		}
	}
}

// sequence reads the rest of an input from here on.
func (w *worker) sequence(j job) error {
	b := make([]byte, blockSize)
	n, block := 0, j.block
	for ended := false; ; block++ {
		if w.r.ctx.Err() != nil {
			return nil
		}
		for n < len(b) && !ended {
			m, err := j.rest.Read(b[n:])
			n += m
			switch {
			case err == io.EOF:
				ended = true
			case err != nil:
				if !cutShort(err) {
					return fmt.Errorf("cannot read %s: %w", j.in.source.Name, err)
				}
				ended = true
				defer w.r.cutShort(j.in, err)
			}
		}
		w.p.startBlock()
		w.p.start = 0
		next := min(j.frame(w.p, b[:n], 0, n, ended), n)
		if j.line == nil {
			w.finish(j.in, block, int64(bytes.Count(b[:next], []byte{'\n'})))
		} else {
			w.r.count(w, &w.p.batch)
			j.in.keepInLine(j.block, *j.line, w.p.batch.places)
		}
		if ended {
			return nil
		}
		if next == 0 && n == len(b) { // one record fills all of it
			b = append(b, make([]byte, len(b))...)
		}
		n = copy(b, b[next:n])
	}
}

// cutShort reports whether err says that packed data is damaged or ends early:
// what came before it counts.
func cutShort(err error) bool {
	return errors.Is(err, io.ErrUnexpectedEOF) || isDamagedPack(err)
}
