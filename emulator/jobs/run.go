package jobs

import (
	"context"
	"sync"

	"methodical/emulator/hub"
	"methodical/models"
)

// run carries a job out, from its time on.
func (s *Store) run(ctx context.Context, j *job) {
	clock := s.hub.Clock()
	if clock.Sleep(ctx, j.Start.Sub(clock.Now())) != nil || !s.begin(ctx, j) {
		return
	}
	// Cancelling a job stops further calls; running out of time also cuts short
	// those under way.
	calls, cut := context.WithCancel(s.ctx)
	defer cut()
	deadline := clock.NewTimer(j.MaxExecution)
	defer deadline.Stop()
	s.wg.Go(func() {
		select {
		case <-deadline.C:
			cut()
			j.cancel()
		case <-calls.Done():
		}
	})
	s.visit(ctx, calls, j)
	s.finish(j)
}

// begin waits for a free place among the running jobs and picks the devices.
func (s *Store) begin(ctx context.Context, j *job) bool {
	for {
		s.mu.Lock()
		running := 0
		for _, other := range s.list {
			if other.status == StatusRunning {
				running++
			}
		}
		if running < s.mostActive() && !j.canceled {
			j.status = StatusRunning
			s.mu.Unlock()
			break
		}
		s.mu.Unlock()
		if s.hub.Clock().Sleep(ctx, hub.JobPoll) != nil {
			return false
		}
	}
	now := s.hub.Clock().Now()
	var devices []*deviceJob
	s.hub.Scan(false, 0, func(id *hub.Identity) bool {
		if j.parsed.Match(s.hub.Row(id)) {
			devices = append(devices, &deviceJob{id: id, status: StatusPending, updated: now})
		}
		return true
	})
	s.mu.Lock()
	defer s.mu.Unlock()
	j.devices = devices
	return !j.canceled
}

// visit takes the devices in turn at the tier's rate; calls overlap.
func (s *Store) visit(ctx, calls context.Context, j *job) {
	var under sync.WaitGroup
	defer under.Wait()
	for _, d := range j.devices {
		if s.hub.PaceJob(ctx) != nil {
			return
		}
		if !s.mark(j, d, func() { d.status, d.started = StatusRunning, s.hub.Clock().Now() }) {
			return
		}
		under.Go(func() {
			answer, err := s.one(calls, j, d)
			if err != nil && err.Code == hub.CodeClientClosed {
				err = outOfTime()
			}
			s.mark(j, d, func() { s.note(d, answer, err) })
		})
	}
}

// mark changes a device's part; it reports whether the job still goes on.
func (s *Store) mark(j *job, d *deviceJob, change func()) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if d.status == statusCanceled {
		return !j.canceled
	}
	change()
	d.updated = s.hub.Clock().Now()
	return true
}

func (s *Store) one(ctx context.Context, j *job, d *deviceJob) (*hub.Answer, *hub.Error) {
	target := models.Target{DeviceID: d.id.DeviceID}
	if j.Type == TypeTwin {
		_, err := s.hub.PatchTwin(target, j.Patch, "")
		return nil, err
	}
	m := j.Method
	m.Target = target
	answer, err := s.hub.InvokeForJob(ctx, m)
	if err != nil {
		return nil, err
	}
	return &answer, nil
}

// note needs the lock. A device's own failing status counts as done, unless
// the switch says otherwise.
func (s *Store) note(d *deviceJob, answer *hub.Answer, err *hub.Error) {
	d.status, d.answer, d.hubError, d.ended = StatusCompleted, answer, err, s.hub.Clock().Now()
	const failing = 400
	if err != nil || answer != nil && answer.Status >= failing && s.hub.Switches().FailedStatusFailsJob {
		d.status = StatusFailed
	}
}

func (s *Store) finish(j *job) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if j.over() {
		return
	}
	j.status, j.ended = StatusCompleted, s.hub.Clock().Now()
	for _, d := range j.devices {
		if d.status == StatusPending {
			d.status, d.updated = StatusFailed, j.ended
			d.hubError = outOfTime()
			j.status, j.reason = StatusFailed, "The job did not finish within its maximum execution time."
		}
	}
}

func outOfTime() *hub.Error {
	return hub.Errorf(hub.CodeInternalTimeout, "The job ran out of time.")
}
