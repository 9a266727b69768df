package checks

import "io/fs"

// Knowledge is the data that the checks judge by: codes, limits, causes. It is
// read once from assets and handed in by main.
type Knowledge struct {
	Catalogue *Catalogue
	Causes    *Causes
}

// LoadKnowledge reads the embedded data. The error names the file and the line
// at fault.
func LoadKnowledge(fsys fs.FS) (*Knowledge, error) {
	catalogue, err := LoadCatalogue(fsys)
	if err != nil {
		return nil, err
	}
	causes, err := LoadCauses(fsys)
	if err != nil {
		return nil, err
	}
	return &Knowledge{Catalogue: catalogue, Causes: causes}, nil
}
