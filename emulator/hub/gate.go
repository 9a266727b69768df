package hub

import "context"

// Permit lets an authorized request in: the hub must be in service, its tier
// must have the operation, and its limits must leave room, for which the
// request may have to wait. steps is what the operation counts in.
func (h *Hub) Permit(ctx context.Context, op Operation, steps int) *Error {
	s := h.settings.Load()
	if s.Suspended {
		return Errorf(CodeHubSuspended, "IoT hub %s is suspended.", h.cfg.Name)
	}
	if err := h.faults.strike(ctx, h.clock, op); err != nil {
		return err
	}
	if !Sizes(s.SKU).Methods && op != OpRegistry && op != OpQuery {
		return Errorf(CodeTier, "The operation is not available in the current tier %s.", s.SKU)
	}
	if err := h.meter.throttle(ctx, op, steps); err != nil {
		return err
	}
	if op == OpRegistry || op == OpJobs { // not charged, so the quota does not stop them
		return nil
	}
	return h.meter.quotaLeft()
}
