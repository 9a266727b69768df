package checks

import (
	"fmt"
	"strings"

	"methodical/checks/hubtext"
	"methodical/models"
)

// Explain says in words what a code, a name or an error text of any shape
// means. It needs no hub. A text in which nothing is found is explained too:
// the answer says what could and what could not be read.
func Explain(cat *Catalogue, text string) models.Explanation {
	r := hubtext.Read([]byte(text), cat)
	x := newExplanation(r.Error)
	x.HTTPStatus = r.HTTPStatus
	recogniseSentence(cat, &x)
	switch {
	case x.Code != "" || x.Name != "":
		explainCode(cat, &x)
	case r.DeviceStatus != nil:
		explainAnswer(cat, &x, ReadOutcome(models.Invocation{HTTPStatus: 200, Body: strings.TrimSpace(text)}), *r.DeviceStatus)
	case r.HTTPStatus != 0:
		explainStatus(cat, &x)
	default:
		explainNothing(cat, &x)
	}
	noteOddities(cat, &x, r, text)
	return x
}

// ExplainOutcome says in words what a call came to. ok is false when there is
// nothing to explain, because the device answered and was content.
func ExplainOutcome(cat *Catalogue, inv models.Invocation, out models.Outcome) (x models.Explanation, ok bool) {
	x = newExplanation(out.Error)
	x.HTTPStatus = out.HubStatus
	switch out.Kind {
	case models.OutcomeAnswered, models.OutcomeBadAnswer:
		if out.OK() {
			return x, false
		}
		status := -1
		if out.DeviceStatus != nil {
			status = *out.DeviceStatus
		}
		explainAnswer(cat, &x, out, status)
		return x, true
	case models.OutcomeNoAnswer, models.OutcomeCancelled:
		explainNoAnswer(cat, &x, inv, out)
		return x, true
	}
	if x.Code != "" || x.Name != "" {
		explainCode(cat, &x)
	} else {
		explainStatus(cat, &x)
	}
	noteWait(&x)
	switch out.MayHaveRun {
	case models.RunNo:
		x.Notes = append(x.Notes, "This call was not delivered to the device.")
	case models.RunPossible:
		x.Notes = append(x.Notes, "This call may have run on the device.")
	}
	return x, true
}

// newExplanation copies what was read. Lists are never nil: the JSON contract
// has them always.
func newExplanation(e models.HubError) models.Explanation {
	x := models.Explanation{
		Version: models.ExplanationVersion, Code: e.Code, Name: e.Name, Message: e.Message,
		TrackingIDs: append([]string{}, e.TrackingIDs...), Timeout: e.Timeout, Unread: e.Unread,
		Causes: []string{}, Fix: []string{}, Links: []models.Link{},
	}
	if !e.Time.IsZero() {
		x.Time = &e.Time
	}
	return x
}

// recogniseSentence knows the hub's own sentences: one beside a code is its
// message, and one without a code tells the code.
func recogniseSentence(cat *Catalogue, x *models.Explanation) {
	if e, ok := cat.Code(x.Code); ok && x.Message == "" && says(e, x.Unread) {
		x.Message, x.Unread = x.Unread, ""
	}
	if x.Code != "" || x.Name != "" {
		return
	}
	for _, said := range []string{x.Message, x.Unread} {
		for _, e := range cat.Codes() {
			if !says(e, said) {
				continue
			}
			x.Code, x.Name = e.Code, e.Name
			x.Notes = append(x.Notes, fmt.Sprintf("The text holds no code. The hub uses this sentence for %s.", e.Code))
			if x.Message == "" {
				x.Message, x.Unread = said, ""
			}
			return
		}
	}
}

// says reports whether a text holds one of the hub's sentences for a code.
func says(e models.CodeEntry, text string) bool {
	text = strings.ToLower(text)
	for _, sentence := range e.Texts {
		if strings.Contains(text, strings.ToLower(sentence)) {
			return true
		}
	}
	return false
}

// explainCode fills in what the catalogue knows of a code.
func explainCode(cat *Catalogue, x *models.Explanation) {
	key := x.Code
	if key == "" {
		key = x.Name
	}
	e, ok := cat.Code(key)
	if !ok {
		explainUnknownCode(cat, x)
		return
	}
	x.Code = e.Code
	if x.Name == "" {
		x.Name = e.Name
	}
	x.Meaning = e.Meaning
	if x.Meaning == "" {
		x.Meaning = e.Short + " This code is not known to meet direct methods."
	}
	x.Causes = append(x.Causes, e.Causes...)
	x.Fix = append(x.Fix, e.Fix...)
	x.Retry = retryWords(e.Retry)
	ids := e.Links
	if len(ids) == 0 {
		ids = []string{"error-codes"}
	}
	addLinks(cat, x, ids...)
	for _, u := range e.Unconfirmed {
		x.Notes = append(x.Notes, "Not confirmed: "+u)
	}
}

func retryWords(r models.Retry) string {
	switch r.Safe {
	case models.RetryNo:
		return "No. " + r.Why
	case models.RetryYes:
		return "Yes. " + r.Why
	case models.RetryConditional:
		return "With care. " + r.Why
	}
	return ""
}

func addLinks(cat *Catalogue, x *models.Explanation, ids ...string) {
	for _, id := range ids {
		if d, ok := cat.Doc(id); ok {
			x.Links = append(x.Links, d.Link())
		}
	}
}

// noteOddities adds what is strange about this very text.
func noteOddities(cat *Catalogue, x *models.Explanation, r hubtext.Reading, text string) {
	noteWait(x)
	if r.Misprint != "" {
		x.Notes = append(x.Notes, fmt.Sprintf("The text says %s. Microsoft's table prints that, but hubs send %s.", r.Misprint, x.Code))
	}
	if code, name, ok := cat.Resolve(r.Header); ok && code != x.Code {
		x.Notes = append(x.Notes, fmt.Sprintf("The header says %s, the body %s. The body's code is explained here.", name, x.Code))
	}
	if x.Code != "" && x.Code != models.CodeDeviceNotFound && strings.Contains(text, " not registered") {
		x.Notes = append(x.Notes, "\"Not registered\" are words of the C# SDK, which puts them around every 404. The code counts.")
	}
	if r.Category != "" {
		x.Notes = append(x.Notes, "This is a log row of category "+r.Category+". Log rows do not hold the method's name or the caller.")
	}
	if r.Truncated {
		x.Notes = append(x.Notes, "The text was longer than 1 MiB. Only its beginning was read.")
	}
}

// noteWait says what info.timeout of a 404103 proves: the connect timeout that
// the hub really applied.
func noteWait(x *models.Explanation) {
	if x.Timeout == "" || x.Code != models.CodeDeviceNotOnline {
		return
	}
	if strings.Trim(x.Timeout, "0:.") == "" {
		x.Notes = append(x.Notes, "The hub did not wait for the device: the connect timeout it applied was 0.")
		return
	}
	x.Notes = append(x.Notes, "The connect timeout the hub applied was "+x.Timeout+".")
}
