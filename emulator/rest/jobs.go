package rest

import (
	"encoding/json"
	"net/http"
	"time"

	"methodical/emulator/hub"
	"methodical/emulator/jobs"
)

// jobBody is a job as callers write it.
type jobBody struct {
	JobID               string          `json:"jobId"`
	Type                string          `json:"type"`
	CloudToDeviceMethod json.RawMessage `json:"cloudToDeviceMethod"`
	UpdateTwin          json.RawMessage `json:"updateTwin"`
	QueryCondition      string          `json:"queryCondition"`
	StartTime           string          `json:"startTime"`
	MaxExecution        int             `json:"maxExecutionTimeInSeconds"`
}

// routeJobs serves /jobs/v2.
func (q *request) routeJobs() {
	n := len(q.seg)
	switch {
	case n < 3 || q.seg[1] != "v2" || q.seg[2] == "":
		q.noSuchVerb()
	case n == 3 && q.seg[2] == "query" && q.r.Method == http.MethodGet:
		q.listJobs()
	case n == 3 && q.r.Method == http.MethodGet:
		if q.allowJobs(false) {
			view, err := q.jobs.Get(q.seg[2])
			q.showJob(view, err)
		}
	case n == 3 && q.r.Method == http.MethodPut:
		if q.allowJobs(true) {
			q.createJob()
		}
	case n == 4 && q.seg[3] == "cancel" && q.r.Method == http.MethodPost:
		if q.allowJobs(true) {
			view, err := q.jobs.Cancel(q.seg[2])
			q.showJob(view, err)
		}
	default:
		q.noSuchVerb()
	}
}

func (q *request) allowJobs(write bool) bool {
	need := hub.RightServiceConnect
	switch {
	case q.hub.Switches().JobsRight != "registry":
	case write:
		need = hub.RightRegistryWrite
	default:
		need = hub.RightRegistryRead
	}
	return q.allow(need, hub.OpJobs)
}

func (q *request) showJob(view jobs.View, err *hub.Error) {
	if err != nil {
		q.fail(err)
		return
	}
	q.writeJSON(http.StatusOK, view)
}

func (q *request) listJobs() {
	if !q.allowJobs(false) {
		return
	}
	p, err := q.page()
	if err != nil {
		q.fail(err)
		return
	}
	values := q.r.URL.Query()
	views := q.jobs.List(values.Get("jobType"), values.Get("jobStatus"))
	views = views[min(p.seen, len(views)):]
	if len(views) > p.size {
		views = views[:p.size]
		q.w.Header().Set("x-ms-continuation", page{seen: p.seen + p.size}.token())
	}
	q.w.Header().Set("x-ms-item-type", "JobResponse")
	q.writeJSON(http.StatusOK, views)
}

func (q *request) createJob() {
	var body jobBody
	if err := q.readJSON(&body); err != nil {
		q.fail(err)
		return
	}
	r := jobs.Request{
		ID: q.seg[2], Type: body.Type, Condition: body.QueryCondition, MaxExecution: time.Duration(body.MaxExecution) * time.Second,
		MethodBody: body.CloudToDeviceMethod, UpdateTwin: body.UpdateTwin,
	}
	err := q.readJobParts(body, &r)
	if err != nil {
		q.fail(err)
		return
	}
	view, err := q.jobs.Create(r)
	q.showJob(view, err)
}

func (q *request) readJobParts(body jobBody, r *jobs.Request) *hub.Error {
	if body.JobID != "" && body.JobID != r.ID {
		return hub.Errorf(hub.CodeArgumentInvalid, "The id in the body is not the id in the path.")
	}
	if body.StartTime != "" {
		start, err := time.Parse(time.RFC3339, body.StartTime)
		if err != nil {
			return hub.Errorf(hub.CodeArgumentInvalid, "startTime must be a time such as 2026-01-06T10:00:00Z.")
		}
		r.Start = start
	}
	if body.Type == jobs.TypeMethod {
		return q.parseMethod(body.CloudToDeviceMethod, &r.Method)
	}
	var err *hub.Error
	r.Patch, err = q.parseTwin(body.UpdateTwin, false)
	return err
}
