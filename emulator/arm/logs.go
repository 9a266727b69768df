package arm

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"time"

	"methodical/models"
)

// maxQuery bounds a query's text.
const maxQuery = 64 * 1024

// logAnalytics serves POST and GET /v1/workspaces/{id}/query.
func (s *Service) logAnalytics(w http.ResponseWriter, r *http.Request, path string) {
	if path != "v1/workspaces/"+Workspace+"/query" {
		fail(w, http.StatusNotFound, "WorkspaceNotFoundError", "The workspace could not be found. The emulator's one workspace is "+Workspace+".")
		return
	}
	text, timespan := r.URL.Query().Get("query"), r.URL.Query().Get("timespan")
	if r.Method == http.MethodPost {
		var body struct{ Query, Timespan string }
		raw, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxQuery))
		if err != nil || json.Unmarshal(raw, &body) != nil {
			fail(w, http.StatusBadRequest, "BadArgumentError", "The request had some invalid properties.")
			return
		}
		text = body.Query
		if body.Timespan != "" {
			timespan = body.Timespan
		}
	}
	now := s.hub.Clock().Now()
	q, err := parseQuery(text, now)
	if err == nil {
		err = q.span(timespan, now)
	}
	if err != nil {
		fail(w, http.StatusBadRequest, "BadArgumentError", err.Error())
		return
	}
	show(w, map[string]any{"tables": []any{q.run(s.rows())}})
}

// columns are those of AzureDiagnostics that hold something.
func columns() []string {
	return []string{
		"TimeGenerated", "ResourceProvider", "ResourceType", "Resource", "ResourceGroup", "SubscriptionId", "_ResourceId",
		"Category", "OperationName", "Level", "ResultType", "ResultDescription", "DurationMs", "properties_s",
	}
}

// logRow is one row of the table, by column.
type logRow map[string]string

func (s *Service) rows() []logRow {
	records := s.hub.LogRecords()
	rows := make([]logRow, len(records))
	for i, r := range records {
		rows[i] = s.row(r)
	}
	return rows
}

func (s *Service) row(r models.LogRecord) logRow {
	return logRow{
		"TimeGenerated": r.Time.UTC().Format(time.RFC3339Nano), "ResourceProvider": "MICROSOFT.DEVICES", "ResourceType": "IOTHUBS",
		"Resource": strings.ToUpper(s.hub.Name()), "ResourceGroup": strings.ToUpper(ResourceGroup), "SubscriptionId": Subscription,
		"_ResourceId": strings.ToLower(s.ID()), "Category": r.Category, "OperationName": r.OperationName, "Level": r.Level,
		"ResultType": r.ResultType, "ResultDescription": r.ResultDescription, "DurationMs": r.DurationMs, "properties_s": r.Properties,
	}
}
