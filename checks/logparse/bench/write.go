package bench

import (
	"bufio"
	"fmt"
	"io"
	"math/rand/v2"
	"strconv"
	"strings"
	"time"
)

// Config says what to write.
type Config struct {
	Size    int64 // about how many bytes
	Seed    uint64
	Devices int     // 0 means 100,000
	Format  string  // "lines", "records", "csv" or "tables"; "" means lines
	Odd     float64 // the share of records that are spelled in unusual ways, 0 to 1
	Damaged float64 // the share of lines that are cut short, 0 to 1
	// Days is how much time the rows are spread over. 0 means 1.
	Days float64
}

// bytesPerRecord is about how long a row is.
const bytesPerRecord = 455

// Write writes rows and returns the truth about them.
func Write(w io.Writer, c Config) (Truth, error) {
	if c.Devices == 0 {
		c.Devices = 100_000
	}
	if c.Days == 0 {
		c.Days = 1
	}
	rng := rand.New(rand.NewPCG(c.Seed, 7))
	rows := max(1, c.Size/bytesPerRecord)
	r := records{
		rng: rng, devices: c.Devices, at: time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC),
		step: max(time.Duration(c.Days*float64(24*time.Hour)/float64(rows)), 100),
	}
	out := &counted{w: bufio.NewWriterSize(w, 1<<20)}
	truth := newTruth()
	head, between, tail := frame(c.Format)
	out.WriteString(head)
	for line := int64(1); out.n < c.Size; line++ {
		rec := r.next()
		text := rec.text(c.Format)
		if rng.Float64() < c.Odd {
			text = rec.odd(rng)
		}
		if line > 1 {
			out.WriteString(between)
		}
		if rng.Float64() < c.Damaged {
			out.WriteString(text[:len(text)/2])
			truth.damage(line)
			continue
		}
		out.WriteString(text)
		truth.add(rec)
	}
	out.WriteString(tail)
	return truth, out.w.Flush()
}

type counted struct {
	w *bufio.Writer
	n int64
}

func (c *counted) WriteString(s string) {
	n, _ := c.w.WriteString(s) // the error comes back from Flush
	c.n += int64(n)
}

// frame is what stands before, between and after the rows of a format.
func frame(format string) (head, between, tail string) {
	switch format {
	case "records":
		return `{"records":[`, ",", "]}"
	case "csv":
		return "TimeGenerated [UTC],ResourceId,OperationName,Category,Level,ResultType,ResultDescription,DurationMs,properties_s,Location\n", "\n", "\n"
	case "tables":
		var columns []string
		for _, name := range []string{
			"TimeGenerated", "ResourceId", "OperationName", "Category", "Level", "ResultType", "ResultDescription",
			"DurationMs", "properties_s", "Location",
		} {
			columns = append(columns, fmt.Sprintf(`{"name":%q,"type":"string"}`, name))
		}
		return `{"tables":[{"name":"PrimaryResult","columns":[` + strings.Join(columns, ",") + `],"rows":[`, ",", "]}]}"
	default:
		return "", "\n", "\n"
	}
}

// text is the row in its format.
func (r Record) text(format string) string {
	switch format {
	case "csv":
		return strings.Join(r.columns(`""`), ",")
	case "tables":
		return "[" + strings.Join(r.columns(`\"`), ",") + "]"
	}
	failure := ""
	if r.Code != "0" {
		failure = `"resultType":"` + r.Code + `","resultDescription":"` + Names()[r.Code] + `",`
	}
	return `{"time":"` + r.Time.Format(timeLayout) + `","resourceId":"` + resource + `","operationName":"` + r.Operation +
		`","category":"` + r.Category + `","level":"` + r.level() + `",` + failure + `"durationMs":"` + strconv.Itoa(r.DurationMs) +
		`","properties":"` + strings.ReplaceAll(r.properties(), `"`, `\"`) + `","location":"westeurope"}`
}

func (r Record) columns(quote string) []string {
	code, name := r.Code, Names()[r.Code]
	if code == "0" {
		code, name = "", ""
	}
	columns := []string{
		r.Time.Format(timeLayout), resource, r.Operation, r.Category, r.level(), code, name, strconv.Itoa(r.DurationMs),
		r.properties(), "westeurope",
	}
	for i, text := range columns {
		if quote == `\"` || strings.ContainsAny(text, `",`) {
			columns[i] = `"` + strings.ReplaceAll(text, `"`, quote) + `"`
		}
	}
	return columns
}

// odd is the row as JSON, spelled as other exporters might.
func (r Record) odd(rng *rand.Rand) string {
	members := []string{
		`"time":"` + r.Time.Format(timeLayout) + `"`, `"resourceId":"` + resource + `"`, `"operationName":"` + r.Operation + `"`,
		`"category":"` + r.Category + `"`, `"level":"` + r.level() + `"`, `"location":"westeurope"`,
	}
	properties := r.properties()
	switch rng.IntN(3) {
	case 0:
		members = append(members, `"properties":`+properties, `"durationMs":`+strconv.Itoa(r.DurationMs))
	case 1: // escaped where it need not be
		members = append(members, `"properties":`+strings.ReplaceAll(strconv.Quote(properties), "pump", `\u0070ump`),
			`"durationMs":"`+strconv.Itoa(r.DurationMs)+`"`)
	default: // a name twice: the last counts
		members = append(members, `"durationMs":"7"`, `"properties":`+strconv.Quote(properties), `"durationMs": "`+strconv.Itoa(r.DurationMs)+`"`)
	}
	switch {
	case r.Code != "0" && rng.IntN(2) == 0:
		members = append(members, `"resultType":`+r.Code)
	case r.Code != "0":
		members = append(members, `"resultType":"`+Names()[r.Code]+`"`, `"resultDescription":"ausgefallen – später"`)
	case rng.IntN(2) == 0:
		members = append(members, `"resultType":"0"`)
	case rng.IntN(2) == 0:
		members = append(members, `"resultType":null`, `"identity":{"claims":[1,2.5e3,true,{"a":"\"}"}]}`)
	}
	turn := rng.IntN(5) // durationMs must stay behind its first writing
	members = append(members[turn:6:6], append(members[:turn:turn], members[6:]...)...)
	switch rng.IntN(3) {
	case 0:
		return "{ " + strings.Join(members, " , ") + " }\r"
	case 1:
		return "{\t" + strings.Join(members, ",\t") + "}  "
	default:
		return "{" + strings.Join(members, ",") + "}"
	}
}
