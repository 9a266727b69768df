package checks

import (
	"context"
	"errors"

	"methodical/models"
)

func contactCheck() Check {
	return Check{
		ID: CheckContact, Title: "The hub can be reached", Step: models.StepConnect,
		Codes: reachCodes(), Run: runContact, Observe: ObserveContact,
	}
}

// runContact makes one cheap request. That it fails is a fact about the way to
// the hub, not a failure of the check; what was learnt on the way counts either
// way, because a clock that is off shows itself in a refusal.
func runContact(ctx context.Context, env Env, w models.Walk) (models.Facts, error) {
	client := w.Case.Client
	client.ContactStatus, client.ContactBody, client.ContactError, client.ContactErrorKind = 0, "", "", ""
	contact, err := env.Hub.Contact(ctx)
	if contact.HasClock {
		client.ClockOffsetSeconds = models.Ptr(contact.ClockOffset.Seconds())
	}
	client.TLSIssuer, client.Proxy = contact.TLSIssuer, contact.Proxy
	var failure *models.HubFailure
	switch {
	case errors.As(err, &failure):
		client.ContactStatus, client.ContactBody = failure.HTTPStatus, failure.Body
		client.ContactError, client.ContactErrorKind = failure.Error(), failure.Kind
	case err != nil:
		return models.Facts{}, err
	}
	return models.Facts{Client: &client}, nil
}
