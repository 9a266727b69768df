package logparse_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/klauspost/compress/gzip"

	"methodical/checks/logparse"
	"methodical/checks/logparse/bench"
)

// The benchmarks read files of this size. A gigabyte takes the same time a
// byte.
const benchSize = 100_000_000

func benchFile(b *testing.B, c bench.Config, pack func([]byte) []byte) string {
	b.Helper()
	var text bytes.Buffer
	c.Size, c.Seed = benchSize, 1
	if _, err := bench.Write(&text, c); err != nil {
		b.Fatal(err)
	}
	path := filepath.Join(b.TempDir(), "log")
	out := text.Bytes()
	if pack != nil {
		out = pack(out)
	}
	if err := os.WriteFile(path, out, 0o600); err != nil {
		b.Fatal(err)
	}
	return path
}

func BenchmarkRead(b *testing.B) {
	for _, c := range []struct {
		name   string
		config bench.Config
		pack   func([]byte) []byte
	}{
		{"lines", bench.Config{}, nil},
		{"oddTenth", bench.Config{Odd: 0.1}, nil},
		{"records", bench.Config{Format: "records"}, nil},
		{"csv", bench.Config{Format: "csv"}, nil},
		{"tables", bench.Config{Format: "tables"}, nil},
		{"gzip", bench.Config{}, gzipped},
	} {
		b.Run(c.name, func(b *testing.B) {
			path := benchFile(b, c.config, c.pack)
			b.SetBytes(benchSize)
			for b.Loop() {
				s, err := logparse.Expand([]string{path}, nil)
				if err != nil {
					b.Fatal(err)
				}
				if _, err = logparse.Read(b.Context(), logparse.Options{Sources: s, Top: 20, Names: bench.Names()}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkFloor is what reading takes that does nothing else.
func BenchmarkFloor(b *testing.B) {
	b.Run("countLines", func(b *testing.B) {
		path := benchFile(b, bench.Config{}, nil)
		b.SetBytes(benchSize)
		for b.Loop() {
			f, err := os.Open(path)
			if err != nil {
				b.Fatal(err)
			}
			buf, lines := make([]byte, 256<<10), 0
			for {
				n, err := f.Read(buf)
				if lines += bytes.Count(buf[:n], []byte{'\n'}); err != nil {
					break
				}
			}
			f.Close()
		}
	})
	b.Run("inflate", func(b *testing.B) {
		path := benchFile(b, bench.Config{}, gzipped)
		b.SetBytes(benchSize)
		for b.Loop() {
			f, err := os.Open(path)
			if err != nil {
				b.Fatal(err)
			}
			r, err := gzip.NewReader(f)
			if err != nil {
				b.Fatal(err)
			}
			buf := make([]byte, 256<<10)
			for err == nil {
				_, err = r.Read(buf)
			}
			f.Close()
		}
	})
}
