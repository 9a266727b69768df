package query

import (
	"strconv"
	"strings"
)

// The grammar, weakest first: or, and, not, comparison, sum, product, unary,
// primary.

func (p *parser) nest() error {
	if p.depth++; p.depth > maxNesting {
		return syntax(p.peek().pos, "the query nests too deep")
	}
	return nil
}

func (p *parser) or() (expr, error) {
	if err := p.nest(); err != nil {
		return nil, err
	}
	defer func() { p.depth-- }()
	left, err := p.and()
	for err == nil && p.accept("or") {
		var right expr
		right, err = p.and()
		left = logic{or: true, left: left, right: right}
	}
	return left, err
}

func (p *parser) and() (expr, error) {
	left, err := p.not()
	for err == nil && p.accept("and") {
		var right expr
		right, err = p.not()
		left = logic{left: left, right: right}
	}
	return left, err
}

func (p *parser) not() (expr, error) {
	if !p.accept("not") {
		return p.comparison()
	}
	if err := p.nest(); err != nil {
		return nil, err
	}
	defer func() { p.depth-- }()
	e, err := p.not()
	return not{e}, err
}

func (p *parser) comparison() (expr, error) {
	left, err := p.sum()
	if err != nil {
		return nil, err
	}
	t := p.peek()
	switch {
	case t.is("in"), t.is("nin"):
		p.next()
		list, err := p.list()
		return in{left: left, list: list, negated: t.is("nin")}, err
	case t.kind == kindSymbol && isComparison(t.text):
		p.next()
		right, err := p.sum()
		return compare{op: t.text, left: left, right: right}, err
	default:
		return left, nil
	}
}

func isComparison(op string) bool {
	switch op {
	case "=", "!=", "<>", "<", "<=", ">", ">=":
		return true
	default:
		return false
	}
}

// list reads [a, b] or, as some write it, (a, b).
func (p *parser) list() ([]expr, error) {
	end := "]"
	if p.accept("(") {
		end = ")"
	} else if err := p.expect("["); err != nil {
		return nil, err
	}
	var list []expr
	for !p.accept(end) {
		if len(list) > 0 {
			if err := p.expect(","); err != nil {
				return nil, err
			}
		}
		e, err := p.or()
		if err != nil {
			return nil, err
		}
		list = append(list, e)
	}
	return list, nil
}

func (p *parser) sum() (expr, error) {
	left, err := p.product()
	for err == nil && (p.peek().is("+") || p.peek().is("-")) {
		op := p.next().text
		var right expr
		right, err = p.product()
		left = arithmetic{op: op, left: left, right: right}
	}
	return left, err
}

func (p *parser) product() (expr, error) {
	left, err := p.unary()
	for err == nil && (p.peek().is("*") || p.peek().is("/") || p.peek().is("%")) {
		op := p.next().text
		var right expr
		right, err = p.unary()
		left = arithmetic{op: op, left: left, right: right}
	}
	return left, err
}

func (p *parser) unary() (expr, error) {
	if !p.accept("-") {
		return p.primary()
	}
	if err := p.nest(); err != nil {
		return nil, err
	}
	defer func() { p.depth-- }()
	e, err := p.unary()
	return arithmetic{op: "-", left: literal{0.0}, right: e}, err
}

func (p *parser) primary() (expr, error) {
	t := p.next()
	switch {
	case t.kind == kindString:
		return literal{t.text}, nil
	case t.kind == kindNumber:
		n, err := strconv.ParseFloat(t.text, 64)
		if err != nil {
			return nil, syntax(t.pos, "%s is no number", t)
		}
		return literal{n}, nil
	case t.is("("):
		e, err := p.or()
		if err != nil {
			return nil, err
		}
		return e, p.expect(")")
	case t.is("true"), t.is("false"):
		return literal{t.is("true")}, nil
	case t.is("null"):
		return literal{nil}, nil
	case t.is("undefined"):
		return literal{undefined}, nil
	case t.kind == kindWord && !isReserved(t.text):
		if p.peek().is("(") {
			return p.function(t)
		}
		return p.path(t)
	default:
		return nil, syntax(t.pos, "a property or a value is expected, not %s", t)
	}
}

func isReserved(word string) bool {
	switch strings.ToLower(word) {
	case "select", "from", "where", "group", "by", "and", "or", "not", "in", "nin", "as", "order":
		return true
	default:
		return false
	}
}

// path reads a.b['c'] and drops the collection's own name in front.
func (p *parser) path(first token) (expr, error) {
	path := field{first.text}
	for {
		switch {
		case p.accept("."):
			t := p.next()
			if t.kind != kindWord && t.kind != kindNumber {
				return nil, syntax(t.pos, "a property name is expected after the dot, not %s", t)
			}
			path = append(path, t.text)
		case p.accept("["):
			t := p.next()
			if t.kind != kindString {
				return nil, syntax(t.pos, "a quoted property name is expected, not %s", t)
			}
			path = append(path, t.text)
			if err := p.expect("]"); err != nil {
				return nil, err
			}
		default:
			return p.withoutCollection(path), nil
		}
	}
}

func (p *parser) withoutCollection(path field) field {
	names := strings.Split(p.from, ".")
	if len(path) <= len(names) {
		return path
	}
	for i, name := range names {
		if !strings.EqualFold(path[i], name) {
			return path
		}
	}
	return path[len(names):]
}

func (p *parser) function(name token) (expr, error) {
	lower := strings.ToLower(name.text)
	want, known := arity(lower)
	if !known {
		return nil, syntax(name.pos, "the function %s is not known", name)
	}
	args, err := p.list()
	if err != nil {
		return nil, err
	}
	if len(args) != want {
		return nil, syntax(name.pos, "%s takes %d, not %d", name, want, len(args))
	}
	return function{name: lower, args: args}, nil
}
