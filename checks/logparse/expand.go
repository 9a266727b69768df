package logparse

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Stdin is the argument that stands for standard input.
const Stdin = "-"

// Expand turns arguments into sources: a file, a glob, a folder such as a
// storage container, which is searched to the bottom for logs, or "-" for
// stdin. A file that is named twice is read once. The order is that of the
// arguments, and of the alphabet within a folder.
func Expand(args []string, stdin io.Reader) ([]Source, error) {
	if len(args) == 0 {
		return nil, errors.New("no log file named: give files, folders, globs, or - for standard input")
	}
	e := expander{seen: map[string]bool{}}
	for _, arg := range args {
		if err := e.add(arg, stdin); err != nil {
			return nil, err
		}
	}
	return e.sources, nil
}

type expander struct {
	sources []Source
	seen    map[string]bool
}

func (e *expander) add(arg string, stdin io.Reader) error {
	if arg == Stdin {
		if !e.seen[Stdin] {
			e.seen[Stdin] = true
			e.sources = append(e.sources, Source{Name: "standard input", Reader: stdin})
		}
		return nil
	}
	info, err := os.Stat(arg)
	if errors.Is(err, fs.ErrNotExist) && strings.ContainsAny(arg, "*?[") {
		return e.glob(arg, stdin)
	}
	if err != nil {
		return fmt.Errorf("cannot read the log: %w", err)
	}
	if info.IsDir() {
		return e.folder(arg)
	}
	e.file(arg, false)
	return nil
}

func (e *expander) glob(pattern string, stdin io.Reader) error {
	matches, err := filepath.Glob(pattern)
	if err != nil {
		return fmt.Errorf("%q is not a valid pattern: %w", pattern, err)
	}
	if len(matches) == 0 {
		return fmt.Errorf("no file matches %q", pattern)
	}
	for _, m := range matches {
		if info, err := os.Stat(m); err == nil && !info.IsDir() {
			e.file(m, true)
		} else if err := e.add(m, stdin); err != nil {
			return err
		}
	}
	return nil
}

func (e *expander) folder(root string) error {
	before, logs := len(e.sources), 0
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if !entry.IsDir() && mayBeLog(path) {
			logs++
			e.file(path, true)
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("cannot search the folder %s: %w", root, err)
	}
	if logs == 0 && len(e.sources) == before {
		return fmt.Errorf("the folder %s holds no log: looked for files named %s, packed with gzip or zstd or not",
			root, strings.Join(logSuffixes(), ", "))
	}
	return nil
}

func (e *expander) file(path string, found bool) {
	key, err := filepath.Abs(path)
	if err != nil {
		key = path
	}
	if !e.seen[key] {
		e.seen[key] = true
		e.sources = append(e.sources, Source{Name: path, Path: path, Found: found})
	}
}

func logSuffixes() []string {
	return []string{".json", ".jsonl", ".ndjson", ".csv", ".log", ".txt"}
}

// mayBeLog reports whether a file in a folder is named like a log.
func mayBeLog(path string) bool {
	name := strings.ToLower(filepath.Base(path))
	if strings.HasPrefix(name, ".") {
		return false
	}
	for _, packed := range []string{".gz", ".gzip", ".zst", ".zstd"} {
		name = strings.TrimSuffix(name, packed)
	}
	return slices.ContainsFunc(logSuffixes(), func(s string) bool { return strings.HasSuffix(name, s) })
}
