package logparse

import (
	"bytes"
	"slices"

	"methodical/models"
)

// learnCells is learn for the CSV row b, whose cells were found in bytes that
// it is from into.
func (p *parser) learnCells(t *table, b []byte, from int, cells []cell, category string) {
	if !p.csv.wants(p) || category != models.CategoryDirectMethods {
		return
	}
	s := surveyor{layout: &layout{
		sample: bytes.Clone(bytes.TrimRight(b, "\r\n")), isRow: true, separator: t.separator,
	}}
	named := false
	for i, c := range cells {
		field := t.fields[i]
		c.from, c.to = c.from-from, c.to-from
		if field >= 0 {
			s.seen[field] = true
		}
		switch {
		case field == fCategory && c.to == c.from:
			return // the operation would tell what it is
		case field == fCategory, field == fOperation && !slices.Contains(t.fields, fCategory):
			named = true // a constant, which tells a row from others and from the heading
		case field == fProperties && c.doubled:
			if !s.properties(c.from, c.to, `""`, stringSlot) {
				return
			}
		case field == fProperties && c.to > c.from, c.doubled && field >= 0:
			return
		case c.doubled:
		default:
			s.cell(c, field)
		}
	}
	if s.hasDevice && named && !(s.seen[fDevice] && s.seen[fProperties]) {
		p.describe(s.layout)
		p.csv.add(s.layout)
	}
}

// cell makes a span of a cell whose content is plain.
func (s *surveyor) cell(c cell, field int) {
	kind := cellSlot
	end := run(s.sample, c.from, s.separator)
	if c.quoted {
		kind, end = stringSlot, plainRun(s.sample, c.from)
	}
	if end != c.to {
		return // a constant
	}
	known, volatile := slotOf(field)
	if field == fDevice {
		known, volatile, s.hasDevice = slotDevice, true, true
	}
	s.spans = append(s.spans, span{c.from, c.to, kind, known, volatile})
}
