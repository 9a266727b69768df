// Package emulator is a local Azure IoT hub: real HTTPS, MQTT and TLS on
// loopback, simulated devices, and the answers, error bodies and resource logs
// of the real service, good enough for unmodified SDKs.
//
// It follows public documentation, SDK sources and error bodies seen in the
// wild. Where those do not settle a behaviour, a switch does: see
// hub.Switches.
package emulator

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"methodical/emulator/broker"
	"methodical/emulator/clock"
	"methodical/emulator/device"
	"methodical/emulator/hub"
	"methodical/emulator/jobs"
	"methodical/emulator/netfault"
	"methodical/emulator/pki"
	"methodical/emulator/rest"
	"methodical/emulator/scenario"
	"methodical/models"
)

// Scenario says what an emulated hub is like.
type Scenario = scenario.Scenario

// ParseScenario reads a scenario's YAML. Errors name the line.
func ParseScenario(name string, src []byte) (*Scenario, error) { return scenario.Parse(name, src) }

// Options say how to run an emulator. Only Scenario is needed.
type Options struct {
	Scenario *Scenario
	// HTTPSListen and MQTTListen are addresses to listen on; "" means
	// 127.0.0.1 and any free port.
	HTTPSListen, MQTTListen string
	// HostName is what certificates and connection strings say; "" means
	// 127.0.0.1.
	HostName string
	// AllowRemote lets the listeners take addresses that are not loopback.
	AllowRemote bool
	// RealTime ignores the scenario's clock speed, for clients outside this
	// process, which live in real time.
	RealTime bool
	// Seed makes keys the same from run to run; nil means random ones.
	Seed []byte
	// Logger gets what may help when the emulator itself misbehaves; nil means
	// silence.
	Logger *slog.Logger
}

// Emulator is a running hub with its devices.
type Emulator struct {
	opt   Options
	hub   *hub.Hub
	ca    *pki.Authority
	clock *clock.Clock
	log   *slog.Logger

	https, mqtt *netfault.Door
	server      *http.Server
	broker      *broker.Broker
	jobs        *jobs.Store

	mu      sync.Mutex
	runners map[models.Target]*device.Runner

	bulkReady chan struct{} // closed when the bulk devices are there
	bulkError error         // why they are not; read it after bulkReady

	cancel context.CancelFunc
	wg     sync.WaitGroup
	closed sync.Once
	result error
}

// Start starts an emulator and returns as soon as it listens. Devices connect
// in the background: see Ready. The emulator runs until Close, or until ctx is
// done.
func Start(ctx context.Context, opt Options) (*Emulator, error) {
	if opt.Scenario == nil {
		return nil, errors.New("the emulator needs a scenario: parse one with ParseScenario")
	}
	if opt.HostName == "" {
		opt.HostName = "127.0.0.1"
	}
	if opt.Logger == nil {
		opt.Logger = slog.New(slog.DiscardHandler)
	}
	e := &Emulator{opt: opt, log: opt.Logger, runners: make(map[models.Target]*device.Runner)}
	speed := opt.Scenario.Clock.Speed
	if opt.RealTime {
		speed = 1
	}
	e.clock = clock.New(speed)
	if err := e.build(); err != nil {
		return nil, err
	}
	if err := e.listen(); err != nil {
		return nil, err
	}
	e.serve(ctx)
	return e, nil
}

// build makes what needs no network.
func (e *Emulator) build() error {
	seed := e.opt.Seed
	if len(seed) == 0 {
		seed = make([]byte, 32)
		_, _ = rand.Read(seed) // never fails, says its documentation
	}
	s := e.opt.Scenario
	e.hub = hub.New(hub.Config{
		Name: s.Hub.Name, HostNames: []string{e.opt.HostName, "localhost", "127.0.0.1", "::1"},
		Location: s.Hub.Location, QuotaUsed: s.Hub.QuotaUsed, Settings: s.Hub.Settings(),
		Switches: *s.Hub.Switches, LogsOn: s.Hub.Logs == "on", Clock: e.clock, ClockOffset: time.Duration(s.Hub.ClockOffset), Seed: seed, Logger: e.log,
	})
	e.jobs = jobs.New(e.hub)
	if err := e.register(); err != nil {
		return err
	}
	var err error
	if e.ca, err = pki.New(e.opt.HostName, hostOf(e.opt.HTTPSListen), hostOf(e.opt.MQTTListen)); err != nil {
		return err
	}
	e.broker, err = broker.New(e.hub, e.log)
	return err
}

// listen opens both doors.
func (e *Emulator) listen() error {
	https, err := listen("--https-listen", e.opt.HTTPSListen, e.opt.AllowRemote)
	if err != nil {
		return err
	}
	mqtt, err := listen("--mqtt-listen", e.opt.MQTTListen, e.opt.AllowRemote)
	if err != nil {
		_ = https.Close() // the other error is the one to tell
		return err
	}
	e.https, e.mqtt = netfault.New(https, e.clock), netfault.New(mqtt, e.clock)
	return nil
}

const (
	headerWithin = 15 * time.Second // for slow clients that never finish a request
	idleFor      = 5 * time.Minute
	largestHead  = 64 * 1024
)

func (e *Emulator) serve(ctx context.Context) {
	ctx, e.cancel = context.WithCancel(ctx)
	e.server = &http.Server{
		Handler:           rest.New(e.hub, e.jobs, e.otherDoors()),
		TLSConfig:         e.ca.ServerConfig(false, e.https.Intercepted),
		TLSNextProto:      map[string]func(*http.Server, *tls.Conn, http.Handler){}, // HTTP/1.1 only, as the service
		ReadHeaderTimeout: headerWithin,
		IdleTimeout:       idleFor,
		MaxHeaderBytes:    largestHead,
		ErrorLog:          slog.NewLogLogger(e.log.Handler(), slog.LevelDebug),
		BaseContext:       func(net.Listener) context.Context { return ctx },
	}
	e.wg.Go(func() {
		if err := e.server.ServeTLS(e.https, "", ""); !errors.Is(err, http.ErrServerClosed) {
			e.log.Error("The HTTPS door closed by itself", "reason", err)
		}
	})
	e.broker.Serve(tls.NewListener(e.mqtt, e.ca.ServerConfig(true, e.mqtt.Intercepted)))
	e.startDevices(ctx)
	e.startBulk(ctx)
	e.playFaults(ctx)
	e.playNetwork(ctx)
	e.startLoad(ctx)
	context.AfterFunc(ctx, func() { _ = e.Close() }) // the result is kept for the caller's own Close
}

// Close stops everything and waits until nothing runs any more. It may be
// called more than once.
func (e *Emulator) Close() error {
	e.closed.Do(func() {
		e.cancel()
		e.jobs.Close()
		e.stopDevices()
		_ = e.mqtt.Close() // a listener that is gone is what is wanted
		e.result = errors.Join(e.server.Close(), e.broker.Close())
		e.wg.Wait()
	})
	return e.result
}

// Ready waits until every device of the scenario is in its initial state:
// connected and subscribed where it should be.
func (e *Emulator) Ready(ctx context.Context) error {
	for t, r := range e.devices() {
		select {
		case <-r.Ready():
		case <-ctx.Done():
			return fmt.Errorf("wait for the simulated device %s: %w", t, ctx.Err())
		}
	}
	select {
	case <-e.bulkReady:
		return e.bulkError
	case <-ctx.Done():
		return fmt.Errorf("wait for the bulk devices: %w", ctx.Err())
	}
}
