package query

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
)

// document is a row made from JSON.
type document map[string]any

func (d document) Field(path []string) (any, bool) {
	var v any = map[string]any(d)
	for _, name := range path {
		object, ok := v.(map[string]any)
		if !ok {
			return nil, false
		}
		if v, ok = object[name]; !ok {
			return nil, false
		}
	}
	return v, true
}

func rowOf(t *testing.T, text string) document {
	t.Helper()
	var d document
	if err := json.Unmarshal([]byte(text), &d); err != nil {
		t.Fatal(err)
	}
	return d
}

func TestConditions(t *testing.T) {
	row := rowOf(t, `{"deviceId":"pump-7","status":"enabled","n":3,"f":2.5,"ok":true,"none":null,
		"tags":{"site":"north","deep":{"a":{"b":7}},"odd key":"x","list":[1]},"properties":{"reported":{"fw":"2.4.1"}}}`)
	for condition, want := range map[string]bool{
		"deviceId = 'pump-7'":                      true,
		`deviceId = "pump-7"`:                      true,
		"deviceId = 'PUMP-7'":                      false,
		"devices.deviceId = 'pump-7'":              true,
		"tags.deep.a.b = 7":                        true,
		"tags.deep.a.b > 6 AND tags.deep.a.b <= 7": true,
		"tags['odd key'] = 'x'":                    true,
		"n <> 3":                                   false,
		"n != 4":                                   true,
		"n + 1 = 4 and n * 2 = 6 and n - -1 = 4":   true,
		"n % 2 = 1 and n / 2 = 1.5":                true,
		"n / 0 = 1":                                false,
		"deviceId IN ['a', 'pump-7']":              true,
		"deviceId NIN ['a', 'pump-7']":             false,
		"n in (1, 2, 3)":                           true,
		"NOT ok = true":                            false,
		"not (ok = false)":                         true,
		"missing = 1":                              false,
		"missing != 1":                             false,
		"not missing = 1":                          false,
		"missing = 1 or n = 3":                     true,
		"missing = 1 and n = 3":                    false,
		"is_defined(tags.site)":                    true,
		"is_defined(tags.town)":                    false,
		"not is_defined(tags.town)":                true,
		"none = null":                              true,
		"is_null(none)":                            true,
		"is_number(n) and is_string(status) and is_bool(ok)":    true,
		"is_object(tags) and is_array(tags.list)":               true,
		"is_primitive(tags)":                                    false,
		"startswith(deviceId, 'pump')":                          true,
		"STARTSWITH(deviceId, 'valve')":                         false,
		"endswith(deviceId, '-7') and contains(deviceId, 'mp')": true,
		"startswith(n, '3')":                                    false,
		"properties.reported.fw = '2.4.1'":                      true,
		"ok":                                                    true,
		"n":                                                     false,
		"'it''s' = 'it\\'s'":                                    true,
		"n < 'a'":                                               false,
		"tags = tags":                                           false,
		"(((n = 3)))":                                           true,
		"upper(tags.site) = 'NORTH' and length(status) = 7": true,
		"floor(f) = 2 and ceiling(f) = 3 and abs(0-n) = 3":  true,
	} {
		q, err := Parse("SELECT * FROM devices WHERE " + condition)
		if err != nil {
			t.Errorf("%s: %v", condition, err)
			continue
		}
		if got := q.Match(row); got != want {
			t.Errorf("%s is %v, want %v", condition, got, want)
		}
	}
}

func TestSyntaxErrorsSayWhere(t *testing.T) {
	for text, want := range map[string]string{
		"":                                    "position 1: SELECT is expected",
		"SELECT *":                            "FROM is missing",
		"SELECT * FROM things":                "FROM devices, devices.modules or devices.jobs is expected",
		"SELECT * FROM devices WHERE":         "position 28: a property or a value is expected, not the end",
		"SELECT * FROM devices WHERE a = 'b":  "position 33: this string has no end: add '",
		"SELECT * FROM devices WHERE a = 1 2": "position 35: \"2\" is not expected here",
		"SELECT * FROM devices WHERE f(a)":    "position 29: the function \"f\" is not known",
		"SELECT * FROM devices WHERE is_defined(a, b)":               "takes 1, not 2",
		"SELECT * FROM devices WHERE a ; b":                          "position 31: \";\" has no meaning here",
		"SELECT * FROM devices GROUP BY a":                           "SELECT * cannot be grouped",
		"SELECT jobId FROM devices.jobs":                             "devices.jobs can only be read with SELECT *",
		"SELECT TOP x * FROM devices":                                "a positive number is expected after TOP",
		"SELECT SUM() FROM devices":                                  "SUM needs a property",
		"SELECT * FROM devices WHERE " + strings.Repeat("(", 10_000): "nests too deep",
		"SELECT * FROM devices WHERE a = 1.2.3":                      "is no number",
		"SELECT * FROM devices ORDER BY a":                           "is not expected here",
	} {
		_, err := Parse(text)
		var syntax *SyntaxError
		if !errors.As(err, &syntax) || !strings.Contains(err.Error(), want) {
			t.Errorf("%.60q: %v, want %q in it", text, err, want)
		}
	}
}

func TestProjectionAndGroups(t *testing.T) {
	rows := []document{
		rowOf(t, `{"deviceId":"a","status":"enabled","tags":{"n":1}}`),
		rowOf(t, `{"deviceId":"b","status":"disabled","tags":{"n":5}}`),
		rowOf(t, `{"deviceId":"c","status":"enabled","tags":{}}`),
	}
	for text, want := range map[string]string{
		"SELECT deviceId, tags.n FROM devices":                                                         `[{"deviceId":"a","n":1} {"deviceId":"b","n":5} {"deviceId":"c"}]`,
		"SELECT tags.n + 1 AS next FROM devices WHERE tags.n > 1":                                      `[{"next":6}]`,
		"SELECT COUNT() AS n FROM devices":                                                             `[{"n":3}]`,
		"SELECT COUNT() FROM devices WHERE deviceId = 'x'":                                             `[{"$1":0}]`,
		"SELECT status, COUNT() AS n FROM devices GROUP BY status":                                     `[{"status":"enabled","n":2} {"status":"disabled","n":1}]`,
		"SELECT SUM(tags.n) AS s, AVG(tags.n) AS a, MIN(tags.n) AS lo, MAX(tags.n) AS hi FROM devices": `[{"s":6,"a":3,"lo":1,"hi":5}]`,
	} {
		q, err := Parse(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		groups, got := q.NewGroups(), []string{}
		for _, row := range rows {
			if !q.Match(row) {
				continue
			}
			if q.Aggregates() {
				groups.Add(row)
			} else {
				got = append(got, string(q.Project(row)))
			}
		}
		if q.Aggregates() {
			for _, row := range groups.Rows() {
				got = append(got, string(row))
			}
		}
		if fmt.Sprint(got) != want {
			t.Errorf("%s\n got %v\nwant %s", text, got, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		"SELECT * FROM devices", "SELECT a.b AS c, COUNT() FROM devices.modules WHERE not x IN ['a'] GROUP BY a.b",
		"SELECT TOP 5 * FROM devices WHERE startswith(a, 'b') or c = -1.5e3", "select * from devices.jobs where devices.jobs.jobId='j'",
	} {
		f.Add(seed)
	}
	row := document{"a": "x", "b": 1.0, "c": map[string]any{"d": nil}}
	f.Fuzz(func(t *testing.T, text string) {
		q, err := Parse(text)
		if err != nil {
			return
		}
		q.Match(row)
		if q.Aggregates() {
			g := q.NewGroups()
			g.Add(row)
			for _, r := range g.Rows() {
				if !json.Valid(r) {
					t.Errorf("%q gave %q", text, r)
				}
			}
		} else if !q.Star && !json.Valid(q.Project(row)) {
			t.Errorf("%q gave %q", text, q.Project(row))
		}
	})
}
