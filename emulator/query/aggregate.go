package query

import "encoding/json"

// column is one named value of an answer.
type column struct {
	name  string
	value any
}

func appendObject(b []byte, columns []column) []byte {
	b = append(b, '{')
	for i, c := range columns {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendJSON(b, c.name)
		b = append(b, ':')
		b = appendJSON(b, c.value)
	}
	return append(b, '}')
}

func appendJSON(b []byte, v any) []byte {
	text, err := json.Marshal(v)
	if err != nil { // values come out of a decoder, or are finite numbers
		return append(b, "null"...)
	}
	return append(b, text...)
}

// Groups collects the rows of an aggregating query.
type Groups struct {
	query *Query
	byKey map[string]*group
	order []*group
}

type group struct {
	first []any // the plain columns, from the group's first row
	tally []tally
}

// tally is one aggregate under way.
type tally struct {
	count    int64
	sum      float64
	min, max float64
}

// NewGroups starts collecting.
func (q *Query) NewGroups() *Groups { return &Groups{query: q, byKey: make(map[string]*group)} }

// Add counts a row that matched.
func (g *Groups) Add(row Row) {
	var key []byte
	for _, e := range g.query.groupBy {
		v := e.eval(row)
		if v == undefined {
			key = append(key, '?', 0)
			continue
		}
		key = append(appendJSON(key, v), 0)
	}
	into := g.byKey[string(key)]
	if into == nil {
		into = &group{tally: make([]tally, len(g.query.Items))}
		for _, item := range g.query.Items {
			var v any
			if item.agg == "" {
				v = item.expr.eval(row)
			}
			into.first = append(into.first, v)
		}
		g.byKey[string(key)] = into
		g.order = append(g.order, into)
	}
	for i, item := range g.query.Items {
		if item.agg != "" {
			into.tally[i].add(item, row)
		}
	}
}

func (t *tally) add(item Item, row Row) {
	if item.expr == nil {
		t.count++
		return
	}
	v := item.expr.eval(row)
	if v == undefined {
		return
	}
	n, isNumber := v.(float64)
	if !isNumber && item.agg != "COUNT" {
		return
	}
	if t.count == 0 {
		t.min, t.max = n, n
	}
	t.count++
	t.sum += n
	t.min, t.max = min(t.min, n), max(t.max, n)
}

// result is undefined for an average, least or greatest of nothing.
func (t tally) result(agg string) any {
	switch {
	case agg == "COUNT":
		return t.count
	case agg == "SUM":
		return t.sum
	case t.count == 0:
		return undefined
	case agg == "AVG":
		return t.sum / float64(t.count)
	case agg == "MIN":
		return t.min
	default:
		return t.max
	}
}

// Rows are the groups as JSON, in order of first appearance. A query without
// GROUP BY has one row even when nothing matched.
func (g *Groups) Rows() [][]byte {
	if len(g.order) == 0 && len(g.query.groupBy) == 0 {
		g.order = append(g.order, &group{first: make([]any, len(g.query.Items)), tally: make([]tally, len(g.query.Items))})
	}
	rows := make([][]byte, 0, len(g.order))
	for _, from := range g.order {
		var columns []column
		for i, item := range g.query.Items {
			v := from.first[i]
			if item.agg != "" {
				v = from.tally[i].result(item.agg)
			}
			if v != undefined {
				columns = append(columns, column{item.Name, v})
			}
		}
		rows = append(rows, appendObject(nil, columns))
	}
	return rows
}
