package hub

import (
	"context"
	"sync"
	"time"

	"methodical/emulator/clock"
)

// shaper holds traffic to a rate. Calls above it queue first, so that a
// throttled hub looks slow before it refuses anything; then they are refused.
//
// It keeps one number, the time at which everything let in so far will have
// passed at the rate (the generic cell rate algorithm).
type shaper struct {
	clock *clock.Clock

	mu        sync.Mutex
	passed    time.Time
	waiting   int
	busySince time.Time // since when calls queue without a pause; zero for not
}

// admit lets one call of that many steps through, at rate steps a second,
// after the wait that the rate demands.
func (s *shaper) admit(ctx context.Context, steps int, rate float64, limits Limits) *Error {
	if limits.Off || rate <= 0 {
		return nil
	}
	wait, err := s.reserve(steps, rate, limits)
	if wait <= 0 {
		return err
	}
	if s.clock.Sleep(ctx, wait) != nil {
		err = Errorf(CodeClientClosed, "The caller closed the request.")
	}
	s.mu.Lock()
	s.waiting--
	s.mu.Unlock()
	return err
}

// reserve decides at once what becomes of a call: it passes after wait, or
// fails after wait with the error.
func (s *shaper) reserve(steps int, rate float64, limits Limits) (time.Duration, *Error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.clock.Now()
	if earliest := now.Add(-limits.Burst); s.passed.Before(earliest) {
		s.passed = earliest
	}
	wait := s.passed.Sub(now)
	if wait <= 0 {
		s.busySince = time.Time{}
		s.passed = s.passed.Add(costOf(steps, rate))
		return 0, nil
	}
	if s.busySince.IsZero() {
		s.busySince = now
	}
	switch {
	case limits.Lasting > 0 && now.Sub(s.busySince) > limits.Lasting && wait > limits.MaxWait/2:
		return 0, Errorf(CodeThrottled, "The request rate has been over the limit for too long. To learn more, see https://aka.ms/iothubthrottling")
	case s.waiting >= limits.Backlog:
		return 0, Errorf(CodeBacklogFull, "Throttling backlog limit exceeded. To learn more, see https://aka.ms/iothubthrottling")
	}
	s.waiting++
	if wait > limits.MaxWait {
		return limits.MaxWait, Errorf(CodeBacklogTimeout, "Throttling backlog element expired")
	}
	s.passed = s.passed.Add(costOf(steps, rate))
	return wait, nil
}

func costOf(steps int, rate float64) time.Duration {
	return time.Duration(float64(steps) / rate * float64(time.Second))
}
