package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"

	"methodical/checks"
	"methodical/checks/logparse"
	"methodical/models"
	"methodical/ui/cli"
)

// logReader reads resource logs: exported files, or the rows of the emulator
// that runs in this process.
type logReader struct {
	know func() (*checks.Knowledge, error)
	own  func() []models.LogRecord // nil for a hub whose rows have to be exported
}

// What the walk reads into a case: enough rows for the diagnosis, and lists
// that fit a screen.
const (
	caseRows  = 2000
	walkTop   = 50
	ownSource = "the emulator"
)

// errNoLogs says what to do where no rows can be had without files.
var errNoLogs = errors.New("this hub's log rows have to be exported first: name the files, or a folder copied from the storage account")

// Read reads the rows that a walk asks for.
func (r logReader) Read(ctx context.Context, q checks.LogQuery) (checks.LogReading, error) {
	names, err := r.names()
	if err != nil {
		return checks.LogReading{}, err
	}
	options := logparse.Options{Since: q.Since, Until: q.Until, Top: walkTop, Names: names}
	sum, err := r.summary(ctx, q.Files, options)
	if err != nil {
		return checks.LogReading{}, err
	}
	// A second pass picks the rows of the wanted targets.
	if options.Sources, err = r.sources(q.Files); err != nil {
		return checks.LogReading{}, err
	}
	for _, t := range q.Targets {
		options.Devices = append(options.Devices, t.String())
	}
	rows, _, err := logparse.Records(ctx, options, caseRows, nil)
	return checks.LogReading{Summary: sum, Records: rows}, err
}

// summary counts all rows. The emulator's are at hand and need no parsing.
func (r logReader) summary(ctx context.Context, files []string, o logparse.Options) (models.LogSummary, error) {
	if len(files) == 0 && r.own != nil {
		return logparse.Summarize(r.own(), o)
	}
	var err error
	if o.Sources, err = r.sources(files); err != nil {
		return models.LogSummary{}, err
	}
	return logparse.Read(ctx, o)
}

func (r logReader) names() (map[string]string, error) {
	know, err := r.know()
	if err != nil {
		return nil, err
	}
	names := map[string]string{}
	for _, c := range know.Catalogue.Codes() {
		names[c.Code] = c.Name
	}
	return names, nil
}

func (r logReader) sources(files []string) ([]logparse.Source, error) {
	if len(files) > 0 {
		return logparse.Expand(files, os.Stdin)
	}
	if r.own == nil {
		return nil, errNoLogs
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	for _, row := range r.own() {
		if err := enc.Encode(row); err != nil {
			return nil, err
		}
	}
	return []logparse.Source{{Name: ownSource, Reader: &b}}, nil
}

// read answers the logs command.
func (r logReader) read(ctx context.Context, o cli.LogsOptions) (models.LogSummary, error) {
	names, err := r.names()
	if err != nil {
		return models.LogSummary{}, err
	}
	sources, err := logparse.Expand(o.Files, os.Stdin)
	if err != nil {
		return models.LogSummary{}, err
	}
	options := logparse.Options{
		Sources: sources, Since: o.Since, Until: o.Until, Code: o.Code,
		Bucket: o.Bucket, Top: o.Top, Dedupe: o.Dedupe, Names: names,
	}
	if o.Device != "" {
		options.Devices = []string{o.Device}
	}
	return logparse.Read(ctx, options)
}
