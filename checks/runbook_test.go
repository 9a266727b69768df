package checks

import (
	"encoding/json"
	"errors"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"

	"methodical/models"
)

var testTime = time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)

func testBook() Runbook { return Runbook{Know: &Knowledge{}, Checks: blindChecks()} }

// blindChecks are the real checks without their observers: these tests are
// about the order of things, not about what is found.
func blindChecks() []Check {
	list := All()
	for i := range list {
		list[i].Observe = nil
	}
	return list
}

func connected(t *testing.T) models.Walk {
	t.Helper()
	w, _ := testBook().Next(NewWalk("w", testTime), Connected{Hub: models.Hub{HostName: "hub", Emulator: true}, At: testTime})
	return w
}

func mustTarget(t *testing.T, s string) models.Target {
	t.Helper()
	target, err := models.ParseTarget(s)
	if err != nil {
		t.Fatal(err)
	}
	return target
}

func TestStepsRefuseWhatIsNotReady(t *testing.T) {
	for _, c := range []struct {
		to      models.Step
		walk    models.Walk
		refused bool
	}{
		{models.StepDevice, NewWalk("w", testTime), true},
		{models.StepVerdict, NewWalk("w", testTime), true},
		{models.StepDevice, connected(t), false},
		{models.StepTry, connected(t), true},
		{models.StepLimits, connected(t), false},
		{models.StepConnect, connected(t), false},
		{models.Step("nowhere"), connected(t), true},
	} {
		w, effects := testBook().Next(c.walk, Moved{To: c.to, At: testTime})
		refused := slices.ContainsFunc(effects, func(e Effect) bool { _, ok := e.(Refuse); return ok })
		if refused != c.refused {
			t.Errorf("moving from %s to %s: refused %v, want %v", c.walk.Step, c.to, refused, c.refused)
		}
		if refused && w.Step != c.walk.Step {
			t.Errorf("a refused move went to %s", w.Step)
		}
	}
}

func TestAnAnswerIsKeptWhenTheStepIsLeft(t *testing.T) {
	book := testBook()
	w := connected(t)
	w, _ = book.Next(w, TargetChosen{Target: mustTarget(t, "pump-7"), At: testTime})
	w, effects := book.Next(w, CheckRequested{Check: CheckCall, At: testTime})
	run, ok := effects[0].(RunCheck)
	if !ok {
		t.Fatalf("asking for the call gave %T", effects[0])
	}
	w, _ = book.Next(w, Moved{To: models.StepLimits, At: testTime})
	inv := models.NewInvocation(w.Inputs.Call(w.Inputs.Target), testTime)
	w, _ = book.Next(w, CheckDone{Request: run.Request, Check: CheckCall, Facts: models.Facts{Invocations: []models.Invocation{inv}}})
	if len(w.Case.Invocations) != 1 || w.Running(CheckCall) {
		t.Fatalf("the answer was lost: %d invocations, running %v", len(w.Case.Invocations), w.Running(CheckCall))
	}
	if _, ok := w.Reports[CheckCall]; !ok {
		t.Error("the call has no report")
	}
}

func TestAnAnswerAboutAnotherTargetIsAFactButNoReport(t *testing.T) {
	book := testBook()
	w := connected(t)
	w, _ = book.Next(w, TargetChosen{Target: mustTarget(t, "pump-7"), At: testTime})
	w, effects := book.Next(w, CheckRequested{Check: CheckCall, At: testTime})
	run := effects[0].(RunCheck)
	old := models.NewInvocation(w.Inputs.Call(w.Inputs.Target), testTime)
	w, _ = book.Next(w, TargetChosen{Target: mustTarget(t, "pump-1"), At: testTime})
	w, _ = book.Next(w, CheckDone{Request: run.Request, Check: CheckCall, Facts: models.Facts{Invocations: []models.Invocation{old}}})
	if _, ok := w.Reports[CheckCall]; ok {
		t.Error("the report speaks of a target that was left")
	}
	if len(w.Case.Invocations) != 1 {
		t.Error("the call itself was lost")
	}
}

func TestCancellingStopsTheCheckAndKeepsWhatCame(t *testing.T) {
	book := testBook()
	w := connected(t)
	w, _ = book.Next(w, TargetChosen{Target: mustTarget(t, "pump-7"), At: testTime})
	w, effects := book.Next(w, CheckRequested{Check: CheckCall, At: testTime})
	run := effects[0].(RunCheck)
	w, effects = book.Next(w, CancelRequested{Request: run.Request})
	if len(effects) != 1 || effects[0] != (StopCheck{Request: run.Request}) {
		t.Fatalf("cancelling gave %v", effects)
	}
	// The person may try again before the cancelled call has returned.
	w, effects = book.Next(w, CheckRequested{Check: CheckCall, At: testTime})
	if _, ok := effects[0].(RunCheck); !ok {
		t.Fatalf("a second try gave %T", effects[0])
	}
	inv := models.NewInvocation(w.Inputs.Call(w.Inputs.Target), testTime)
	inv.TransportErrorKind, inv.MayHaveRun = models.TransportCancelled, models.RunPossible
	w, _ = book.Next(w, CheckDone{Request: run.Request, Check: CheckCall, Facts: models.Facts{Invocations: []models.Invocation{inv}}})
	if len(w.Case.Invocations) != 1 || w.Case.Invocations[0].MayHaveRun != models.RunPossible {
		t.Errorf("the cancelled call was not kept: %+v", w.Case.Invocations)
	}
	if !w.Running(CheckCall) {
		t.Error("the second try was lost with the first")
	}
}

func TestACheckInFlightIsNotStartedTwice(t *testing.T) {
	book := testBook()
	w := connected(t)
	w, _ = book.Next(w, TargetChosen{Target: mustTarget(t, "pump-7"), At: testTime})
	w, _ = book.Next(w, CheckRequested{Check: CheckCall, At: testTime})
	_, effects := book.Next(w, CheckRequested{Check: CheckCall, At: testTime})
	for _, e := range effects {
		if _, ok := e.(RunCheck); ok {
			t.Error("the call was sent twice")
		}
	}
}

func TestTheTargetIsNoComparison(t *testing.T) {
	book := testBook()
	w := connected(t)
	w, _ = book.Next(w, TargetChosen{Target: mustTarget(t, "pump-7"), At: testTime})
	w, effects := book.Next(w, ComparisonChosen{Target: mustTarget(t, "pump-7"), At: testTime})
	if _, ok := effects[0].(Refuse); !ok || !w.Inputs.CompareWith.IsZero() {
		t.Errorf("comparing a device with itself gave %v", effects)
	}
}

// TestNextIsPureOnAllPaths feeds seeded random events, as a person and the
// network might, and checks what must hold after every one.
func TestNextIsPureOnAllPaths(t *testing.T) {
	book := testBook()
	for seed := range uint64(200) {
		rng := rand.New(rand.NewPCG(seed, 1))
		w := NewWalk("w", testTime)
		facts := 0
		for range 60 {
			e, adds := randomEvent(rng, w)
			before, err := json.Marshal(w)
			if err != nil {
				t.Fatal(err)
			}
			next, effects := book.Next(w, e)
			again, effectsAgain := book.Next(w, e)
			if !reflect.DeepEqual(next, again) || len(effects) != len(effectsAgain) {
				t.Fatalf("seed %d: %T gave two different walks", seed, e)
			}
			if after, _ := json.Marshal(w); string(after) != string(before) {
				t.Fatalf("seed %d: %T changed the walk it was given", seed, e)
			}
			facts += adds
			checkInvariants(t, seed, w, next, effects, facts)
			w = next
		}
	}
}

func checkInvariants(t *testing.T, seed uint64, before, w models.Walk, effects []Effect, facts int) {
	t.Helper()
	if len(w.Case.Invocations) != facts {
		t.Fatalf("seed %d: %d calls were answered, %d are kept", seed, facts, len(w.Case.Invocations))
	}
	if len(before.Case.Invocations) > len(w.Case.Invocations) {
		t.Fatalf("seed %d: calls were forgotten", seed)
	}
	live := map[string]int{}
	for _, r := range w.InFlight {
		if !r.Cancelled {
			live[r.Check]++
		}
	}
	for id, n := range live {
		if n > 1 {
			t.Fatalf("seed %d: %s is in flight %d times", seed, id, n)
		}
	}
	for _, e := range effects {
		run, ok := e.(RunCheck)
		if ok && !slices.ContainsFunc(w.InFlight, func(r models.Request) bool { return r.ID == run.Request }) {
			t.Fatalf("seed %d: %s was started and is not in flight", seed, run.Check)
		}
	}
	i := slices.IndexFunc(Steps(), func(r StepRow) bool { return r.Step == w.Step })
	if i < 0 || Steps()[i].Ready(w) != "" && w.Step != before.Step {
		t.Fatalf("seed %d: the walk stands at %q, which is not ready", seed, w.Step)
	}
}

// randomEvent makes an event; adds is how many calls it brings an answer for.
func randomEvent(rng *rand.Rand, w models.Walk) (e Event, adds int) {
	targets := []models.Target{{DeviceID: "a"}, {DeviceID: "b"}, {DeviceID: "c", ModuleID: "m"}}
	target := targets[rng.IntN(len(targets))]
	ids := []string{CheckContact, CheckIdentity, CheckCall, CheckLongerResponse, CheckComparison, CheckComparisonCall, CheckLimits, CheckLogs, "nonsense"}
	switch rng.IntN(9) {
	case 0:
		return Connected{Hub: models.Hub{HostName: "hub", Emulator: rng.IntN(2) == 0}, At: testTime}, 0
	case 1:
		return TargetChosen{Target: target, At: testTime}, 0
	case 2:
		return ComparisonChosen{Target: target, At: testTime}, 0
	case 3:
		return CheckRequested{Check: ids[rng.IntN(len(ids))], At: testTime}, 0
	case 4:
		return CancelRequested{Request: rng.IntN(10)}, 0
	case 5, 6:
		steps := Steps()
		return Moved{To: steps[rng.IntN(len(steps))].Step, At: testTime}, 0
	case 7:
		return LoadStated{Load: models.Load{CallsPerSecond: rng.Float64() * 100}, SKU: "S1", Units: 1}, 0
	default:
		done := CheckDone{Request: rng.IntN(12), Check: ids[rng.IntN(len(ids)-1)]}
		if len(w.InFlight) > 0 && rng.IntN(3) > 0 {
			req := w.InFlight[rng.IntN(len(w.InFlight))]
			done.Request, done.Check = req.ID, req.Check
		}
		if rng.IntN(4) == 0 {
			done.Err = errors.New("the adapter broke")
			return done, 0
		}
		done.Facts.Invocations = []models.Invocation{models.NewInvocation(w.Inputs.Call(target), testTime.Add(time.Duration(rng.IntN(100))*time.Second))}
		done.Facts.Invocations[0].HTTPStatus = []int{200, 404, 504, 0}[rng.IntN(4)]
		return done, 1
	}
}

func TestResumeKeepsACallThatWasInFlight(t *testing.T) {
	book := testBook()
	w := connected(t)
	w, _ = book.Next(w, TargetChosen{Target: mustTarget(t, "pump-7"), At: testTime})
	w, _ = book.Next(w, CheckRequested{Check: CheckCall, At: testTime})
	b, err := json.Marshal(w)
	if err != nil {
		t.Fatal(err)
	}
	var saved models.Walk
	if err := json.Unmarshal(b, &saved); err != nil {
		t.Fatal(err)
	}
	resumed := Resume(saved)
	if len(resumed.InFlight) != 0 {
		t.Error("a resumed walk waits for an answer that cannot come")
	}
	if n := len(resumed.Case.Invocations); n != 1 {
		t.Fatalf("the call in flight became %d invocations", n)
	}
	if got := resumed.Case.Invocations[0]; got.MayHaveRun != models.RunPossible || got.DeviceID != "pump-7" {
		t.Errorf("the call in flight became %+v", got)
	}
}
