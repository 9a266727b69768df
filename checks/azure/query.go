package azure

import (
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"

	"github.com/amenzhinsky/iothub/iotservice"

	"methodical/models"
)

const (
	defaultPage = 100
	// maxTop is the largest page a hub was ever documented to give.
	maxTop = 1000
	// maxModulePages bounds the pages of one device's modules; a hub allows 50
	// modules, so this only stops a server that never ends.
	maxModulePages = 20
)

// deviceColumns is what a picker and a comparison need. Aliases are part of the
// grammar: the query language has no unnamed projections.
// Source: learn.microsoft.com, "IoT Hub query language"; the device list of
// github.com/Azure/azure-iot-explorer asks in the same form.
const deviceColumns = "deviceId AS deviceId, status AS status, connectionState AS connectionState, " +
	"lastActivityTime AS lastActivityTime, authenticationType AS authenticationType, " +
	"capabilities.iotEdge AS iotEdge, modelId AS modelId, tags AS tags"

// Devices reads one page of devices. Query results may trail the twins by
// minutes.
func (h *Hub) Devices(ctx context.Context, q models.DeviceQuery) (models.DevicePage, error) {
	rows, next, failure := h.queryPage(ctx, "list devices", devicesQuery(q), q.Top, q.Continuation)
	if failure != nil {
		return models.DevicePage{}, failure
	}
	return models.DevicePage{Devices: rows, Next: next}, nil
}

// devicesQuery writes q in the hub's query language.
func devicesQuery(q models.DeviceQuery) string {
	var conditions []string
	if q.Prefix != "" {
		conditions = append(conditions, "STARTSWITH(devices.deviceId, "+quoted(q.Prefix)+")")
	}
	if where := strings.TrimSpace(q.Where); where != "" {
		conditions = append(conditions, "("+where+")")
	}
	query := "SELECT " + deviceColumns + " FROM devices"
	if len(conditions) > 0 {
		query += " WHERE " + strings.Join(conditions, " AND ")
	}
	return query
}

// quoted is a string of the query language, which knows the escapes \' \" \\
// and \uXXXX.
func quoted(s string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(s) + "'"
}

// Modules lists a device's modules: from the registry where that may be read,
// else by a query, whose results may trail by minutes.
func (h *Hub) Modules(ctx context.Context, deviceID string) ([]models.Device, error) {
	op := "list the modules of " + deviceID
	if deviceID == "" {
		return nil, &models.HubFailure{Op: "list modules", Transport: "no device named"}
	}
	if !h.registryClosed() {
		modules, ex, err := viaLibrary(ctx, h, func(ctx context.Context, lib *iotservice.Client) ([]*iotservice.Module, error) {
			return lib.ListModules(ctx, deviceID)
		})
		h.noteRegistry(ex)
		switch {
		case err == nil:
			return h.modulesOf(deviceID, modules), nil
		case denied(ex) || ex.status == http.StatusOK:
			// No right to the registry, or a time the library cannot read.
		default:
			return nil, h.failure(ctx, op, ex, err)
		}
	}
	var found []models.Device
	next := ""
	for range maxModulePages {
		page, after, failure := h.queryPage(ctx, op, "SELECT * FROM devices.modules WHERE deviceId = "+quoted(deviceID), 0, next)
		if failure != nil {
			return nil, failure
		}
		found = append(found, page...)
		if after == "" || after == next {
			break
		}
		next = after
	}
	return found, nil
}

func (h *Hub) modulesOf(deviceID string, modules []*iotservice.Module) []models.Device {
	at := h.now()
	var found []models.Device
	for _, m := range modules {
		if m == nil || m.ModuleID == "" {
			continue
		}
		d := moduleFacts(m)
		d.DeviceID, d.ObservedAt, d.Registered = deviceID, at, models.Ptr(true)
		found = append(found, d)
	}
	return found
}

// queryPage asks for one page with a request of our own: the library reads all
// pages in one go without a size, and decodes each into the maps of the one
// before, so that rows inherit members of other rows.
func (h *Hub) queryPage(ctx context.Context, op, query string, top int, continuation string) ([]models.Device, string, *models.HubFailure) {
	limited, cancel := context.WithTimeout(ctx, h.requestTimeout)
	defer cancel()
	ex, err := h.query(limited, query, top, continuation)
	if err != nil || ex.status != http.StatusOK {
		return nil, "", h.failure(ctx, op, ex, err)
	}
	var rows []twinForm
	if ex.truncated || json.Unmarshal(ex.body, &rows) != nil {
		return nil, "", h.unreadable(op, ex)
	}
	at := h.now()
	var found []models.Device
	for _, row := range rows {
		if row.DeviceID != "" {
			found = append(found, row.facts(at))
		}
	}
	return found, ex.header.Get("x-ms-continuation"), nil
}

// query sends a query for one page of at most top rows; the hub takes the size
// as a hint.
func (h *Hub) query(ctx context.Context, query string, top int, continuation string) (*exchange, error) {
	if top <= 0 {
		top = defaultPage
	}
	body, err := json.Marshal(map[string]string{"query": query})
	if err != nil {
		return new(exchange), err
	}
	header := map[string]string{"x-ms-max-item-count": strconv.Itoa(min(top, maxTop))}
	if continuation != "" {
		header["x-ms-continuation"] = continuation
	}
	return h.do(ctx, request{method: http.MethodPost, path: "/devices/query", body: body, header: header, maxBody: maxPage})
}
