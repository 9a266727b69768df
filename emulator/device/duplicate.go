package device

import (
	"context"
	"sync"
)

// rivalSDK is what the second client says it is: another SDK, as when somebody
// left a test script running with a copied connection string.
const rivalSDK = "py-azure-iot-device/2.13.0"

// fight runs two clients with the same identity. Each takes the connection
// from the other, because a hub keeps one per identity, until the behaviour
// changes.
func (r *Runner) fight(ctx context.Context, b Behaviour, changed <-chan struct{}) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() {
		await(ctx, changed)
		cancel()
	}()
	var wg sync.WaitGroup
	wg.Go(func() { r.contend(ctx, b, r.spec.SDK, true) })
	wg.Go(func() {
		// The other one comes second, so that the first state is the device's own.
		await(ctx, r.ready)
		r.pauseUnless(ctx, nil, b.Every)
		r.contend(ctx, b, rivalSDK, false)
	})
	wg.Wait()
}

// contend connects, and connects again whenever it was pushed out.
func (r *Runner) contend(ctx context.Context, b Behaviour, sdk string, first bool) {
	failures := 0
	for ctx.Err() == nil {
		err := r.hold(ctx, b, sdk, first)
		if err != nil && ctx.Err() == nil {
			failures++
			r.backOff(ctx, failures, nil)
			continue
		}
		failures = 0
		r.pauseUnless(ctx, nil, b.Every)
	}
}

// hold keeps the connection until the other client takes it.
func (r *Runner) hold(ctx context.Context, b Behaviour, sdk string, first bool) error {
	c, err := r.dialPaho(ctx, b, sdk)
	if err != nil {
		return err
	}
	defer c.close()
	if err := c.subscribe(ctx); err != nil {
		return err
	}
	if first {
		r.settled()
	}
	select {
	case <-c.lost():
	case <-ctx.Done():
	}
	return nil
}
