package checks

import (
	"maps"
	"slices"

	"methodical/models"
)

// clone copies what Next may change, so that the walk handed in stays as it was.
func clone(w models.Walk) models.Walk {
	w.Case.Devices = slices.Clone(w.Case.Devices)
	w.Case.Invocations = slices.Clone(w.Case.Invocations)
	w.Case.Logs = slices.Clone(w.Case.Logs)
	w.InFlight = slices.Clone(w.InFlight)
	w.Inputs.LogFiles = slices.Clone(w.Inputs.LogFiles)
	w.Reports = maps.Clone(w.Reports)
	if w.Reports == nil {
		w.Reports = map[string]models.CheckReport{}
	}
	return w
}

// maxLogRows bounds the rows a case keeps: enough for the diagnosis, small
// enough for a file that is mailed.
const maxLogRows = 2000

// fold adds gathered facts to the walk's case.
func fold(w *models.Walk, f models.Facts) {
	for _, d := range f.Devices {
		w.Case.PutDevice(d)
	}
	w.Case.Invocations = append(w.Case.Invocations, f.Invocations...)
	slices.SortStableFunc(w.Case.Invocations, func(a, b models.Invocation) int { return a.Time.Compare(b.Time) })
	if f.Hub != nil {
		host, emulator := w.Case.Hub.HostName, w.Case.Hub.Emulator
		w.Case.Hub = *f.Hub
		w.Case.Hub.HostName, w.Case.Hub.Emulator = host, emulator
	}
	if f.Client != nil {
		w.Case.Client = *f.Client
	}
	if f.Summary != nil {
		w.Summary = f.Summary
		w.Case.Logs = f.Logs
		if len(w.Case.Logs) > maxLogRows {
			w.Case.Logs = w.Case.Logs[len(w.Case.Logs)-maxLogRows:]
		}
	}
	if f.Load != nil {
		w.Case.Load = f.Load
	}
	if !f.Comparison.IsZero() {
		w.Case.Comparison = f.Comparison.String()
		if w.Inputs.CompareWith.IsZero() {
			w.Inputs.CompareWith = f.Comparison
		}
	}
}

// foldLoad brings what the person stated about load and tier into the case,
// without overruling what was read from the hub.
func (r Runbook) foldLoad(w *models.Walk) {
	if w.Inputs.Load != (models.Load{}) {
		load := w.Inputs.Load
		w.Case.Load = &load
	} else {
		w.Case.Load = nil
	}
	if w.Inputs.SKU != "" && (w.Case.Hub.SKU == "" || w.Case.Hub.Stated) {
		w.Case.Hub.SKU, w.Case.Hub.Units, w.Case.Hub.Stated = w.Inputs.SKU, max(w.Inputs.Units, 1), true
	}
}
