package checks

import (
	"fmt"
	"net/http"
	"strconv"

	"methodical/models"
)

// explainUnknownCode says what the digits alone tell.
func explainUnknownCode(cat *Catalogue, x *models.Explanation) {
	if len(x.Code) == 6 {
		x.HTTPStatus, _ = strconv.Atoi(x.Code[:3])
		x.Meaning = fmt.Sprintf("%s is not among the codes that are known here. Its first three digits say HTTP %d %s.",
			x.Code, x.HTTPStatus, http.StatusText(x.HTTPStatus))
	} else {
		x.Meaning = x.Name + " is not among the names of IoT Hub errors that are known here. It may come from another service, such as Azure Resource Manager."
	}
	x.Fix = append(x.Fix, "Read the message, if there is one.", "Look the code up in Microsoft's list.", "Give the tracking id to support.")
	addLinks(cat, x, "error-codes")
}

// explainStatus says what an HTTP status without a code may stand for.
func explainStatus(cat *Catalogue, x *models.Explanation) {
	if x.HTTPStatus == http.StatusOK {
		x.Meaning = "HTTP 200 means that the hub delivered the call and the device answered. If this came as an error, the device's answer could not be read as JSON."
		x.Causes = append(x.Causes, "The handler answered with text that is not JSON, or with nothing.")
		x.Fix = append(x.Fix, "Let the handler answer with valid JSON, for example {}.", "Call again with methodical and look at the raw bytes.")
		x.Retry = retryWords(models.Retry{Safe: models.RetryConditional, Why: "The method has run: repeat only what is safe to run twice."})
		addLinks(cat, x, "handle-method")
		return
	}
	for _, e := range cat.Codes() {
		if e.HTTPStatus() == x.HTTPStatus && e.Meaning != "" {
			x.Causes = append(x.Causes, e.Code+" "+e.Name+": "+e.Short)
		}
	}
	x.Meaning = fmt.Sprintf("HTTP %d %s, without a code.", x.HTTPStatus, http.StatusText(x.HTTPStatus))
	if len(x.Causes) == 0 {
		x.Meaning += " A hub is not known to answer a method call so: it may come from a proxy or another server."
	} else {
		x.Meaning += " At a hub it may stand for any of the codes named as causes."
	}
	x.Fix = append(x.Fix, "Find the six digits: they are in the body of the answer, or the header iothub-errorcode names the error.",
		"Make the same call with methodical, which shows both.")
	addLinks(cat, x, "error-codes")
}

// explainNothing is the honest answer to a text without any sign of a hub.
func explainNothing(cat *Catalogue, x *models.Explanation) {
	x.Meaning = "No code, name or status of IoT Hub could be read in this text."
	if x.Message != "" {
		x.Meaning = "The text has a message, but no code, name or status of IoT Hub."
	}
	x.Fix = append(x.Fix, "Give the code of six digits, its name, or the whole answer with its headers.")
	addLinks(cat, x, "error-codes")
}

// explainAnswer says what a device's own answer means; status is negative when
// there is none.
func explainAnswer(cat *Catalogue, x *models.Explanation, out models.Outcome, status int) {
	x.HTTPStatus, x.Unread = http.StatusOK, ""
	x.Retry = retryWords(models.Retry{Safe: models.RetryConditional, Why: "The device answered, so the method may have run: repeat only what is safe to run twice."})
	addLinks(cat, x, "handle-method")
	if out.Kind == models.OutcomeBadAnswer {
		x.Meaning = "This is no error of the hub. " + out.Summary
		x.Causes = append(x.Causes, "The handler answered with text that is not JSON: nothing at all, single quotes, or a bare word.",
			"The answer was cut off, or a proxy replaced it.")
		x.Fix = append(x.Fix, "Let the handler answer with valid JSON, for example {}.", "Look at the raw bytes of the answer.")
		return
	}
	x.Meaning = fmt.Sprintf("This is no error of the hub: the call was delivered, and the device's own status is %d.", status)
	switch {
	case status == 0:
		x.Meaning = "This is no error of the hub. No device sends status 0: a gateway in front of the device wrote it, and the module may never have been called."
		x.Causes = append(x.Causes, "The module's identity is missing from the gateway's scope.")
		x.Fix = append(x.Fix, "Read the log of the edge hub.", "Make the module's identity anew if the log says that it is out of scope.")
	case status == http.StatusNotImplemented || status == http.StatusNotFound || status == http.StatusMethodNotAllowed:
		x.Causes = append(x.Causes, "The device has no handler for that name. The device compares names by letter case.",
			"A second client with the same identity, without that handler, got the call.")
		x.Fix = append(x.Fix, "Compare the method's name with the names in the device's program, letter case included.",
			"Check that the newest program is on the device.")
	case status == http.StatusInternalServerError && string(out.DevicePayload) == "null":
		x.Causes = append(x.Causes, "The handler failed, or its answer is not JSON.",
			"On IoT Edge the gateway put 500 and null in place of an answer it could not read.")
		x.Fix = append(x.Fix, "Read the device's log, and the edge hub's if there is one.", "Let the handler answer with valid JSON, for example {}.")
	case status >= http.StatusBadRequest:
		x.Causes = append(x.Causes, "The handler chose this status: it did not like the payload, or could not do what was asked.")
		x.Fix = append(x.Fix, "Read the payload of the answer and the device's log.", "Send the payload the handler expects.")
	default:
		x.Causes = append(x.Causes, "The device did what was asked, as far as its status tells.")
	}
}

// explainNoAnswer says why a call got no answer at all.
func explainNoAnswer(cat *Catalogue, x *models.Explanation, inv models.Invocation, out models.Outcome) {
	x.Meaning = out.Summary
	x.Message = inv.TransportError
	again := models.Retry{Safe: models.RetryConditional, Why: "The method may have run: repeat only what is safe to run twice."}
	if out.MayHaveRun == models.RunNo {
		again = models.Retry{Safe: models.RetryYes, Why: "The call never reached the hub."}
	}
	x.Retry = retryWords(again)
	switch TransportKind(inv) {
	case models.TransportDNS:
		x.Causes = append(x.Causes, "The host name is misspelt, or the hub is gone.", "This machine's DNS does not know the name, for example of a private endpoint.")
		x.Fix = append(x.Fix, "Compare the host name with the portal.", "Resolve the name on this machine and on one where it works.")
	case models.TransportRefused, models.TransportTCPTimeout:
		x.Causes = append(x.Causes, "A firewall on the way blocks port 443.", "Traffic has to go through a proxy here.", "The hub has a private endpoint only.")
		x.Fix = append(x.Fix, "Try port 443 of the hub from this machine.", "Give --proxy, or set HTTPS_PROXY.")
	case models.TransportTLS:
		x.Causes = append(x.Causes, "A proxy on the way opens TLS and shows a certificate of its own.", "This machine lacks the root certificate, or its clock is far off.")
		x.Fix = append(x.Fix, "See who issued the certificate. If it is your company, give its root with --ca-file.", "Check this machine's clock.")
		addLinks(cat, x, "tls")
	case models.TransportProxy:
		x.Causes = append(x.Causes, "The proxy is not reachable, wants a sign-in, or does not let this host through.")
		x.Fix = append(x.Fix, "Check the proxy's address and sign-in.", "Ask for the hub's host to be let through.")
	case models.TransportReset:
		x.Causes = append(x.Causes, "Something on the way cut an idle connection, often after a fixed time.", "The network broke.")
		x.Fix = append(x.Fix, "Find out whether the method ran.", "Call again. If it breaks after the same time again, look at the proxy's or firewall's time limit.")
	case models.TransportClientTimeout:
		x.Causes = append(x.Causes, "The caller's own time limit is shorter than connect plus response timeout.", "The hub is slow, for example because it queues calls over its limit.")
		x.Fix = append(x.Fix, "Set the caller's time limit above connect plus response timeout, with some seconds to spare.", "Find out whether the method ran.")
		addLinks(cat, x, "method-timeout")
	default:
		x.Fix = append(x.Fix, "Find out whether the method ran.", "Call again.")
	}
}
