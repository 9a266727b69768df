// Package clock is the emulator's sense of time. A faster clock shortens waits
// and device behaviour only: authentication, TLS and the Date header keep the
// real time, because the other side reads those with its own clock.
package clock

import (
	"context"
	"time"
)

// Clock runs at a fixed speed from the moment it was made. The zero Clock is
// the real time.
type Clock struct {
	speed  float64
	origin time.Time
}

// New returns a clock that runs speed times as fast as the real one. A speed
// of zero or below means 1.
func New(speed float64) *Clock {
	if speed <= 0 {
		speed = 1
	}
	return &Clock{speed: speed, origin: time.Now()}
}

// Speed is how many of its seconds pass in a real one.
func (c *Clock) Speed() float64 {
	if c == nil || c.speed == 0 {
		return 1
	}
	return c.speed
}

// Now is the clock's time.
func (c *Clock) Now() time.Time {
	now := time.Now()
	if c.Speed() == 1 {
		return now
	}
	return c.origin.Add(time.Duration(float64(now.Sub(c.origin)) * c.speed))
}

// Real is how long d of this clock lasts in real time.
func (c *Clock) Real(d time.Duration) time.Duration {
	if c.Speed() == 1 {
		return d
	}
	return time.Duration(float64(d) / c.speed)
}

// NewTimer returns a timer that fires after d of this clock.
func (c *Clock) NewTimer(d time.Duration) *time.Timer { return time.NewTimer(c.Real(d)) }

// Sleep waits for d of this clock or until ctx is done, and then returns ctx's
// error.
func (c *Clock) Sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	t := c.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
