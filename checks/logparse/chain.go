package logparse

import (
	"bytes"
	"sync"
)

// Formats that do not keep to lines cannot be cut at will: only who reads the
// block before knows where the first record of a block starts. A worker guesses
// the start, reads on, and looks whether the guess was right once the block
// before has been read to its end; if not it reads its block again. The rows
// are counted after that. So all workers are busy and no guess ever counts.

// chain hands the true starts from block to block.
type chain struct {
	mu     sync.Mutex
	starts map[int]chan int64
}

// start is where the start of a block is put and taken, once each.
func (c *chain) start(block int) chan int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.starts == nil {
		c.starts = map[int]chan int64{}
	}
	if c.starts[block] == nil {
		c.starts[block] = make(chan int64, 1)
	}
	return c.starts[block]
}

func (c *chain) forget(block int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.starts, block)
}

// chained reads the records that start in a block of a file whose records
// don't keep to lines.
func (w *worker) chained(j job) error {
	in := j.in
	win, err := w.window(j)
	if err != nil {
		return err
	}
	at, end := win.at, win.at+int64(win.end)
	guess, next := 0, int64(-1)
	if j.block > 0 {
		guess = in.guess(win)
	}
	if guess >= 0 {
		if next, err = w.readFrom(j, &win, guess); err != nil {
			return err
		}
	}
	if j.block > 0 {
		var start int64
		select {
		case start = <-in.chain.start(j.block):
			in.chain.forget(j.block)
		case <-w.r.ctx.Done():
			return nil
		}
		switch {
		case start >= end:
			w.p.startBlock()
			next = start
		case guess < 0 || start != at+int64(guess):
			if next, err = w.readFrom(j, &win, int(start-at)); err != nil {
				return err
			}
		}
	}
	in.chain.start(j.block + 1) <- next
	w.finish(in, j.block, int64(bytes.Count(win.b[win.start:win.end], []byte{'\n'})))
	w.r.meter.done.Add(int64(win.end - win.start))
	return nil
}

// readFrom reads the records that start in the window's block at b[from:] or
// behind, and returns where in the file the next one starts.
func (w *worker) readFrom(j job, win *window, from int) (next int64, err error) {
	w.p.startBlock()
	w.p.start = win.start
	for final := false; ; {
		final = final || win.at+int64(len(win.b)) >= j.in.size
		from = j.frame(w.p, win.b, from, win.end, final)
		if from >= win.end || final {
			return win.at + int64(from), nil
		}
		more, err := w.widen(j.in, win)
		if err != nil {
			return 0, err
		}
		final = !more
	}
}

// guess is where the first record in a block probably starts, -1 when there is
// no telling.
func (in *input) guess(win window) int {
	if in.format == formatCSV {
		if from := lineAfter(win.b, 0); from < win.end {
			return from
		}
		return -1
	}
	if len(in.opening) == 0 {
		return -1
	}
	for from := win.start; from < win.end; {
		n := bytes.Index(win.b[from:], in.opening)
		if n < 0 || from+n >= win.end {
			return -1
		}
		from += n
		before := bytes.TrimRight(win.b[:from], " \t\r\n")
		if len(before) > 0 && (before[len(before)-1] == ',' || before[len(before)-1] == '[') {
			return from
		}
		from++
	}
	return -1
}

// openingOf is what the first record in b starts with, up to the colon behind
// its first name, if that can be told.
func openingOf(b []byte) []byte {
	from := 0
	for {
		if from = between(b, from); from == len(b) || b[from] == '"' {
			return nil
		}
		inside, is := longWrapperHead(b[from:])
		if !is {
			break
		}
		from += inside
	}
	name := space(b, from+1)
	if name == len(b) || b[name] != '"' {
		return nil
	}
	end := stringEnd(b, name)
	if end < 0 || end == len(b) || b[end] != ':' {
		return nil
	}
	return bytes.Clone(b[from : end+1])
}
