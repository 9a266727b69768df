package query

import (
	"slices"
	"strconv"
	"strings"
)

// maxNesting keeps a hostile query from exhausting the stack.
const maxNesting = 200

type parser struct {
	tokens []token
	at     int
	depth  int
	from   string
}

func (p *parser) peek() token { return p.tokens[p.at] }

func (p *parser) next() token {
	t := p.tokens[p.at]
	if t.kind != kindEnd {
		p.at++
	}
	return t
}

// accept takes the next token if it is text.
func (p *parser) accept(text string) bool {
	if p.peek().is(text) {
		p.at++
		return true
	}
	return false
}

func (p *parser) expect(text string) error {
	if p.accept(text) {
		return nil
	}
	return syntax(p.peek().pos, "%s is expected, not %s", strings.ToUpper(text), p.peek())
}

func (p *parser) query() (*Query, error) {
	q := &Query{}
	if err := p.expect("select"); err != nil {
		return nil, err
	}
	if err := p.top(q); err != nil {
		return nil, err
	}
	// The collection decides how paths are read, so find it first.
	from, err := p.findFrom()
	if err != nil {
		return nil, err
	}
	q.From, p.from = from, from
	if err := p.projection(q); err != nil {
		return nil, err
	}
	if err := p.expect("from"); err != nil {
		return nil, err
	}
	p.collection()
	if p.accept("where") {
		if q.where, err = p.or(); err != nil {
			return nil, err
		}
	}
	if err := p.group(q); err != nil {
		return nil, err
	}
	if t := p.peek(); t.kind != kindEnd {
		return nil, syntax(t.pos, "%s is not expected here", t)
	}
	return q, check(q)
}

func check(q *Query) error {
	if q.From == Jobs && !q.Star {
		return syntax(0, "devices.jobs can only be read with SELECT *")
	}
	if q.Star && len(q.groupBy) > 0 {
		return syntax(0, "SELECT * cannot be grouped")
	}
	return nil
}

func (p *parser) top(q *Query) error {
	if !p.accept("top") {
		return nil
	}
	t := p.next()
	n, err := strconv.Atoi(t.text)
	if t.kind != kindNumber || err != nil || n < 1 {
		return syntax(t.pos, "a positive number is expected after TOP, not %s", t)
	}
	q.Top = n
	return nil
}

func (p *parser) findFrom() (string, error) {
	for i, t := range p.tokens {
		if t.kind == kindWord && t.is("from") {
			ahead := &parser{tokens: p.tokens, at: i + 1}
			pos := ahead.peek().pos
			name := ahead.collection()
			if !slices.Contains([]string{Devices, Modules, Jobs}, name) {
				return "", syntax(pos, "FROM devices, devices.modules or devices.jobs is expected")
			}
			return name, nil
		}
	}
	return "", syntax(p.tokens[len(p.tokens)-1].pos, "FROM is missing")
}

func (p *parser) collection() string {
	name := strings.ToLower(p.next().text)
	if p.accept(".") {
		name += "." + strings.ToLower(p.next().text)
	}
	return name
}

func (p *parser) projection(q *Query) error {
	if p.accept("*") {
		q.Star = true
		return nil
	}
	for {
		item, err := p.item(len(q.Items) + 1)
		if err != nil {
			return err
		}
		q.Items = append(q.Items, item)
		if !p.accept(",") {
			return nil
		}
	}
}

func (p *parser) item(number int) (Item, error) {
	item := Item{Name: "$" + strconv.Itoa(number)}
	name := strings.ToUpper(p.peek().text)
	var err error
	if slices.Contains([]string{"COUNT", "SUM", "AVG", "MIN", "MAX"}, name) && p.tokens[p.at+1].is("(") {
		item.agg = name
		p.at += 2
		if !p.accept(")") {
			if item.expr, err = p.or(); err != nil {
				return item, err
			}
			if err = p.expect(")"); err != nil {
				return item, err
			}
		} else if name != "COUNT" {
			return item, syntax(p.peek().pos, "%s needs a property", name)
		}
	} else {
		if item.expr, err = p.or(); err != nil {
			return item, err
		}
		if f, ok := item.expr.(field); ok {
			item.Name = f[len(f)-1]
		}
	}
	if p.accept("as") {
		t := p.next()
		if t.kind != kindWord && t.kind != kindString {
			return item, syntax(t.pos, "a name is expected after AS, not %s", t)
		}
		item.Name = t.text
	}
	return item, nil
}

func (p *parser) group(q *Query) error {
	if !p.accept("group") {
		return nil
	}
	if err := p.expect("by"); err != nil {
		return err
	}
	for {
		e, err := p.or()
		if err != nil {
			return err
		}
		q.groupBy = append(q.groupBy, e)
		if !p.accept(",") {
			return nil
		}
	}
}
