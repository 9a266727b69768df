package broker

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"slices"

	mqtt "github.com/mochi-mqtt/server/v2"
	"github.com/mochi-mqtt/server/v2/packets"

	"methodical/emulator/hub"
)

// largestKeepAlive is the longest keep-alive a client may ask for, in seconds;
// the hub gives up after one and a half times that.
// Source: learn.microsoft.com, "Communicate with an IoT hub using MQTT".
const largestKeepAlive = 1177

// door is where mochi-mqtt asks what to do with a client.
type door struct {
	mqtt.HookBase
	broker *Broker
	links  links
}

// ID implements mqtt.Hook.
func (d *door) ID() string { return "iothub" }

// Provides implements mqtt.Hook.
func (d *door) Provides(b byte) bool {
	return slices.Contains([]byte{
		mqtt.OnConnect, mqtt.OnConnectAuthenticate, mqtt.OnSessionEstablish, mqtt.OnSessionEstablished, mqtt.OnDisconnect,
		mqtt.OnACLCheck, mqtt.OnPacketRead, mqtt.OnPacketEncode, mqtt.OnSubscribed, mqtt.OnUnsubscribed, mqtt.OnPacketProcessed, mqtt.OnPublish,
	}, b)
}

// OnConnect bounds the keep-alive and drops the will: nothing a device leaves
// behind may reach another device.
func (d *door) OnConnect(cl *mqtt.Client, _ packets.Packet) error {
	if k := cl.State.Keepalive; k == 0 || k > largestKeepAlive {
		cl.State.Keepalive = largestKeepAlive
	}
	cl.Properties.Will = mqtt.Will{}
	return nil
}

// OnConnectAuthenticate lets a device in or has it refused with CONNACK 5.
func (d *door) OnConnectAuthenticate(cl *mqtt.Client, pk packets.Packet) bool {
	h := d.broker.hub
	info := hub.LinkInfo{Protocol: cl.Net.Listener, Remote: cl.Net.Remote, AuthType: "sas"}
	t, ok := parseClientID(cl.ID)
	if !ok {
		return false
	}
	name, ok := parseUserName(string(pk.Connect.Username), cl.ID, h.HostNames())
	if !ok {
		h.RefusedConnection(t, info, hub.CodeUnauthorized)
		return false
	}
	id, login, err := h.Login(t, cl.Net.Remote, string(pk.Connect.Password), certificateOf(cl.Net.Conn))
	if err != nil {
		info.SDK = name.sdk()
		h.RefusedConnection(t, info, err.Code)
		return false
	}
	login.Protocol, login.Remote, login.SDK = info.Protocol, info.Remote, name.sdk()
	d.links.add(&link{hub: h, client: cl, id: id, target: t, info: login, clean: pk.Connect.Clean})
	return true
}

// certificateOf is the client's certificate, if it showed one.
func certificateOf(conn net.Conn) *x509.Certificate {
	if t, ok := conn.(interface{ ConnectionState() tls.ConnectionState }); ok {
		if chain := t.ConnectionState().PeerCertificates; len(chain) > 0 {
			return chain[0]
		}
	}
	return nil
}

// OnSessionEstablish makes the connection the device's own, before the CONNACK
// is written. The hub closes an older one here, so that mochi-mqtt does not
// send it a DISCONNECT, which MQTT 3.1.1 servers never do.
func (d *door) OnSessionEstablish(cl *mqtt.Client, _ packets.Packet) {
	if l := d.links.get(cl); l != nil {
		l.watchToken()
		l.present.Store(d.broker.hub.Attach(l.id, l, l.info, l.clean))
	}
}

// OnSessionEstablished runs once the CONNACK is written: calls that waited for
// a session kept from before may go out.
func (d *door) OnSessionEstablished(cl *mqtt.Client, _ packets.Packet) {
	if l := d.links.get(cl); l != nil {
		d.broker.hub.Subscribed(l.id)
	}
}

// OnPacketEncode says in the CONNACK whether the hub kept a session, which
// mochi-mqtt does not know.
func (d *door) OnPacketEncode(cl *mqtt.Client, pk packets.Packet) packets.Packet {
	if pk.FixedHeader.Type == packets.Connack && pk.ReasonCode == 0 {
		if l := d.links.get(cl); l != nil {
			pk.SessionPresent = l.present.Load()
		}
	}
	return pk
}

// OnDisconnect tells the hub that the connection has ended, and why.
func (d *door) OnDisconnect(cl *mqtt.Client, err error, _ bool) {
	if l := d.links.remove(cl.Net.Conn); l != nil {
		l.stopWatching()
		d.broker.hub.Detach(l.id, l, l.ended(cl, err))
	}
}

// abandon cleans up after a connection that ended before its CONNACK was out,
// of which OnDisconnect never hears.
func (d *door) abandon(conn net.Conn) {
	if l := d.links.remove(conn); l != nil {
		l.stopWatching()
		d.broker.hub.Detach(l.id, l, hub.CauseLost)
	}
}

// OnPacketRead refuses what an IoT hub answers by hanging up.
func (d *door) OnPacketRead(_ *mqtt.Client, pk packets.Packet) (packets.Packet, error) {
	if pk.FixedHeader.Type == packets.Publish && pk.FixedHeader.Qos > 1 {
		return pk, packets.ErrRejectPacket
	}
	return pk, nil
}

// OnACLCheck keeps a device to its own topics.
func (d *door) OnACLCheck(cl *mqtt.Client, topic string, write bool) bool {
	l := d.links.get(cl)
	if l == nil {
		return false
	}
	if !write {
		return maySubscribe(l.target, topic) && l.roomFor(topic)
	}
	if !mayPublish(l.target, topic) {
		l.Close(hub.CauseProtocol)
		return false
	}
	return true
}

// OnSubscribed notes the subscriptions before the SUBACK is written, so that a
// device that has its SUBACK can be called.
func (d *door) OnSubscribed(cl *mqtt.Client, pk packets.Packet, reasonCodes []byte) {
	l := d.links.get(cl)
	if l == nil {
		return
	}
	for i, sub := range pk.Filters {
		if i < len(reasonCodes) && reasonCodes[i] <= 1 {
			d.broker.hub.Subscribe(l.id, l, sub.Filter)
		}
	}
}

// OnUnsubscribed notes what the device no longer wants.
func (d *door) OnUnsubscribed(cl *mqtt.Client, pk packets.Packet) {
	l := d.links.get(cl)
	if l == nil || cl.Closed() { // a session that ends keeps its subscriptions
		return
	}
	for _, sub := range pk.Filters {
		d.broker.hub.Unsubscribe(l.id, l, sub.Filter)
	}
}

// OnPacketProcessed wakes calls that wait for a subscription, after the SUBACK.
func (d *door) OnPacketProcessed(cl *mqtt.Client, pk packets.Packet, _ error) {
	if pk.FixedHeader.Type == packets.Subscribe {
		if l := d.links.get(cl); l != nil {
			d.broker.hub.Subscribed(l.id)
		}
	}
}

// OnPublish takes what the device sends. It is always told to be ignored by
// mochi-mqtt, which then acknowledges and forgets it.
func (d *door) OnPublish(cl *mqtt.Client, pk packets.Packet) (packets.Packet, error) {
	if l := d.links.get(cl); l != nil {
		l.received(pk.TopicName, pk.Payload)
	}
	return pk, packets.CodeSuccessIgnore
}

// said tells a goodbye from a lost connection.
func said(cl *mqtt.Client, err error) bool {
	return err == nil || errors.Is(cl.StopCause(), packets.CodeDisconnect)
}
