package logparse

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"sync/atomic"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// input is an opened source.
type input struct {
	source Source
	format format
	table  *table // the heading, for CSV
	// opening is what the first record starts with, for formatValues.
	opening []byte

	file       *os.File // a plain file that can be read in any order
	base, size int64    // where its records begin and end

	stream io.Reader // otherwise: what it says, unpacked
	close  []func()

	users atomic.Int64 // closes when none is left
	chain chain

	mu       sync.Mutex
	newlines []uint32 // line ends by block
	damaged  []blockPlaces
}

// blockPlaces are the damaged places of one block.
type blockPlaces struct {
	block  int
	places []place
}

// meter counts the bytes of the files that were read.
type meter struct {
	done, total atomic.Int64
	open        atomic.Bool // some stream has no known length
}

type meteredReader struct {
	r io.Reader
	m *meter
}

func (r meteredReader) Read(b []byte) (int, error) {
	n, err := r.r.Read(b)
	r.m.done.Add(int64(n))
	return n, err
}

// headSize is how much of a file is looked at to tell its format.
const headSize = 64 << 10

// open opens a source and tells its format. The error is a *NotLogError when
// it is no log.
func open(ctx context.Context, s Source, m *meter) (*input, error) {
	in := &input{source: s}
	file, isFile := s.Reader.(*os.File)
	if s.Path != "" {
		var err error
		if file, err = os.Open(s.Path); err != nil {
			return nil, fmt.Errorf("cannot read the log: %w", err)
		}
		isFile = true
		in.close = append(in.close, func() { file.Close() })
	}
	err := in.openBytes(ctx, file, isFile, m)
	if err != nil {
		in.release()
		return nil, err
	}
	return in, nil
}

func (in *input) openBytes(ctx context.Context, file *os.File, isFile bool, m *meter) error {
	if !isFile {
		return in.openStream(&patientReader{ctx: ctx, r: in.source.Reader}, m)
	}
	info, err := file.Stat()
	if err != nil {
		return fmt.Errorf("cannot read the log: %w", err)
	}
	if info.IsDir() {
		return fmt.Errorf("%s is a folder: name its files, or the folder where folders are expected", in.source.Name)
	}
	base, err := file.Seek(0, io.SeekCurrent)
	if !info.Mode().IsRegular() || err != nil {
		return in.openStream(&patientReader{ctx: ctx, r: file}, m)
	}
	head := make([]byte, headSize)
	n, err := file.ReadAt(head, base)
	if err != nil && err != io.EOF {
		return fmt.Errorf("cannot read the log: %w", err)
	}
	head = head[:n]
	if isPacked(head) || isUTF16(head) {
		return in.openStream(file, m)
	}
	in.file, in.base, in.size = file, base, info.Size()
	if bytes.HasPrefix(head, []byte(utf8BOM)) {
		in.base += int64(len(utf8BOM))
		m.done.Add(int64(len(utf8BOM)))
		head = head[len(utf8BOM):]
	}
	return in.detect(head, err == io.EOF)
}

const utf8BOM = "\xef\xbb\xbf"

func isGzip(head []byte) bool { return bytes.HasPrefix(head, []byte("\x1f\x8b")) }
func isZstd(head []byte) bool {
	// A frame, or a skippable frame, as pzstd writes first.
	return bytes.HasPrefix(head, []byte("\x28\xb5\x2f\xfd")) ||
		len(head) >= 4 && head[0]&0xf0 == 0x50 && string(head[1:4]) == "\x2a\x4d\x18"
}
func isPacked(head []byte) bool { return isGzip(head) || isZstd(head) }
func isUTF16(head []byte) bool {
	return bytes.HasPrefix(head, []byte("\xff\xfe")) || bytes.HasPrefix(head, []byte("\xfe\xff"))
}

// openStream reads r from its first byte to its last.
func (in *input) openStream(r io.Reader, m *meter) error {
	packed := bufio.NewReaderSize(meteredReader{r, m}, headSize)
	r = packed
	start, err := packed.Peek(4)
	if err != nil && err != io.EOF {
		return fmt.Errorf("cannot read %s: %w", in.source.Name, err)
	}
	switch {
	case isGzip(start):
		unpacked, err := gzip.NewReader(packed)
		if err != nil {
			return fmt.Errorf("%s starts like a gzip file but is none: %w", in.source.Name, err)
		}
		r = unpacked
	case isZstd(start):
		unpacked, err := zstd.NewReader(packed, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true),
			zstd.WithDecoderMaxWindow(maxWindow))
		if err != nil {
			return fmt.Errorf("%s starts like a zstd file but is none: %w", in.source.Name, err)
		}
		in.close = append(in.close, unpacked.Close)
		r = unpacked
	}
	return in.detectStream(r)
}

// maxWindow bounds the memory that unpacking zstd may take; it is what
// zstd --long uses.
const maxWindow = 128 << 20

func (in *input) detectStream(r io.Reader) error {
	head, err := readHead(r)
	if err != nil && err != io.EOF && !errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("cannot read %s: %w", in.source.Name, err)
	}
	whole := err != nil
	r = io.MultiReader(bytes.NewReader(head), afterHead(r, err))
	if isUTF16(head) {
		order := binary.ByteOrder(binary.LittleEndian)
		if head[0] == 0xfe {
			order = binary.BigEndian
		}
		plain := &utf16Reader{r: r, order: order}
		if head, err = readHead(plain); err != nil && err != io.EOF {
			return fmt.Errorf("cannot read %s: %w", in.source.Name, err)
		}
		whole = err == io.EOF
		r = io.MultiReader(bytes.NewReader(head), plain)
	}
	if bytes.HasPrefix(head, []byte(utf8BOM)) {
		if _, err := io.CopyN(io.Discard, r, int64(len(utf8BOM))); err != nil {
			return fmt.Errorf("cannot read %s: %w", in.source.Name, err)
		}
		head = head[len(utf8BOM):]
	}
	in.stream = r
	return in.detect(head, whole)
}

// readHead reads headSize bytes, or less when the first line already tells the
// format: a pipe may not have more for a long time.
func readHead(r io.Reader) ([]byte, error) {
	head := make([]byte, 0, headSize)
	for len(head) < headSize {
		n, err := r.Read(head[len(head):headSize])
		head = head[:len(head)+n]
		if err != nil {
			return head, err
		}
		if line, _, cut := bytes.Cut(trimLeft(head), []byte{'\n'}); cut {
			if _, isTable := newTable(line); isTable || isObject(line) {
				break
			}
		}
	}
	return head, nil
}

// afterHead is what follows the head: r, or the error that ended it.
func afterHead(r io.Reader, err error) io.Reader {
	if err != nil {
		return failedReader{err}
	}
	return r
}

type failedReader struct{ err error }

func (r failedReader) Read([]byte) (int, error) { return 0, r.err }

func (in *input) detect(head []byte, whole bool) error {
	var looksLike string
	in.format, in.table, looksLike = detect(head, whole)
	if in.format == formatValues {
		in.opening = openingOf(head)
	}
	if looksLike != "" {
		return &NotLogError{in.source.Name, looksLike}
	}
	return nil
}

// release closes the input.
func (in *input) release() {
	for _, f := range in.close {
		f()
	}
}

// keep notes what one block's lines came to.
func (in *input) keep(block int, newlines int64, places []place) {
	in.mu.Lock()
	defer in.mu.Unlock()
	for len(in.newlines) <= block {
		in.newlines = append(in.newlines, 0)
	}
	in.newlines[block] = uint32(newlines)
	if len(places) > 0 {
		in.damaged = append(in.damaged, blockPlaces{block, append([]place(nil), places...)})
	}
}

// keepInLine notes places within one line, which has newlines before it in its
// block.
func (in *input) keepInLine(block int, newlines int64, places []place) {
	if len(places) == 0 {
		return
	}
	list := append([]place(nil), places...)
	for i := range list {
		list[i].newlines = newlines
	}
	in.mu.Lock()
	defer in.mu.Unlock()
	in.damaged = append(in.damaged, blockPlaces{block, list})
}
