package jobs

import (
	"context"
	"slices"
	"sync"
	"time"

	"methodical/emulator/hub"
	"methodical/emulator/query"
	"methodical/models"
)

// maxKept bounds the history; the service keeps thirty days.
const maxKept = 1000

// DefaultMaxExecution is how long a job may run when the caller does not say.
const DefaultMaxExecution = time.Hour

// Store holds a hub's jobs.
type Store struct {
	hub    *hub.Hub
	ctx    context.Context // of everything that runs
	cancel context.CancelFunc
	wg     sync.WaitGroup

	mu   sync.Mutex
	byID map[string]*job
	list []*job // in order of creation
}

// New makes a store without jobs.
func New(h *hub.Hub) *Store {
	s := &Store{hub: h, byID: make(map[string]*job)}
	s.ctx, s.cancel = context.WithCancel(context.Background())
	return s
}

// Close stops what runs and waits for it.
func (s *Store) Close() {
	s.cancel()
	s.wg.Wait()
}

// Create makes a job. It starts at its time, or at once.
func (s *Store) Create(r Request) (View, *hub.Error) {
	if err := s.check(&r); err != nil {
		return View{}, err
	}
	now := s.hub.Clock().Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, taken := s.byID[r.ID]; taken {
		return View{}, hub.Errorf(hub.CodeJobExists, "A job with ID '%s' already exists.", r.ID)
	}
	later := r.Start.After(now)
	if most := s.mostActive(); !later && s.active() >= most {
		return View{}, hub.Errorf(hub.CodeTooManyJobs, "The maximum of %d active jobs has been reached.", most)
	}
	j := &job{Request: r, status: StatusQueued, created: now}
	if later {
		j.status = StatusScheduled
	} else {
		j.Start = now
	}
	var ctx context.Context
	ctx, j.cancel = context.WithCancel(s.ctx)
	s.byID[r.ID] = j
	s.list = append(s.list, j)
	s.forget()
	s.wg.Go(func() { s.run(ctx, j) })
	return s.view(j), nil
}

func (s *Store) check(r *Request) *hub.Error {
	if _, err := models.ParseTarget(r.ID); err != nil {
		return hub.Errorf(hub.CodeArgumentInvalid, "The job id is not valid.")
	}
	switch r.Type {
	case TypeMethod:
		if err := s.hub.CheckMethod(r.Method); err != nil {
			return err
		}
	case TypeTwin:
		if r.Patch.Tags == nil && r.Patch.Desired == nil {
			return hub.Errorf(hub.CodeArgumentInvalid, "updateTwin has neither tags nor desired properties.")
		}
	default:
		return hub.Errorf(hub.CodeArgumentInvalid, "type must be %s or %s.", TypeMethod, TypeTwin)
	}
	parsed, err := query.ParseCondition(r.Condition)
	if err != nil {
		return hub.Errorf(hub.CodeArgumentInvalid, "queryCondition: %s", err)
	}
	r.parsed = parsed
	if r.MaxExecution <= 0 {
		r.MaxExecution = DefaultMaxExecution
	}
	return nil
}

// mostActive is how many jobs the hub's tier runs at a time.
func (s *Store) mostActive() int { return hub.Sizes(s.hub.Settings().SKU).ConcurrentJobs }

// active needs the lock.
func (s *Store) active() int {
	n := 0
	for _, j := range s.list {
		if !j.over() && j.status != StatusScheduled {
			n++
		}
	}
	return n
}

// forget needs the lock; it drops the oldest jobs that are over.
func (s *Store) forget() {
	for len(s.list) > maxKept {
		i := slices.IndexFunc(s.list, (*job).over)
		if i < 0 {
			return
		}
		delete(s.byID, s.list[i].ID)
		s.list = slices.Delete(s.list, i, i+1)
	}
}

// Get shows a job.
func (s *Store) Get(id string) (View, *hub.Error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	j, ok := s.byID[id]
	if !ok {
		return View{}, hub.Errorf(hub.CodeJobNotFound, "%s", id)
	}
	return s.view(j), nil
}

// Cancel ends a job: calls under way come to their end, no more are made.
func (s *Store) Cancel(id string) (View, *hub.Error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	j, ok := s.byID[id]
	switch {
	case !ok:
		return View{}, hub.Errorf(hub.CodeJobNotFound, "%s", id)
	case j.over():
		return View{}, hub.Errorf(hub.CodeInvalidOperation, "The job %s is %s already.", id, j.status)
	}
	j.canceled, j.status, j.ended = true, StatusCancelled, s.hub.Clock().Now()
	for _, d := range j.devices {
		if d.status == StatusPending {
			d.status, d.updated = statusCanceled, j.ended
		}
	}
	j.cancel()
	return s.view(j), nil
}

// List shows the jobs of a type and status; "" means any.
func (s *Store) List(kind, status string) []View {
	s.mu.Lock()
	defer s.mu.Unlock()
	views := make([]View, 0, len(s.list))
	for _, j := range s.list {
		if (kind == "" || j.Type == kind) && (status == "" || j.status == status) {
			views = append(views, s.view(j))
		}
	}
	return views
}
