package emulator_test

import (
	"net/http"
	"strings"
	"testing"

	"methodical/emulator"
	"methodical/emulator/hub"
)

// manager is a caller with the Entra principal's token.
func manager(t *testing.T, e *emulator.Emulator) *caller {
	t.Helper()
	return &caller{t: t, host: e.HostName(), http: client(t, e), token: func() string { return "Bearer " + e.BearerToken() }}
}

func TestResourceManager(t *testing.T) {
	e := start(t, `{hub: {sku: S2, units: 3, quotaUsed: 77, ipRules: [{name: home, action: Accept, mask: 127.0.0.0/8}]}, devices: [{id: a}]}`)
	m := manager(t, e)
	one := e.ResourceID()
	for path, want := range map[string][]string{
		"/subscriptions": {`"subscriptionId":"00000000-`},
		"/subscriptions/00000000-0000-0000-0000-000000000000/providers/Microsoft.Devices/IotHubs": {`"value":[{"id":"/subscriptions/`},
		one:                   {`"sku":{"name":"S2","tier":"Standard","capacity":3}`, `"state":"Active"`, `"publicNetworkAccess":"Enabled"`, `{"filterName":"home","action":"Accept","ipMask":"127.0.0.0/8"}`, `"hostName":"127.0.0.1:`},
		strings.ToUpper(one):  {`"name":"methodical-lab"`},
		one + "/quotaMetrics": {`{"name":"TotalMessages","currentValue":77,"maxValue":18000000}`, `"name":"TotalDeviceCount","currentValue":1`},
		one + "/IotHubStats":  {`"totalDeviceCount":1`},
		one + "/providers/Microsoft.Insights/diagnosticSettings": {`{"category":"DirectMethods","enabled":true}`},
	} {
		got := m.do(http.MethodGet, path, "")
		for _, w := range want {
			if got.status != http.StatusOK || !strings.Contains(got.body, w) {
				t.Errorf("%s: HTTP %d %s, want %s", path, got.status, got.body, w)
			}
		}
	}
	keys := m.do(http.MethodPost, one+"/listkeys", "")
	cs, err := e.ConnectionString("service")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(keys.body, parseConnectionString(t, cs)["SharedAccessKey"]) {
		t.Errorf("listkeys: HTTP %d %s", keys.status, keys.body)
	}
	m.token = func() string { return "Bearer nonsense" }
	if got := m.do(http.MethodGet, one, ""); got.status != http.StatusUnauthorized || !strings.Contains(got.body, "AuthenticationFailed") {
		t.Errorf("a wrong token: HTTP %d %s", got.status, got.body)
	}
}

func TestLogAnalytics(t *testing.T) {
	e := start(t, `{devices: [{id: a, methods: {m: {}}}, {id: b, behaviour: offline}]}`)
	service := newCaller(t, e, "service")
	service.invoke("a", `{"methodName":"m"}`)
	service.invoke("b", `{"methodName":"m"}`)
	m := manager(t, e)
	ask := func(query string) reply {
		return m.do(http.MethodPost, "/v1/workspaces/"+e.WorkspaceID()+"/query", `{"query":`+quote(t, query)+`,"timespan":"PT1H"}`)
	}
	type answer struct {
		Tables []struct {
			Columns []struct{ Name, Type string }
			Rows    [][]string
		}
	}
	got := decode[answer](t, ask(`AzureDiagnostics | where ResourceProvider == "MICROSOFT.DEVICES" and Category == "DirectMethods" and TimeGenerated > ago(1h) | order by TimeGenerated desc | project ResultType, properties_s`).body)
	if len(got.Tables) != 1 || len(got.Tables[0].Rows) != 2 || got.Tables[0].Rows[0][0] != "404103" || !strings.Contains(got.Tables[0].Rows[1][1], `"deviceId":"a"`) {
		t.Errorf("rows %+v", got)
	}
	if got := decode[answer](t, ask(`AzureDiagnostics | where Category in ("DirectMethods", "Connections") and ResultType != "" | take 1`).body); len(got.Tables[0].Rows) != 1 || len(got.Tables[0].Columns) != 14 {
		t.Errorf("rows %+v", got)
	}
	for query, want := range map[string]string{
		"Heartbeat":                                  "AzureDiagnostics only",
		"AzureDiagnostics | summarize count()":       "does not understand",
		"AzureDiagnostics | where Colour == \"red\"": "is not known",
		"AzureDiagnostics | where Level == ago(x)":   "no span",
	} {
		if got := ask(query); got.status != http.StatusBadRequest || !strings.Contains(got.body, want) {
			t.Errorf("%s: HTTP %d %s, want %s", query, got.status, got.body, want)
		}
	}
}

func TestEntraRoles(t *testing.T) {
	e := start(t, `{hub: {localAuth: "off"}, devices: [{id: a, methods: {m: {}}}]}`)
	m := manager(t, e)
	if got := m.invoke("a", `{"methodName":"m"}`); got.status != http.StatusOK {
		t.Errorf("a contributor: HTTP %d %s", got.status, got.body)
	}
	e.ChangeSettings(func(s *emulator.Settings) { s.Role = hub.RoleReader })
	if got := m.do(http.MethodGet, "/twins/a", ""); got.status != http.StatusOK {
		t.Errorf("a reader reads: HTTP %d %s", got.status, got.body)
	}
	if got := m.invoke("a", `{"methodName":"m"}`).want(t, 401003, "IotHubUnauthorized"); !strings.Contains(got.Message, "is not authorized for POST on /twins/a/methods due to no assigned permissions") {
		t.Errorf("message %q", got.Message)
	}
}
