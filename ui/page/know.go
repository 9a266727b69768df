package page

import (
	"methodical/checks"
	"methodical/models"
)

// CodeEntry is what the catalogue says of a code. It is false for an unknown
// code, and for all of them until the catalogue has been read.
func CodeEntry(k *checks.Knowledge, code string) (models.CodeEntry, bool) {
	if k == nil || k.Catalogue == nil || code == "" {
		return models.CodeEntry{}, false
	}
	return k.Catalogue.Code(code)
}

// Document is a document of the catalogue by its id, likewise.
func Document(k *checks.Knowledge, id string) (models.Document, bool) {
	if k == nil || k.Catalogue == nil {
		return models.Document{}, false
	}
	return k.Catalogue.Doc(id)
}
