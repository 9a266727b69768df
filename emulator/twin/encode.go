package twin

import (
	"encoding/json"
	"strconv"
	"time"
)

// TimeLayout is how the service writes times: seven fraction digits and a Z.
const TimeLayout = "2006-01-02T15:04:05.0000000Z"

// FormatTime writes t as the service does. The zero time is the year 1 of a
// device that never connected.
func FormatTime(t time.Time) string {
	if t.IsZero() {
		return "0001-01-01T00:00:00Z"
	}
	return t.UTC().Format(TimeLayout)
}

// AppendTags writes the document alone.
func (c Collection) AppendTags(b []byte) []byte { return appendValue(b, c.values, nil) }

// AppendProperties writes the document with its $metadata and $version, which
// come last. Desired properties also carry the version of each change.
func (c Collection) AppendProperties(b []byte, desired bool) []byte {
	tail := func(b []byte) []byte {
		b = append(b, `"$metadata":`...)
		b = c.changed.append(b, desired)
		b = append(b, `,"$version":`...)
		return strconv.AppendInt(b, max(c.Version, 1), 10)
	}
	return appendValue(b, c.values, tail)
}

func appendValue(b []byte, value any, tail func([]byte) []byte) []byte {
	object, ok := value.(map[string]any)
	if !ok {
		text, err := json.Marshal(value)
		if err != nil { // values come out of a decoder, so this cannot be
			return append(b, "null"...)
		}
		return append(b, text...)
	}
	b = append(b, '{')
	first := true
	for _, key := range sortedKeys(object) {
		b = appendComma(b, &first)
		b = appendString(b, key)
		b = append(b, ':')
		b = appendValue(b, object[key], nil)
	}
	if tail != nil {
		b = appendComma(b, &first)
		b = tail(b)
	}
	return append(b, '}')
}

func (c *change) append(b []byte, desired bool) []byte {
	if c == nil {
		return append(b, `{"$lastUpdated":"0001-01-01T00:00:00Z"}`...)
	}
	b = append(b, `{"$lastUpdated":"`...)
	b = append(b, FormatTime(c.at)...)
	b = append(b, '"')
	if desired {
		b = append(b, `,"$lastUpdatedVersion":`...)
		b = strconv.AppendInt(b, c.version, 10)
	}
	for _, key := range sortedKeys(c.children) {
		b = append(b, ',')
		b = appendString(b, key)
		b = append(b, ':')
		b = c.children[key].append(b, desired)
	}
	return append(b, '}')
}

func appendComma(b []byte, first *bool) []byte {
	if *first {
		*first = false
		return b
	}
	return append(b, ',')
}

func appendString(b []byte, s string) []byte {
	text, err := json.Marshal(s)
	if err != nil { // a string always marshals
		return append(b, `""`...)
	}
	return append(b, text...)
}
