package checks

import (
	"context"
	"slices"

	"methodical/models"
)

// Perform carries out one RunCheck effect and gives back the event to feed to
// the runbook. It is how every front end runs a check.
func Perform(ctx context.Context, list []Check, env Env, run RunCheck) CheckDone {
	done := CheckDone{Request: run.Request, Check: run.Check}
	check, ok := Find(list, run.Check)
	if !ok {
		return done
	}
	done.Facts, done.Err = check.Run(ctx, env, run.Walk)
	return done
}

// Observer is told what a headless run is doing. It is called from one
// goroutine at a time.
type Observer interface {
	// Started says that a check began; call is what it sends, if anything.
	Started(check Check, call *models.Call)
	// Finished brings its report, skipped ones included.
	Finished(check Check, report models.CheckReport)
}

// Runner walks the runbook without a keyboard: the same events, the same
// transitions, nobody pressing keys.
type Runner struct {
	Book     Runbook
	Env      Env
	Observer Observer
	Save     func(models.Walk) error // may be nil; that it failed does not stop the walk
}

// Feed gives the walk one event and carries out what follows from it, to the
// end. The error says why the runbook refused, or that ctx was cancelled.
func (r Runner) Feed(ctx context.Context, w models.Walk, e Event) (models.Walk, error) {
	queue := []Event{e}
	for len(queue) > 0 {
		var effects []Effect
		w, effects = r.Book.Next(w, queue[0])
		queue = queue[1:]
		for _, effect := range effects {
			switch effect := effect.(type) {
			case Refuse:
				return w, &Refused{effect.Reason}
			case Save:
				if r.Save != nil {
					_ = r.Save(w)
				}
			case RunCheck:
				queue = append(queue, r.perform(ctx, w, effect))
			}
		}
		if err := ctx.Err(); err != nil && len(queue) == 0 {
			return w, err
		}
	}
	return w, nil
}

func (r Runner) perform(ctx context.Context, w models.Walk, run RunCheck) Event {
	check, _ := Find(r.Book.Checks, run.Check)
	if r.Observer != nil {
		req, _ := w.Request(run.Check)
		r.Observer.Started(check, req.Call)
	}
	return Perform(ctx, r.Book.Checks, r.Env, run)
}

// Refused says in a sentence why the runbook did not act on an event.
type Refused struct{ Reason string }

func (e *Refused) Error() string { return e.Reason }

// Selection narrows the checks of a headless run. Only wins over Skip.
type Selection struct{ Only, Skip []string }

// Wants reports whether a check is to be run.
func (s Selection) Wants(id string) bool {
	if len(s.Only) > 0 {
		return slices.Contains(s.Only, id)
	}
	return !slices.Contains(s.Skip, id)
}

// Run walks all of the runbook for the walk's inputs and returns it with every
// wanted check reported. It goes on after a check that found trouble: what
// could not be done is reported as skipped or unknown.
func (r Runner) Run(ctx context.Context, w models.Walk, sel Selection) (models.Walk, error) {
	for _, check := range r.Book.Checks {
		if !r.automatic(w, check) || !sel.Wants(check.ID) {
			continue
		}
		var err error
		w, err = r.Feed(ctx, w, CheckRequested{Check: check.ID, At: r.Env.Clock.Now()})
		if r.Observer != nil {
			if report, ok := w.Reports[check.ID]; ok {
				r.Observer.Finished(check, report)
			}
		}
		if ctx.Err() != nil {
			return w, ctx.Err()
		}
		if err != nil {
			return w, err
		}
	}
	return w, nil
}

// automatic reports whether a check belongs to a run that nobody watches. A
// follow-up call is made only where it is the harmless probe and can tell
// something; a long wait for a device that may never come is left to a person.
func (r Runner) automatic(w models.Walk, c Check) bool {
	switch c.ID {
	case CheckLongerResponse:
		call, ok := longerResponse(w, r.Book.Know)
		return ok && call.IsSafeProbe()
	case CheckLongerConnect, CheckThirdDevice:
		return false
	default:
		return true
	}
}
