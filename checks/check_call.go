package checks

import (
	"context"
	"errors"
	"net/http"
	"slices"

	"methodical/models"
)

func callCheck() Check {
	return Check{
		ID: CheckCall, Title: "The device answers a direct method", Step: models.StepTry,
		Codes: reachCodes(), Applies: needsTarget,
		Call: composedCall, Run: runCall(composedCall), Observe: ObserveCalls,
	}
}

func composedCall(w models.Walk, _ *Knowledge) (models.Call, bool) {
	return w.Inputs.Call(w.Inputs.Target), true
}

// reachCodes are what a call to the target can show: what came back, and what
// stood in its way.
func reachCodes() []string { return slices.Concat(callCodes, contactCodes) }

// caller chooses the call a check makes, from the walk.
type caller func(models.Walk, *Knowledge) (models.Call, bool)

// errNothingToCall says that a check was started without a call to make.
var errNothingToCall = errors.New("there is no call to make here")

// runCall makes the call that choose picks and keeps its answer as a fact.
func runCall(choose caller) func(context.Context, Env, models.Walk) (models.Facts, error) {
	return func(ctx context.Context, env Env, w models.Walk) (models.Facts, error) {
		call, ok := choose(w, env.Know)
		if !ok {
			return models.Facts{}, errNothingToCall
		}
		inv := env.Hub.Invoke(ctx, call)
		if inv.MayHaveRun == "" {
			inv.MayHaveRun = ReadOutcome(inv).MayHaveRun
		}
		return models.Facts{Invocations: []models.Invocation{inv}}, nil
	}
}

// lastCall is the newest call to the walk's target.
func lastCall(w models.Walk) (models.Invocation, bool) {
	calls := w.Case.CallsTo(w.Inputs.Target)
	if len(calls) == 0 {
		return models.Invocation{}, false
	}
	return calls[len(calls)-1], true
}

func longerResponseCheck() Check {
	return Check{
		ID: CheckLongerResponse, Title: "A longer response timeout helps", Step: models.StepTry,
		Needs: []string{CheckCall}, Codes: reachCodes(),
		Applies: func(w models.Walk, k *Knowledge) (bool, string) {
			if _, ok := longerResponse(w, k); !ok {
				return false, "Only after a call that was delivered and not answered in time."
			}
			return true, ""
		},
		Call: longerResponse, Run: runCall(longerResponse), Observe: ObserveCalls,
	}
}

// longerResponse repeats the last call with more time to answer: the service's
// default first, then the most the service allows.
func longerResponse(w models.Walk, _ *Knowledge) (models.Call, bool) {
	inv, ok := lastCall(w)
	if !ok || inv.HTTPStatus != http.StatusGatewayTimeout {
		return models.Call{}, false
	}
	waited := int(inv.ResponseTimeout().Seconds())
	if waited >= models.MaxResponseTimeoutSeconds {
		return models.Call{}, false
	}
	call := w.Inputs.Call(w.Inputs.Target)
	next := models.DefaultResponseTimeoutSeconds
	if waited >= next {
		next = min(waited*3, models.MaxResponseTimeoutSeconds)
	}
	call.ResponseTimeoutSeconds = &next
	return call, true
}

func longerConnectCheck() Check {
	return Check{
		ID: CheckLongerConnect, Title: "A longer connect timeout helps", Step: models.StepTry,
		Needs: []string{CheckCall}, Codes: reachCodes(),
		Applies: func(w models.Walk, k *Knowledge) (bool, string) {
			if _, ok := longerConnect(w, k); !ok {
				return false, "Only after a call that found nobody listening."
			}
			return true, ""
		},
		Call: longerConnect, Run: runCall(longerConnect), Observe: ObserveCalls,
	}
}

// longerConnectSeconds is long enough for a client that reconnects, and short
// enough to wait for.
const longerConnectSeconds = 30

func longerConnect(w models.Walk, _ *Knowledge) (models.Call, bool) {
	inv, ok := lastCall(w)
	if !ok || inv.HTTPStatus != http.StatusNotFound {
		return models.Call{}, false
	}
	waited := int(inv.ConnectTimeout().Seconds())
	if waited >= models.MaxConnectTimeoutSeconds {
		return models.Call{}, false
	}
	call := w.Inputs.Call(w.Inputs.Target)
	next := longerConnectSeconds
	if waited >= next {
		next = min(waited*3, models.MaxConnectTimeoutSeconds)
	}
	call.ConnectTimeoutSeconds = &next
	return call, true
}
