package logparse

import (
	"bytes"
	"math"
	"slices"
	"strconv"
	"strings"
)

// successCode is the code of a call that went well, however it is written.
const successCode = "0"

// maxKey bounds a code, operation or id that is kept; a longer one is cut.
const maxKey = 256

// codebook turns what rows carry as resultType into codes. It is made once
// and only read afterwards.
type codebook struct {
	names  map[string]string // code -> name
	byName map[string]string // name in lower case -> code
}

// newCodebook takes the table of code names. Where several codes share a name,
// the name stands for the highest of them: the documentation has one wrong
// number, 404102 for DeviceNotOnline, and it is the lower one.
func newCodebook(names map[string]string) codebook {
	book := codebook{names: names, byName: make(map[string]string, len(names)+8)}
	for code, name := range names {
		key := strings.ToLower(name)
		book.byName[key] = max(code, book.byName[key])
	}
	for _, name := range []string{"success", "succeeded", "successful", "ok", "none", "null"} {
		book.byName[name] = successCode
	}
	return book
}

// name is the symbolic name of code, "" when it is not known.
func (b codebook) name(code string) string {
	if name, ok := b.names[code]; ok {
		return name
	}
	if code == successCode {
		return "Success"
	}
	return ""
}

// code is the code that raw, the text of a resultType, stands for.
func (b codebook) code(raw []byte) string {
	raw = bytes.TrimSpace(raw)
	if len(raw) == 0 {
		return successCode
	}
	if isDigits(raw) {
		return wholeCode(raw)
	}
	if code, ok := b.byName[strings.ToLower(string(raw))]; ok {
		return code
	}
	// A number may come as 404103.0 or 4.04103e5.
	if c := raw[0]; c-'0' <= 9 || c == '-' {
		if f, err := strconv.ParseFloat(string(raw), 64); err == nil && f == math.Trunc(f) && f >= 0 && f < 1e9 {
			return wholeCode(strconv.AppendInt(nil, int64(f), 10))
		}
	}
	return bounded(raw)
}

// wholeCode is the code that digits write. 0 and the HTTP statuses of success
// are success.
func wholeCode(digits []byte) string {
	digits = bytes.TrimLeft(digits, "0")
	if len(digits) == 0 || len(digits) == 3 && digits[0] == '2' {
		return successCode
	}
	return bounded(digits)
}

func isDigits(s []byte) bool {
	return !slices.ContainsFunc(s, func(c byte) bool { return c-'0' > 9 })
}

// bounded copies s, cut to maxKey bytes.
func bounded(s []byte) string {
	if len(s) > maxKey {
		return string(s[:maxKey]) + "…"
	}
	return string(s)
}

// isErrorLevel reports whether a level, a name or an event level's number,
// means an error.
func isErrorLevel(v value) bool {
	raw, ok := v.scalar()
	if !ok {
		return false
	}
	return equalFold(raw, "error") || equalFold(raw, "critical") || string(raw) == "1" || string(raw) == "2"
}

// noDuration stands for a duration that is missing or cannot be read.
const noDuration = -1

// duration reads milliseconds; fractions are rounded.
func duration(v value) int64 {
	raw, ok := v.scalar()
	if !ok {
		return noDuration
	}
	if n, digits := integer(raw); digits == len(raw) && digits > 0 {
		return int64(n)
	}
	f, err := strconv.ParseFloat(string(bytes.TrimSpace(raw)), 64)
	if err != nil || !(f >= 0 && f < 1e15) {
		return noDuration
	}
	return int64(math.Round(f))
}

// interner numbers strings, so that rows can carry a number.
type interner struct {
	ids   map[string]uint32
	names []string
}

func (n *interner) id(name string) uint32 {
	if id, ok := n.ids[name]; ok {
		return id
	}
	if n.ids == nil {
		n.ids = map[string]uint32{}
	}
	id := uint32(len(n.names))
	n.ids[name] = id
	n.names = append(n.names, name)
	return id
}
