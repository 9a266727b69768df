package broker

import (
	"net"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	mqtt "github.com/mochi-mqtt/server/v2"
	"github.com/mochi-mqtt/server/v2/packets"

	"methodical/emulator/hub"
	"methodical/models"
)

// link is a device's MQTT connection.
type link struct {
	hub     *hub.Hub
	client  *mqtt.Client
	id      *hub.Identity
	target  models.Target
	info    hub.LinkInfo
	clean   bool
	expiry  *time.Timer // of its token; nil for none
	present atomic.Bool
	cause   atomic.Int32 // why the hub closed it, plus one
}

// links finds the link of a connection.
type links struct{ m sync.Map }

func (c *links) add(l *link) { c.m.Store(l.client.Net.Conn, l) }

func (c *links) get(cl *mqtt.Client) *link {
	if l, ok := c.m.Load(cl.Net.Conn); ok {
		return l.(*link) //nolint:forcetypeassert // only add stores here
	}
	return nil
}

func (c *links) remove(conn net.Conn) *link {
	if l, ok := c.m.LoadAndDelete(conn); ok {
		return l.(*link) //nolint:forcetypeassert // only add stores here
	}
	return nil
}

// Method implements hub.Link. Methods go out at QoS 0 whatever the device
// asked for, as the service sends them.
func (l *link) Method(name, rid string, payload []byte) error {
	return l.send(methodRequest+name+"/?$rid="+rid, payload)
}

// Desired implements hub.Link.
func (l *link) Desired(version int64, patch []byte) error {
	return l.send(twinDesired+"?$version="+strconv.FormatInt(version, 10), patch)
}

func (l *link) send(topic string, payload []byte) error {
	return l.client.WritePacket(packets.Packet{
		FixedHeader: packets.FixedHeader{Type: packets.Publish},
		TopicName:   topic,
		Payload:     payload,
	})
}

// Close implements hub.Link.
func (l *link) Close(cause hub.Cause) {
	l.cause.CompareAndSwap(0, int32(cause)+1)
	// The reader of the connection ends, and with it the session.
	l.client.Stop(packets.ErrServerShuttingDown)
}

// ended is why the connection is over.
func (l *link) ended(cl *mqtt.Client, err error) hub.Cause {
	switch cause := l.cause.Load(); {
	case cause != 0:
		return hub.Cause(cause - 1)
	case said(cl, err):
		return hub.CauseClient
	default:
		return hub.CauseLost
	}
}

// roomFor reports whether the connection may have one more subscription.
func (l *link) roomFor(filter string) bool {
	have := l.hub.Filters(l.id)
	return len(have) < maxSubscriptions || slices.Contains(have, filter)
}

// received takes one message from the device.
func (l *link) received(topic string, payload []byte) {
	switch {
	case strings.HasPrefix(topic, methodResponse):
		if status, rid, ok := parseResponse(topic); ok {
			l.hub.Respond(l.id, rid, hub.Answer{Status: status, Payload: payload})
		}
	case strings.HasPrefix(topic, twinGet):
		if rid, ok := requestID(strings.TrimPrefix(topic, twinGet)); ok {
			l.hub.Touch(l.id)
			l.reply(200, rid, "", l.hub.DeviceView(l.id))
		}
	case strings.HasPrefix(topic, twinReport):
		if rid, ok := requestID(strings.TrimPrefix(topic, twinReport)); ok {
			l.report(rid, payload)
		}
	default:
		l.hub.Telemetry(l.id, len(payload))
	}
}

func (l *link) report(rid string, patch []byte) {
	version, err := l.hub.Report(l.id, patch)
	if err != nil {
		l.reply(err.Status(), rid, "", nil)
		return
	}
	l.reply(204, rid, "&$version="+strconv.FormatInt(version, 10), nil)
}

func (l *link) reply(status int, rid, rest string, body []byte) {
	// A device that hung up before its answer reads its twin again.
	_ = l.send(twinResponse+strconv.Itoa(status)+"/?$rid="+rid+rest, body)
}

// watchToken closes the connection when its token runs out; the real time
// decides, and the grace is the hub's.
func (l *link) watchToken() {
	if !l.info.Expiry.IsZero() {
		l.expiry = time.AfterFunc(time.Until(l.info.Expiry), func() { l.Close(hub.CauseTokenExpired) })
	}
}

func (l *link) stopWatching() {
	if l.expiry != nil {
		l.expiry.Stop()
	}
}
