package rest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"methodical/emulator/hub"
)

// form is the shape of an error's body. The letters are those of the fact
// sheet and of the switch bodyForm.
type form byte

const (
	formA form = 'A' // registry and twins; methods until 2017
	formB form = 'B' // methods since 2017: JSON inside a JSON string
	formC form = 'C' // what is inside B, alone
	formD form = 'D' // B once more inside a string
	formE form = 'E' // a plain message
	formF form = 'F' // the gateway of 2024
)

// fail answers with an error.
func (q *request) fail(err *hub.Error) {
	header := q.w.Header()
	header.Set("iothub-errorcode", err.Name())
	if after := q.hub.Switches().RetryAfterSeconds; after > 0 && (err.Status() == http.StatusTooManyRequests || err.Status() == http.StatusServiceUnavailable) {
		header.Set("Retry-After", strconv.Itoa(after))
	}
	q.writeJSON(err.Status(), bodyOf(err, q.form, q.hub.RealNow().UTC()))
}

// wrapped is the outermost object of forms A and B.
type wrapped struct {
	Message          string
	ExceptionMessage string
}

// inner is the object inside form B.
type inner struct {
	ErrorCode    int    `json:"errorCode"`
	TrackingID   string `json:"trackingId"`
	Message      string `json:"message"`
	Info         any    `json:"info,omitempty"`
	TimestampUTC string `json:"timestampUtc"`
}

// innerF is the same in the order of the newer gateway, with info always there.
type innerF struct {
	ErrorCode    int    `json:"errorCode"`
	Message      string `json:"message"`
	TrackingID   string `json:"trackingId"`
	TimestampUTC string `json:"timestampUtc"`
	Info         any    `json:"info"`
}

const (
	legacyTime  = "01/02/2006 15:04:05"
	gatewayTime = "2006-01-02T15:04:05.000000000Z"
	bodyTime    = "2006-01-02T15:04:05.0000000Z"
)

func bodyOf(err *hub.Error, f form, now time.Time) any {
	id := randomHex()
	switch f {
	case formA:
		return wrapped{
			Message:          "ErrorCode:" + err.Name() + ";" + err.Message,
			ExceptionMessage: "Tracking ID:" + id + "-G:0-TimeStamp:" + now.Format(legacyTime),
		}
	case formE:
		return map[string]string{"Message": err.Message}
	case formF:
		return innerF{err.Code, err.Message, id + "-G2:-TimeStamp:" + now.Format(gatewayTime), now.Format(gatewayTime), infoOf(err)}
	}
	core := inner{err.Code, id + "-TimeStamp:" + now.Format(legacyTime), err.Message, infoOf(err), now.Format(bodyTime)}
	switch f {
	case formC:
		return core
	case formD:
		return map[string]string{"message": asText(wrapped{Message: asText(core)})}
	default:
		return wrapped{Message: asText(core)}
	}
}

// infoOf is info.timeout where a wait was applied, and the empty object that
// 400027 carries in the wild.
func infoOf(err *hub.Error) any {
	switch {
	case err.Timeout != nil:
		return map[string]string{"timeout": clockText(*err.Timeout)}
	case err.Code == hub.CodeReplaced:
		return struct{}{}
	default:
		return nil
	}
}

func clockText(d time.Duration) string {
	seconds := int(d / time.Second)
	return fmt.Sprintf("%02d:%02d:%02d", seconds/3600, seconds/60%60, seconds%60)
}

// asText is v as JSON.
func asText(v any) string { return string(encode(v)) }

// encode writes v as JSON with < > & as they are: the service does not escape
// them.
func encode(v any) []byte {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if encoder.Encode(v) != nil { // views of strings, numbers and maps always encode
		return []byte("null")
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}
