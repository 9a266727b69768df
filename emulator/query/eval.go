package query

import (
	"encoding/json"
	"math"
	"strings"
)

// expr is part of a condition or projection.
type expr interface{ eval(Row) any }

// notDefined is the type of what is not there; comparing it with anything is
// neither true nor false.
type notDefined string

// undefined is the one value of its type.
const undefined notDefined = "undefined"

type (
	literal struct{ value any }
	field   []string
	not     struct{ e expr }
	logic   struct {
		or          bool
		left, right expr
	}
	compare struct {
		op          string
		left, right expr
	}
	in struct {
		left    expr
		list    []expr
		negated bool
	}
	arithmetic struct {
		op          string
		left, right expr
	}
	function struct {
		name string
		args []expr
	}
)

// verdict is the truth of a value; what is not a bool is unknown.
type verdict int

const (
	unknown verdict = iota
	isFalse
	isTrue
)

func truth(v any) verdict {
	switch v {
	case true:
		return isTrue
	case false:
		return isFalse
	default:
		return unknown
	}
}

func (l literal) eval(Row) any { return l.value }

func (f field) eval(row Row) any {
	v, ok := row.Field(f)
	if !ok {
		return undefined
	}
	return number(v)
}

// number turns the digits of a document into a value that compares.
func number(v any) any {
	switch n := v.(type) {
	case json.Number:
		if f, err := n.Float64(); err == nil {
			return f
		}
	case int:
		return float64(n)
	case int64:
		return float64(n)
	}
	return v
}

func (n not) eval(row Row) any {
	switch truth(n.e.eval(row)) {
	case isTrue:
		return false
	case isFalse:
		return true
	default:
		return undefined
	}
}

func (l logic) eval(row Row) any {
	decisive := isFalse
	if l.or {
		decisive = isTrue
	}
	left := truth(l.left.eval(row))
	if left == decisive {
		return l.or
	}
	right := truth(l.right.eval(row))
	switch {
	case right == decisive:
		return l.or
	case left == unknown || right == unknown:
		return undefined
	default:
		return !l.or
	}
}

func (c compare) eval(row Row) any {
	left, right := c.left.eval(row), c.right.eval(row)
	if left == undefined || right == undefined {
		return undefined
	}
	switch c.op {
	case "=":
		return equal(left, right)
	case "!=", "<>":
		return !equal(left, right)
	}
	order, ok := compareOrder(left, right)
	if !ok {
		return undefined
	}
	switch c.op {
	case "<":
		return order < 0
	case "<=":
		return order <= 0
	case ">":
		return order > 0
	default:
		return order >= 0
	}
}

// equal compares scalars; objects and arrays are equal to nothing.
func equal(a, b any) bool {
	switch a.(type) {
	case map[string]any, []any:
		return false
	}
	switch b.(type) {
	case map[string]any, []any:
		return false
	}
	return a == b
}

func compareOrder(a, b any) (int, bool) {
	switch x := a.(type) {
	case float64:
		if y, ok := b.(float64); ok {
			switch {
			case x < y:
				return -1, true
			case x > y:
				return 1, true
			default:
				return 0, true
			}
		}
	case string:
		if y, ok := b.(string); ok {
			return strings.Compare(x, y), true
		}
	}
	return 0, false
}

func (i in) eval(row Row) any {
	left := i.left.eval(row)
	if left == undefined {
		return undefined
	}
	for _, e := range i.list {
		if equal(left, e.eval(row)) {
			return !i.negated
		}
	}
	return i.negated
}

func (a arithmetic) eval(row Row) any {
	left, lok := a.left.eval(row).(float64)
	right, rok := a.right.eval(row).(float64)
	if !lok || !rok {
		return undefined
	}
	switch a.op {
	case "+":
		return left + right
	case "-":
		return left - right
	case "*":
		return left * right
	case "%":
		return finite(math.Mod(left, right))
	default:
		return finite(left / right)
	}
}

func finite(f float64) any {
	if math.IsInf(f, 0) || math.IsNaN(f) {
		return undefined
	}
	return f
}
