package hub

import (
	"encoding/json"
	"net"
	"strconv"
	"strings"
	"sync"
	"time"

	"methodical/models"
)

// maxLogRows bounds the memory of a hub that runs for days; the oldest rows go
// first.
const maxLogRows = 200_000

// logBook keeps the resource logs of categories DirectMethods and Connections.
type logBook struct {
	mu   sync.Mutex
	rows []logRow
	next int // where the next row goes once the book is full
}

// logRow is one row before it is spelt out.
type logRow struct {
	at         time.Time
	category   string
	operation  string
	code       int
	durationMs int64
	target     models.Target
	request    int
	response   int
	sdk        string
	info       LinkInfo
}

func (b *logBook) add(h *Hub, row logRow) {
	if !h.cfg.LogsOn {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.rows) < maxLogRows {
		b.rows = append(b.rows, row)
		return
	}
	b.rows[b.next] = row
	b.next = (b.next + 1) % maxLogRows
}

func (b *logBook) method(h *Hub, m Method, answer Answer, err *Error, took time.Duration, at time.Time) {
	row := logRow{
		at: at, category: models.CategoryDirectMethods, operation: "send", durationMs: took.Milliseconds(),
		target: m.Target, request: len(m.Payload), response: len(answer.Payload), sdk: m.SDK,
	}
	if err != nil {
		row.code = err.Code
	}
	b.add(h, row)
}

// Refused logs a method call that never got as far as Invoke, such as one with
// a bad token.
// A target that no registry could hold leaves no row.
func (h *Hub) Refused(m Method, err *Error) {
	if _, bad := models.ParseTarget(m.Target.String()); bad != nil {
		return
	}
	h.logs.method(h, m, Answer{}, err, 0, h.clock.Now())
}

func (b *logBook) connection(h *Hub, id *Identity, operation string, info LinkInfo, code int) {
	b.add(h, logRow{
		at: h.clock.Now(), category: models.CategoryConnections, operation: operation, code: code,
		target: models.Target{DeviceID: id.DeviceID, ModuleID: id.ModuleID}, sdk: info.SDK, info: info,
	})
}

// disconnect logs the end of a connection. An expired token shows twice, as
// the service logs it: first why, then that the connection is gone.
func (b *logBook) disconnect(h *Hub, id *Identity, info LinkInfo, cause Cause) {
	code := CodeConnectionClosed
	switch cause {
	case CauseClient, CauseShutdown:
		code = 0
	case CauseTokenExpired:
		b.connection(h, id, "deviceDisconnect", info, CodeUnauthorized)
	case CauseDisabled, CauseDeleted:
		code = CodeUnauthorized
	case CauseMaintenance:
		code = CodeForciblyClosed
	}
	b.connection(h, id, "deviceDisconnect", info, code)
}

// replaced logs the end of a connection that another client took: first why,
// in the words of the protocol, then that it is gone.
func (b *logBook) replaced(h *Hub, id *Identity, info LinkInfo) {
	code := CodeReplaced
	if strings.HasPrefix(info.Protocol, "Amqp") {
		code = CodeLinkConflict
	}
	b.connection(h, id, "deviceDisconnect", info, code)
	b.connection(h, id, "deviceDisconnect", info, CodeConnectionClosed)
}

// RefusedConnection logs a device that was not let in.
func (h *Hub) RefusedConnection(t models.Target, info LinkInfo, code int) {
	h.logs.connection(h, &Identity{DeviceID: t.DeviceID, ModuleID: t.ModuleID}, "deviceConnect", info, code)
}

// LogRecords are the resource logs so far, oldest first, as the hub exports
// them: durations and properties as text, no method name and no payload.
func (h *Hub) LogRecords() []models.LogRecord {
	h.logs.mu.Lock()
	rows := make([]logRow, 0, len(h.logs.rows))
	rows = append(append(rows, h.logs.rows[h.logs.next:]...), h.logs.rows[:h.logs.next]...)
	h.logs.mu.Unlock()
	records := make([]models.LogRecord, len(rows))
	for i, row := range rows {
		records[i] = h.export(row)
	}
	return records
}

// ResourceID is the hub's Azure resource id, in capitals as logs spell it.
func (h *Hub) ResourceID() string {
	return "/SUBSCRIPTIONS/00000000-0000-0000-0000-000000000000/RESOURCEGROUPS/METHODICAL/PROVIDERS/MICROSOFT.DEVICES/IOTHUBS/" + strings.ToUpper(h.cfg.Name)
}

func (h *Hub) export(row logRow) models.LogRecord {
	record := models.LogRecord{
		Time: row.at.UTC(), ResourceID: h.ResourceID(), Category: row.category, OperationName: row.operation,
		Level: "Information", Location: h.cfg.Location,
	}
	if row.code != 0 {
		record.Level = "Error"
		record.ResultType = strconv.Itoa(row.code)
		record.ResultDescription = CodeName(row.code)
	}
	var properties any = h.connectionProperties(row)
	if row.category == models.CategoryDirectMethods {
		record.DurationMs = strconv.FormatInt(row.durationMs, 10)
		properties = h.methodProperties(row)
	}
	if text, err := json.Marshal(properties); err == nil {
		record.Properties = string(text)
	}
	return record
}

type methodProperties struct {
	DeviceID     string `json:"deviceId"`
	ModuleID     string `json:"moduleId,omitempty"`
	RequestSize  int    `json:"RequestSize"`
	ResponseSize int    `json:"ResponseSize"`
	SDKVersion   string `json:"sdkVersion"`
}

func (h *Hub) methodProperties(row logRow) methodProperties {
	p := methodProperties{DeviceID: row.target.DeviceID, RequestSize: row.request, ResponseSize: row.response, SDKVersion: row.sdk}
	switch h.cfg.Switches.ModuleInLog {
	case "path":
		p.DeviceID = row.target.String()
	case "field":
		p.ModuleID = row.target.ModuleID
	}
	return p
}

type connectionProperties struct {
	DeviceID        string `json:"deviceId"`
	SDKVersion      string `json:"sdkVersion"`
	Protocol        string `json:"protocol"`
	AuthType        string `json:"authType"` // JSON inside a string, as the hub writes it
	MaskedIPAddress string `json:"maskedIpAddress"`
}

func (h *Hub) connectionProperties(row logRow) connectionProperties {
	scope := "device"
	if row.target.IsModule() {
		scope = "module"
	}
	return connectionProperties{
		DeviceID: row.target.String(), SDKVersion: row.info.SDK, Protocol: row.info.Protocol,
		AuthType:        `{"scope":"` + scope + `","type":"` + row.info.AuthType + `","issuer":"iothub","acceptingIpFilterRule":null}`,
		MaskedIPAddress: maskAddress(row.info.Remote),
	}
}

// maskAddress hides the last part of an address, as the hub does.
func maskAddress(remote string) string {
	host, _, err := net.SplitHostPort(remote)
	if err != nil {
		host = remote
	}
	if i := strings.LastIndexAny(host, ".:"); i >= 0 {
		return host[:i+1] + "XXX"
	}
	return host
}
