package arm

import (
	"methodical/emulator/hub"
	"methodical/models"
)

type description struct {
	ID         string            `json:"id"`
	Name       string            `json:"name"`
	Type       string            `json:"type"`
	Location   string            `json:"location"`
	Tags       map[string]string `json:"tags"`
	ETag       string            `json:"etag"`
	Properties properties        `json:"properties"`
	SKU        sku               `json:"sku"`
}

type sku struct {
	Name     string `json:"name"`
	Tier     string `json:"tier"`
	Capacity int    `json:"capacity"`
}

type properties struct {
	State               string     `json:"state"`
	ProvisioningState   string     `json:"provisioningState"`
	HostName            string     `json:"hostName"`
	DisableLocalAuth    bool       `json:"disableLocalAuth"`
	MinTLSVersion       string     `json:"minTlsVersion"`
	PublicNetworkAccess string     `json:"publicNetworkAccess"`
	IPFilterRules       []ipRule   `json:"ipFilterRules"`
	Locations           []location `json:"locations"`
}

type ipRule struct {
	FilterName string `json:"filterName"`
	Action     string `json:"action"`
	IPMask     string `json:"ipMask"`
}

type location struct {
	Location string `json:"location"`
	Role     string `json:"role"`
}

func (s *Service) description() description {
	now := s.hub.Settings()
	d := description{
		ID: s.ID(), Name: s.hub.Name(), Type: "Microsoft.Devices/IotHubs", Location: s.hub.Location(), Tags: map[string]string{}, ETag: "AAAADGk=",
		SKU: sku{Name: now.SKU, Tier: tierOf(now.SKU), Capacity: now.Units},
		Properties: properties{
			State: "Active", ProvisioningState: "Succeeded", HostName: s.hostName(), DisableLocalAuth: now.LocalAuthOff, MinTLSVersion: "1.2",
			PublicNetworkAccess: "Enabled", IPFilterRules: []ipRule{}, Locations: []location{{s.hub.Location(), "primary"}},
		},
	}
	if now.Suspended {
		d.Properties.State = "Suspended"
	}
	if now.PublicAccessOff {
		d.Properties.PublicNetworkAccess = "Disabled"
	}
	for _, r := range now.IPRules {
		action := "Reject"
		if r.Accept {
			action = "Accept"
		}
		d.Properties.IPFilterRules = append(d.Properties.IPFilterRules, ipRule{r.Name, action, r.Mask.String()})
	}
	return d
}

func tierOf(sku string) string {
	switch sku[0] {
	case 'F':
		return "Free"
	case 'B':
		return "Basic"
	default:
		return "Standard"
	}
}

type key struct {
	KeyName      string `json:"keyName"`
	PrimaryKey   string `json:"primaryKey"`
	SecondaryKey string `json:"secondaryKey"`
	Rights       string `json:"rights"`
}

func (s *Service) keys() []key {
	keys := make([]key, 0, len(hub.Policies()))
	for _, policy := range hub.Policies() {
		primary, secondary, _ := s.hub.PolicyKeys(policy)
		keys = append(keys, key{policy, primary, secondary, rightsOf(policy)})
	}
	return keys
}

func rightsOf(policy string) string {
	switch policy {
	case hub.PolicyOwner:
		return "RegistryWrite, ServiceConnect, DeviceConnect"
	case hub.PolicyService:
		return "ServiceConnect"
	case hub.PolicyDevice:
		return "DeviceConnect"
	case hub.PolicyRegistryRead:
		return "RegistryRead"
	default:
		return "RegistryWrite"
	}
}

type metric struct {
	Name         string `json:"name"`
	CurrentValue int64  `json:"currentValue"`
	MaxValue     int64  `json:"maxValue"`
}

func (s *Service) quota() []metric {
	used, limit := s.hub.Quota()
	return []metric{{"TotalMessages", used, limit}, {"TotalDeviceCount", s.hub.Counts().Total, hub.MaxIdentities}}
}

type diagnostic struct {
	ID         string `json:"id"`
	Name       string `json:"name"`
	Properties struct {
		WorkspaceID string     `json:"workspaceId"`
		Logs        []category `json:"logs"`
	} `json:"properties"`
}

type category struct {
	Category string `json:"category"`
	Enabled  bool   `json:"enabled"`
}

// diagnostics is empty when logs are off.
func (s *Service) diagnostics() []diagnostic {
	if !s.hub.LogsOn() {
		return nil
	}
	d := diagnostic{ID: s.ID() + "/providers/microsoft.insights/diagnosticSettings/methods", Name: "methods"}
	d.Properties.WorkspaceID = "/subscriptions/" + Subscription + "/resourceGroups/" + ResourceGroup + "/providers/Microsoft.OperationalInsights/workspaces/methodical"
	d.Properties.Logs = []category{{models.CategoryDirectMethods, true}, {models.CategoryConnections, true}}
	return []diagnostic{d}
}
