package checks

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"

	"github.com/goccy/go-yaml"
)

// readYAML reads one data file. A key that the type does not have, or has
// twice, is an error: a misspelt key would otherwise be a fact lost in silence.
// The error names file, line and column.
func readYAML[T any](fsys fs.FS, name string) (T, error) {
	var v T
	text, err := fs.ReadFile(fsys, name)
	if err != nil {
		return v, err
	}
	err = yaml.NewDecoder(bytes.NewReader(text), yaml.Strict()).Decode(&v)
	if err == nil {
		return v, nil
	}
	var at yaml.Error
	if errors.As(err, &at) && at.GetToken() != nil {
		p := at.GetToken().Position
		return v, fmt.Errorf("%s:%d:%d: %s", name, p.Line, p.Column, at.GetMessage())
	}
	return v, fmt.Errorf("%s: %w", name, err)
}
