package assets_test

import (
	"io/fs"
	"testing"

	"methodical/assets"
)

func TestNothingIsEmpty(t *testing.T) {
	for _, dir := range []string{"errors", "causes", "scenarios", "limits", "clouds", "sdks", "docs"} {
		files, err := fs.Glob(assets.FS, dir+"/*.yaml")
		if err != nil || len(files) == 0 {
			t.Errorf("%s: no files embedded (%v)", dir, err)
		}
		for _, name := range files {
			if text, err := fs.ReadFile(assets.FS, name); err != nil || len(text) == 0 {
				t.Errorf("%s: %d bytes, %v", name, len(text), err)
			}
		}
	}
}
