package azure

import (
	"context"
	"net/http"

	"github.com/amenzhinsky/iothub/iotservice"

	"methodical/models"
)

// Statistics reads the registry's counts with the library. The connected count
// is a request of its own; when only that fails, it is left out.
func (h *Hub) Statistics(ctx context.Context) (models.Statistics, error) {
	devices, ex, err := viaLibrary(ctx, h, func(ctx context.Context, lib *iotservice.Client) (*iotservice.DeviceStats, error) {
		return lib.DeviceStats(ctx)
	})
	if err != nil {
		const op = "read the registry's counts"
		if ex.status == http.StatusOK {
			return models.Statistics{}, h.unreadable(op, ex)
		}
		return models.Statistics{}, h.failure(ctx, op, ex, err)
	}
	counts := models.Statistics{
		Total:    models.Ptr(int64(devices.TotalDeviceCount)),
		Enabled:  models.Ptr(int64(devices.EnabledDeviceCount)),
		Disabled: models.Ptr(int64(devices.DisabledDeviceCount)),
	}
	service, _, err := viaLibrary(ctx, h, func(ctx context.Context, lib *iotservice.Client) (*iotservice.ServiceStats, error) {
		return lib.ServiceStats(ctx)
	})
	if err == nil {
		counts.Connected = models.Ptr(int64(service.ConnectedDeviceCount))
	}
	return counts, nil
}
