package query

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// kind sorts tokens.
type kind int

const (
	kindEnd kind = iota
	kindWord
	kindNumber
	kindString
	kindSymbol
)

// token is one word of a query; pos counts bytes from 0.
type token struct {
	kind kind
	text string
	pos  int
}

// is compares a word without case, or a symbol.
func (t token) is(text string) bool {
	return (t.kind == kindWord || t.kind == kindSymbol) && strings.EqualFold(t.text, text)
}

func (t token) String() string {
	if t.kind == kindEnd {
		return "the end"
	}
	return fmt.Sprintf("%q", t.text)
}

// SyntaxError says where a query went wrong. Position counts bytes from 1.
type SyntaxError struct {
	Position int
	Reason   string
}

func (e *SyntaxError) Error() string {
	return fmt.Sprintf("the query is wrong at position %d: %s", e.Position, e.Reason)
}

func syntax(pos int, format string, args ...any) *SyntaxError {
	return &SyntaxError{Position: pos + 1, Reason: fmt.Sprintf(format, args...)}
}

// lex cuts a query into tokens; the last one is always the end.
func lex(text string) ([]token, error) {
	if !utf8.ValidString(text) {
		return nil, syntax(0, "it is not UTF-8 text")
	}
	var tokens []token
	for i := 0; i < len(text); {
		c := text[i]
		switch {
		case c == ' ' || c == '\t' || c == '\n' || c == '\r':
			i++
		case c == '\'' || c == '"':
			value, width, err := lexString(text[i:], i)
			if err != nil {
				return nil, err
			}
			tokens = append(tokens, token{kindString, value, i})
			i += width
		case isDigit(c):
			width := span(text[i:], func(c byte) bool { return isDigit(c) || isLetter(c) || c == '.' })
			tokens = append(tokens, token{kindNumber, text[i : i+width], i})
			i += width
		case isLetter(c) || c == '_' || c == '$':
			width := span(text[i:], func(c byte) bool { return isLetter(c) || isDigit(c) || c == '_' || c == '$' })
			tokens = append(tokens, token{kindWord, text[i : i+width], i})
			i += width
		default:
			width := symbolWidth(text[i:])
			if width == 0 {
				return nil, syntax(i, "%q has no meaning here", text[i:i+1])
			}
			tokens = append(tokens, token{kindSymbol, text[i : i+width], i})
			i += width
		}
	}
	return append(tokens, token{kindEnd, "", len(text)}), nil
}

// lexString reads a quoted string; the quote is doubled or escaped with a
// backslash inside.
func lexString(text string, pos int) (value string, width int, err error) {
	quote := text[0]
	var b strings.Builder
	for i := 1; i < len(text); i++ {
		switch c := text[i]; {
		case c == quote && i+1 < len(text) && text[i+1] == quote, c == '\\' && i+1 < len(text):
			i++
			b.WriteByte(text[i])
		case c == quote:
			return b.String(), i + 1, nil
		default:
			b.WriteByte(c)
		}
	}
	return "", 0, syntax(pos, "this string has no end: add %c", quote)
}

func symbolWidth(text string) int {
	for _, s := range []string{"<=", ">=", "!=", "<>"} {
		if strings.HasPrefix(text, s) {
			return 2
		}
	}
	if strings.ContainsRune("=<>()[],.*+-/%", rune(text[0])) {
		return 1
	}
	return 0
}

func span(text string, in func(byte) bool) int {
	n := 0
	for n < len(text) && in(text[n]) {
		n++
	}
	return n
}

func isDigit(c byte) bool  { return c >= '0' && c <= '9' }
func isLetter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= 0x80 }
