package logparse

import (
	"bytes"
	"encoding/binary"
	"math"
	"time"
)

// noTime stands for a time that is missing or cannot be read.
const noTime = math.MinInt64

// clock reads times. Rows that follow each other mostly share their date, hour
// and minute, so it remembers the last.
type clock struct {
	prefix [16]byte // "2026-01-06T10:00" as last read
	minute int64    // the Unix nanoseconds it stands for
	// dayFirst reads 13/1/2026 rather than 1/13/2026, for the portal's dates.
	dayFirst bool
}

const (
	nanosecond = 1
	second     = 1_000_000_000 * nanosecond
	minute     = 60 * second
	hour       = 60 * minute
	day        = 24 * hour
)

// newClock remembers a time that is true, so that no check is needed later.
func newClock() clock { return clock{prefix: [16]byte([]byte("1970-01-01T00:00"))} }

// parse reads an RFC 3339 time, with a space for the T or without a zone if
// need be (then it is UTC), or a date and time as the portal prints them. It
// returns Unix nanoseconds, or noTime when s is neither or lies outside the
// years 1970 to 2261.
func (c *clock) parse(s []byte) int64 {
	if len(s) < len("2026-01-06T10:00:00") || s[16] != ':' {
		return c.parseOther(s)
	}
	if [16]byte(s) != c.prefix {
		m := parseMinute(s[:16])
		if m == noTime {
			return c.parseOther(s)
		}
		c.prefix, c.minute = [16]byte(s), m
	}
	seconds := two(s[17], s[18])
	if seconds > 59 {
		return noTime
	}
	t := c.minute + int64(seconds)*second
	rest := s[19:]
	if len(rest) > 0 && rest[0] == '.' {
		n, digits := fraction(rest[1:])
		if digits == 0 {
			return noTime
		}
		t += n
		rest = rest[1+digits:]
	}
	if len(rest) == 0 || len(rest) == 1 && (rest[0] == 'Z' || rest[0] == 'z') {
		return t
	}
	shift, ok := zone(rest)
	if !ok || t-shift < 0 {
		return noTime
	}
	return t - shift
}

// fast reads a time like 2026-01-06T10:00:00.1234567Z, as Azure Monitor writes
// it, at the beginning of s when it is in the minute that was read last. n is
// its length, 0 when it is not of that kind; parse would say the same.
func (c *clock) fast(s []byte) (t int64, n int) {
	const length = len("2026-01-06T10:00:00.1234567Z")
	if len(s) < length || [16]byte(s) != c.prefix || s[16] != ':' || s[19] != '.' || s[27] != 'Z' {
		return 0, 0
	}
	seconds := two(s[17], s[18])
	// Seven digits at once: a byte is a digit when its upper half is 3, and
	// still is when 6 is added.
	x := binary.LittleEndian.Uint64(s[19:])>>8 | '0'<<56
	if seconds > 59 || (x&0xf0f0f0f0f0f0f0f0)|((x+6*ones)&0xf0f0f0f0f0f0f0f0)>>4 != 0x33*ones {
		return 0, 0
	}
	x &= 0x0f * ones
	x = x*10 + x>>8 // pairs, in every other byte
	x = ((x&0x000000ff000000ff)*(100+1000000<<32) + (x>>16&0x000000ff000000ff)*(1+10000<<32)) >> 32
	return c.minute + int64(seconds)*second + int64(uint32(x))*10, length
}

// two is the number that two digits write, and 100 or more when one of them is
// no digit.
func two(a, b byte) int {
	a, b = a-'0', b-'0'
	if a > 9 || b > 9 {
		return 100
	}
	return int(a)*10 + int(b)
}

// fraction reads the digits after a decimal point as nanoseconds; digits
// beyond the ninth are dropped.
func fraction(s []byte) (nanoseconds int64, digits int) {
	scale := int64(second)
	for digits < len(s) && s[digits]-'0' <= 9 {
		if scale > 1 {
			scale /= 10
			nanoseconds += int64(s[digits]-'0') * scale
		}
		digits++
	}
	return nanoseconds, digits
}

// zone reads "+02:00" as nanoseconds.
func zone(s []byte) (int64, bool) {
	if len(s) != 6 || s[0] != '+' && s[0] != '-' || s[3] != ':' {
		return 0, false
	}
	h, m := two(s[1], s[2]), two(s[4], s[5])
	if h > 23 || m > 59 {
		return 0, false
	}
	shift := int64(h)*hour + int64(m)*minute
	if s[0] == '-' {
		shift = -shift
	}
	return shift, true
}

// parseMinute reads "2026-01-06T10:00", or noTime.
func parseMinute(s []byte) int64 {
	if s[4] != '-' || s[7] != '-' || s[10] != 'T' && s[10] != 't' && s[10] != ' ' || s[13] != ':' {
		return noTime
	}
	century, year := two(s[0], s[1]), two(s[2], s[3])
	return fromParts(century*100+year, two(s[5], s[6]), two(s[8], s[9]), two(s[11], s[12]), two(s[14], s[15]))
}

func fromParts(year, month, dayOfMonth, h, m int) int64 {
	if year < 1970 || year > 2261 || month < 1 || month > 12 || dayOfMonth < 1 || h > 23 || m > 59 {
		return noTime
	}
	date := time.Date(year, time.Month(month), dayOfMonth, h, m, 0, 0, time.UTC)
	if date.Day() != dayOfMonth { // 30 February and the like
		return noTime
	}
	return date.UnixNano()
}

// parseOther reads "1/6/2026, 10:00:00.000 AM" and its like: month first
// unless the file shows that its days come first.
func (c *clock) parseOther(s []byte) int64 {
	s = bytes.TrimSpace(s)
	var part [3]int
	for i := range part {
		n, digits := integer(s)
		if digits == 0 || digits > 4 {
			return noTime
		}
		part[i] = n
		s = s[digits:]
		if i < 2 {
			if len(s) == 0 || s[0] != '/' && s[0] != '.' && s[0] != '-' {
				return noTime
			}
			s = s[1:]
		}
	}
	month, dayOfMonth, year := part[0], part[1], part[2]
	if c.dayFirst {
		month, dayOfMonth = dayOfMonth, month
	}
	s = bytes.TrimLeft(s, ", T")
	var hms [3]int
	for i := range hms {
		n, digits := integer(s)
		if digits == 0 || digits > 2 {
			return noTime
		}
		hms[i] = n
		s = s[digits:]
		if len(s) == 0 || s[0] != ':' {
			break
		}
		s = s[1:]
	}
	var sub int64
	if len(s) > 0 && s[0] == '.' {
		n, digits := fraction(s[1:])
		sub, s = n, s[1+digits:]
	}
	switch s = bytes.TrimSpace(s); {
	case equalFold(s, "pm") && hms[0] < 12:
		hms[0] += 12
	case equalFold(s, "am") && hms[0] == 12:
		hms[0] = 0
	case len(s) == 0 || equalFold(s, "am") || equalFold(s, "pm") || equalFold(s, "z"):
	default:
		return noTime
	}
	t := fromParts(year, month, dayOfMonth, hms[0], hms[1])
	if t == noTime || hms[2] > 59 {
		return noTime
	}
	return t + int64(hms[2])*second + sub
}

// integer reads leading digits, at most nine of them.
func integer(s []byte) (n, digits int) {
	for digits < len(s) && digits < 9 && s[digits]-'0' <= 9 {
		n = n*10 + int(s[digits]-'0')
		digits++
	}
	return n, digits
}

// timeOf turns Unix nanoseconds into a time, the zero time for noTime.
func timeOf(t int64) time.Time {
	if t == noTime {
		return time.Time{}
	}
	return time.Unix(0, t).UTC()
}
