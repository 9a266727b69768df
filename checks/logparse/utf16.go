package logparse

import (
	"encoding/binary"
	"io"
	"unicode/utf16"
	"unicode/utf8"
)

// utf16Reader turns UTF-16 into UTF-8. Windows PowerShell writes UTF-16 when
// the output of a tool is redirected to a file.
type utf16Reader struct {
	r     io.Reader
	order binary.ByteOrder
	in    [4096]byte
	n     int    // bytes of in not yet used
	out   []byte // not yet handed out
	err   error
}

func (u *utf16Reader) Read(b []byte) (int, error) {
	for len(u.out) == 0 && u.err == nil {
		u.fill()
	}
	n := copy(b, u.out)
	u.out = u.out[n:]
	if n == 0 {
		return 0, u.err
	}
	return n, nil
}

func (u *utf16Reader) fill() {
	n, err := u.r.Read(u.in[u.n:])
	n += u.n
	u.err = err
	used := 0
	u.out = u.out[:0]
	for used+1 < n {
		r := rune(u.order.Uint16(u.in[used:]))
		size := 2
		if utf16.IsSurrogate(r) {
			if used+3 >= n && err == nil {
				break // the other half is still to come
			}
			second := rune(utf8.RuneError)
			if used+3 < n {
				second = rune(u.order.Uint16(u.in[used+2:]))
			}
			if r = utf16.DecodeRune(r, second); r != utf8.RuneError {
				size = 4
			}
		}
		u.out = utf8.AppendRune(u.out, r)
		used += size
	}
	u.n = copy(u.in[:], u.in[used:n])
}
