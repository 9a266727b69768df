package device

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/eclipse/paho.mqtt.golang/packets"
)

// Runner lives a device's life: it connects, subscribes, sends telemetry,
// answers, and comes back after a loss, all as its behaviour says.
type Runner struct {
	spec  Spec
	world World

	mu        sync.Mutex
	behaviour Behaviour
	restart   bool
	changed   chan struct{} // closed and replaced with every change
	ready     chan struct{} // closed once the first state is reached
	once      sync.Once

	cancel context.CancelFunc
	wg     sync.WaitGroup
}

// Start begins a device's life. It returns at once.
func Start(ctx context.Context, spec Spec, world World) *Runner {
	ctx, cancel := context.WithCancel(ctx)
	r := &Runner{
		spec: spec, world: world, behaviour: spec.Behaviour.WithDefaults(), cancel: cancel,
		changed: make(chan struct{}), ready: make(chan struct{}),
	}
	r.wg.Go(func() { r.live(ctx) })
	return r
}

// Behaviour is what the device does now.
func (r *Runner) Behaviour() Behaviour {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.behaviour
}

// Set changes what the device does.
func (r *Runner) Set(b Behaviour) {
	r.mu.Lock()
	r.behaviour = b.WithDefaults()
	r.announce()
	r.mu.Unlock()
}

// Restart makes the device connect anew, as after a power cycle, and takes up
// what the spec says it does after one.
func (r *Runner) Restart() {
	r.mu.Lock()
	if r.spec.AfterRestart != nil {
		r.behaviour = r.spec.AfterRestart.WithDefaults()
	}
	r.restart = true
	r.announce()
	r.mu.Unlock()
}

// announce needs the lock.
func (r *Runner) announce() {
	close(r.changed)
	r.changed = make(chan struct{})
}

// Ready is closed once the device has first reached the state its behaviour
// begins with.
func (r *Runner) Ready() <-chan struct{} { return r.ready }

// Stop ends the device and waits for it.
func (r *Runner) Stop() {
	r.cancel()
	r.wg.Wait()
}

func (r *Runner) settled() { r.once.Do(func() { close(r.ready) }) }

// wanted is the behaviour in force, how to hear of the next, and whether a
// restart is asked for; reading it takes the restart as done.
func (r *Runner) wanted() (b Behaviour, changed <-chan struct{}, restart bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	restart, r.restart = r.restart, false
	return r.behaviour, r.changed, restart
}

func (r *Runner) live(ctx context.Context) {
	defer r.settled()
	failures := 0
	for ctx.Err() == nil {
		b, changed, _ := r.wanted()
		if !b.online() {
			r.settled()
			await(ctx, changed)
			continue
		}
		if b.Kind == Duplicate {
			r.fight(ctx, b, changed)
			continue
		}
		err := r.session(ctx, b)
		if errors.Is(err, packets.ErrorRefusedNotAuthorised) {
			r.settled() // a disabled device, or a bad key, gets no further
		}
		if err != nil {
			failures++
			r.world.Log.Debug("A simulated device could not stay connected", "device", r.spec.Target.String(), "reason", err)
			r.backOff(ctx, failures, changed)
			continue
		}
		failures = 0
	}
}

// backOff waits longer after each failure, as SDKs do, up to half a minute.
func (r *Runner) backOff(ctx context.Context, failures int, changed <-chan struct{}) {
	longest := min(250*time.Millisecond<<min(failures, 7), 30*time.Second)
	r.pauseUnless(ctx, changed, longest/2+rand.N(longest/2))
}

// session is one connection from dialling to its end. Its error is why it
// could not be made or kept.
func (r *Runner) session(ctx context.Context, b Behaviour) error {
	c, err := r.dial(ctx, b)
	if err != nil {
		return err
	}
	defer c.close()
	if b.subscribes() {
		if err := c.subscribe(ctx); err != nil {
			return fmt.Errorf("subscribe to methods: %w", err)
		}
	}
	r.settled()
	return r.attend(ctx, c, b)
}

func (r *Runner) dial(ctx context.Context, b Behaviour) (conn, error) {
	if r.spec.Client == IoTDevice && !b.refused() && b.Kind != ExpiringToken {
		return r.dialIoTDevice(ctx)
	}
	return r.dialPaho(ctx, b, r.spec.SDK)
}

// attend keeps a connection going until it ends or another one is needed.
func (r *Runner) attend(ctx context.Context, c conn, b Behaviour) error {
	telemetry := r.ticker(r.spec.Telemetry)
	defer telemetry.Stop()
	flap := r.flapTimer(b)
	defer flap.Stop()
	for {
		next, changed, restart := r.wanted()
		if restart {
			c.close()
			return r.afterRestart(ctx)
		}
		if next.Kind != b.Kind && !b.sameConnection(next) {
			return nil
		}
		if err := r.resubscribe(ctx, c, b, next); err != nil {
			return nil //nolint:nilerr // a client that cannot unsubscribe connects anew
		}
		b = next
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-changed:
		case <-telemetry.C:
			if err := c.telemetry(ctx, r.reading()); err != nil {
				return fmt.Errorf("send telemetry: %w", err)
			}
		case <-flap.C:
			c.drop()
			r.pauseUnless(ctx, changed, b.Down)
			return nil
		case <-c.lost():
			return r.afterLoss(ctx, b, changed)
		}
	}
}

func (r *Runner) resubscribe(ctx context.Context, c conn, from, to Behaviour) error {
	switch {
	case from.subscribes() == to.subscribes():
		return nil
	case to.subscribes():
		return c.subscribe(ctx)
	default:
		return c.unsubscribe(ctx)
	}
}

const rebootTime = time.Second

func (r *Runner) afterRestart(ctx context.Context) error {
	return r.world.Clock.Sleep(ctx, rebootTime)
}

// afterLoss decides how long a device stays away.
func (r *Runner) afterLoss(ctx context.Context, b Behaviour, changed <-chan struct{}) error {
	if b.Kind == DropInCall || b.Kind == ExpiringToken {
		r.pauseUnless(ctx, changed, b.Down)
		return nil
	}
	// When someone else logged in with this identity, a person is at work with
	// the device's connection string: step aside instead of fighting for it.
	if err := r.world.Vacant(ctx, r.spec.Target); err != nil {
		return err
	}
	return errLost
}

var errLost = errors.New("the connection was lost")

// pauseUnless waits for d of the world's clock, or until the behaviour changes.
func (r *Runner) pauseUnless(ctx context.Context, changed <-chan struct{}, d time.Duration) {
	timer := r.world.Clock.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-changed:
	case <-ctx.Done():
	}
}

func await(ctx context.Context, c <-chan struct{}) {
	select {
	case <-c:
	case <-ctx.Done():
	}
}

// pause waits for d of the world's clock, or fails when the connection ends.
func (r *Runner) pause(gone <-chan struct{}, d time.Duration) error {
	if d <= 0 {
		return nil
	}
	timer := r.world.Clock.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-gone:
		return errGone
	}
}

func (r *Runner) answer(method string, payload []byte) Answer {
	return r.spec.AnswerTo(r.Behaviour(), method, payload)
}

// never is far enough away for a timer that is not wanted.
const never = 1 << 62

func (r *Runner) ticker(every time.Duration) *time.Ticker {
	if every <= 0 {
		every = never
	}
	return time.NewTicker(max(r.world.Clock.Real(every), time.Millisecond))
}

func (r *Runner) flapTimer(b Behaviour) *time.Timer {
	if b.Kind != Flapping {
		return time.NewTimer(never)
	}
	return r.world.Clock.NewTimer(b.Up)
}

func (r *Runner) telemetryTopic() string {
	t := r.spec.Target
	if t.IsModule() {
		return "devices/" + t.DeviceID + "/modules/" + t.ModuleID + "/messages/events/"
	}
	return "devices/" + t.DeviceID + "/messages/events/"
}

// reading is a plausible measurement.
func (r *Runner) reading() []byte {
	return fmt.Appendf(nil, `{"temperature":%.1f,"pressure":%.2f}`, 18+6*rand.Float64(), 1+rand.Float64())
}
