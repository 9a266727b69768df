package device

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"
	"time"

	paho "github.com/eclipse/paho.mqtt.golang"

	"methodical/emulator/sas"
)

// pahoConn is a device built on paho alone: any JSON value, and as many calls
// at once as come.
type pahoConn struct {
	*wire
	runner *Runner
	client paho.Client
}

// login is how a device presents itself.
type login struct {
	userName string
	password string
}

// credentials makes a fresh token, and breaks what the behaviour wants broken.
func (r *Runner) credentials(b Behaviour, sdk string) (login, error) {
	t := r.spec.Target
	key, err := r.world.Key(t)
	if err != nil {
		return login{}, err
	}
	resource := r.world.HostName + "/devices/" + t.DeviceID
	if t.IsModule() {
		resource += "/modules/" + t.ModuleID
	}
	lifetime := tokenLifetime
	switch b.Kind {
	case BadKey:
		key = "bm90IHRoZSBrZXkgb2YgdGhpcyBkZXZpY2UgYXQgYWxsIQ=="
	case ExpiringToken:
		lifetime = max(r.world.Clock.Real(b.Every), time.Second)
	}
	token, err := sas.New(resource, "", key, r.world.RealNow().Add(lifetime))
	if err != nil {
		return login{}, fmt.Errorf("make the token of %s: %w", t, err)
	}
	name := r.world.HostName + "/" + t.String() + "/?api-version=2021-04-12&DeviceClientType=" + url.QueryEscape(sdk)
	if b.Kind == WrongUserName {
		name = t.String()
	}
	return login{name, token}, nil
}

func (r *Runner) dialPaho(ctx context.Context, b Behaviour, sdk string) (conn, error) {
	who, err := r.credentials(b, sdk)
	if err != nil {
		return nil, err
	}
	c := &pahoConn{wire: newWire(), runner: r}
	o := paho.NewClientOptions().AddBroker("tls://" + r.world.Address)
	o.SetProtocolVersion(4).SetClientID(r.spec.Target.String()).SetCleanSession(true)
	o.SetUsername(who.userName).SetPassword(who.password)
	o.SetAutoReconnect(false).SetConnectRetry(false).SetOrderMatters(false)
	o.SetKeepAlive(keepAlive).SetConnectTimeout(dialWithin).SetWriteTimeout(dialWithin)
	o.SetCustomOpenConnectionFn(func(*url.URL, paho.ClientOptions) (net.Conn, error) { return c.dial(r.world) })
	o.SetConnectionLostHandler(func(paho.Client, error) { c.end() })
	o.SetDefaultPublishHandler(func(_ paho.Client, m paho.Message) { c.message(m) })
	c.client = paho.NewClient(o)
	if err := wait(ctx, c.client.Connect()); err != nil {
		c.cut()
		c.client.Disconnect(0)
		return nil, err
	}
	return c, nil
}

func wait(ctx context.Context, token paho.Token) error {
	select {
	case <-token.Done():
		return token.Error()
	case <-ctx.Done():
		return ctx.Err()
	}
}

const methodsFilter = "$iothub/methods/POST/#"

func (c *pahoConn) subscribe(ctx context.Context) error {
	return wait(ctx, c.client.Subscribe(methodsFilter, 0, nil))
}

func (c *pahoConn) unsubscribe(ctx context.Context) error {
	return wait(ctx, c.client.Unsubscribe(methodsFilter))
}

func (c *pahoConn) telemetry(ctx context.Context, body []byte) error {
	return wait(ctx, c.client.Publish(c.runner.telemetryTopic(), 1, false, body))
}

func (c *pahoConn) lost() <-chan struct{} { return c.gone }

func (c *pahoConn) drop() { c.cut() }

func (c *pahoConn) close() {
	const goodbye = 100 // milliseconds to write the DISCONNECT
	c.client.Disconnect(goodbye)
	c.cut()
}

// message takes one method call. It runs in a goroutine of its own.
func (c *pahoConn) message(m paho.Message) {
	method, rid, err := parseCall(m.Topic())
	if err != nil {
		return // not a method
	}
	a := c.runner.answer(method, m.Payload())
	switch {
	case a.Drop:
		c.drop()
		return
	case a.Silent, c.runner.pause(c.gone, a.After) != nil:
		return
	}
	// An answer that finds no connection is lost, as on a real device.
	c.client.Publish("$iothub/methods/res/"+strconv.Itoa(a.Status)+"/?$rid="+rid, 0, false, a.Body)
}

var errNotACall = errors.New("not a method call")

// parseCall reads $iothub/methods/POST/{method}/?$rid={rid}.
func parseCall(topic string) (method, rid string, err error) {
	rest, ok := strings.CutPrefix(topic, "$iothub/methods/POST/")
	if !ok {
		return "", "", errNotACall
	}
	const mark = "/?$rid="
	at := strings.LastIndex(rest, mark) // the name itself may hold one
	if at < 0 {
		return "", "", errNotACall
	}
	return rest[:at], rest[at+len(mark):], nil
}
