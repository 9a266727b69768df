package hub

import (
	"context"
	"strconv"
	"time"

	"methodical/models"
)

// Method is a direct method to invoke. Its timeouts are in force, defaults
// included.
type Method struct {
	Target  models.Target
	Name    string
	Payload []byte // JSON; nil when absent, and the device gets null
	Connect time.Duration
	Respond time.Duration
	SDK     string // what the caller said it is, for the log
}

// Answer is what the device sent back: its status and its bytes as they came,
// which need not be JSON.
type Answer struct {
	Status  int
	Payload []byte
}

// Invoke carries out a direct method and logs what came of it.
func (h *Hub) Invoke(ctx context.Context, m Method) (Answer, *Error) {
	begun := h.clock.Now()
	answer, err := h.invoke(ctx, m)
	if len(m.Target.DeviceID)+len(m.Target.ModuleID) <= 2*models.MaxIDLength { // longer ones are no ids
		h.logs.method(h, m, answer, err, h.clock.Now().Sub(begun), begun)
	}
	return answer, err
}

func (h *Hub) invoke(ctx context.Context, m Method) (Answer, *Error) {
	if err := h.CheckMethod(m); err != nil {
		return Answer{}, err
	}
	if _, bad := models.ParseTarget(m.Target.String()); bad != nil {
		return Answer{}, Errorf(CodeArgumentInvalid, "The id in the path is not valid.")
	}
	if err := h.Permit(ctx, OpMethod, models.MeterUnits(len(m.Payload))); err != nil {
		return Answer{}, err
	}
	return h.deliver(ctx, m)
}

// JobPoll is how often a queued job looks for a free place.
const JobPoll = 500 * time.Millisecond

// PaceJob waits until the next device of a job may be visited.
func (h *Hub) PaceJob(ctx context.Context) error {
	s := h.settings.Load()
	const noEnd = 1 << 62
	limits := Limits{Off: s.Limits.Off, Burst: time.Second, Backlog: noEnd, MaxWait: noEnd}
	if err := h.meter.shapers[OpJobDevice].admit(ctx, 1, rateOf(OpJobDevice, s.SKU, s.Units), limits); err != nil {
		return err
	}
	return ctx.Err()
}

// InvokeForJob is Invoke at a job's pace, see PaceJob. It leaves no row among
// the direct methods.
func (h *Hub) InvokeForJob(ctx context.Context, m Method) (Answer, *Error) {
	if err := h.meter.quotaLeft(); err != nil {
		return Answer{}, err
	}
	return h.deliver(ctx, m)
}

func (h *Hub) deliver(ctx context.Context, m Method) (Answer, *Error) {
	h.meter.charge(len(m.Payload))
	id, err := h.Find(m.Target)
	if err != nil {
		return Answer{}, h.asCalled(err)
	}
	c, rid, link, err := h.begin(ctx, id, m)
	if err != nil {
		if err.Code == CodeDeviceNotOnline {
			h.meter.count(1) // a call to a disconnected device costs one message more
		}
		return Answer{}, err
	}
	defer h.end(id, rid)
	if link.Method(m.Name, strconv.FormatUint(rid, 16), payloadOf(m)) != nil {
		return Answer{}, h.offline(h.cfg.Switches.DroppedMidCall, m.Connect)
	}
	answer, err := h.await(ctx, c, m)
	if err == nil {
		h.meter.charge(len(answer.Payload))
	}
	return answer, err
}

// payloadOf is what reaches the device: an absent payload arrives as null.
func payloadOf(m Method) []byte {
	if len(m.Payload) == 0 {
		return []byte("null")
	}
	return m.Payload
}

// longestName is what fits into an MQTT topic together with the rest of it.
const longestName = 65_000

// CheckMethod validates what the service itself validates, whoever the target.
func (h *Hub) CheckMethod(m Method) *Error {
	const second = time.Second
	switch longest := h.cfg.Switches.MaxMethodName; {
	case m.Name == "":
		return Errorf(CodeArgumentInvalid, "methodName is null or empty.")
	case longest > 0 && len(m.Name) > longest:
		return Errorf(CodeArgumentInvalid, "methodName must not be longer than %d characters.", longest)
	case len(m.Name) > longestName:
		return Errorf(CodeArgumentInvalid, "methodName is too long.")
	case m.Respond < models.MinResponseTimeoutSeconds*second || m.Respond > models.MaxResponseTimeoutSeconds*second:
		return Errorf(CodeArgumentInvalid, "responseTimeoutInSeconds must be within [%d; %d].", models.MinResponseTimeoutSeconds, models.MaxResponseTimeoutSeconds)
	case m.Connect < models.MinConnectTimeoutSeconds*second || m.Connect > models.MaxConnectTimeoutSeconds*second:
		return Errorf(CodeArgumentInvalid, "connectTimeoutInSeconds must be within [%d; %d].", models.MinConnectTimeoutSeconds, models.MaxConnectTimeoutSeconds)
	case len(m.Payload) > models.MaxPayloadBytes:
		return Errorf(h.cfg.Switches.OversizePayload, "'payload' size should be less than %d bytes.", models.MaxPayloadBytes)
	}
	return nil
}

// asCalled turns a registry's answer about an identity into a method's.
func (h *Hub) asCalled(err *Error) *Error {
	if err.Code == CodeModuleNotFound {
		err.Code = h.cfg.Switches.UnknownModule
	}
	return err
}

func (h *Hub) await(ctx context.Context, c *call, m Method) (Answer, *Error) {
	timer := h.clock.NewTimer(m.Respond)
	defer timer.Stop()
	select {
	case answer := <-c.answer:
		return answer, nil
	case err := <-c.failed:
		if err.Code == CodeDeviceNotOnline {
			err.Timeout = &m.Connect
		}
		return Answer{}, err
	case <-timer.C:
		return Answer{}, &Error{Code: CodeGatewayTimeout, Message: "Timed out waiting for the response from device.", Timeout: &m.Respond}
	case <-ctx.Done():
		return Answer{}, Errorf(CodeClientClosed, "The caller closed the request.")
	}
}

// Respond takes a device's answer. One for a call that no longer waits is
// ignored, as the hub is believed to do.
func (h *Hub) Respond(id *Identity, rid string, answer Answer) {
	number, err := strconv.ParseUint(rid, 16, 64)
	if err != nil {
		return
	}
	id.mu.Lock()
	var c *call
	if id.live != nil {
		c = id.live.pending[number]
		delete(id.live.pending, number)
	}
	id.lastActivity = nanos(h.clock.Now())
	id.mu.Unlock()
	if c != nil {
		c.answer <- answer
	}
}

// takePending needs the identity's lock.
func (l *live) takePending() map[uint64]*call {
	calls := l.pending
	l.pending = nil
	return calls
}

// failCalls ends the calls in flight on a connection that has ended.
func (h *Hub) failCalls(calls map[uint64]*call, cause Cause) {
	for _, c := range calls {
		c.failed <- h.midCall(cause)
	}
}

func (h *Hub) midCall(cause Cause) *Error {
	switch cause {
	case CauseReplaced:
		if code := h.cfg.Switches.ReplacedMidCall; code != CodeReplaced {
			return h.offline(code, 0)
		}
		return Errorf(CodeReplaced, "BadRequest")
	case CauseMaintenance:
		return Errorf(CodeForciblyClosed, "BadRequest")
	default:
		return h.offline(h.cfg.Switches.DroppedMidCall, 0)
	}
}

// isDisabled needs the identity's lock. A module is as disabled as its device.
func (id *Identity) isDisabled() bool {
	if id.parent == nil {
		return id.disabled
	}
	id.parent.mu.Lock()
	defer id.parent.mu.Unlock()
	return id.parent.disabled
}

func (h *Hub) unavailable(id *Identity) *Error {
	if h.cfg.Switches.DisabledDevice == CodeDeviceDisabled {
		return Errorf(CodeDeviceDisabled, "Device %s is disabled.", id.DeviceID)
	}
	return Errorf(CodeDeviceNotFound, "%s", id.DeviceID)
}

// offline is 404103, or what a switch puts in its place for a lost connection.
func (h *Hub) offline(code int, waited time.Duration) *Error {
	switch code {
	case CodeConnectionClosed:
		return Errorf(code, "Device unavailable.")
	case CodeGatewayTimeout:
		return &Error{Code: code, Message: "Timed out waiting for the response from device.", Timeout: &waited}
	}
	text := "The operation failed because the requested device isn't online or hasn't registered the direct method callback. To learn more, see https://aka.ms/iothub404103"
	if h.cfg.Switches.OfflineText == "2018" {
		text = "Timed out waiting for device to connect."
	}
	return &Error{Code: CodeDeviceNotOnline, Message: text, Timeout: &waited}
}
