package arm

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// kql is a query of AzureDiagnostics, as far as the emulator understands the
// language: where with comparisons joined by and, project, order by, take. What
// it does not understand is an error, never a wrong answer.
type kql struct {
	where   []condition
	columns []string
	order   string
	asc     bool
	take    int
}

// condition compares a column with one of several values.
type condition struct {
	column, op string
	values     []string
}

type table struct {
	Name    string     `json:"name"`
	Columns []column   `json:"columns"`
	Rows    [][]string `json:"rows"`
}

type column struct {
	Name string `json:"name"`
	Type string `json:"type"`
}

func parseQuery(text string, now time.Time) (*kql, error) {
	stages := strings.Split(text, "|")
	if strings.TrimSpace(stages[0]) != "AzureDiagnostics" {
		return nil, fmt.Errorf("the emulator has the table AzureDiagnostics only, not %q", strings.TrimSpace(stages[0]))
	}
	q := &kql{columns: columns()}
	for _, stage := range stages[1:] {
		if err := q.stage(strings.TrimSpace(stage), now); err != nil {
			return nil, err
		}
	}
	return q, nil
}

func (q *kql) stage(text string, now time.Time) error {
	word, rest, _ := strings.Cut(text, " ")
	rest = strings.TrimSpace(rest)
	switch word {
	case "where":
		for part := range strings.SplitSeq(rest, " and ") {
			c, err := parseComparison(strings.TrimSpace(part), now)
			if err != nil {
				return err
			}
			q.where = append(q.where, c)
		}
		return nil
	case "project":
		q.columns = nil
		for name := range strings.SplitSeq(rest, ",") {
			if err := known(strings.TrimSpace(name)); err != nil {
				return err
			}
			q.columns = append(q.columns, strings.TrimSpace(name))
		}
		return nil
	case "order", "sort":
		fields := strings.Fields(strings.TrimPrefix(rest, "by "))
		if len(fields) == 0 || len(fields) > 2 {
			return fmt.Errorf("order by one column, not %q", rest)
		}
		q.order, q.asc = fields[0], len(fields) == 2 && fields[1] == "asc"
		return known(q.order)
	case "take", "limit":
		n, err := strconv.Atoi(rest)
		if err != nil || n < 0 {
			return fmt.Errorf("take a number of rows, not %q", rest)
		}
		q.take = n
		return nil
	default:
		return fmt.Errorf("the emulator does not understand %q: it knows where, project, order by and take", word)
	}
}

func known(name string) error {
	if slices.Contains(columns(), name) {
		return nil
	}
	return fmt.Errorf("the column %q is not known", name)
}

// parseComparison reads column op value, or column in (value, value).
func parseComparison(text string, now time.Time) (condition, error) {
	shape := regexp.MustCompile(`^(\w+)\s*(==|=~|!=|>=|<=|>|<|in~?|has|contains)\s*(.+)$`)
	m := shape.FindStringSubmatch(text)
	if m == nil {
		return condition{}, fmt.Errorf("the emulator does not understand the condition %q", text)
	}
	c := condition{column: m[1], op: m[2]}
	if err := known(c.column); err != nil {
		return c, err
	}
	list := []string{m[3]}
	if strings.HasPrefix(c.op, "in") {
		list = strings.Split(strings.Trim(m[3], "() "), ",")
	}
	for _, v := range list {
		value, err := parseValue(strings.TrimSpace(v), now)
		if err != nil {
			return c, err
		}
		c.values = append(c.values, value)
	}
	return c, nil
}

// parseValue reads a string, a number, datetime(…), ago(…) or now().
func parseValue(text string, now time.Time) (string, error) {
	inside := func(name string) (string, bool) {
		rest, ok := strings.CutPrefix(text, name+"(")
		return strings.TrimSuffix(rest, ")"), ok && strings.HasSuffix(rest, ")")
	}
	if arg, ok := inside("datetime"); ok {
		t, err := time.Parse(time.RFC3339Nano, strings.Trim(arg, `"'`))
		if err != nil {
			return "", fmt.Errorf("%q is no time such as 2026-01-06T10:00:00Z", arg)
		}
		return t.UTC().Format(time.RFC3339Nano), nil
	}
	if arg, ok := inside("ago"); ok {
		d, err := parseSpan(arg)
		return now.Add(-d).UTC().Format(time.RFC3339Nano), err
	}
	if text == "now()" {
		return now.UTC().Format(time.RFC3339Nano), nil
	}
	if len(text) >= 2 && (text[0] == '"' || text[0] == '\'') && text[len(text)-1] == text[0] {
		return text[1 : len(text)-1], nil
	}
	if _, err := strconv.ParseFloat(text, 64); err == nil {
		return text, nil
	}
	return "", fmt.Errorf("the emulator does not understand the value %q", text)
}

// parseSpan reads 30s, 5m, 2h or 7d.
func parseSpan(text string) (time.Duration, error) {
	if days, ok := strings.CutSuffix(text, "d"); ok {
		n, err := strconv.ParseFloat(days, 64)
		if err != nil {
			return 0, fmt.Errorf("%q is no span of time", text)
		}
		return time.Duration(n * 24 * float64(time.Hour)), nil
	}
	d, err := time.ParseDuration(text)
	if err != nil {
		return 0, fmt.Errorf("%q is no span of time such as 30m, 2h or 7d", text)
	}
	return d, nil
}

// span adds the request's timespan: PT1H, P7D, or two times with a slash
// between.
func (q *kql) span(text string, now time.Time) error {
	if text == "" {
		return nil
	}
	if from, to, ok := strings.Cut(text, "/"); ok && !strings.HasPrefix(to, "P") {
		for _, c := range []condition{{"TimeGenerated", ">=", []string{from}}, {"TimeGenerated", "<=", []string{to}}} {
			if _, err := time.Parse(time.RFC3339Nano, c.values[0]); err != nil {
				return fmt.Errorf("the timespan %q is not understood", text)
			}
			q.where = append(q.where, c)
		}
		return nil
	}
	short := strings.ToLower(strings.TrimPrefix(strings.TrimPrefix(text, "P"), "T"))
	d, err := parseSpan(short)
	if err != nil {
		return err
	}
	q.where = append(q.where, condition{"TimeGenerated", ">=", []string{now.Add(-d).UTC().Format(time.RFC3339Nano)}})
	return nil
}

func (q *kql) run(rows []logRow) table {
	kept := slices.DeleteFunc(rows, func(r logRow) bool {
		return slices.ContainsFunc(q.where, func(c condition) bool { return !c.holds(r) })
	})
	if q.order != "" {
		slices.SortStableFunc(kept, func(a, b logRow) int {
			order := compare(q.order, a[q.order], b[q.order])
			if !q.asc {
				order = -order
			}
			return order
		})
	}
	if q.take > 0 && len(kept) > q.take {
		kept = kept[:q.take]
	}
	t := table{Name: "PrimaryResult", Rows: make([][]string, len(kept))}
	for _, name := range q.columns {
		kind := "string"
		if name == "TimeGenerated" {
			kind = "datetime"
		}
		t.Columns = append(t.Columns, column{name, kind})
	}
	for i, r := range kept {
		for _, name := range q.columns {
			t.Rows[i] = append(t.Rows[i], r[name])
		}
	}
	return t
}

func (c condition) holds(r logRow) bool {
	have := r[c.column]
	switch c.op {
	case "==", "in":
		return slices.Contains(c.values, have)
	case "=~", "in~":
		return slices.ContainsFunc(c.values, func(v string) bool { return strings.EqualFold(v, have) })
	case "!=":
		return have != c.values[0]
	case "has", "contains":
		return strings.Contains(strings.ToLower(have), strings.ToLower(c.values[0]))
	}
	order := compare(c.column, have, c.values[0])
	switch c.op {
	case ">":
		return order > 0
	case ">=":
		return order >= 0
	case "<":
		return order < 0
	default:
		return order <= 0
	}
}

func compare(column, a, b string) int {
	if column == "TimeGenerated" {
		x, _ := time.Parse(time.RFC3339Nano, a) // both were written or checked here
		y, _ := time.Parse(time.RFC3339Nano, b)
		return x.Compare(y)
	}
	return strings.Compare(a, b)
}
