package hubtext

import (
	"encoding/json"
	"errors"
	"strings"
)

// A parsed structure keeps the order of its members, so that reading the same
// text twice gives the same answer. A node is an object, a list, a string, a
// json.Number, a bool or nil.
type (
	object []member
	member struct {
		key   string
		value any
	}
	list []any
)

// get returns the value of the first member with that key, as key() writes it.
func (o object) get(name string) any {
	for _, m := range o {
		if key(m.key) == name {
			return m.value
		}
	}
	return nil
}

// has reports whether there is a member with that key.
func (o object) has(name string) bool {
	for _, m := range o {
		if key(m.key) == name {
			return true
		}
	}
	return false
}

// key brings a member's name to one spelling: hubs, SDKs and exports differ in
// case and in separators.
func key(s string) string {
	if len(s) > maxWord {
		return ""
	}
	return strings.ToLower(strings.Map(func(c rune) rune {
		if strings.ContainsRune("_- []", c) {
			return -1
		}
		return c
	}, s))
}

var errTooNested = errors.New("nested too deeply")

// parseJSON reads one JSON value at the start of s and says how long it is.
func parseJSON(s string) (node any, n int, err error) {
	dec := json.NewDecoder(strings.NewReader(s))
	dec.UseNumber()
	node, err = jsonNode(dec, 0)
	return node, int(dec.InputOffset()), err
}

func jsonNode(dec *json.Decoder, nesting int) (any, error) {
	token, err := dec.Token()
	if err != nil {
		return nil, err
	}
	delim, ok := token.(json.Delim)
	if !ok {
		return token, nil
	}
	if nesting >= maxNesting {
		return nil, errTooNested
	}
	if delim == '[' {
		items := list{}
		for dec.More() {
			item, err := jsonNode(dec, nesting+1)
			if err != nil {
				return nil, err
			}
			items = append(items, item)
		}
		_, err = dec.Token()
		return items, err
	}
	members := object{}
	for dec.More() {
		name, err := dec.Token()
		if err != nil {
			return nil, err
		}
		value, err := jsonNode(dec, nesting+1)
		if err != nil {
			return nil, err
		}
		text, _ := name.(string)
		members = append(members, member{text, value})
	}
	_, err = dec.Token()
	return members, err
}
