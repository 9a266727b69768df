// Package walkfile keeps walks on disk, one file each, so that a walk survives
// a lost connection.
package walkfile

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"methodical/models"
)

// Store is a folder of walks. The folder is made when the first walk is saved.
type Store struct{ dir string }

// New is the store in that folder.
func New(dir string) *Store { return &Store{dir: dir} }

// Dir is the folder.
func (s *Store) Dir() string { return s.dir }

const (
	suffix  = ".json"
	maxWalk = 256 << 20 // bytes; a walk with all its log rows stays far below
)

// validID keeps an id from naming anything but a file in the folder.
var validID = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9-]{0,63}$`)

func (s *Store) path(id string) (string, error) {
	if !validID.MatchString(id) {
		return "", fmt.Errorf("%q is no id of a walk", id)
	}
	return filepath.Join(s.dir, id+suffix), nil
}

// Save writes the walk, readable by its owner alone, and replaces the last one
// at once: a program that is killed leaves the old file or the new one. Payloads
// in the case are kept as kind, size and hash.
func (s *Store) Save(w models.Walk) error {
	path, err := s.path(w.ID)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(s.dir, 0o700); err != nil {
		return fmt.Errorf("making the folder for walks: %w", err)
	}
	w.Case = w.Case.WithoutPayloads()
	b, err := json.Marshal(w)
	if err != nil {
		return fmt.Errorf("writing the walk: %w", err)
	}
	f, err := os.CreateTemp(s.dir, "."+w.ID+"-*")
	if err != nil {
		return fmt.Errorf("writing the walk: %w", err)
	}
	defer os.Remove(f.Name()) // after a rename there is nothing left to remove
	_, err = f.Write(b)
	if err = errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("writing the walk: %w", err)
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return fmt.Errorf("writing the walk: %w", err)
	}
	return nil
}

// Load reads a walk.
func (s *Store) Load(id string) (models.Walk, error) {
	path, err := s.path(id)
	if err != nil {
		return models.Walk{}, err
	}
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return models.Walk{}, fmt.Errorf("there is no walk %s", id)
	}
	if err != nil {
		return models.Walk{}, err
	}
	if info.Size() > maxWalk {
		return models.Walk{}, fmt.Errorf("the walk %s is too large to be one", id)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return models.Walk{}, err
	}
	var w models.Walk
	if err := json.Unmarshal(b, &w); err != nil {
		return w, fmt.Errorf("the walk %s cannot be read: %w", id, err)
	}
	if w.Version > models.WalkVersion {
		return w, fmt.Errorf("the walk %s was saved by a newer methodical (version %d)", id, w.Version)
	}
	return w, nil
}

// List reads all walks, newest first. Files that are no walks are passed over.
func (s *Store) List() ([]models.Walk, error) {
	entries, err := os.ReadDir(s.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var walks []models.Walk
	for _, e := range entries {
		id, ok := strings.CutSuffix(e.Name(), suffix)
		if !ok {
			continue
		}
		if w, err := s.Load(id); err == nil {
			walks = append(walks, w)
		}
	}
	slices.SortFunc(walks, func(a, b models.Walk) int { return b.Started.Compare(a.Started) })
	return walks, nil
}

// Delete removes a walk.
func (s *Store) Delete(id string) error {
	path, err := s.path(id)
	if err != nil {
		return err
	}
	return os.Remove(path)
}
