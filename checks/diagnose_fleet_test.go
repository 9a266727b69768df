package checks_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"methodical/checks"
	"methodical/models"
)

// A world makes cases of which it knows the cause, as chance has it: what was
// read and what was not, what was tried, and facts that have nothing to do with
// it. It holds the diagnosis to what it claims: that a share of 0.8 is right
// about four times in five.
type world struct{ r *rand.Rand }

func (w world) chance(p float64) bool { return w.r.Float64() < p }

func (w world) pick(list ...string) string { return list[w.r.IntN(len(list))] }

func (w world) between(a, b time.Duration) time.Duration {
	return a + time.Duration(w.r.Int64N(int64(b-a)))
}

// method is a probe or a real one.
func (w world) method() string {
	if w.chance(0.5) {
		return models.SafeProbeMethod
	}
	return w.pick("reboot", "status", "setInterval", "flush")
}

// background adds facts that have nothing to do with the cause.
func (w world) background() change {
	return func(c *models.Case) {
		if w.chance(0.3) {
			c.Hub.SKU, c.Hub.Units = "", 0
		} else {
			c.Hub.SKU, c.Hub.Units = w.pick("S1", "S2", "S3", "F1"), 1
		}
		if w.chance(0.4) {
			most := int64(400_000)
			c.Hub.QuotaMax, c.Hub.QuotaUsed = &most, models.Ptr(int64(w.r.IntN(390_000)))
		}
		if w.chance(0.5) {
			c.Client.ClockOffsetSeconds = models.Ptr(w.r.Float64()*4 - 2)
		}
		if w.chance(0.5) {
			c.Client.Credential, c.Client.Policy = "sas-policy", w.pick("service", "iothubowner")
		}
		if w.chance(0.3) {
			c.Load = &models.Load{CallsPerSecond: float64(w.r.IntN(15)), PayloadBytes: 100}
		}
	}
}

// registry adds what the registry says, if it could be read.
func (w world) registry(id string, facts ...func(*models.Device)) change {
	switch {
	case w.chance(0.12):
		return unreadable(id)
	case w.chance(0.08):
		return func(*models.Case) {}
	}
	return device(id, facts...)
}

// alive is a device that is well and at work.
func (w world) alive(d *models.Device) {
	connected(d)
	active(w.between(time.Second, 90*time.Second))(d)
	if w.chance(0.1) {
		active(w.between(2*time.Minute, 25*time.Minute))(d) // sends seldom
	}
	if w.chance(0.05) {
		disconnected(d) // the state lags
	}
	if w.chance(0.3) {
		sdk(w.pick(csharp, node, python), w.pick("Mqtt", "Amqp"))(d)
	}
}

// gone is a device that is not there.
func (w world) gone(d *models.Device) {
	if w.chance(0.92) {
		disconnected(d)
	} else {
		connected(d) // the state lags
	}
	switch {
	case w.chance(0.15):
		active(w.between(3*time.Minute, 30*time.Minute))(d)
	case w.chance(0.5):
		active(w.between(40*time.Minute, 20*time.Hour))(d)
	default:
		active(w.between(25*time.Hour, 900*time.Hour))(d)
	}
}

// peer adds another device that answers the same method.
func (w world) peer(method string, p float64, reply func(*models.Invocation)) change {
	if !w.chance(p) {
		return func(*models.Case) {}
	}
	return all(w.registry("pump-9", w.alive), call("pump-9", method, reply))
}

// well is how a device answers that is well.
func (w world) well(method string) func(*models.Invocation) {
	if method == models.SafeProbeMethod {
		return answered(501, "null")
	}
	return ok
}

// history adds rows of a log: renewals of a healthy client.
func (w world) renewals(p float64) change {
	if !w.chance(p) {
		return func(*models.Case) {}
	}
	return every(3, func(i int) change {
		at := 170 - float64(i)*55
		return all(conn("pump-7", "deviceDisconnect", "404104", "10.0.0.X", csharp, at+0.3), conn("pump-7", "deviceConnect", "", "10.0.0.X", csharp, at))
	})
}

func (w world) refusal() func(*models.Invocation) {
	if w.chance(0.4) {
		return refusedAfter(w.r.IntN(3)*10 + 10)
	}
	return refusedAtOnce
}

// times repeats a call.
func (w world) again(id, method string, reply func(*models.Invocation)) change {
	return every(1+w.r.IntN(2), func(int) change { return call(id, method, reply) })
}

// make makes a case of the cause.
func (w world) make(cause string) models.Case {
	m := w.method()
	real := w.pick("reboot", "status", "setInterval")
	reply := w.well(m)
	var what change
	switch cause {
	case models.CauseDeviceOffline:
		what = all(w.registry("pump-7", w.gone), w.again("pump-7", m, w.refusal()), w.peer(m, 0.5, reply))
		if w.chance(0.2) {
			what = all(what, conn("pump-7", "deviceConnect", "", "10.0.0.X", csharp, 300), conn("pump-7", "deviceDisconnect", "404104", "10.0.0.X", csharp, 200))
		}
	case models.CauseNotSubscribed:
		what = all(w.registry("pump-7", w.alive), w.again("pump-7", m, w.refusal()), w.peer(m, 0.5, reply), w.renewals(0.3))
	case models.CauseDeviceNotRegistered:
		what = all(w.registry("pump-7", missing), w.again("pump-7", m, hub(404, "404001", "pump-7", "")), w.peer(m, 0.4, reply))
	case models.CauseDeviceDisabled:
		how := hub(404, "404001", "pump-7", "")
		if w.chance(0.4) {
			how = hub(403, "403012", "disabled", "")
		}
		what = all(w.registry("pump-7", w.gone, disabled), w.again("pump-7", m, how), w.peer(m, 0.4, reply))
	case models.CauseWrongTarget:
		if w.chance(0.5) {
			what = all(w.registry("pump-7", edge, disconnected), call("pump-7", m, w.refusal()), w.peer(m, 0.3, reply))
		} else {
			what = all(onTarget("pump-7/filter"), w.registry("pump-7", edge), w.registry("pump-7/filter", missing), call("pump-7/filter", m, hub(404, "404010", "filter", "")))
		}
	case models.CauseGatewayOffline:
		what = all(w.registry("pump-7", w.gone, parent("gate-1")), w.registry("gate-1", edge, w.gone), call("pump-7", m, w.refusal()), w.peer(m, 0.4, reply))
		if w.chance(0.4) {
			what = all(what, w.registry("pump-8", w.gone, parent("gate-1")), call("pump-8", m, refusedAtOnce))
		}
	case models.CauseHandlerSlow:
		what = all(w.registry("pump-7", w.alive), call("pump-7", "flash", noReply))
		switch {
		case w.chance(0.6):
			what = all(what, call("pump-7", "flash", waits(0, 150), took(w.between(31*time.Second, 140*time.Second)), ok))
		case w.chance(0.7):
			what = all(what, call("pump-7", "status", ok))
		default:
			what = all(what, row("pump-7", "", 300, 22_000), row("pump-7", "", 200, 27_000), row("pump-7", "504101", 100, 30_000))
		}
		what = all(what, w.peer("flash", 0.2, ok))
	case models.CauseHandlerStuck:
		what = all(w.registry("pump-7", w.alive), call("pump-7", real, noReply), call("pump-7", "flush", noReply), call("pump-7", real, waits(0, 90), noReply), w.peer(real, 0.6, ok))
		if w.chance(0.3) {
			what = all(what, row("pump-7", "", 300, 80), row("pump-7", "504101", 30, 30_000))
		}
	case models.CauseMethodNotImplemented:
		what = all(w.registry("pump-7", w.alive), w.again("pump-7", real, answered([]int{501, 501, 404, 405}[w.r.IntN(4)], "null")), w.peer(real, 0.4, ok))
	case models.CauseMethodFailed:
		what = all(w.registry("pump-7", w.alive), w.again("pump-7", real, answered([]int{500, 400, 409, 503}[w.r.IntN(4)], `{"error":"valve stuck"}`)), w.peer(real, 0.4, ok))
	case models.CauseBadDeviceAnswer:
		bad := func(i *models.Invocation) { i.HTTPStatus, i.Body = 200, `{"status":200,"payload":{'ok':true}}` }
		if w.chance(0.4) {
			what = all(onTarget("gate-1/filter"), w.registry("gate-1", edge), w.registry("gate-1/filter", w.alive), call("gate-1/filter", real, answered(500, "null")))
		} else {
			what = all(w.registry("pump-7", w.alive), w.again("pump-7", real, bad), w.peer(real, 0.4, ok))
		}
	case models.CauseInvalidRequest:
		what = all(w.registry("pump-7", w.alive), w.again("pump-7", real, func(i *models.Invocation) {
			waits(0, 3000)(i)
			hub(400, "400004", "responseTimeoutInSeconds must be within [5; 300].", "")(i)
		}))
	case models.CausePayloadTooLarge:
		what = all(w.registry("pump-7", w.alive), call("pump-7", real, func(i *models.Invocation) {
			i.Payload, i.PayloadBytes = models.NoPayload(), models.Ptr(150_000)
			hub(413, "413001", "MessageTooLarge", "")(i)
		}))
	case models.CausePayloadAbsent:
		bad := [](func(*models.Invocation)){noReply, answered(400, "null"), answered(500, "null")}[w.r.IntN(3)]
		what = all(w.registry("pump-7", w.alive), call("pump-7", real, without, bad), call("pump-7", real, ok))
	case models.CauseCallerTimeout:
		what = all(w.registry("pump-7", w.alive), call("pump-7", real, waits(30, 30), lost("context deadline exceeded (Client.Timeout exceeded while awaiting headers)", w.between(10*time.Second, 50*time.Second))))
	case models.CauseCredentialsInvalid:
		text := w.pick("Unauthorized", "The specified SAS token has an invalid signature. It does not match either the primary or secondary key.", "The specified SAS token is expired")
		what = all(w.again("pump-7", m, unauthorized(text)), w.peer(m, 0.4, unauthorized(text)))
	case models.CausePermissionMissing:
		what = all(w.again("pump-7", m, unauthorized("Unauthorized")), client(func(c *models.Client) {
			c.Credential, c.Policy = "sas-policy", w.pick("registryRead", "device", "registryReadWrite")
		}))
	case models.CauseClockSkew:
		what = all(w.again("pump-7", m, unauthorized("Unauthorized")), client(func(c *models.Client) { c.ClockOffsetSeconds = models.Ptr(float64(w.r.IntN(5000)+400) * -1) }))
	case models.CauseNetworkBlocked:
		if w.chance(0.4) {
			what = all(w.again("pump-7", m, unauthorized("Unauthorized")), theHub(func(h *models.Hub) { h.PublicNetworkAccess = "Disabled" }))
		} else {
			text := w.pick("dial tcp: lookup contoso.azure-devices.net: no such host", "dial tcp 1.2.3.4:443: i/o timeout", "x509: certificate signed by unknown authority", "proxyconnect tcp: dial tcp: connection refused", "getaddrinfo ENOTFOUND contoso.azure-devices.net")
			what = w.again("pump-7", m, lost(text, time.Second))
		}
	case models.CauseDuplicateIdentity:
		what = all(w.registry("pump-7", w.alive), call("pump-7", m, refusedAtOnce), call("pump-7", m, reply), every(6, func(i int) change {
			addresses := []string{"10.0.0.X", "10.9.9.X"}
			return all(conn("pump-7", "deviceDisconnect", "400027", addresses[i%2], csharp, 30-float64(i)*3-0.1), conn("pump-7", "deviceConnect", "", addresses[(i+1)%2], csharp, 30-float64(i)*3))
		}))
	case models.CauseFlappingConnection:
		what = all(w.registry("pump-7", w.alive), call("pump-7", m, refusedAtOnce), call("pump-7", m, reply), call("pump-7", m, refusedAtOnce), w.peer(m, 0.4, reply))
		if w.chance(0.7) {
			what = all(what, every(8, func(i int) change {
				return all(conn("pump-7", "deviceDisconnect", "404104", "10.0.0.X", csharp, 40-float64(i)*4-1), conn("pump-7", "deviceConnect", "", "10.0.0.X", csharp, 40-float64(i)*4))
			}))
		}
	case models.CauseThrottled:
		what = all(theHub(func(h *models.Hub) { h.SKU, h.Units = "S1", 1 }), load(70), w.again("pump-7", m, hub(429, w.pick("429001", "429002", "429003"), "Throttling", "")), w.peer(m, 0.4, reply))
	case models.CauseQuotaExhausted:
		what = all(theHub(func(h *models.Hub) { h.QuotaUsed, h.QuotaMax = models.Ptr[int64](400_000), models.Ptr[int64](400_000) }), w.again("pump-7", m, hub(403, "403002", "quota", "")))
	case models.CauseTierUnsupported:
		what = all(theHub(func(h *models.Hub) { h.SKU = w.pick("B1", "B2") }), w.again("pump-7", m, hub(403, "403010", "tier", "")))
	case models.CauseHubSuspended:
		what = w.again("pump-7", m, hub(403, "403001", "suspended", ""))
	case models.CauseInflightLimit:
		what = all(w.registry("pump-7", w.alive), w.again("pump-7", m, hub(403, "403800", "in flight", "")), w.peer(m, 0.4, reply))
	case models.CauseServiceFault:
		bad := hub(500, "500001", "ServerError", "")
		if w.chance(0.4) {
			bad = hub(503, "503005", "ServerBusy", "")
		}
		what = all(w.registry("pump-7", w.alive), w.again("pump-7", m, bad), w.peer(m, 0.6, bad))
	case models.CauseTransportUnsupported:
		if w.chance(0.5) {
			what = all(device("pump-7", disconnected, sdk("", "Https")), w.again("pump-7", m, w.refusal()), w.peer(m, 0.4, reply))
		} else {
			what = all(onTarget("gate-1/filter"), w.registry("gate-1", edge), device("gate-1/filter", w.alive, sdk("iothubclient/1.15.0", "Amqp")), call("gate-1/filter", m, w.refusal()))
		}
	case models.CauseKnownBadSDK:
		what = all(device("pump-7", connected, active(w.between(time.Second, 90*time.Second)), sdk("Microsoft.Azure.Devices.Client/1.18.1", "Amqp")), w.again("pump-7", m, w.refusal()), w.peer(m, 0.4, reply))
	case models.CauseNoFault:
		what = all(w.registry("pump-7", w.alive), w.again("pump-7", m, reply), w.peer(m, 0.4, reply), w.renewals(0.3))
	}
	return about(w.background(), what)
}

// TestTheShareMeansWhatItSays holds the probabilities to how often they are
// right, over a good thousand cases in the proportion of the priors.
func TestTheShareMeansWhatItSays(t *testing.T) {
	k := knowledge(t)
	w := world{rand.New(rand.NewPCG(7, 11))}
	type tally struct{ n, right, open, surelyWrong int }
	perCause := map[string]*tally{}
	bins := [10]struct {
		n, right int
		sum      float64
	}{}
	var wrong []string
	for _, cause := range k.Causes.All() {
		perCause[cause.ID] = &tally{}
		for range int(cause.Prior * 16) {
			c := w.make(cause.ID)
			d := checks.Diagnose(c, k)
			top := d.Causes[0]
			tl := perCause[cause.ID]
			tl.n++
			b := &bins[min(int(top.Probability*10), 9)]
			b.n++
			b.sum += top.Probability
			if top.ID == cause.ID {
				b.right++
			}
			switch {
			case d.Verdict == models.VerdictUndetermined:
				tl.open++
			case top.ID == cause.ID:
				tl.right++
			case top.Probability > ceiling+1e-9:
				tl.surelyWrong++
				wrong = append(wrong, fmt.Sprintf("%s taken for %s (%.2f): %s", cause.ID, top.ID, top.Probability, d.Summary))
			}
		}
	}
	n, right, open, sure := 0, 0, 0, 0
	var lines []string
	for id, tl := range perCause {
		n, right, open, sure = n+tl.n, right+tl.right, open+tl.open, sure+tl.surelyWrong
		lines = append(lines, fmt.Sprintf("%-22s %4d cases, %5.1f %% right, %5.1f %% open, %d surely wrong", id, tl.n, 100*float64(tl.right)/float64(tl.n), 100*float64(tl.open)/float64(tl.n), tl.surelyWrong))
	}
	slices.Sort(lines)
	t.Log("\n" + strings.Join(lines, "\n"))
	t.Logf("%d cases, %.1f %% right, %.1f %% open, %d surely wrong", n, 100*float64(right)/float64(n), 100*float64(open)/float64(n), sure)
	for i, b := range bins {
		if b.n == 0 {
			continue
		}
		says, is := b.sum/float64(b.n), float64(b.right)/float64(b.n)
		t.Logf("%d–%d %%: %4d cases, says %.2f, right %.2f", 10*i, 10*i+10, b.n, says, is)
		if b.n >= 30 && is < says-0.1 {
			t.Errorf("between %d and %d %% it says %.2f and is right in %.2f: too sure of itself", 10*i, 10*i+10, says, is)
		}
	}
	if os.Getenv("SHOW") != "" {
		for _, line := range wrong[:min(len(wrong), 20)] {
			t.Log(line)
		}
	}
	if float64(right) < 0.8*float64(n) {
		t.Errorf("only %d of %d right", right, n)
	}
	if float64(sure) > 0.01*float64(n) {
		t.Errorf("%d of %d surely wrong", sure, n)
	}
}
