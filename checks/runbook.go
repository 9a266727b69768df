package checks

import (
	"fmt"
	"slices"
	"time"

	"methodical/models"
)

// StepRow is one row of the step table.
type StepRow struct {
	Step  models.Step
	Title string // in the stepper
	About string // what the step is for, one sentence
	// OnEnter lists checks started when the step is entered and they have not
	// run yet for the present inputs.
	OnEnter []string
	// Ready says why the step cannot be entered yet; "" when it can.
	Ready func(models.Walk) string
}

// Steps is the runbook: the order of the steps and what each one starts.
func Steps() []StepRow {
	return []StepRow{
		{models.StepConnect, "Connect", "Reach the hub.", nil, always},
		{models.StepDevice, "Device", "Pick the device or module in trouble.", nil, hasHub},
		{models.StepTry, "Try it", "Send a direct method to the device.", []string{CheckIdentity}, hasTarget},
		{models.StepCompare, "Compare", "Send the same to a different device.", []string{CheckComparison}, hasTarget},
		{models.StepLimits, "Limits", "Review the operational and throttling limits.", []string{CheckLimits}, hasHub},
		{models.StepLogs, "Logs", "Look at the DirectMethods resource logs.", []string{CheckLogs}, hasHub},
		{models.StepVerdict, "Verdict", "The cause, the evidence and the fix.", nil, hasHub},
	}
}

// StepTitle is the title of a step in the stepper.
func StepTitle(step models.Step) string {
	for _, row := range Steps() {
		if row.Step == step {
			return row.Title
		}
	}
	return string(step)
}

func always(models.Walk) string { return "" }

func hasHub(w models.Walk) string {
	if w.Case.Hub.HostName == "" {
		return "Connect to a hub first."
	}
	return ""
}

func hasTarget(w models.Walk) string {
	if reason := hasHub(w); reason != "" {
		return reason
	}
	if w.Inputs.Target.IsZero() {
		return "Pick a device first."
	}
	return ""
}

// NewWalk is a walk at its first step.
func NewWalk(id string, at time.Time) models.Walk {
	return models.Walk{
		Version: models.WalkVersion, ID: id, Started: at,
		Step: models.StepConnect, Inputs: models.DefaultInputs(),
		Case:    models.Case{Version: models.CaseVersion},
		Reports: map[string]models.CheckReport{},
	}
}

// Runbook is the state machine over walks. It holds what judging needs and no
// state of its own.
type Runbook struct {
	Know   *Knowledge
	Checks []Check
}

// Next folds one event into a walk. It is pure: the walk passed in is not
// changed, and everything to be done in the world comes back as effects.
func (r Runbook) Next(w models.Walk, e Event) (models.Walk, []Effect) {
	w = clone(w)
	switch e := e.(type) {
	case Connected:
		w.Case.Hub, w.Case.Client = e.Hub, e.Client
		return r.start(w, CheckContact, e.At)
	case TargetChosen:
		return r.chooseTarget(w, e)
	case CallComposed:
		w.Inputs.Method, w.Inputs.Payload = e.Method, e.Payload
		w.Inputs.ConnectTimeoutSeconds, w.Inputs.ResponseTimeoutSeconds = e.ConnectTimeoutSeconds, e.ResponseTimeoutSeconds
		return w, []Effect{Save{}}
	case ComparisonChosen:
		return r.chooseComparison(w, e)
	case LoadStated:
		w.Inputs.Load, w.Inputs.SKU, w.Inputs.Units = e.Load, e.SKU, e.Units
		r.foldLoad(&w)
		r.observe(&w)
		return w, []Effect{Save{}}
	case LogFilesChosen:
		w.Inputs.LogFiles = slices.Clone(e.Files)
		return r.start(w, CheckLogs, e.At)
	case CheckRequested:
		return r.start(w, e.Check, e.At)
	case CheckDone:
		return r.finish(w, e)
	case CancelRequested:
		return cancel(w, e.Request)
	case Moved:
		return r.move(w, e)
	default:
		return w, []Effect{Refuse{fmt.Sprintf("The runbook does not know the event %T.", e)}}
	}
}

func (r Runbook) chooseTarget(w models.Walk, e TargetChosen) (models.Walk, []Effect) {
	if reason := hasHub(w); reason != "" {
		return w, []Effect{Refuse{reason}}
	}
	if w.Inputs.Target != e.Target {
		w.Inputs.CompareWith = models.Target{}
		// What was found belongs to the other target; the calls stay in the case.
		for _, id := range []string{CheckIdentity, CheckCall, CheckLongerResponse, CheckLongerConnect, CheckComparison, CheckComparisonCall, CheckThirdDevice, CheckLogs} {
			delete(w.Reports, id)
		}
	}
	w.Inputs.Target = e.Target
	w.Case.Target, w.Case.Comparison = e.Target.String(), ""
	r.observe(&w)
	return r.start(w, CheckIdentity, e.At)
}

func (r Runbook) chooseComparison(w models.Walk, e ComparisonChosen) (models.Walk, []Effect) {
	if e.Target == w.Inputs.Target {
		return w, []Effect{Refuse{"That is the device in trouble itself: pick another one to compare with."}}
	}
	w.Inputs.CompareWith = e.Target
	w.Case.Comparison = e.Target.String()
	delete(w.Reports, CheckComparisonCall)
	return r.start(w, CheckComparison, e.At)
}

// move enters a step, if it can be entered, and starts what the step starts.
func (r Runbook) move(w models.Walk, e Moved) (models.Walk, []Effect) {
	rows := Steps()
	i := slices.IndexFunc(rows, func(row StepRow) bool { return row.Step == e.To })
	if i < 0 {
		return w, []Effect{Refuse{fmt.Sprintf("There is no step %q.", e.To)}}
	}
	if reason := rows[i].Ready(w); reason != "" {
		return w, []Effect{Refuse{reason}}
	}
	w.Step = e.To
	var effects []Effect
	for _, id := range rows[i].OnEnter {
		if _, ran := w.Reports[id]; ran || w.Running(id) {
			continue
		}
		var more []Effect
		w, more = r.start(w, id, e.At)
		effects = append(effects, more...)
	}
	return w, append(effects, Save{})
}

// start puts a check in flight. A second request for the same check while one
// is in flight is not sent again.
func (r Runbook) start(w models.Walk, id string, at time.Time) (models.Walk, []Effect) {
	check, ok := Find(r.Checks, id)
	if !ok {
		return w, []Effect{Refuse{fmt.Sprintf("There is no check %q.", id)}}
	}
	if w.Running(id) {
		return w, nil
	}
	if check.Applies != nil {
		if ok, reason := check.Applies(w, r.Know); !ok {
			w.Reports[id] = models.CheckReport{ID: id, Title: check.Title, Result: models.ResultSkipped, Reason: reason}
			return w, []Effect{Save{}}
		}
	}
	w.LastID++
	req := models.Request{ID: w.LastID, Check: id, Target: w.Inputs.Target, Started: at}
	if check.Call != nil {
		if call, ok := check.Call(w, r.Know); ok {
			req.Target, req.Call = call.Target, &call
		}
	}
	w.InFlight = append(w.InFlight, req)
	return w, []Effect{RunCheck{Request: req.ID, Check: id, Walk: clone(w)}, Save{}}
}

// finish folds what a check gathered. An answer to a request the walk no longer
// knows is still a fact and is kept; only its report is not, because it may
// speak of a target the person has left.
func (r Runbook) finish(w models.Walk, e CheckDone) (models.Walk, []Effect) {
	i := slices.IndexFunc(w.InFlight, func(q models.Request) bool { return q.ID == e.Request })
	var req models.Request
	if i >= 0 {
		req = w.InFlight[i]
		w.InFlight = slices.Delete(w.InFlight, i, i+1)
	}
	fold(&w, e.Facts)
	check, ok := Find(r.Checks, e.Check)
	if ok && i >= 0 && r.current(w, check, req) {
		w.Reports[e.Check] = r.report(w, check, e.Err, req.Cancelled)
	}
	r.observe(&w)
	return w, []Effect{Save{}}
}

// current reports whether a request still speaks of the walk's targets.
func (r Runbook) current(w models.Walk, c Check, req models.Request) bool {
	switch c.Step {
	case models.StepTry, models.StepDevice:
		return req.Target == w.Inputs.Target
	default:
		return true
	}
}

func cancel(w models.Walk, id int) (models.Walk, []Effect) {
	for i := range w.InFlight {
		if w.InFlight[i].ID == id {
			w.InFlight[i].Cancelled = true
			return w, []Effect{StopCheck{Request: id}}
		}
	}
	return w, nil
}
