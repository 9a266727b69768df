// Package assets holds methodical's data files. They are facts and words, no
// logic: whoever needs them is handed FS and reads what it needs.
package assets

import "embed"

// FS is the data: codes, causes, limits, clouds, clients, scenarios, documents.
//
//go:embed errors/*.yaml causes/*.yaml limits/*.yaml clouds/*.yaml sdks/*.yaml docs/*.yaml scenarios/*.yaml
var FS embed.FS
