package checks

import (
	"encoding/json"
	"testing"
	"time"

	"methodical/models"
)

func TestSuggestComparisonPrefersTheLikeAndTheLive(t *testing.T) {
	tags := json.RawMessage(`{"firmware":"2.1.0","site":{"name":"north"}}`)
	other := json.RawMessage(`{"firmware":"1.0.0","site":{"name":"south"}}`)
	fresh := testTime.Add(-time.Second)
	stale := testTime.Add(-24 * time.Hour)
	target := models.Device{DeviceID: "pump-7", Tags: tags}
	candidates := []models.Device{
		{DeviceID: "pump-7", Tags: tags, ConnectionState: models.StateConnected, LastActivityTime: fresh},
		{DeviceID: "other", Tags: other, ConnectionState: models.StateConnected, LastActivityTime: fresh},
		{DeviceID: "disabled", Tags: tags, Status: models.StatusDisabled, ConnectionState: models.StateConnected, LastActivityTime: fresh},
		{DeviceID: "edge", Tags: tags, IoTEdge: models.Ptr(true), ConnectionState: models.StateConnected, LastActivityTime: fresh},
		{DeviceID: "stale", Tags: tags, ConnectionState: models.StateDisconnected, LastActivityTime: stale},
		{DeviceID: "twin", Tags: tags, ConnectionState: models.StateConnected, LastActivityTime: fresh},
	}
	got := RankComparisons(target, target.Target(), candidates, testTime)
	var order []string
	for _, s := range got {
		order = append(order, s.Device.DeviceID)
	}
	want := []string{"twin", "other", "stale"}
	if len(order) != len(want) {
		t.Fatalf("ranked %v, want %v", order, want)
	}
	for i := range want {
		if order[i] != want[i] {
			t.Fatalf("ranked %v, want %v", order, want)
		}
	}
	if got[0].Why != "same firmware 2.1.0, site.name north; connected; recently active" {
		t.Errorf("the reason reads %q", got[0].Why)
	}
}

func TestSuggestComparisonForAModuleIsAModule(t *testing.T) {
	edge := models.Device{DeviceID: "gw-2", IoTEdge: models.Ptr(true), ConnectionState: models.StateConnected}
	module := models.Device{DeviceID: "gw-2", ModuleID: "filter", ConnectionState: models.StateConnected}
	target := models.Target{DeviceID: "gw-1", ModuleID: "filter"}
	best, ok := SuggestComparison(models.Device{DeviceID: "gw-1", ModuleID: "filter"}, target, []models.Device{edge, module}, testTime)
	if !ok || best.Device.ModuleID != "filter" {
		t.Errorf("a module is compared with %+v, %v", best.Device, ok)
	}
}

func TestHostileTagsAreNoReason(t *testing.T) {
	deep := `{"a":{"b":{"c":{"d":{"e":{"f":{"g":{"h":"x"}}}}}}}}`
	if got := flatTags(json.RawMessage(deep)); len(got) != 0 {
		t.Errorf("tags nested beyond the service's depth gave %v", got)
	}
	if got := flatTags(json.RawMessage(`[1,2`)); len(got) != 0 {
		t.Errorf("broken tags gave %v", got)
	}
}
