package jobs

import (
	"encoding/json"
	"strconv"
	"time"

	"methodical/emulator/query"
	"methodical/emulator/twin"
)

// View is a job as the API shows it.
type View struct {
	JobID               string          `json:"jobId"`
	QueryCondition      string          `json:"queryCondition,omitempty"`
	CreatedTime         string          `json:"createdTime"`
	StartTime           string          `json:"startTime"`
	EndTime             string          `json:"endTime,omitempty"`
	MaxExecution        int             `json:"maxExecutionTimeInSeconds"`
	Type                string          `json:"type"`
	CloudToDeviceMethod json.RawMessage `json:"cloudToDeviceMethod,omitempty"`
	UpdateTwin          json.RawMessage `json:"updateTwin,omitempty"`
	Status              string          `json:"status"`
	FailureReason       string          `json:"failureReason,omitempty"`
	Statistics          *Statistics     `json:"deviceJobStatistics,omitempty"`
}

// view needs the lock.
func (s *Store) view(j *job) View {
	v := View{
		JobID: j.ID, QueryCondition: j.Condition, CreatedTime: twin.FormatTime(j.created), StartTime: twin.FormatTime(j.Start),
		MaxExecution: int(j.MaxExecution / time.Second), Type: j.Type, CloudToDeviceMethod: j.MethodBody, UpdateTwin: j.UpdateTwin,
		Status: j.status, FailureReason: j.reason,
	}
	if !j.ended.IsZero() {
		v.EndTime = twin.FormatTime(j.ended)
	}
	if j.status != StatusQueued && j.status != StatusScheduled {
		statistics := j.statistics()
		v.Statistics = &statistics
	}
	return v
}

// row is one device's part as a query sees and shows it.
type row struct {
	DeviceID    string   `json:"deviceId"`
	JobID       string   `json:"jobId"`
	JobType     string   `json:"jobType"`
	Status      string   `json:"status"`
	Started     string   `json:"startTimeUtc"`
	Ended       string   `json:"endTimeUtc"`
	Created     string   `json:"createdDateTimeUtc"`
	LastUpdated string   `json:"lastUpdatedDateTimeUtc"`
	Outcome     *outcome `json:"outcome,omitempty"`
	Error       *failure `json:"error,omitempty"`
}

type outcome struct {
	Response response `json:"deviceMethodResponse"`
}

type response struct {
	Status  int             `json:"status"`
	Payload json.RawMessage `json:"payload"`
}

type failure struct {
	Code        string `json:"code"`
	Description string `json:"description"`
}

// Query answers a query of devices.jobs with the rows after the first skip, at
// most limit of them, and tells whether more follow.
func (s *Store) Query(q *query.Query, skip, limit int) (rows [][]byte, more bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, j := range s.list {
		for _, d := range j.devices {
			r := s.row(j, d)
			if !q.Match(r) {
				continue
			}
			if skip > 0 {
				skip--
				continue
			}
			if len(rows) == limit {
				return rows, true
			}
			rows = append(rows, r.json())
		}
	}
	return rows, false
}

func (s *Store) row(j *job, d *deviceJob) row {
	r := row{
		DeviceID: d.id.DeviceID, JobID: j.ID, JobType: j.Type, Status: d.status,
		Started: twin.FormatTime(d.started), Ended: twin.FormatTime(d.ended),
		Created: twin.FormatTime(j.created), LastUpdated: twin.FormatTime(d.updated),
	}
	if d.answer != nil {
		r.Outcome = &outcome{response{d.answer.Status, asJSON(d.answer.Payload)}}
	}
	if d.hubError != nil {
		r.Error = &failure{strconv.Itoa(d.hubError.Code), d.hubError.Message}
	}
	return r
}

// asJSON keeps a list of rows readable when one device's answer is not JSON:
// it becomes a string.
func asJSON(payload []byte) json.RawMessage {
	if json.Valid(payload) {
		return payload
	}
	text, err := json.Marshal(string(payload))
	if err != nil { // a string always marshals
		return json.RawMessage("null")
	}
	return text
}

func (r row) json() []byte {
	text, err := json.Marshal(r)
	if err != nil { // strings and valid JSON always marshal
		return []byte("{}")
	}
	return text
}

// Field implements query.Row.
func (r row) Field(path []string) (any, bool) {
	switch path[0] { // what queries ask for, without spelling the row out
	case "jobId":
		return r.JobID, len(path) == 1
	case "deviceId":
		return r.DeviceID, len(path) == 1
	case "status":
		return r.Status, len(path) == 1
	}
	var v map[string]any
	if json.Unmarshal(r.json(), &v) != nil {
		return nil, false
	}
	var value any = v
	for _, name := range path {
		object, ok := value.(map[string]any)
		if !ok {
			return nil, false
		}
		if value, ok = object[name]; !ok {
			return nil, false
		}
	}
	return value, true
}
