package emulator

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"strconv"
	"syscall"
)

// listen opens a listener; the error says what to do.
func listen(option, address string, allowRemote bool) (net.Listener, error) {
	if address == "" {
		address = "127.0.0.1:0"
	}
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, fmt.Errorf("%s %q is no address: write HOST:PORT, for example 127.0.0.1:8443", option, address)
	}
	if !allowRemote && !isLoopback(host) {
		return nil, fmt.Errorf("%s %s can be reached from other machines, and the emulator's keys protect nothing: use a loopback address, or --allow-remote if that is meant", option, address)
	}
	l, err := net.Listen("tcp", address)
	switch {
	case err == nil:
		return l, nil
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, fmt.Errorf("%s: port %s is in use: stop the other program, or choose another port (0 for any free one): %w", option, port, err)
	case errors.Is(err, fs.ErrPermission):
		return nil, fmt.Errorf("%s: port %s needs a permission this process does not have: choose a port above 1023, or allow it (on Linux: sudo sysctl net.ipv4.ip_unprivileged_port_start=%s): %w", option, port, port, err)
	default:
		return nil, fmt.Errorf("%s: cannot listen on %s: %w", option, address, err)
	}
}

func isLoopback(host string) bool {
	if host == "localhost" {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}

// hostOf is the host of an address, "" if there is none worth a certificate.
func hostOf(address string) string {
	host, _, err := net.SplitHostPort(address)
	if err != nil || host == "0.0.0.0" || host == "::" {
		return ""
	}
	return host
}

// HTTPSAddr is the address the HTTPS door listens on.
func (e *Emulator) HTTPSAddr() string { return e.https.Addr().String() }

// MQTTAddr is the address the MQTT door listens on.
func (e *Emulator) MQTTAddr() string { return e.mqtt.Addr().String() }

// HostName is what service callers put into HostName=: with the HTTPS port,
// unless that is 443.
func (e *Emulator) HostName() string { return e.withPort(e.https, 443) }

// DeviceHostName is what devices put into HostName=: with the MQTT port,
// unless that is 8883.
func (e *Emulator) DeviceHostName() string { return e.withPort(e.mqtt, 8883) }

func (e *Emulator) withPort(l net.Listener, usual int) string {
	port := portOf(l)
	if port == usual {
		return e.opt.HostName
	}
	return net.JoinHostPort(e.opt.HostName, strconv.Itoa(port))
}

func portOf(l net.Listener) int {
	if tcp, ok := l.Addr().(*net.TCPAddr); ok {
		return tcp.Port
	}
	return 0
}

// CAPEM is the certificate of the emulator's own authority.
func (e *Emulator) CAPEM() []byte { return e.ca.PEM() }
