// Package broker is the hub's MQTT door: MQTT 3.1.1 as devices speak it to an
// IoT hub. The protocol itself is mochi-mqtt's; the hub keeps the sessions,
// because an IoT hub is no publish-subscribe broker: nothing a device sends
// ever reaches another one.
//
// Source: learn.microsoft.com, "Communicate with an IoT hub using MQTT".
package broker

import (
	"fmt"
	"log/slog"
	"net"
	"sync"
	"time"

	mqtt "github.com/mochi-mqtt/server/v2"

	"methodical/emulator/hub"
)

const (
	// connectWithin is how long a client may take to send its CONNECT.
	connectWithin = 15 * time.Second
	// largestPacket is a telemetry message of 256 KB and its topic.
	largestPacket = 256*1024 + 16*1024
	// pendingWrites is small because the hub writes to a client directly.
	pendingWrites = 8
)

// Broker accepts devices for one hub.
type Broker struct {
	hub    *hub.Hub
	server *mqtt.Server
	door   *door
	log    *slog.Logger

	mu     sync.Mutex
	closed bool
	conns  map[net.Conn]struct{}
	wg     sync.WaitGroup
}

// New makes a broker for h. It listens to nothing by itself: see Serve.
func New(h *hub.Hub, log *slog.Logger) (*Broker, error) {
	capabilities := mqtt.NewDefaultServerCapabilities()
	capabilities.MaximumClientWritesPending = pendingWrites
	capabilities.MaximumPacketSize = largestPacket
	capabilities.MinimumProtocolVersion = 4
	capabilities.MaximumQos = 1
	quiet := slog.New(slog.DiscardHandler)
	b := &Broker{
		hub: h, log: log, conns: make(map[net.Conn]struct{}),
		server: mqtt.New(&mqtt.Options{Capabilities: capabilities, Logger: quiet}),
	}
	b.door = &door{broker: b}
	if err := b.server.AddHook(b.door, nil); err != nil {
		return nil, fmt.Errorf("start the MQTT broker: %w", err)
	}
	return b, nil
}

// Serve accepts connections from l until it is closed. It returns at once.
func (b *Broker) Serve(l net.Listener) {
	b.wg.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				if isTemporary(err) {
					time.Sleep(10 * time.Millisecond)
					continue
				}
				return
			}
			if !b.track(conn) {
				_ = conn.Close() // shutting down
				return
			}
			go b.handle(conn, "Mqtt")
		}
	})
}

// isTemporary is true for what passes by itself, such as too many open files.
func isTemporary(err error) bool {
	t, ok := err.(interface{ Temporary() bool }) //nolint:errorlint // accept errors come unwrapped
	return ok && t.Temporary()
}

// ServeConn runs one connection to its end. protocol is how logs name the
// transport: "Mqtt" or "MqttWs".
func (b *Broker) ServeConn(conn net.Conn, protocol string) {
	if b.track(conn) {
		b.handle(conn, protocol)
	}
}

func (b *Broker) track(conn net.Conn) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		return false
	}
	b.conns[conn] = struct{}{}
	b.wg.Add(1)
	return true
}

func (b *Broker) handle(conn net.Conn, protocol string) {
	defer b.wg.Done()
	defer func() {
		b.mu.Lock()
		delete(b.conns, conn)
		b.mu.Unlock()
		_ = conn.Close() // it has ended, one way or another
		b.door.abandon(conn)
	}()
	// mochi-mqtt decodes hostile bytes in this goroutine: should its decoder
	// ever fault, that costs one connection and not the program.
	defer func() {
		if fault := recover(); fault != nil {
			b.log.Error("The MQTT decoder faulted", "remote", conn.RemoteAddr().String(), "fault", fault)
		}
	}()
	if conn.SetDeadline(time.Now().Add(connectWithin)) != nil {
		return
	}
	if err := b.server.EstablishConnection(protocol, conn); err != nil {
		b.log.Debug("A device connection ended", "remote", conn.RemoteAddr().String(), "reason", err)
	}
}

// Close ends every connection and waits until nothing runs any more. The
// listeners are the caller's to close first.
func (b *Broker) Close() error {
	b.mu.Lock()
	b.closed = true
	for conn := range b.conns {
		_ = conn.Close() // their readers notice
	}
	b.mu.Unlock()
	b.wg.Wait()
	if err := b.server.Close(); err != nil {
		return fmt.Errorf("stop the MQTT broker: %w", err)
	}
	return nil
}
