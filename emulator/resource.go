package emulator

import (
	"net/http"
	"strings"

	"methodical/emulator/arm"
)

// otherDoors serves what shares the HTTPS listener with the service API:
// devices over WebSocket, and Azure Resource Manager and Log Analytics by path.
func (e *Emulator) otherDoors() http.Handler {
	resource := arm.New(e.hub, e.HostName, e.hub.BearerToken())
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/$iothub") {
			e.broker.ServeHTTP(w, r)
			return
		}
		resource.ServeHTTP(w, r)
	})
}

// BearerToken is the token of the emulator's one Entra principal: for the
// service API, and for Resource Manager and Log Analytics on the same address.
func (e *Emulator) BearerToken() string { return e.hub.BearerToken() }

// ResourceID is the hub's id in Resource Manager.
func (e *Emulator) ResourceID() string {
	return "/subscriptions/" + arm.Subscription + "/resourceGroups/" + arm.ResourceGroup + "/providers/Microsoft.Devices/IotHubs/" + e.hub.Name()
}

// WorkspaceID is the id of the Log Analytics workspace that the hub's logs go
// to.
func (e *Emulator) WorkspaceID() string { return arm.Workspace }
