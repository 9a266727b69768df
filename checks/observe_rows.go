package checks

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"methodical/models"
)

// codeSuccess is how a successful row is counted, however the hub wrote it.
const codeSuccess = "0"

// logRows are the case's resource log rows, read and sorted by time. Rows of
// other hubs are only counted; a call without its time is no use.
type logRows struct {
	methods     []methodRow
	connections []connectionRow
	foreign     int
}

// methodRow is one row of category DirectMethods. The hub writes no method name.
type methodRow struct {
	time  time.Time
	id    string // "device" or "device/module"
	code  string // codeSuccess, six digits, or what the hub wrote
	took  time.Duration
	timed bool
}

// connectionRow is one row of category Connections.
type connectionRow struct {
	time     time.Time
	id       string
	connect  bool // deviceConnect, otherwise deviceDisconnect
	code     string
	sdk      string
	protocol string
	address  string // masked by the hub
	unnamed  bool   // the client gave an empty name for its SDK
}

// joined reports whether the row says that the device is connected from here on.
func (r connectionRow) joined() bool { return r.connect && r.code == codeSuccess }

func (s *scene) readLogs() logRows {
	var rows logRows
	hub := hubName(s.c.Hub.HostName)
	for _, r := range s.c.Logs {
		if other := resourceHub(r.ResourceID); hub != "" && other != "" && !strings.EqualFold(hub, other) {
			rows.foreign++
			continue
		}
		switch {
		case strings.EqualFold(r.Category, models.CategoryDirectMethods) && !r.Time.IsZero():
			rows.methods = append(rows.methods, readMethodRow(r))
		case strings.EqualFold(r.Category, models.CategoryConnections):
			rows.connections = append(rows.connections, readConnectionRow(r))
		}
	}
	slices.SortStableFunc(rows.methods, func(a, b methodRow) int { return a.time.Compare(b.time) })
	slices.SortStableFunc(rows.connections, func(a, b connectionRow) int { return a.time.Compare(b.time) })
	return rows
}

// hubName is a hub's name: the first label of its host name.
func hubName(host string) string {
	name, _, _ := strings.Cut(stripPort(host), ".")
	if strings.Trim(name, "0123456789") == "" || strings.EqualFold(name, "localhost") {
		return "" // an address is no name to compare with
	}
	return name
}

// resourceHub is the hub in a resource id, "" when it has none.
func resourceHub(id string) string {
	parts := strings.Split(strings.TrimRight(id, "/"), "/")
	for i := len(parts) - 2; i >= 0; i-- {
		if strings.EqualFold(parts[i], "IotHubs") {
			return parts[i+1]
		}
	}
	return ""
}

// rowProperties are the properties that rows are read for. Types differ between
// exports, so each is read from whatever JSON it is.
type rowProperties struct {
	DeviceID        loose `json:"deviceId"`
	ModuleID        loose `json:"moduleId"`
	SDKVersion      loose `json:"sdkVersion"`
	Protocol        loose `json:"protocol"`
	MaskedIPAddress loose `json:"maskedIpAddress"`
	StatusCode      loose `json:"statusCode"`
}

// loose is a string, or the text of any other JSON value.
type loose string

func (l *loose) UnmarshalJSON(b []byte) error {
	var s string
	if json.Unmarshal(b, &s) == nil {
		*l = loose(s)
		return nil
	}
	if string(b) != "null" {
		*l = loose(b)
	}
	return nil
}

func readProperties(text string) rowProperties {
	var p rowProperties
	// Properties that cannot be read leave a row without a device: it is then
	// nobody's row.
	_ = json.Unmarshal([]byte(text), &p)
	return p
}

func (p rowProperties) id() string {
	if p.ModuleID != "" && !strings.Contains(string(p.DeviceID), "/") {
		return string(p.DeviceID) + "/" + string(p.ModuleID)
	}
	return string(p.DeviceID)
}

func readMethodRow(r models.LogRecord) methodRow {
	p := readProperties(r.Properties)
	row := methodRow{time: r.Time, id: p.id(), code: rowCode(r)}
	if ms, err := strconv.ParseFloat(strings.TrimSpace(r.DurationMs), 64); err == nil && ms >= 0 && ms < 1e9 {
		row.took, row.timed = time.Duration(ms*float64(time.Millisecond)), true
	}
	return row
}

func readConnectionRow(r models.LogRecord) connectionRow {
	p := readProperties(r.Properties)
	return connectionRow{
		time: r.Time, id: p.id(), connect: strings.EqualFold(r.OperationName, "deviceConnect"), code: rowCode(r),
		sdk: string(p.SDKVersion), protocol: string(p.Protocol), address: string(p.MaskedIPAddress),
		unnamed: p.SDKVersion == "" && strings.Contains(r.Properties, `"sdkVersion"`),
	}
}

// rowCode is a row's result: success in any spelling is codeSuccess; a name is
// turned into its code; an error without a code is "error".
func rowCode(r models.LogRecord) string {
	code := strings.TrimSpace(r.ResultType)
	switch strings.ToLower(code) {
	case "", "0", "200", "success", "succeeded", "ok":
		if strings.EqualFold(r.Level, "Error") {
			if named, _, ok := (models.MethodCodes{}).Resolve(r.ResultDescription); ok {
				return named
			}
			if code == "" {
				return "error"
			}
		}
		return codeSuccess
	}
	if resolved, _, ok := (models.MethodCodes{}).Resolve(code); ok {
		return resolved
	}
	return code
}

// mine reports whether a row's id is the target's.
func (s *scene) mine(id string) bool { return id == s.subject.String() }

// mineCalled reports whether a call's row is the target's. Whether the log names
// modules is not documented, so a module's calls may stand under its device.
func (s *scene) mineCalled(id string) bool {
	return s.mine(id) || s.subject.IsModule() && id == s.subject.DeviceID
}

// busiestMinute is the highest rate of calls in the log, a second, over any
// calendar minute.
func (r logRows) busiestMinute() (perSecond float64, at time.Time) {
	most, count := 0, 0
	var minute time.Time
	for _, row := range r.methods {
		if m := row.time.Truncate(time.Minute); !m.Equal(minute) {
			minute, count = m, 0
		}
		if count++; count > most && !row.time.IsZero() {
			most, at = count, minute
		}
	}
	return float64(most) / 60, at
}
