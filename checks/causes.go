package checks

import (
	"fmt"
	"io/fs"
	"sync"

	"golang.org/x/sync/errgroup"

	"methodical/models"
)

// The files of the diagnosis's data.
const (
	causesFile   = "causes/causes.yaml"
	findingsFile = "causes/findings.yaml"
	weightsFile  = "causes/weights.yaml"
	testsFile    = "causes/tests.yaml"
)

// Causes is what the diagnosis judges by: the causes with their words and
// fixes, the findings, how each finding speaks for or against causes, and the
// tests that would tell more. The files are read when first asked for, so that
// starting a program costs nothing; it may be used by several goroutines.
type Causes struct {
	read func() (*causeBook, error)
}

// causeBook is the data, read and tied together. It is not changed.
type causeBook struct {
	rules    Rules
	causes   []Cause
	findings map[string]FindingKind
	families map[string]Family
	speaks   map[string][]speech // by finding code
	tests    []Test
	index    map[string]int // cause id to its place
	priors   []float64      // shares, by place; they sum to 1
}

// Rules are the numbers that hold for every diagnosis.
type Rules struct {
	Decide        float64 `yaml:"decide"`        // the share from which the top cause is the verdict
	DecideUnread  float64 `yaml:"decideUnread"`  // likewise, when a fact it needs could not be read
	DecideUntried float64 `yaml:"decideUntried"` // likewise, when nothing was tried
	Untried       string  `yaml:"untried"`       // the finding that says that nothing was tried
	Ceiling       float64 `yaml:"ceiling"`       // the most a cause may get that no evidence settles
	Doubt         float64 `yaml:"doubt"`         // the share kept for the model being wrong
	LeastGain     float64 `yaml:"leastGain"`     // bits below which a test is not worth proposing
	LeastDetail   float64 `yaml:"leastDetail"`   // the share from which a cause is given with evidence and fix
}

// Cause is one root cause with its words.
type Cause struct {
	ID          string       `yaml:"id"`
	Title       string       `yaml:"title"`
	Prior       float64      `yaml:"prior"` // relative; all are scaled to sum to 1
	Source      string       `yaml:"source"`
	Headline    string       `yaml:"headline"`
	Likely      string       `yaml:"likely"`
	NextStep    string       `yaml:"nextStep"`
	Explanation string       `yaml:"explanation"`
	Requires    [][]string   `yaml:"requires"`  // one of these groups of findings must be there …
	Unmet       float64      `yaml:"unmet"`     // … or this is added, which is negative
	SettledBy   [][]string   `yaml:"settledBy"` // any one group lifts the ceiling
	Needs       []string     `yaml:"needs"`     // findings that say a needed fact could not be read
	Explains    []string     `yaml:"explains"`  // findings that follow from this cause
	Fixes       []Fix        `yaml:"fixes"`
	Links       []DocumentID `yaml:"links"`
}

// DocumentID names a document of the catalogue.
type DocumentID string

// Fix is one step that cures a cause. It is shown when its conditions hold.
type Fix struct {
	Do     string   `yaml:"do"`
	Run    string   `yaml:"run"`    // a command line, placeholders quoted for a shell
	When   []string `yaml:"when"`   // any of these findings; none means always
	Unless []string `yaml:"unless"` // none of these findings
}

// FindingKind is what is to be known of a finding's code.
type FindingKind struct {
	Code     string `yaml:"code"`
	Title    string `yaml:"title"`
	Family   string `yaml:"family"`
	Means    string `yaml:"means"`
	Harmless bool   `yaml:"harmless"` // by itself no reason to act
	Cause    string `yaml:"cause"`    // what it points to when another cause is the main one
}

// Family is a group of findings that say the same thing; together they count no
// more than Cap, in log-odds, for or against one cause.
type Family struct {
	ID    string  `yaml:"id"`
	Cap   float64 `yaml:"cap"`
	About string  `yaml:"about"`
}

// speech is one finding's word on one cause.
type speech struct {
	cause  int
	by     float64
	why    string
	source string
}

// Test is something that could be done next, and how likely each of its
// outcomes is under each cause.
type Test struct {
	ID       string       `yaml:"id"`
	Title    string       `yaml:"title"`
	Why      string       `yaml:"why"`
	When     [][]string   `yaml:"when"`   // any group of findings; none means always
	Unless   []string     `yaml:"unless"` // findings that show it was done, or would tell nothing
	Outcomes []string     `yaml:"outcomes"`
	Given    []Likelihood `yaml:"given"`
	Else     []float64    `yaml:"else"` // for all causes not named

	given [][]float64 // by place of the cause
}

// Likelihood is how likely each outcome is if one of the causes is the one.
type Likelihood struct {
	Causes []string  `yaml:"causes"`
	P      []float64 `yaml:"p"`
}

type weightsData struct {
	Families []Family            `yaml:"families"`
	Sources  map[string]string   `yaml:"sources"`
	Groups   map[string][]string `yaml:"groups"`
	Weights  []struct {
		Finding string `yaml:"finding"`
		Says    []struct {
			Causes []string `yaml:"causes"`
			By     float64  `yaml:"by"`
			Why    string   `yaml:"why"`
			Source string   `yaml:"source"`
		} `yaml:"says"`
	} `yaml:"weights"`
}

type causesData struct {
	Rules  Rules   `yaml:"rules"`
	Causes []Cause `yaml:"causes"`
}

// LoadCauses makes the data of the diagnosis from the files in fsys. It fails
// when a file is missing; what is in the files is read later, and Verify reads
// it all at once.
func LoadCauses(fsys fs.FS) (*Causes, error) {
	for _, name := range []string{causesFile, findingsFile, weightsFile, testsFile} {
		if _, err := fs.Stat(fsys, name); err != nil {
			return nil, fmt.Errorf("the diagnosis has no %s: %w", name, err)
		}
	}
	return &Causes{read: sync.OnceValues(func() (*causeBook, error) { return readCauses(fsys) })}, nil
}

// Verify reads the files and checks that they hang together: every cause,
// finding and source that is named exists. The error says in which file and of
// what.
func (c *Causes) Verify() error {
	_, err := c.read()
	return err
}

func readCauses(fsys fs.FS) (*causeBook, error) {
	var (
		data    causesData
		kinds   []FindingKind
		weights weightsData
		tests   []Test
		files   errgroup.Group // side by side: reading YAML is what takes the time
	)
	readInto(&files, fsys, causesFile, &data)
	readInto(&files, fsys, findingsFile, &kinds)
	readInto(&files, fsys, weightsFile, &weights)
	readInto(&files, fsys, testsFile, &tests)
	if err := files.Wait(); err != nil {
		return nil, err
	}
	k := &causeBook{rules: data.Rules, causes: data.Causes, tests: tests}
	for _, step := range []struct {
		file string
		tie  func() error
	}{
		{causesFile, k.indexCauses},
		{findingsFile, func() error { return k.indexFindings(kinds, weights.Families) }},
		{weightsFile, func() error { return k.indexWeights(weights) }},
		{causesFile, k.checkCauses},
		{testsFile, k.indexTests},
	} {
		if err := step.tie(); err != nil {
			return nil, fmt.Errorf("%s: %w", step.file, err)
		}
	}
	return k, nil
}

func readInto[T any](files *errgroup.Group, fsys fs.FS, name string, into *T) {
	files.Go(func() (err error) {
		*into, err = readYAML[T](fsys, name)
		return err
	})
}

// book is the data, or an empty one where it cannot be read: Verify says why.
func (c *Causes) book() *causeBook {
	k, err := c.read()
	if err != nil {
		return &causeBook{}
	}
	return k
}

// All is every cause, in the order of the file. Do not change it.
func (c *Causes) All() []Cause { return c.book().causes }

// Cause finds a cause by its id.
func (c *Causes) Cause(id string) (Cause, bool) {
	k := c.book()
	i, ok := k.index[id]
	if !ok {
		return Cause{}, false
	}
	return k.causes[i], true
}

// Finding says what is to be known of a finding's code.
func (c *Causes) Finding(code string) (FindingKind, bool) {
	f, ok := c.book().findings[code]
	return f, ok
}

// Findings is every finding there is, by code. Do not change it.
func (c *Causes) Findings() map[string]FindingKind { return c.book().findings }

// Tests is every test a diagnosis may propose. Do not change it.
func (c *Causes) Tests() []Test { return c.book().tests }

// Test finds a test by its id.
func (c *Causes) Test(id string) (Test, bool) { return c.book().test(id) }

func (k *causeBook) test(id string) (Test, bool) {
	for _, t := range k.tests {
		if t.ID == id {
			return t, true
		}
	}
	return Test{}, false
}

// links are the documents of a cause, as far as the catalogue has them.
func (c Cause) links(docs *Catalogue) []models.Link {
	if docs == nil {
		return nil
	}
	var links []models.Link
	for _, id := range c.Links {
		if doc, ok := docs.Doc(string(id)); ok {
			links = append(links, doc.Link())
		}
	}
	return links
}
