package logparse

import (
	"bytes"
	"errors"
	"io"

	"github.com/go-json-experiment/json/jsontext"
)

// strict reads objects with jsontext and is the only judge of what is
// malformed: RFC 8259 with valid UTF-8, except that a name may come twice and
// then the last one counts.
type strict struct {
	dec     *jsontext.Decoder
	scratch []byte // unescaped strings
}

// damage says what is wrong with a value and how far into it.
type damage struct {
	at     int // offset into the bytes given
	reason string
	short  bool // the value ends early: more bytes might complete it
}

func (d *damage) Error() string { return d.reason }

var strictOptions = jsontext.AllowDuplicateNames(true)

// object reads the object that starts b (after white space) into vals and
// returns the offset behind it.
func (s *strict) object(b []byte, find lookup, vals []value) (end int, bad *damage) {
	clear(vals)
	s.scratch = nil // values handed out before keep the old memory
	source := bytes.NewBuffer(b)
	if s.dec == nil {
		s.dec = jsontext.NewDecoder(source, strictOptions)
	} else {
		s.dec.Reset(source, strictOptions)
	}
	token, err := s.dec.ReadToken()
	if err != nil {
		return 0, s.damage(err, len(b))
	}
	if token.Kind() != jsontext.KindBeginObject {
		return 0, &damage{reason: "not a JSON object"}
	}
	for s.dec.PeekKind() != jsontext.KindEndObject {
		name, err := s.dec.ReadToken()
		if err != nil {
			return 0, s.damage(err, len(b))
		}
		field := find([]byte(name.String()))
		raw, err := s.dec.ReadValue()
		if err != nil {
			return 0, s.damage(err, len(b))
		}
		if field < 0 {
			continue
		}
		stop := int(s.dec.InputOffset())
		vals[field] = s.value(b[stop-len(raw) : stop])
	}
	if _, err := s.dec.ReadToken(); err != nil {
		return 0, s.damage(err, len(b))
	}
	return int(s.dec.InputOffset()), nil
}

// only reads b as one object with nothing but white space around it.
func (s *strict) only(b []byte, find lookup, vals []value) *damage {
	_, bad := s.object(b, find, vals)
	if bad != nil {
		return bad
	}
	if _, err := s.dec.ReadToken(); err != io.EOF {
		return &damage{at: int(s.dec.InputOffset()), reason: "something follows the JSON object on its line"}
	}
	return nil
}

// value is the value that raw, valid JSON, stands for.
func (s *strict) value(raw []byte) value {
	switch jsontext.Kind(raw[0]) {
	case jsontext.KindNull:
		return value{kind: null}
	case jsontext.KindTrue, jsontext.KindFalse:
		return value{raw, boolean}
	case jsontext.KindString:
		if bytes.IndexByte(raw, '\\') < 0 {
			return value{raw[1 : len(raw)-1], text}
		}
		from := len(s.scratch)
		s.scratch, _ = jsontext.AppendUnquote(s.scratch, raw) // raw is valid, so there is no error
		return value{s.scratch[from:len(s.scratch):len(s.scratch)], text}
	case jsontext.KindBeginObject:
		return value{raw, object}
	case jsontext.KindBeginArray:
		return value{raw, array}
	default:
		return value{raw, number}
	}
}

func (s *strict) damage(err error, size int) *damage {
	if err == io.EOF || errors.Is(err, io.ErrUnexpectedEOF) {
		return &damage{at: size, reason: "the record ends early", short: true}
	}
	bad := &damage{at: int(s.dec.InputOffset()), reason: "not valid JSON"}
	var syntax *jsontext.SyntacticError
	if errors.As(err, &syntax) {
		bad.at = int(syntax.ByteOffset)
		bad.reason = "not valid JSON: " + syntax.Err.Error()
	}
	return bad
}
