package logparse

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"methodical/checks/logparse/bench"
)

// said is what a parser makes of a text, with names for its numbers.
type said struct {
	Rows, Events            []string
	Malformed, Other, Blank int64
	Places                  []place
}

func readAll(text []byte, frame framer, plain bool) (said, *parser) {
	o := Options{Names: bench.Names()}
	p := newParser(&o, newCodebook(o.Names))
	p.plain = plain
	p.startBlock()
	frame(p, text, 0, len(text), true)
	return p.said(), p
}

func (p *parser) said() said {
	var s said
	for _, r := range p.batch.rows {
		s.Rows = append(s.Rows, fmt.Sprintf("%q at %d for %d: %q %q %d", r.device, r.time, r.duration, p.codes.names[r.code], p.ops.names[r.op], r.flags))
	}
	for _, e := range p.batch.events {
		s.Events = append(s.Events, fmt.Sprintf("%q at %d: %q %d %q %q %q", e.device, e.time, p.codes.names[e.code], e.op, e.address, e.sdk, e.protocol))
	}
	s.Malformed, s.Other, s.Blank = p.batch.malformed, p.batch.other, p.batch.blank
	s.Places = slices.Clone(p.batch.places)
	return s
}

// agree fails when the fast readers say anything else than the strict decoder.
func agree(t *testing.T, text []byte, frame framer) {
	t.Helper()
	fast, _ := readAll(text, frame, false)
	strict, _ := readAll(text, frame, true)
	if !reflect.DeepEqual(fast, strict) {
		t.Errorf("fast   %+v\nstrict %+v\ntext %q", fast, strict, text)
	}
}

func TestTiersAgreeOnTables(t *testing.T) {
	const columns = `{"tables":[{"name":"PrimaryResult","columns":[{"name":"TimeGenerated"},{"name":"Category"},{"name":"ResultType"},` +
		`{"name":"properties_s"},{"name":"DurationMs"}],"rows":[`
	rows := []string{
		`["2026-03-02T10:00:00Z","DirectMethods","404103","{\"deviceId\":\"a\"}",5]`,
		` [ "2026-03-02T10:00:00Z" , "DirectMethods" , null , { "deviceId" : "a" } , 5.5 ] `,
		`["2026-03-02T10:00:00Z","","\ud83d\ude00","{\"deviceId\":\"\u0061\"}","5"]`,
		`["2026-03-02T10:00:00Z","DirectMethods",` + strings.Repeat("[", 50) + strings.Repeat("]", 50) + `,{},true]`,
		`[]`, `[1]`, `[1,2,3,4,5,6]`, `{}`, `1`,
	}
	read := func(text string, plain bool) said {
		o := Options{Names: bench.Names()}
		p := newParser(&o, newCodebook(o.Names))
		p.plain = plain
		if err := p.tables(strings.NewReader(text), func() error { return nil }); err != nil {
			t.Fatal(err)
		}
		return p.said()
	}
	whole := columns + strings.Join(rows, ",\n") + "]}]}"
	if s := read(whole, false); len(s.Rows) != 4 || s.Malformed != 5 || s.Places[4].newlines != 8 {
		t.Errorf("got %+v", s)
	}
	for _, text := range []string{
		whole, whole[:len(whole)/2], columns, columns + "]}", columns + `["` + strings.Repeat("x", 6<<20) + `"]]}]}`,
		`{"tables":[{"rows":[[1]],"columns":[]},{"columns":[{"name":"Category"}],"rows":[["DirectMethods"]]}]}`,
	} {
		fast, strict := read(text, false), read(text, true)
		if !reflect.DeepEqual(fast, strict) {
			t.Errorf("fast   %+v\nstrict %+v", fast, strict)
		}
		if text != whole && fast.Malformed == 0 {
			t.Errorf("nothing is damaged in %.300s", text)
		}
	}
}

// regular is lines of one exporter, enough for layouts to be learned.
func regular(t testing.TB, c bench.Config) []byte {
	t.Helper()
	var b bytes.Buffer
	c.Size, c.Devices = 30_000, 50
	if _, err := bench.Write(&b, c); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// csvFramer frames CSV as regular writes it.
func csvFramer(t testing.TB, c bench.Config) framer {
	t.Helper()
	c.Format = "csv"
	heading, _, _ := bytes.Cut(regular(t, c), []byte{'\n'})
	table, ok := newTable(heading)
	if !ok {
		t.Fatal("no heading")
	}
	return table.rows
}

func oddLines() []string {
	const at = `"time":"2026-03-02T10:00:00.1234567Z","category":"DirectMethods",`
	return []string{
		`{` + at + `"durationMs":007}`,
		`{` + at + `"durationMs":-1}`,
		`{` + at + `"durationMs":1.5e3}`,
		`{` + at + `"durationMs":"007"}`,
		`{` + at + `"durationMs":1,"durationMs":null}`,
		`{` + at + `"resultType":true}`,
		`{` + at + `"resultType":{"a":[1,2,{"b":null}]}}`,
		`{` + at + `"resultType":"\u0034\u00304103"}`,
		`{` + at + `"resultType":"\ud83d\ude00"}`,
		`{` + at + `"resultType":"\ud83d"}`,
		`{` + at + `"resultType":"😀"}`,
		`{` + at + `"resultType":"` + "\x7f\x01" + `"}`,
		`{` + at + `"resultType":"` + "\xc0\x80" + `"}`,
		`{` + at + `"properties":"{\"deviceId\":\"a\\\"b\"}"}`,
		`{` + at + `"properties":"{\"deviceId\":\"a\"} "}`,
		`{` + at + `"properties":"{\"deviceId\":\"a\"}x"}`,
		`{` + at + `"properties":"{\"deviceId\":\"a\u0022,\"moduleId\":\"m\"}"}`,
		`{` + at + `"properties":"{\n\"deviceId\":\"a\"\n}"}`,
		`{` + at + `"properties":"{\"deviceId\":\"a\",\"deviceId\":\"b\"}"}`,
		`{` + at + `"properties":{"deviceId":"a","moduleId":"m"}}`,
		`{` + at + `"properties":"{\"deviceId\":\"` + strings.Repeat("d", 300) + `\"}"}`,
		`{` + at + `"properties":[1]}`,
		`{` + at + `"properties":""}`,
		`{` + at + `"x":` + strings.Repeat("[", 100) + strings.Repeat("]", 100) + `}`,
		`{` + at + `"x":tru}`,
		`{` + at + `"x":1,}`,
		`{` + at + `,}`,
		`{"time":"2026-03-02T10:00:00.12345678Z","category":"DirectMethods"}`,
		`{"time":"2026-03-02T10:00:60.1234567Z","category":"DirectMethods"}`,
		`{"time":"2026-03-02T10:00:00.12a4567Z","category":"DirectMethods"}`,
		`{"time":"2026-02-30T10:00:00.1234567Z","category":"DirectMethods"}`,
		`{"time":"2026-03-02T10:00:00+02:30","category":"DirectMethods"}`,
		`{"time":"1969-03-02T10:00:00Z","category":"DirectMethods"}`,
		`{"time":1,"category":"DirectMethods"}`,
		`{"category":"DirectMethods","Category":"Routes","time":null}`,
		`{"category":"DirectMethods","level":2}`, `{"category":"directmethods","Level":"ERROR","ResultType":""}`,
		`{"category":null}`, `{}`, `[]`, `[[]]`, `{"records":[]}`, `{"records":{}}`, `{"records":[1,"{",{"category":"DirectMethods"}]}`,
		`1`, `"x"`, `null`, `{"a"}`, `{"a":}`, `{"a":1 "b":2}`, `{`, `}`, `"`, `{"category":"DirectMethods"}}`, "\t", "\x00", "\ufeff", "\ufeff{}",
	}
}

func TestTiersAgreeOnOddLines(t *testing.T) {
	common := regular(t, bench.Config{Seed: 1})
	for _, odd := range oddLines() {
		for _, end := range []string{"\n", "\r\n", ""} {
			agree(t, []byte(string(common)+odd+end), lines)
		}
		agree(t, []byte(odd+string(common)), values)
	}
	agree(t, []byte(string(common)+strings.Join(oddLines(), "\n")+"\n"+string(common)), lines)
}

// TestTiersAgreeOnDamage changes bytes of regular and odd lines at random.
func TestTiersAgreeOnDamage(t *testing.T) {
	rounds := 400
	if testing.Short() {
		rounds = 40
	}
	rng := rand.New(rand.NewPCG(1, 2))
	const bytesThatMatter = `""\{}[],:0123456789.eE-+ntu/` + "\n\r\t \x00\xff\xc3\xa4"
	for round := range rounds {
		c := bench.Config{Seed: uint64(round), Odd: float64(round%3) / 2}
		frame, name := framer(lines), "lines"
		switch round % 4 {
		case 2:
			c.Format, c.Odd = "csv", 0
			frame, name = csvFramer(t, c), "csv"
		case 3:
			frame, name = values, "values"
		}
		text := regular(t, c)
		for range 1 + rng.IntN(60) {
			at := rng.IntN(len(text))
			switch b := bytesThatMatter[rng.IntN(len(bytesThatMatter))]; rng.IntN(4) {
			case 0:
				text[at] = b
			case 1:
				text = slices.Insert(text, at, b)
			case 2:
				text = slices.Delete(text, at, min(len(text), at+1+rng.IntN(3)))
			default: // a piece twice
				n := min(len(text)-at, rng.IntN(200))
				text = slices.Insert(text, at, bytes.Clone(text[at:at+n])...)
			}
		}
		agree(t, text, frame)
		if t.Failed() {
			t.Fatalf("round %d, %s", round, name)
		}
	}
}

// TestLayoutsAreUsed makes sure that the other tests compare what they mean to.
func TestLayoutsAreUsed(t *testing.T) {
	for format, frame := range map[string]framer{
		"lines": lines, "records": values, "csv": csvFramer(t, bench.Config{Seed: 1}),
	} {
		s, p := readAll(regular(t, bench.Config{Seed: 1, Format: format}), frame, false)
		hits := 0
		for _, l := range slices.Concat(p.json.list, p.csv.list) {
			hits += l.hits
		}
		if records := len(s.Rows); hits < records*9/10 || records < 50 {
			t.Errorf("%s: %d of %d records fitted a layout", format, hits, records)
		}
	}
}

func FuzzCSV(f *testing.F) {
	c := bench.Config{Seed: 1, Format: "csv"}
	common, frame := regular(f, c), csvFramer(f, c)
	for _, row := range []string{
		`2026-03-02T13:12:38.3334393Z,/S,send,DirectMethods,Information,,,132,"{""deviceId"":""a"",""RequestSize"":161}",w`,
		`"3/2/2026, 1:12:38.333 PM","/S",send,DirectMethods,Error,404103,"Device ""x""",,"{""deviceId"":""a\""b""}",w`,
		`,,,,,,,,,`, `,,send,,,,,,,`, `a,b`, `"`, `""`, `"a"b,c`, "\r", string(common[:100]),
	} {
		f.Add([]byte(row))
	}
	f.Fuzz(func(t *testing.T, odd []byte) {
		text := append(bytes.Clone(common[:4000]), '\n')
		text = append(append(text, odd...), '\n')
		text = append(append(text, odd...), '\n')
		agree(t, append(text, odd...), frame)
	})
}

func FuzzLines(f *testing.F) {
	common := regular(f, bench.Config{Seed: 1})
	for _, odd := range oddLines() {
		f.Add([]byte(odd))
	}
	for line := range bytes.Lines(regular(f, bench.Config{Seed: 2, Odd: 1})) {
		f.Add(bytes.Clone(line))
	}
	f.Fuzz(func(t *testing.T, odd []byte) {
		text := append(bytes.Clone(common[:4000]), '\n')
		text = append(append(text, odd...), '\n')
		text = append(append(text, odd...), '\n') // learned from the first time
		agree(t, append(text, odd...), lines)
		agree(t, odd, values)
	})
}

func FuzzScanner(f *testing.F) {
	for _, odd := range oddLines() {
		f.Add([]byte(odd))
	}
	f.Add([]byte(`{"deviceId":"a\/b","RequestSize":1,"ResponseSize":0.5,"sdkVersion":null}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, find := range []lookup{recordField, propertyField} {
			var got, want [fieldCount]value
			var scan scanner
			end, ok := scan.object(b, find, got[:])
			if !ok {
				continue
			}
			var s strict
			strictEnd, bad := s.object(b, find, want[:])
			if bad != nil || end != strictEnd {
				t.Fatalf("the scanner ends at %d, the strict decoder at %d: %v", end, strictEnd, bad)
			}
			for i := range got {
				if got[i].kind != want[i].kind || !bytes.Equal(got[i].raw, want[i].raw) {
					t.Errorf("field %d: the scanner says %d %q, the strict decoder %d %q", i, got[i].kind, got[i].raw, want[i].kind, want[i].raw)
				}
			}
		}
	})
}
