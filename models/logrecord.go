package models

import (
	"encoding/json"
	"fmt"
	"time"
)

// UnmarshalJSON reads a row in every spelling that exports use: properties as
// a JSON string or as an object, durationMs and resultType as text or as a
// number, and a time without a zone, which is UTC.
func (r *LogRecord) UnmarshalJSON(b []byte) error {
	type plain LogRecord // without this method
	var row struct {
		plain
		Time       string     `json:"time"`
		ResultType exportText `json:"resultType"`
		DurationMs exportText `json:"durationMs"`
		Properties exportText `json:"properties"`
	}
	if err := json.Unmarshal(b, &row); err != nil {
		return err
	}
	at, err := exportTime(row.Time)
	if err != nil {
		return err
	}
	*r = LogRecord(row.plain)
	r.Time = at
	r.ResultType, r.DurationMs, r.Properties = string(row.ResultType), string(row.DurationMs), string(row.Properties)
	return nil
}

// exportText is text, or any other JSON value kept as its own JSON text.
type exportText string

func (s *exportText) UnmarshalJSON(b []byte) error {
	switch {
	case string(b) == "null":
		return nil
	case len(b) > 0 && b[0] == '"':
		return json.Unmarshal(b, (*string)(s))
	default:
		*s = exportText(b)
		return nil
	}
}

func exportTime(text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999", "2006-01-02 15:04:05.999999999"} {
		if t, err := time.Parse(layout, text); err == nil {
			return t, nil
		}
	}
	return time.Time{}, fmt.Errorf("the log row's time %q is no RFC 3339 time", text)
}
