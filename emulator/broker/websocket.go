package broker

import (
	"net"
	"net/http"

	"github.com/coder/websocket"
)

// WebSocketPath is where devices speak MQTT over WebSocket.
const WebSocketPath = "/$iothub/websocket"

// ServeHTTP takes a device over WebSocket with the sub-protocol mqtt. Origin
// does not matter: the device proves itself inside.
func (b *Broker) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path != WebSocketPath {
		http.NotFound(w, r)
		return
	}
	ws, err := websocket.Accept(w, r, &websocket.AcceptOptions{
		Subprotocols: []string{"mqtt"}, InsecureSkipVerify: true, CompressionMode: websocket.CompressionDisabled,
	})
	if err != nil {
		return // Accept has answered
	}
	if ws.Subprotocol() != "mqtt" {
		_ = ws.Close(websocket.StatusPolicyViolation, "the sub-protocol must be mqtt") // nothing more can be done
		return
	}
	ws.SetReadLimit(largestPacket)
	// The request's context ends with the handler, and that with the session.
	b.ServeConn(&webSocketConn{Conn: websocket.NetConn(r.Context(), ws, websocket.MessageBinary), ws: ws, remote: address(r.RemoteAddr)}, "MqttWs")
}

// webSocketConn closes without waiting for the other side's leave, and knows
// the real address.
type webSocketConn struct {
	net.Conn
	ws     *websocket.Conn
	remote address
}

func (c *webSocketConn) Close() error         { return c.ws.CloseNow() }
func (c *webSocketConn) RemoteAddr() net.Addr { return c.remote }

// address is a TCP address, as text.
type address string

func (address) Network() string  { return "tcp" }
func (a address) String() string { return string(a) }
