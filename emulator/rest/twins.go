package rest

import (
	"encoding/json"
	"net/http"

	"methodical/emulator/hub"
	"methodical/emulator/twin"
)

// twinBody is a twin as callers write it. Null and absent both leave a part
// alone.
type twinBody struct {
	Tags       json.RawMessage `json:"tags"`
	Properties struct {
		Desired json.RawMessage `json:"desired"`
	} `json:"properties"`
}

// twin serves /twins/{id} and /twins/{id}/modules/{id}.
func (q *request) twin() {
	op := hub.OpTwinUpdate
	if q.r.Method == http.MethodGet {
		op = hub.OpTwinRead
	}
	if !q.allow(hub.RightServiceConnect, op) {
		return
	}
	t := q.target()
	switch q.r.Method {
	case http.MethodGet:
		id, err := q.hub.Find(t)
		q.showTwin(id, err)
	case http.MethodPatch, http.MethodPut:
		patch, err := q.readTwin(q.r.Method == http.MethodPut)
		if err != nil {
			q.fail(err)
			return
		}
		id, err := q.hub.PatchTwin(t, patch, q.r.Header.Get("If-Match"))
		q.showTwin(id, err)
	default:
		q.noSuchVerb()
	}
}

func (q *request) readTwin(replace bool) (hub.TwinPatch, *hub.Error) {
	var text json.RawMessage
	if err := q.readJSON(&text); err != nil {
		return hub.TwinPatch{}, err
	}
	return q.parseTwin(text, replace)
}

// parseTwin reads a change to a twin, of a request or of a job.
func (q *request) parseTwin(text []byte, replace bool) (hub.TwinPatch, *hub.Error) {
	var body twinBody
	patch := hub.TwinPatch{Replace: replace}
	if len(text) > 0 && json.Unmarshal(text, &body) != nil {
		return patch, hub.Errorf(q.hub.Switches().MalformedJSON, "The twin could not be read as JSON.")
	}
	for _, part := range []struct {
		name string
		text json.RawMessage
		into *map[string]any
	}{{"tags", body.Tags, &patch.Tags}, {"properties.desired", body.Properties.Desired, &patch.Desired}} {
		if len(part.text) == 0 || string(part.text) == "null" {
			continue
		}
		values, err := twin.Parse(part.text)
		if err != nil {
			return patch, hub.Errorf(hub.CodeArgumentInvalid, "%s: %s", part.name, err)
		}
		*part.into = values
	}
	return patch, nil
}

func (q *request) showTwin(id *hub.Identity, err *hub.Error) {
	if err != nil {
		q.fail(err)
		return
	}
	q.w.Header().Set("ETag", `"`+q.hub.TwinETag(id)+`"`)
	view := q.hub.TwinView(id)
	q.hub.Charge(len(view))
	q.write(http.StatusOK, view)
}
