package checks

import (
	"methodical/models"
)

// Resume prepares a saved walk to go on. A call that was in flight when the
// program ended may have run: it becomes an invocation without an answer, so
// that the walk and the diagnosis know of it.
func Resume(w models.Walk) models.Walk {
	w = clone(w)
	for _, req := range w.InFlight {
		if req.Call == nil {
			continue
		}
		inv := models.NewInvocation(*req.Call, req.Started)
		inv.TransportError = "methodical was ended while this call was in flight"
		inv.TransportErrorKind = models.TransportCancelled
		inv.MayHaveRun = models.RunPossible
		w.Case.Invocations = append(w.Case.Invocations, inv)
	}
	w.InFlight = nil
	return w
}
