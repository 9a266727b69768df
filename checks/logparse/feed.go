package logparse

import (
	"cmp"
	"errors"
	"io"
	"os"
	"slices"
	"sync"

	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"methodical/models"
)

// measure adds up the sizes of the files.
func (r *reading) measure() {
	for _, s := range r.o.Sources {
		info, err := os.Stat(s.Path)
		if s.Path == "" || err != nil || !info.Mode().IsRegular() {
			r.meter.open.Store(true)
			continue
		}
		r.meter.total.Add(info.Size())
	}
}

// feed opens the sources, several at a time, and cuts them into jobs.
func (r *reading) feed() *sync.WaitGroup {
	next := make(chan int)
	var feeding sync.WaitGroup
	feeding.Go(func() {
		defer close(next)
		for i := range r.o.Sources {
			select {
			case next <- i:
			case <-r.ctx.Done():
				return
			}
		}
	})
	for range min(r.o.Workers, len(r.o.Sources)) {
		feeding.Go(func() {
			for i := range next {
				in, err := open(r.ctx, r.o.Sources[i], &r.meter)
				if err != nil {
					r.refuse(r.o.Sources[i], err)
					continue
				}
				r.inputs[i] = in
				in.users.Add(1)
				r.cut(in)
				in.done()
			}
		})
	}
	return &feeding
}

// done says that a job is over; the last one closes the input.
func (in *input) done() {
	if in.users.Add(-1) == 0 {
		in.release()
	}
}

// send hands a job to the workers; false when the reading is over.
func (r *reading) send(j job) bool {
	r.hire()
	j.in.users.Add(1)
	select {
	case r.jobs <- j:
		return true
	case <-r.ctx.Done():
		j.in.done()
		return false
	}
}

// cut cuts an input into jobs.
func (r *reading) cut(in *input) {
	frame := framer(lines)
	switch in.format {
	case formatCSV:
		frame = in.table.rows
	case formatValues:
		frame = values
	}
	switch {
	case in.format == formatTables:
		whole := in.stream
		if in.file != nil {
			whole = meteredReader{io.NewSectionReader(in.file, in.base, in.size-in.base), &r.meter}
		}
		r.send(job{in: in, rest: whole})
	case in.file != nil:
		for i := 0; int64(i)*int64(r.block) < in.size-in.base; i++ {
			if !r.send(job{in: in, block: i, frame: frame}) {
				return
			}
		}
	case in.format == formatLines:
		s := &lineStream{in: in}
		for range r.turns() {
			r.send(job{in: in, lines: s})
		}
	default:
		r.send(job{in: in, rest: in.stream, frame: frame})
	}
}

// turns is how many workers take turns at a stream: one where there are streams
// for all of them, else as many as are needed to count what one unpacks.
func (r *reading) turns() int {
	const enough = 3
	return min(enough, max(1, r.o.Workers/len(r.o.Sources)))
}

// isDamagedPack reports whether err is about damaged packed data rather than
// about reading it.
func isDamagedPack(err error) bool {
	var corrupt flate.CorruptInputError
	return errors.Is(err, gzip.ErrChecksum) || errors.Is(err, gzip.ErrHeader) || errors.As(err, &corrupt) ||
		errors.Is(err, zstd.ErrCRCMismatch) || errors.Is(err, zstd.ErrMagicMismatch) ||
		errors.Is(err, zstd.ErrReservedBlockType) || errors.Is(err, zstd.ErrCompressedSizeTooBig) ||
		errors.Is(err, zstd.ErrBlockTooSmall) || errors.Is(err, zstd.ErrUnexpectedBlockSize)
}

// places names the first damaged places, in the order of the files' names.
func (r *reading) places() []models.LogPlace {
	var list []models.LogPlace
	for _, in := range r.inputs {
		if in == nil {
			continue
		}
		before := int64(0)
		slices.SortFunc(in.damaged, func(a, b blockPlaces) int { return cmp.Compare(a.block, b.block) })
		block := 0
		for _, d := range in.damaged {
			for ; block < d.block; block++ {
				before += int64(in.newlines[block])
			}
			for _, p := range d.places {
				list = append(list, models.LogPlace{File: in.source.Name, Line: before + p.newlines + 1, Reason: p.reason})
			}
		}
	}
	for _, s := range r.short {
		lines := int64(1)
		for _, n := range s.in.newlines {
			lines += int64(n)
		}
		list = append(list, models.LogPlace{
			File: s.in.source.Name, Line: lines, Reason: "the packed data is damaged or ends here: " + s.err.Error(),
		})
	}
	slices.SortStableFunc(list, func(a, b models.LogPlace) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line))
	})
	return list[:min(len(list), maxPlaces)]
}
