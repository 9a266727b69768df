package logparse

import (
	"bytes"
	"fmt"
	"unicode/utf8"
)

// format is how records are written down.
type format uint8

const (
	formatLines format = iota
	formatValues
	formatTables
	formatCSV
)

// NotLogError says that a file holds no exported resource log.
type NotLogError struct {
	Name      string // of the file
	LooksLike string // what it seems to be, with its article
}

func (e *NotLogError) Error() string {
	return fmt.Sprintf("%s is not an exported resource log: it looks like %s. Expected: JSON Lines, {\"records\":[…]}, "+
		"a JSON array, a Log Analytics query answer or the portal's CSV, plain or packed with gzip or zstd.", e.Name, e.LooksLike)
}

// detect tells the format from a file's first bytes; whole says that they are
// all of it. looksLike is what the file seems to be when it is no log.
func detect(head []byte, whole bool) (f format, t *table, looksLike string) {
	start := trimLeft(head)
	switch {
	case len(start) == 0:
		return formatLines, nil, ""
	case start[0] == '[' && hasLogWord(head):
		return formatValues, nil, ""
	case start[0] == '{' && hasLogWord(head):
		return detectJSON(start, whole), nil, ""
	case start[0] == '[', start[0] == '{':
		return 0, nil, "JSON without log records"
	}
	line, rows, _ := bytes.Cut(start, []byte{'\n'})
	if t, ok := newTable(line); ok {
		t.learnDates(rows)
		return formatCSV, t, ""
	}
	if hasLogWord(head) && hasRecordLine(start) {
		return formatLines, nil, "" // what a cut at its beginning leaves of a log
	}
	return 0, nil, guess(head)
}

// detectJSON tells JSON Lines, where every line is a whole object, from other
// ways to write objects one after another.
func detectJSON(start []byte, whole bool) format {
	if isTables(start) {
		return formatTables
	}
	line, rest, cut := bytes.Cut(start, []byte{'\n'})
	if !cut && !whole {
		return formatValues // a line longer than what was read
	}
	if isObject(line) {
		return formatLines
	}
	if _, is := longWrapperHead(line); is || len(trim(line)) == 1 {
		return formatValues // a wrapper or an object over several lines
	}
	if hasRecordLine(rest) || !cut {
		return formatLines // whose first line is damaged
	}
	return formatValues
}

// isTables reports whether the object that b starts with has tables early on.
func isTables(b []byte) bool {
	for _, want := range []string{"{", `"tables"`} {
		b = bytes.TrimLeft(b, " \t\r\n")
		if !bytes.HasPrefix(b, []byte(want)) {
			return false
		}
		b = b[len(want):]
	}
	return true
}

func isObject(line []byte) bool {
	var s strict
	return s.only(line, func([]byte) int { return -1 }, nil) == nil
}

// hasRecordLine reports whether some line of b is an object.
func hasRecordLine(b []byte) bool {
	for line := range bytes.Lines(b) {
		if line = trim(line); len(line) > 2 && line[0] == '{' && isObject(line) {
			return true
		}
	}
	return false
}

// hasLogWord reports whether b has a name that log rows and their wrappers
// have.
func hasLogWord(b []byte) bool {
	lower := appendLower(nil, b)
	for _, word := range []string{
		`"category"`, `"operationname"`, `"time"`, `"timegenerated"`, `"resulttype"`, `"records"`, `"tables"`,
	} {
		if bytes.Contains(lower, []byte(word)) {
			return true
		}
	}
	return false
}

// guess names what a file that is no log seems to be.
func guess(head []byte) string {
	for _, known := range []struct{ start, what string }{
		{"PK\x03\x04", "a ZIP archive; unpack it first"},
		{"7z\xbc\xaf\x27\x1c", "a 7z archive; unpack it first"},
		{"BZh", "a bzip2 file; unpack it first"},
		{"\xfd7zXZ\x00", "an xz file; unpack it first"},
		{"Obj\x01", "an Avro file, as Event Hubs Capture writes; its bodies have to be exported as JSON first"},
		{"PAR1", "a Parquet file; export it as JSON or CSV first"},
		{"%PDF", "a PDF document"},
		{"\x7fELF", "a program"},
		{"MZ", "a program"},
		{"SQLite format 3", "an SQLite database"},
		{"\x89PNG", "a picture"},
		{"<!doctype html", "a web page; the download may have been an error or a sign-in page"},
		{"<html", "a web page; the download may have been an error or a sign-in page"},
		{"<", "XML"},
	} {
		if len(head) >= len(known.start) && equalFold(head[:len(known.start)], string(appendLower(nil, []byte(known.start)))) {
			return known.what
		}
	}
	if len(head) > 262 && string(head[257:262]) == "ustar" {
		return "a tar archive; unpack it first"
	}
	if bytes.IndexByte(head, 0) >= 0 || !utf8.Valid(head[:max(0, len(head)-utf8.UTFMax)]) {
		return "binary data"
	}
	line, _, _ := bytes.Cut(trim(head), []byte{'\n'})
	if bytes.Count(line, []byte{','}) >= 2 {
		return "CSV without the columns of a log (TimeGenerated, Category, ResultType and so on)"
	}
	return "plain text"
}
