package device

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/url"

	"github.com/amenzhinsky/iothub/common"
	"github.com/amenzhinsky/iothub/iotdevice"
	"github.com/amenzhinsky/iothub/iotdevice/transport/mqtt"
	"github.com/amenzhinsky/iothub/logger"
	paho "github.com/eclipse/paho.mqtt.golang"
)

// iotConn is a device built on amenzhinsky's client. It takes and gives JSON
// objects only, and says nothing to methods it has no handler for.
type iotConn struct {
	*wire
	runner *Runner
	ctx    context.Context // of the connection: the client keeps it for its answers
	cancel context.CancelFunc
	client *iotdevice.Client
}

func (r *Runner) dialIoTDevice(ctx context.Context) (conn, error) {
	key, err := r.world.Key(r.spec.Target)
	if err != nil {
		return nil, err
	}
	c := &iotConn{wire: newWire(), runner: r}
	c.ctx, c.cancel = context.WithCancel(context.Background())
	transport := mqtt.New(mqtt.WithClientOptionsConfig(func(o *paho.ClientOptions) {
		// Two of the client's habits are changed here. Its answers wait for
		// their acknowledgement inside the reader's own callback, so calls that
		// arrive together would stall it for good unless each has a goroutine;
		// and it dials port 8883 whatever the connection string says.
		o.SetOrderMatters(false).SetAutoReconnect(false).SetKeepAlive(keepAlive).SetConnectTimeout(dialWithin)
		o.SetCustomOpenConnectionFn(func(*url.URL, paho.ClientOptions) (net.Conn, error) { return c.dial(r.world) })
		o.SetConnectionLostHandler(func(paho.Client, error) { c.end() })
	}))
	quiet := iotdevice.WithLogger(logger.New(logger.LevelOff, func(logger.Level, string) {}))
	c.client, err = iotdevice.New(transport, &iotdevice.SharedAccessKeyCredentials{
		DeviceID:        r.spec.Target.DeviceID,
		SharedAccessKey: common.SharedAccessKey{HostName: r.world.HostName, SharedAccessKey: key},
	}, quiet)
	if err == nil {
		err = c.client.Connect(ctx)
	}
	if err != nil {
		c.cut()
		c.cancel()
		return nil, fmt.Errorf("connect %s: %w", r.spec.Target, err)
	}
	return c, nil
}

// subscribe registers the handlers; the first one subscribes.
func (c *iotConn) subscribe(context.Context) error {
	for name := range c.runner.spec.Methods {
		if err := c.client.RegisterMethod(c.ctx, name, c.handler(name)); err != nil {
			return fmt.Errorf("register %s: %w", name, err)
		}
	}
	return nil
}

func (c *iotConn) handler(name string) iotdevice.DirectMethodHandler {
	return func(payload map[string]any) (int, map[string]any, error) {
		text, err := json.Marshal(payload)
		if err != nil {
			return 0, nil, fmt.Errorf("read the payload: %w", err)
		}
		a := c.runner.answer(name, text)
		switch {
		case a.Drop:
			c.drop()
			return 0, nil, errGone
		case a.Silent:
			<-c.gone // the library answers whatever a handler returns
			return 0, nil, errGone
		}
		if err := c.runner.pause(c.gone, a.After); err != nil {
			return 0, nil, err
		}
		var body map[string]any
		if err := json.Unmarshal(a.Body, &body); err != nil {
			return 0, nil, fmt.Errorf("the answer is no object: %w", err)
		}
		return a.Status, body, nil
	}
}

var errGone = errors.New("the connection is gone")

// unsubscribe is something the library cannot do, so the connection ends and
// the runner makes a new one.
func (c *iotConn) unsubscribe(context.Context) error { return errGone }

func (c *iotConn) telemetry(ctx context.Context, body []byte) error {
	return c.client.SendEvent(ctx, body)
}

func (c *iotConn) lost() <-chan struct{} { return c.gone }

func (c *iotConn) drop() { c.cut() }

func (c *iotConn) close() {
	// Its Close waits for answers under way; closing the wire afterwards ends
	// what is left.
	_ = c.client.Close() // a connection that has gone already is as good
	c.cut()
	c.cancel()
}
