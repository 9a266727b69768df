package query

import (
	"math"
	"strings"
)

// arity is how many arguments a function takes; known is false for a function
// the language does not have.
func arity(name string) (n int, known bool) {
	switch name {
	case "is_defined", "is_null", "is_bool", "is_number", "is_string", "is_object", "is_array", "is_primitive",
		"abs", "ceiling", "floor", "sign", "lower", "upper", "length":
		return 1, true
	case "startswith", "endswith", "contains", "power", "concat":
		return 2, true
	default:
		return 0, false
	}
}

func (f function) eval(row Row) any {
	v := f.args[0].eval(row)
	switch f.name {
	case "is_defined":
		return v != undefined
	case "is_null":
		return v == nil
	case "is_bool":
		_, ok := v.(bool)
		return ok
	case "is_number":
		_, ok := v.(float64)
		return ok
	case "is_string":
		_, ok := v.(string)
		return ok
	case "is_object":
		_, ok := v.(map[string]any)
		return ok
	case "is_array":
		_, ok := v.([]any)
		return ok
	case "is_primitive":
		return isPrimitive(v)
	}
	if s, ok := v.(string); ok {
		return f.text(s, row)
	}
	if n, ok := v.(float64); ok {
		return f.number(n, row)
	}
	return undefined
}

func isPrimitive(v any) bool {
	switch v.(type) {
	case nil, bool, float64, string:
		return true
	default:
		return false
	}
}

func (f function) text(s string, row Row) any {
	switch f.name {
	case "lower":
		return strings.ToLower(s)
	case "upper":
		return strings.ToUpper(s)
	case "length":
		return float64(len(s))
	}
	if len(f.args) < 2 {
		return undefined
	}
	part, ok := f.args[1].eval(row).(string)
	if !ok {
		return undefined
	}
	switch f.name {
	case "startswith":
		return strings.HasPrefix(s, part)
	case "endswith":
		return strings.HasSuffix(s, part)
	case "contains":
		return strings.Contains(s, part)
	case "concat":
		return s + part
	default:
		return undefined
	}
}

func (f function) number(n float64, row Row) any {
	switch f.name {
	case "abs":
		return math.Abs(n)
	case "ceiling":
		return math.Ceil(n)
	case "floor":
		return math.Floor(n)
	case "sign":
		return float64(sign(n))
	case "power":
		if by, ok := f.args[1].eval(row).(float64); ok {
			return finite(math.Pow(n, by))
		}
	}
	return undefined
}

func sign(n float64) int {
	switch {
	case n > 0:
		return 1
	case n < 0:
		return -1
	default:
		return 0
	}
}
