// Package arm answers, by path, what Azure Resource Manager and Log Analytics
// say of the emulated hub: its tier, quota, network rules, keys, diagnostic
// settings and resource logs.
//
// Source: Azure/azure-rest-api-specs, Microsoft.Devices 2023-06-30, and
// learn.microsoft.com, "Azure Monitor Log Analytics API".
package arm

import (
	"encoding/json"
	"net/http"
	"strings"

	"methodical/emulator/hub"
)

// Names of the emulated subscription; they stand in resource ids.
const (
	Subscription  = "00000000-0000-0000-0000-000000000000"
	ResourceGroup = "methodical"
	Workspace     = "00000000-0000-0000-0000-000000000001"
)

// Service answers for one hub. Token is the bearer token it wants.
type Service struct {
	hub      *hub.Hub
	hostName func() string
	token    string
}

// New makes a service.
func New(h *hub.Hub, hostName func() string, token string) *Service {
	return &Service{hub: h, hostName: hostName, token: token}
}

// ServeHTTP implements http.Handler. Paths of resources are compared without
// case, as Azure does.
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("Authorization") != "Bearer "+s.token {
		fail(w, http.StatusUnauthorized, "AuthenticationFailed", "Authentication failed. The 'Authorization' header is missing or invalid.")
		return
	}
	path := strings.ToLower(strings.Trim(r.URL.Path, "/"))
	if strings.HasPrefix(path, "v1/") {
		s.logAnalytics(w, r, path)
		return
	}
	if r.URL.Query().Get("api-version") == "" {
		fail(w, http.StatusBadRequest, "MissingApiVersionParameter", "The api-version query parameter (?api-version=) is required for all requests.")
		return
	}
	s.resource(w, r, path)
}

func (s *Service) resource(w http.ResponseWriter, r *http.Request, path string) {
	subscription := "subscriptions/" + Subscription
	hubs := "/providers/microsoft.devices/iothubs"
	group := subscription + "/resourcegroups/" + ResourceGroup + hubs
	one := group + "/" + strings.ToLower(s.hub.Name())
	get := r.Method == http.MethodGet
	switch {
	case get && path == "subscriptions":
		show(w, list(map[string]string{"id": "/subscriptions/" + Subscription, "subscriptionId": Subscription, "displayName": "methodical emulator", "state": "Enabled"}))
	case get && (path == subscription+hubs || path == group):
		show(w, list(s.description()))
	case get && path == one:
		show(w, s.description())
	case r.Method == http.MethodPost && path == one+"/listkeys":
		show(w, list(s.keys()...))
	case get && path == one+"/quotametrics":
		show(w, list(s.quota()...))
	case get && path == one+"/iothubstats":
		c := s.hub.Counts()
		show(w, map[string]int64{"totalDeviceCount": c.Total, "enabledDeviceCount": c.Enabled, "disabledDeviceCount": c.Disabled})
	case get && path == one+"/providers/microsoft.insights/diagnosticsettings":
		show(w, list(s.diagnostics()...))
	case strings.HasPrefix(path, group):
		fail(w, http.StatusNotFound, "ResourceNotFound", "The resource under resource group '"+ResourceGroup+"' was not found.")
	default:
		fail(w, http.StatusNotFound, "SubscriptionNotFound", "No such resource in the emulator's one subscription, "+Subscription+".")
	}
}

// ID is the hub's resource id.
func (s *Service) ID() string {
	return "/subscriptions/" + Subscription + "/resourceGroups/" + ResourceGroup + "/providers/Microsoft.Devices/IotHubs/" + s.hub.Name()
}

func list[T any](values ...T) map[string][]T {
	if values == nil {
		values = []T{}
	}
	return map[string][]T{"value": values}
}

func show(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	_ = json.NewEncoder(w).Encode(v) // a caller that has gone needs no answer
}

func fail(w http.ResponseWriter, status int, code, message string) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]any{"error": map[string]string{"code": code, "message": message}})
}
