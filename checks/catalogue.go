package checks

import (
	"cmp"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"

	"methodical/models"
)

// Catalogue is the data that explains: the hub's codes, its limits, the clouds,
// the clients known to be bad, the documents. Each part is read from its files
// when it is first asked for, so that starting a program costs nothing; it may
// be used by several goroutines.
type Catalogue struct {
	codes  func() (codeBook, error)
	limits func() (models.Limits, error)
	clouds func() (models.Clouds, error)
	sdks   func() ([]models.KnownBadSDK, error)
	docs   func() ([]models.Document, error)
}

// The files of the catalogue.
const (
	errorsDir  = "errors"
	limitsFile = "limits/limits.yaml"
	cloudsFile = "clouds/clouds.yaml"
	sdksFile   = "sdks/known-bad.yaml"
	docsFile   = "docs/docs.yaml"
)

// LoadCatalogue makes a catalogue of the files in fsys. It fails when a part is
// missing; what is in the files is read later, and Verify reads it all at once.
func LoadCatalogue(fsys fs.FS) (*Catalogue, error) {
	for _, name := range []string{errorsDir, limitsFile, cloudsFile, sdksFile, docsFile} {
		if _, err := fs.Stat(fsys, name); err != nil {
			return nil, fmt.Errorf("the catalogue has no %s: %w", name, err)
		}
	}
	return &Catalogue{
		codes:  sync.OnceValues(func() (codeBook, error) { return readCodes(fsys) }),
		limits: sync.OnceValues(func() (models.Limits, error) { return readYAML[models.Limits](fsys, limitsFile) }),
		clouds: sync.OnceValues(func() (models.Clouds, error) { return readYAML[models.Clouds](fsys, cloudsFile) }),
		sdks:   sync.OnceValues(func() ([]models.KnownBadSDK, error) { return readYAML[[]models.KnownBadSDK](fsys, sdksFile) }),
		docs:   sync.OnceValues(func() ([]models.Document, error) { return readYAML[[]models.Document](fsys, docsFile) }),
	}, nil
}

// Verify reads every part and says what cannot be read, with file and line. A
// part that cannot be read is empty to everybody else.
func (c *Catalogue) Verify() error {
	var errs []error
	_, err := c.codes()
	errs = append(errs, err)
	_, err = c.limits()
	errs = append(errs, err)
	_, err = c.clouds()
	errs = append(errs, err)
	_, err = c.sdks()
	errs = append(errs, err)
	_, err = c.docs()
	errs = append(errs, err)
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// codeBook is the hub's codes in ascending order, and the ways to find one.
type codeBook struct {
	entries []models.CodeEntry
	index   map[string]int // by code, misprint and lower-case name
}

func readCodes(fsys fs.FS) (codeBook, error) {
	names, err := fs.Glob(fsys, errorsDir+"/*.yaml")
	if err != nil {
		return codeBook{}, err
	}
	var book codeBook
	for _, name := range names {
		entries, err := readYAML[[]models.CodeEntry](fsys, name)
		if err != nil {
			return codeBook{}, err
		}
		book.entries = append(book.entries, entries...)
	}
	slices.SortFunc(book.entries, func(a, b models.CodeEntry) int { return cmp.Compare(a.Code, b.Code) })
	book.index = make(map[string]int, 2*len(book.entries))
	for i, e := range book.entries {
		for _, key := range append([]string{e.Code, strings.ToLower(e.Name)}, e.Misprints...) {
			if first, taken := book.index[key]; taken {
				return codeBook{}, fmt.Errorf("%s: %q stands for both %s and %s", errorsDir, key, book.entries[first].Code, e.Code)
			}
			book.index[key] = i
		}
	}
	return book, nil
}

// Code finds an entry by its six digits or its name, without regard to case.
func (c *Catalogue) Code(codeOrName string) (models.CodeEntry, bool) {
	book, _ := c.codes()
	i, ok := book.index[strings.ToLower(strings.TrimSpace(codeOrName))]
	if !ok {
		return models.CodeEntry{}, false
	}
	return book.entries[i], true
}

// Codes is every entry, by ascending code. Do not change it.
func (c *Catalogue) Codes() []models.CodeEntry {
	book, _ := c.codes()
	return book.entries
}

// Resolve turns a code or a name into both; it is what reading a hub's text
// needs (hubtext.Names).
func (c *Catalogue) Resolve(codeOrName string) (code, name string, ok bool) {
	e, ok := c.Code(codeOrName)
	return e.Code, e.Name, ok
}

// Meaning is one line on a code or name, "" when it is not known.
func (c *Catalogue) Meaning(codeOrName string) string {
	e, _ := c.Code(codeOrName)
	return e.Short
}

// Limits is what hubs allow.
func (c *Catalogue) Limits() models.Limits {
	l, _ := c.limits()
	return l
}

// Tier finds an edition by its SKU, such as "S1", without regard to case.
func (c *Catalogue) Tier(sku string) (models.Tier, bool) {
	for _, t := range c.Limits().Tiers {
		if strings.EqualFold(t.SKU, strings.TrimSpace(sku)) {
			return t, true
		}
	}
	return models.Tier{}, false
}

// Clouds is every cloud.
func (c *Catalogue) Clouds() models.Clouds {
	cl, _ := c.clouds()
	return cl
}

// CloudForHost finds the cloud of a hub by its host name, with or without a
// port. Host names of no known cloud, the emulator's among them, are not found.
func (c *Catalogue) CloudForHost(host string) (models.Cloud, bool) {
	host, _, _ = strings.Cut(strings.ToLower(strings.TrimSpace(host)), ":")
	host = strings.TrimSuffix(host, ".")
	for _, cloud := range c.Clouds().Clouds {
		for _, suffix := range cloud.HubSuffixes {
			if strings.HasSuffix(host, suffix) && len(host) > len(suffix) {
				return cloud, true
			}
		}
	}
	return models.Cloud{}, false
}

// Docs is every document.
func (c *Catalogue) Docs() []models.Document {
	d, _ := c.docs()
	return d
}

// Doc finds a document by its id.
func (c *Catalogue) Doc(id string) (models.Document, bool) {
	for _, d := range c.Docs() {
		if d.ID == id {
			return d, true
		}
	}
	return models.Document{}, false
}

// DocsFor is the documents that help at a place: "connect", "try", "limits",
// "logs", "verdict" or "codes".
func (c *Catalogue) DocsFor(place string) []models.Document {
	var out []models.Document
	for _, d := range c.Docs() {
		if slices.Contains(d.Helps, place) {
			out = append(out, d)
		}
	}
	return out
}
