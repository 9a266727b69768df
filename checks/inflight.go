package checks

import (
	"context"
	"sync"
)

// InFlight keeps the cancel functions of checks that run in the background, for
// front ends that perform effects concurrently.
type InFlight struct {
	mu      sync.Mutex
	cancels map[int]context.CancelFunc
}

// Begin makes a context for a request.
func (f *InFlight) Begin(ctx context.Context, request int) (context.Context, func()) {
	ctx, cancel := context.WithCancel(ctx)
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.cancels == nil {
		f.cancels = map[int]context.CancelFunc{}
	}
	f.cancels[request] = cancel
	return ctx, func() {
		cancel()
		f.mu.Lock()
		defer f.mu.Unlock()
		delete(f.cancels, request)
	}
}

// Stop cancels a request; a request that is already done is ignored.
func (f *InFlight) Stop(request int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if cancel, ok := f.cancels[request]; ok {
		cancel()
	}
}
