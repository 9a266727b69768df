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

// job is a piece of work: a block of a file, a share in reading a stream of
// lines, or an input from here to its end.
type job struct {
	in    *input
	block int
	lines *lineStream // to be read in turns
	rest  io.Reader   // the rest of a stream or file
	frame framer      // finds the records; nil means tables
	line  *int64      // set when rest is part of a line: the line ends before it
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
	case j.lines != nil:
		return w.stream(j)
	case j.rest != nil && j.frame == nil:
		return w.p.tables(j.rest, func() error {
			w.finish(j.in, j.block, 0)
			j.block++
			return w.r.ctx.Err()
		})
	case j.rest != nil:
		return w.sequence(j)
	case j.in.format == formatLines:
		return w.fileBlock(j)
	default:
		return w.chained(j)
	}
}

// finish counts the batch and keeps its places.
func (w *worker) finish(in *input, block int, newlines int64) {
	in.keep(block, newlines, w.p.batch.places)
	w.r.count(w, &w.p.batch)
}

// window is a piece of a file: a block, the byte before it, and as much behind
// it as its last record needs.
type window struct {
	b          []byte
	at         int64 // where b lies in the file
	start, end int   // the block in b
}

// window reads the window of a block.
func (w *worker) window(j job) (window, error) {
	size := int64(w.r.block)
	off := j.in.base + int64(j.block)*size
	end := min(off+size, j.in.size)
	at := max(off-1, j.in.base) // the byte before tells whether a line starts here
	if w.buf == nil {
		w.buf = make([]byte, w.r.block+blockSlack)
	}
	b, err := w.read(j.in, at, w.buf)
	return window{b, at, int(off - at), min(int(end-at), len(b))}, err
}

// widen reads more behind a window; false when there is no more. The rows read
// so far point into its bytes, so longer ones take their place.
func (w *worker) widen(in *input, win *window) (more bool, err error) {
	longer := make([]byte, 2*len(win.b))
	n := copy(longer, win.b)
	rest, err := w.read(in, win.at+int64(n), longer[n:])
	win.b = longer[:n+len(rest)]
	return len(rest) > 0, err
}

// fileBlock reads the lines that start in a block of a plain file.
func (w *worker) fileBlock(j job) error {
	win, err := w.window(j)
	if err != nil {
		return err
	}
	w.p.startBlock()
	if err := w.lines(j, &win); err != nil {
		return err
	}
	w.finish(j.in, j.block, w.p.lineEnds)
	w.r.meter.done.Add(int64(win.end - win.start))
	return nil
}

// lines reads the lines that start in the window's block.
func (w *worker) lines(j job, win *window) error {
	w.p.start = win.start
	from := 0
	if win.start > 0 && win.end > 0 {
		from = lineAfter(win.b[:win.end], 0)
		if from == win.end && win.b[from-1] != '\n' {
			return nil // a line goes on through all of the block
		}
		if from > win.start {
			w.p.lineEnds++
		}
	}
	for final := false; ; {
		final = final || win.at+int64(len(win.b)) >= j.in.size
		if from = lines(w.p, win.b, from, win.end, final); from >= win.end || final {
			return nil
		}
		if len(win.b)-from > maxRecord {
			return w.longLine(j, win.at+int64(from), win.b, from)
		}
		more, err := w.widen(j.in, win)
		if err != nil {
			return err
		}
		final = !more // the file has become shorter
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
	b := make([]byte, w.r.block)
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
	b := make([]byte, w.r.block)
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
