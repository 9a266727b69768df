package device

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"sync"
	"time"
)

// conn is a device's connection to the hub.
type conn interface {
	// subscribe listens for methods; unsubscribe stops that, where the client
	// can.
	subscribe(context.Context) error
	unsubscribe(context.Context) error
	telemetry(context.Context, []byte) error
	// lost is closed when the connection has ended.
	lost() <-chan struct{}
	// drop cuts the wire without a word.
	drop()
	// close says goodbye and waits until nothing runs any more.
	close()
}

const (
	tokenLifetime = time.Hour
	dialWithin    = 10 * time.Second
	keepAlive     = 180 * time.Second // as the Node SDK
)

// wire is the socket under a connection, kept so that it can be cut.
type wire struct {
	mu     sync.Mutex
	socket net.Conn
	once   sync.Once
	gone   chan struct{}
}

func newWire() *wire { return &wire{gone: make(chan struct{})} }

// dial connects to the hub's MQTT listener over TLS.
func (w *wire) dial(world World) (net.Conn, error) {
	tcp, err := net.DialTimeout("tcp", world.Address, dialWithin)
	if err != nil {
		return nil, fmt.Errorf("reach the hub: %w", err)
	}
	secure := tls.Client(tcp, &tls.Config{RootCAs: world.Roots, ServerName: "localhost", MinVersion: tls.VersionTLS12})
	ctx, cancel := context.WithTimeout(context.Background(), dialWithin)
	defer cancel()
	if err := secure.HandshakeContext(ctx); err != nil {
		_ = tcp.Close() // the handshake's error says more
		return nil, fmt.Errorf("agree on TLS with the hub: %w", err)
	}
	w.mu.Lock()
	w.socket = secure
	w.mu.Unlock()
	return secure, nil
}

// cut closes the socket as if the cable were pulled.
func (w *wire) cut() {
	w.mu.Lock()
	socket := w.socket
	w.mu.Unlock()
	if secure, ok := socket.(*tls.Conn); ok {
		_ = secure.NetConn().Close() // no TLS goodbye either
	}
	w.end()
}

func (w *wire) end() { w.once.Do(func() { close(w.gone) }) }
