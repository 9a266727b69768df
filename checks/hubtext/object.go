package hubtext

import (
	"encoding/json"
	"strconv"
	"strings"
)

// value reads a parsed structure.
func (r *reader) value(v any, depth int) {
	switch v := v.(type) {
	case object:
		r.object(v, depth)
	case list:
		for i, item := range v {
			if r.found() {
				r.unread("and " + strconv.Itoa(len(v)-i) + " more")
				return
			}
			r.value(item, depth)
		}
	case string:
		r.text(v, depth+1)
	case json.Number:
		if isCode(v.String()) {
			r.setCode(v.String(), sureField)
		}
	}
}

// scalar writes a string or a number as text.
func scalar(v any) string {
	switch v := v.(type) {
	case string:
		return strings.TrimSpace(v)
	case json.Number:
		return v.String()
	}
	return ""
}

// object reads the members that hubs, SDKs and exports use for the parts of an
// error. The innermost error is the hub's own, so structures come first.
func (r *reader) object(o object, depth int) {
	body := o.has("errorcode") || o.has("message")
	for _, m := range o {
		switch name := key(m.key); name {
		case "errorcode", "code":
			r.code(name, m.value)
		case "resulttype":
			r.setCodeOrName(scalar(m.value), sureLabel)
		case "resultdescription":
			r.description(scalar(m.value), depth)
		case "message", "errormessage", "description", "errordescription", "detail", "details":
			r.message(m.value, depth)
		case "exceptionmessage":
			r.exceptionMessage(scalar(m.value))
		case "trackingid":
			r.trackingID(scalar(m.value))
		case "info":
			r.info(m.value)
		case "timestamputc":
			r.setTime(scalar(m.value))
		case "status":
			r.status(scalar(m.value), o)
		case "statuscode", "httpstatus", "httpstatuscode":
			if status, ok := httpStatus(scalar(m.value)); ok {
				r.setStatus(status)
			}
		case "category":
			r.out.Category = clip(scalar(m.value), maxWord)
		case "operationname":
			r.out.Operation = clip(scalar(m.value), maxWord)
		case "deviceid":
			r.out.DeviceID = clip(scalar(m.value), maxWord)
		case "time", "timegenerated", "timegeneratedutc":
			r.setTime(scalar(m.value))
		case "headers":
			r.headers(m.value)
		case "iothuberrorcode":
			r.header(m.key, scalar(m.value))
		case "error", "errors", "innererror", "innerexception", "body", "responsebody", "response",
			"content", "properties", "propertiess", "records", "":
			r.value(m.value, depth)
		case "payload":
			// The device's own: nothing in it is the hub's word.
		default:
			if body {
				r.unread(m.key + ": " + scalar(m.value))
			}
		}
	}
}

func (r *reader) code(name string, v any) {
	word := scalar(v)
	if status, ok := httpStatus(word); ok {
		r.setStatus(status)
		return
	}
	sure := sureField
	if name == "errorcode" {
		sure = sureLabel
	}
	r.setCodeOrName(word, sure)
}

// description reads a log row's resultDescription: a name or a sentence.
func (r *reader) description(s string, depth int) {
	if isName(s) {
		r.setName(s, sureLabel)
		return
	}
	r.message(s, depth)
}

// message reads what is called a message: a sentence, or the next layer.
func (r *reader) message(v any, depth int) {
	s, ok := v.(string)
	if !ok {
		r.value(v, depth)
		return
	}
	s = strings.TrimSpace(s)
	if rest, ok := r.prefix(s); ok {
		s = rest
	}
	if holdsLayer(s) {
		r.text(s, depth+1)
		if r.out.Error.Message == "" && !r.found() {
			r.setMessage(s)
		}
		return
	}
	sentence := r.takeTracking(s)
	r.setMessage(sentence)
	r.takeWords(r.takeErrorCode(sentence))
}

// holdsLayer reports whether a message is, or holds, a structure.
func holdsLayer(s string) bool {
	for _, start := range []string{`{"`, `{\`, `{'`, `["`, `"{`} {
		if strings.Contains(s, start) {
			return true
		}
	}
	return strings.HasPrefix(s, "{") || strings.HasPrefix(s, `"`)
}

// prefix takes "ErrorCode:Name;" off a sentence.
func (r *reader) prefix(s string) (rest string, ok bool) {
	if !hasPrefixFold(s, "errorcode:") {
		return s, false
	}
	word, rest, _ := strings.Cut(s[len("errorcode:"):], ";")
	if word = strings.TrimSpace(word); !isCode(word) && !isName(word) {
		return s, false
	}
	r.setCodeOrName(word, sureLabel)
	return strings.TrimSpace(rest), true
}

// exceptionMessage reads the legacy body's second field, which holds the
// tracking id.
func (r *reader) exceptionMessage(s string) {
	if rest := strings.TrimSpace(r.takeTracking(s)); rest != "" {
		if r.out.Error.Message == "" {
			r.setMessage(rest)
		} else {
			r.unread(rest)
		}
	}
}

func (r *reader) trackingID(s string) {
	r.addTrackingID(s)
	if n, at := scanTrackingID(s); n == len(s) && r.out.Error.Time.IsZero() {
		r.out.Error.Time = at
	}
}

func (r *reader) info(v any) {
	if s, ok := v.(string); ok {
		node, _, ok := parseLoose(s)
		if !ok {
			r.unread(s)
			return
		}
		v = node
	}
	o, ok := v.(object)
	if !ok {
		return
	}
	if wait := scalar(o.get("timeout")); isWait(wait) && r.out.Error.Timeout == "" {
		r.out.Error.Timeout = wait
	}
}

// status tells a device's answer, which has a payload beside it, from the
// hub's HTTP status.
func (r *reader) status(s string, o object) {
	if o.has("payload") {
		if status, err := strconv.Atoi(s); err == nil && r.out.DeviceStatus == nil {
			r.out.DeviceStatus = &status
		}
		return
	}
	if status, ok := httpStatus(s); ok {
		r.setStatus(status)
	}
}

// setTime prefers the hub's own field over the time in a tracking id.
func (r *reader) setTime(s string) {
	if t, ok := parseTime(s); ok {
		r.out.Error.Time = t
	}
}

func (r *reader) headers(v any) {
	o, _ := v.(object)
	for _, m := range o {
		r.header(m.key, scalar(m.value))
	}
}
