// Package twin keeps a device twin's documents: tags, and desired and reported
// properties with their versions and times of change.
//
// Source: learn.microsoft.com, "Understand and use device twins".
package twin

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"time"
)

// MaxDepth is how deep a twin's document may nest. Source: the same page.
const MaxDepth = 10

// ErrNotObject says that a document or patch is no JSON object.
var ErrNotObject = errors.New("a JSON object is expected")

// Collection is one document of a twin. It never changes: Merge and Replace
// return a new one, so a reader needs no lock. The zero Collection is empty.
type Collection struct {
	Version int64
	values  map[string]any // json.Number, string, bool, nil, []any, map[string]any
	changed *change
}

// change says when and in which version a value was last set.
type change struct {
	at       time.Time
	version  int64
	children map[string]*change
}

// Parse reads one JSON object; numbers keep their digits.
func Parse(text []byte) (map[string]any, error) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var values map[string]any
	if err := decoder.Decode(&values); err != nil {
		return nil, fmt.Errorf("%w: %s", ErrNotObject, err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%w: something follows it", ErrNotObject)
	}
	if values == nil {
		return nil, ErrNotObject
	}
	if depth(values) > MaxDepth {
		return nil, fmt.Errorf("the document nests deeper than %d levels", MaxDepth)
	}
	return values, nil
}

func depth(value any) int {
	deepest := 0
	switch v := value.(type) {
	case map[string]any:
		for _, child := range v {
			deepest = max(deepest, depth(child))
		}
	case []any:
		for _, child := range v {
			deepest = max(deepest, depth(child))
		}
	default:
		return 0
	}
	return deepest + 1
}

// New is a collection that holds values since at.
func New(values map[string]any, at time.Time) Collection {
	return Collection{}.with(values, at, 1)
}

// Merge applies patch: objects merge, null deletes, anything else replaces.
func (c Collection) Merge(patch map[string]any, at time.Time) Collection {
	version := max(c.Version, 1) + 1
	values, changed := merge(c.values, c.changed, patch, at, version)
	return Collection{Version: version, values: values, changed: changed}
}

// Replace drops what was there and keeps the version counting.
func (c Collection) Replace(values map[string]any, at time.Time) Collection {
	return c.with(values, at, max(c.Version, 1)+1)
}

func (c Collection) with(values map[string]any, at time.Time, version int64) Collection {
	kept, changed := merge(nil, nil, values, at, version)
	return Collection{Version: version, values: kept, changed: changed}
}

func merge(old map[string]any, was *change, patch map[string]any, at time.Time, version int64) (map[string]any, *change) {
	values := maps.Clone(old)
	if values == nil {
		values = make(map[string]any, len(patch))
	}
	now := &change{at: at, version: version}
	if was != nil {
		now.children = maps.Clone(was.children)
	}
	if now.children == nil {
		now.children = make(map[string]*change, len(patch))
	}
	for key, value := range patch {
		switch {
		case len(key) > 0 && key[0] == '$': // the hub's own members come back on a read-modify-write
			continue
		case value == nil:
			delete(values, key)
			delete(now.children, key)
			continue
		}
		if object, ok := value.(map[string]any); ok {
			before, _ := values[key].(map[string]any)
			values[key], now.children[key] = merge(before, now.children[key], object, at, version)
			continue
		}
		values[key], now.children[key] = value, &change{at: at, version: version}
	}
	return values, now
}

// Values is the document. Do not change it.
func (c Collection) Values() map[string]any { return c.values }

// Updated is when anything in the collection last changed.
func (c Collection) Updated() time.Time {
	if c.changed == nil {
		return time.Time{}
	}
	return c.changed.at
}

// sortedKeys gives documents one spelling.
func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
