package logparse

import (
	"context"
	"io"
)

// patientReader reads a stream that may have nothing to say for a long time,
// such as a terminal or a pipe: when ctx is done its Read returns, and leaves
// behind a goroutine that ends with the stream's next word.
type patientReader struct {
	ctx  context.Context
	r    io.Reader
	rest []byte // read, but not yet handed out
	err  error  // what ended the stream
}

type readResult struct {
	b   []byte
	err error
}

func (p *patientReader) Read(b []byte) (int, error) {
	if len(p.rest) == 0 && p.err == nil {
		p.read(len(b))
	}
	n := copy(b, p.rest)
	p.rest = p.rest[n:]
	if n == 0 {
		return 0, p.err
	}
	return n, nil
}

func (p *patientReader) read(size int) {
	result := make(chan readResult, 1)
	go func() {
		own := make([]byte, min(max(size, 1), headSize)) // b is the caller's again when ctx is done
		n, err := p.r.Read(own)
		result <- readResult{own[:n], err}
	}()
	select {
	case got := <-result:
		p.rest, p.err = got.b, got.err
	case <-p.ctx.Done():
		p.err = p.ctx.Err()
	}
}
