package rest

import (
	"encoding/json"
	"net/http"
	"strings"

	"methodical/emulator/hub"
	"methodical/emulator/twin"
	"methodical/models"
)

// maxBulk is the most identities one bulk request may change. Source:
// learn.microsoft.com, "Understand the identity registry".
const maxBulk = 100

// bulkItem is one identity of a bulk request.
type bulkItem struct {
	identityBody
	ID         string          `json:"id"`
	ImportMode string          `json:"importMode"`
	ETag       string          `json:"eTag"`
	Tags       json.RawMessage `json:"tags"`
	Properties struct {
		Desired json.RawMessage `json:"desired"`
	} `json:"properties"`
}

// bulkResult is the answer to a bulk request.
type bulkResult struct {
	IsSuccessful bool        `json:"isSuccessful"`
	Errors       []bulkError `json:"errors"`
	Warnings     []string    `json:"warnings"`
}

type bulkError struct {
	DeviceID    string `json:"deviceId"`
	ModuleID    string `json:"moduleId,omitempty"`
	ErrorCode   int    `json:"errorCode"`
	ErrorStatus string `json:"errorStatus"`
}

// bulk serves POST /devices. Each identity stands alone: some may fail while
// others succeed.
func (q *request) bulk() {
	var items []bulkItem
	if err := q.readJSON(&items); err != nil {
		q.fail(err)
		return
	}
	if len(items) == 0 || len(items) > maxBulk {
		q.fail(hub.Errorf(hub.CodeArgumentInvalid, "A bulk request changes 1 to %d identities.", maxBulk))
		return
	}
	result := bulkResult{IsSuccessful: true, Errors: []bulkError{}, Warnings: []string{}}
	for _, item := range items {
		if err := q.bulkOne(item); err != nil {
			result.IsSuccessful = false
			result.Errors = append(result.Errors, bulkError{item.ID, item.ModuleID, err.Code, err.Message})
		}
	}
	status := http.StatusOK
	if !result.IsSuccessful {
		status = http.StatusBadRequest
	}
	q.writeJSON(status, result)
}

func (q *request) bulkOne(item bulkItem) *hub.Error {
	id := item.ID
	if id == "" {
		id = item.DeviceID
	}
	t := models.Target{DeviceID: id, ModuleID: item.ModuleID}
	spec, err := item.spec(t)
	if err != nil {
		return err
	}
	patch, err := item.patch()
	if err != nil {
		return err
	}
	switch mode := strings.ToLower(item.ImportMode); mode {
	case "create", "":
		return q.bulkCreate(spec, patch)
	case "createorupdate", "createorupdateifmatchetag":
		if _, known := q.hub.Lookup(t); !known {
			return q.bulkCreate(spec, patch)
		}
		_, err = q.hub.Update(spec, bulkMatch(mode, item.ETag))
	case "update", "updateifmatchetag":
		_, err = q.hub.Update(spec, bulkMatch(mode, item.ETag))
	case "delete", "deleteifmatchetag":
		return q.hub.Delete(t, bulkMatch(mode, item.ETag))
	case "updatetwin", "updatetwinifmatchetag":
		_, err = q.hub.PatchTwin(t, patch, bulkMatch(mode, item.ETag))
	default:
		return hub.Errorf(hub.CodeArgumentInvalid, "importMode %q is not known.", item.ImportMode)
	}
	return err
}

func bulkMatch(mode, etag string) string {
	if strings.HasSuffix(mode, "ifmatchetag") {
		return etag
	}
	return "*"
}

func (q *request) bulkCreate(spec hub.Spec, patch hub.TwinPatch) *hub.Error {
	spec.Tags, spec.Desired = patch.Tags, patch.Desired
	_, err := q.hub.Create(spec)
	return err
}

func (b bulkItem) patch() (hub.TwinPatch, *hub.Error) {
	var patch hub.TwinPatch
	for _, part := range []struct {
		text json.RawMessage
		into *map[string]any
	}{{b.Tags, &patch.Tags}, {b.Properties.Desired, &patch.Desired}} {
		if len(part.text) == 0 || string(part.text) == "null" {
			continue
		}
		values, err := twin.Parse(part.text)
		if err != nil {
			return patch, hub.Errorf(hub.CodeArgumentInvalid, "%s", err)
		}
		*part.into = values
	}
	return patch, nil
}
