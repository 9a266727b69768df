package checks

import (
	"encoding/json"
	"net/http"
	"strings"

	"methodical/models"
)

// classify sorts a call. A code speaks first, then the HTTP status, so that a
// case that lost one of the two is still read as far as it goes.
func classify(c call) (class, int) {
	out := c.out
	switch out.Kind {
	case models.OutcomeAnswered:
		if out.DeviceStatus != nil {
			return classAnswered, *out.DeviceStatus
		}
		return classNone, 0
	case models.OutcomeBadAnswer:
		switch {
		case strings.TrimSpace(c.inv.Body) == "":
			return classNone, 0 // the case lost the body
		case out.DeviceStatus == nil && (isPage(c.inv.Body) || json.Valid([]byte(c.inv.Body))):
			return classForeign, 0 // whole, and not the hub's
		}
		return classBadAnswer, 0
	case models.OutcomeCancelled:
		return classNone, 0
	}
	if k := byCode(c); k != classNone {
		return k, 0
	}
	if isPage(c.inv.Body) {
		return classForeign, 0
	}
	if out.Kind == models.OutcomeNoAnswer {
		switch TransportKind(c.inv) {
		case models.TransportClientTimeout:
			return classGaveUp, 0
		case "":
			if strings.TrimSpace(c.inv.TransportError) == "" {
				return classNone, 0
			}
		}
		return classUnreached, 0
	}
	if out.HubStatus == http.StatusBadGateway {
		return badGateway(out.Error), 0
	}
	if out.HubStatus == http.StatusBadRequest {
		return unsound(c.inv, classUnnamed), 0
	}
	return byStatus(out.HubStatus), 0
}

// isPage reports whether a body is HTML or XML, which hubs do not send.
func isPage(body string) bool { return strings.HasPrefix(strings.TrimSpace(body), "<") }

func byCode(c call) class {
	switch c.code {
	case "":
		return classNone
	case models.CodeArgumentInvalid:
		return invalidArgument(c.out.Error.Message, c.inv)
	case models.CodeClosedOnNewConnection, models.CodeLinkConflict:
		return classKicked
	case models.CodeConnectionClosed, models.CodeClosedOnFaultInjection, models.CodeFailingOver, models.CodeRequestTimedOut, models.CodeRequestCanceled, "499000":
		return classServiceFault
	case models.CodeHubSuspended:
		return classSuspended
	case models.CodeQuotaExceeded:
		return classQuota
	case models.CodeNotInTier:
		return classTier
	case "403011":
		return classKeyRevoked
	case models.CodeDeviceDisabled:
		return classDisabled
	case models.CodeInflightExceeded:
		return classInflight
	case models.CodeDeviceNotFound:
		return classNotFound
	case models.CodeModuleNotFound:
		return classNoModule
	case models.CodeDeviceNotOnline:
		return classRefused
	case models.CodeConnectionLost:
		return classDropped
	case "502000":
		return badGateway(c.out.Error)
	case "503101", "503102":
		return classUnavailable
	case models.CodeGatewayTimeout:
		return classSilent
	case "400000":
		return unsound(c.inv, classUnnamed)
	case "403000":
		return classUnnamed403
	case "404000":
		return classUnnamed404
	}
	switch c.code[:3] {
	case "400", "405", "415", "412":
		return classInvalid
	case "401":
		return classUnauthorized
	case "413":
		return classTooLarge
	case "429":
		return classThrottled
	case "500", "502", "503", "504":
		return classServiceFault
	case "403":
		return classUnnamed403
	case "404":
		return classUnnamed404
	}
	return classUnnamed
}

// badGateway tells a device's unreadable answer, which the service called
// InvalidResponseWhileProxying, from a 502 that does not say whose fault it is.
func badGateway(e models.HubError) class {
	text := strings.ToLower(e.Name + " " + e.Message)
	for _, words := range []string{"invalidresponse", "invalid response", "baddeviceresponse"} {
		if strings.Contains(text, words) {
			return classBadAnswer
		}
	}
	return classBadGateway
}

// invalidArgument tells apart what 400004 complains about, by its words and, as
// wordings change, by the request itself.
func invalidArgument(message string, inv models.Invocation) class {
	text := strings.ToLower(message)
	switch {
	case strings.Contains(text, "timeoutinseconds"), strings.Contains(text, "timeout") && strings.Contains(text, "within"):
		return classTimeoutRange
	case strings.Contains(text, "payload") && (strings.Contains(text, "size") || strings.Contains(text, "large") || strings.Contains(text, "less than")):
		return classTooLarge
	}
	return unsound(inv, classInvalid)
}

// unsound is what the request itself shows to be wrong with it, else otherwise.
func unsound(inv models.Invocation, otherwise class) class {
	switch {
	case payloadBytes(inv) > models.MaxPayloadBytes:
		return classTooLarge
	case timeoutsOutOfRange(inv):
		return classTimeoutRange
	}
	return otherwise
}

func timeoutsOutOfRange(inv models.Invocation) bool {
	r, c := inv.ResponseTimeoutSeconds, inv.ConnectTimeoutSeconds
	return r != nil && (*r < models.MinResponseTimeoutSeconds || *r > models.MaxResponseTimeoutSeconds) ||
		c != nil && (*c < models.MinConnectTimeoutSeconds || *c > models.MaxConnectTimeoutSeconds)
}

// byStatus sorts an answer without a usable code: the status alone says less,
// so that most of these stay unnamed.
func byStatus(status int) class {
	switch {
	case status == http.StatusUnauthorized:
		return classUnauthorized
	case status == http.StatusRequestEntityTooLarge:
		return classTooLarge
	case status == http.StatusMethodNotAllowed, status == http.StatusUnsupportedMediaType:
		return classInvalid
	case status == http.StatusTooManyRequests:
		return classThrottled
	case status == http.StatusGatewayTimeout:
		return classSilent
	case status == http.StatusProxyAuthRequired:
		return classUnreached
	case status == http.StatusForbidden:
		return classUnnamed403
	case status == http.StatusNotFound:
		return classUnnamed404
	case status >= 500:
		return classServiceFault
	case status >= 400:
		return classUnnamed
	}
	return classNone
}
