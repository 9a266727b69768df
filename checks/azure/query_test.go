package azure_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"methodical/checks/azure"
	"methodical/models"
)

func at(now time.Time) func(*azure.Options) {
	return func(o *azure.Options) { o.Now = func() time.Time { return now } }
}

const columns = "SELECT deviceId AS deviceId, status AS status, connectionState AS connectionState, lastActivityTime AS lastActivityTime, " +
	"authenticationType AS authenticationType, capabilities.iotEdge AS iotEdge, modelId AS modelId, tags AS tags FROM devices"

func TestDevicesAsksInTheQueryLanguage(t *testing.T) {
	for _, c := range []struct {
		q             models.DeviceQuery
		query, counts string
	}{
		{models.DeviceQuery{}, columns, "100"},
		{models.DeviceQuery{Prefix: "pump", Top: 20}, columns + " WHERE STARTSWITH(devices.deviceId, 'pump')", "20"},
		{models.DeviceQuery{Prefix: `it's\`, Top: 5000}, columns + ` WHERE STARTSWITH(devices.deviceId, 'it\'s\\')`, "1000"},
		{
			models.DeviceQuery{Prefix: "p", Where: " tags.site = 'x' OR true "},
			columns + " WHERE STARTSWITH(devices.deviceId, 'p') AND (tags.site = 'x' OR true)", "100",
		},
		{models.DeviceQuery{Where: "status = 'disabled'"}, columns + " WHERE (status = 'disabled')", "100"},
	} {
		var sent, count string
		s := newHubServer(t, func(w http.ResponseWriter, r *http.Request) {
			if r.Method+" "+r.URL.Path != "POST /devices/query" {
				t.Errorf("asked %s %s", r.Method, r.URL.Path)
			}
			sent, count = readAll(t, r), r.Header.Get("x-ms-max-item-count")
			write(w, 200, "", "[]")
		})
		page, err := s.open(t).Devices(t.Context(), c.q)
		if err != nil || len(page.Devices) != 0 || page.Next != "" {
			t.Errorf("%+v, %v", page, err)
		}
		var body struct{ Query string }
		if err := json.Unmarshal([]byte(sent), &body); err != nil || body.Query != c.query || count != c.counts {
			t.Errorf("sent %s with %s rows\nwant %s with %s", sent, count, c.query, c.counts)
		}
	}
}

func TestDevicesPages(t *testing.T) {
	const rows = 250
	s := newHubServer(t, func(w http.ResponseWriter, r *http.Request) {
		top, _ := strconv.Atoi(r.Header.Get("x-ms-max-item-count"))
		from, _ := strconv.Atoi(strings.TrimPrefix(r.Header.Get("x-ms-continuation"), "+/="))
		var page []string
		for i := from; i < min(from+top, rows); i++ {
			row := fmt.Sprintf(`{"deviceId":"d-%03d","status":"enabled","lastActivityTime":"0001-01-01T00:00:00Z"`, i)
			if i%2 == 0 { // rows must not inherit members of others
				row += `,"connectionState":"Connected","iotEdge":true,"modelId":"m","tags":{"n":` + strconv.Itoa(i) + `}`
			}
			page = append(page, row+"}")
		}
		if from+top < rows {
			w.Header().Set("x-ms-continuation", fmt.Sprintf("+/=%d", from+top))
		}
		write(w, 200, "", "["+strings.Join(page, ",")+"]")
	})
	h := s.open(t, at(observed))
	var all []models.Device
	q := models.DeviceQuery{Top: 100}
	for pages := 1; ; pages++ {
		page, err := h.Devices(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, page.Devices...)
		if q.Continuation = page.Next; page.Next == "" {
			if pages != 3 {
				t.Errorf("%d pages", pages)
			}
			break
		}
	}
	if len(all) != rows {
		t.Fatalf("%d rows, want %d", len(all), rows)
	}
	for i, d := range all {
		even := i%2 == 0
		if d.DeviceID != fmt.Sprintf("d-%03d", i) || !d.Known() || !d.NeverActive() || !d.ObservedAt.Equal(observed) ||
			(d.ConnectionState != "") != even || d.IsEdge() != even || (d.ModelID != "") != even || (d.Tags != nil) != even {
			t.Fatalf("row %d is %+v", i, d)
		}
	}
}

func TestDevicesSkipsRowsWithoutAnID(t *testing.T) {
	s := newHubServer(t, func(w http.ResponseWriter, _ *http.Request) {
		write(w, 200, "", `[{"n":3},{"deviceId":"d","capabilities":{"iotEdge":true}},null]`)
	})
	page, err := s.open(t).Devices(t.Context(), models.DeviceQuery{})
	if err != nil || len(page.Devices) != 1 || !page.Devices[0].IsEdge() {
		t.Errorf("%+v, %v", page, err)
	}
}

func TestQueriesThatFail(t *testing.T) {
	for name, c := range map[string]struct {
		answer func(http.ResponseWriter)
		status int
		words  string
	}{
		"no right":      {says(401, "IotHubUnauthorized", noRight), 401, "IotHubUnauthorized"},
		"a wrong query": {says(400, "ArgumentInvalid", `{"Message":"ErrorCode:ArgumentInvalid;BadRequest"}`), 400, "ArgumentInvalid"},
		"a page":        {says(200, "", "<html>"), 200, "not what a hub sends"},
		"no list":       {says(200, "", `{"deviceId":"d"}`), 200, "not what a hub sends"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newHubServer(t, func(w http.ResponseWriter, _ *http.Request) { c.answer(w) })
			_, err := s.open(t).Devices(t.Context(), models.DeviceQuery{})
			failure, ok := err.(*models.HubFailure)
			if !ok || failure.HTTPStatus != c.status || !strings.Contains(failure.Error(), c.words) || failure.Body == "" {
				t.Errorf("%#v", err)
			}
		})
	}
}

func TestModules(t *testing.T) {
	const list = `[{"deviceId":"edge-1","moduleId":"$edgeAgent","connectionState":"Connected","connectionStateUpdatedTime":"2026-11-22T08:00:00Z",
"authentication":{"type":"sas","symmetricKey":{"primaryKey":"` + testKey + `"}}},{"moduleId":"filter","connectionState":"Disconnected"},{},null]`
	const rows = `[{"deviceId":"edge-1","moduleId":"$edgeAgent","status":"enabled","connectionState":"Connected"},{"deviceId":"edge-1","moduleId":"filter","connectionState":"Disconnected"}]`
	for _, c := range []struct {
		name            string
		registry, query func(http.ResponseWriter)
	}{
		{"from the registry", says(200, "", list), says(500, "", "")},
		{"without the right to", says(401, "IotHubUnauthorized", noRight), says(200, "", rows)},
		{"with times the library cannot read", says(200, "", `[{"moduleId":"x","lastActivityTime":"2026-11-22T08:00:00+00:00"}]`), says(200, "", rows)},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newHubServer(t, routes{"GET /devices/edge-1/modules": c.registry, "POST /devices/query": c.query}.ServeHTTP)
			modules, err := s.open(t, at(observed)).Modules(t.Context(), "edge-1")
			if err != nil || len(modules) != 2 {
				t.Fatalf("%+v, %v", modules, err)
			}
			for i, want := range []models.Target{{DeviceID: "edge-1", ModuleID: "$edgeAgent"}, {DeviceID: "edge-1", ModuleID: "filter"}} {
				if m := modules[i]; m.Target() != want || !m.Known() || !m.ObservedAt.Equal(observed) || m.ConnectionState == "" {
					t.Errorf("module %+v, want %v", m, want)
				}
			}
			noSecret(t, "the modules", asJSON(t, modules))
		})
	}
	t.Run("of a device that does not exist", func(t *testing.T) {
		s := newHubServer(t, routes{"GET /devices/edge-1/modules": says(404, "DeviceNotFound", notFoundA)}.ServeHTTP)
		_, err := s.open(t).Modules(t.Context(), "edge-1")
		failure, ok := err.(*models.HubFailure)
		if !ok || failure.HTTPStatus != 404 || failure.Hub.Name != "DeviceNotFound" || failure.Body != notFoundA {
			t.Errorf("%#v", err)
		}
	})
	t.Run("by a hub that never ends", func(t *testing.T) {
		pages := 0
		s := newHubServer(t, func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodGet {
				write(w, 403, "", "")
				return
			}
			pages++
			w.Header().Set("x-ms-continuation", strconv.Itoa(pages))
			write(w, 200, "", rows)
		})
		if modules, err := s.open(t).Modules(t.Context(), "edge-1"); err != nil || len(modules) == 0 || pages > 20 {
			t.Errorf("%d modules from %d pages, %v", len(modules), pages, err)
		}
	})
}
