// Package query reads and answers the IoT hub query language, as far as it is
// documented for devices, modules and jobs.
//
// Source: learn.microsoft.com, "IoT Hub query language for device and module
// twins, jobs, and message routing".
package query

import "strings"

// The collections a query may read.
const (
	Devices = "devices"
	Modules = "devices.modules"
	Jobs    = "devices.jobs"
)

// Row is one document of a collection. Field returns the value at a path:
// nil, bool, string, float64, json.Number, []any or map[string]any.
type Row interface {
	Field(path []string) (value any, defined bool)
}

// Query is a query, read.
type Query struct {
	From    string
	Top     int // 0 for no limit
	Star    bool
	Items   []Item
	where   expr
	groupBy []expr
}

// Item is one column of a projection.
type Item struct {
	Name string
	expr expr
	agg  string // "COUNT", "SUM", "AVG", "MIN", "MAX" or ""
}

// Parse reads a query. The error is a *SyntaxError.
func Parse(text string) (*Query, error) {
	tokens, err := lex(text)
	if err != nil {
		return nil, err
	}
	p := &parser{tokens: tokens}
	q, err := p.query()
	if err != nil {
		return nil, err
	}
	return q, nil
}

// ParseCondition reads a condition alone, as jobs are given one: "*" for every
// device, a condition, or a whole query of devices.
func ParseCondition(text string) (*Query, error) {
	switch trimmed := strings.TrimSpace(text); {
	case trimmed == "" || trimmed == "*":
		return Parse("SELECT * FROM devices")
	case strings.HasPrefix(strings.ToLower(trimmed), "select "):
		return Parse(trimmed)
	default:
		return Parse("SELECT * FROM devices WHERE " + trimmed)
	}
}

// Aggregates reports whether the query counts rows instead of showing them.
func (q *Query) Aggregates() bool {
	for _, item := range q.Items {
		if item.agg != "" {
			return true
		}
	}
	return len(q.groupBy) > 0
}

// Match reports whether a row satisfies the condition.
func (q *Query) Match(row Row) bool {
	return q.where == nil || truth(q.where.eval(row)) == isTrue
}

// Project writes the chosen columns of a row as JSON; it leaves out those that
// are not defined.
func (q *Query) Project(row Row) []byte {
	columns := make([]column, 0, len(q.Items))
	for _, item := range q.Items {
		if v := item.expr.eval(row); v != undefined {
			columns = append(columns, column{item.Name, v})
		}
	}
	return appendObject(nil, columns)
}
