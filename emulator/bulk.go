package emulator

import (
	"context"
	"fmt"
	"hash/fnv"
	"strconv"
	"strings"
	"time"

	"methodical/emulator/device"
	"methodical/emulator/hub"
	"methodical/emulator/scenario"
	"methodical/models"
)

// bulk is a number of devices that are alike. They are attached to the hub
// itself, below the MQTT codec: each costs memory, but no socket and no
// goroutine.
type bulk struct {
	emulator *Emulator
	spec     device.Spec
	info     *hub.LinkInfo
	filters  []string
	ctx      context.Context
}

// bulkLink is one of them.
type bulkLink struct {
	*bulk
	id *hub.Identity
}

// startBulk registers and attaches the scenario's bulk devices in the
// background; bulkReady is closed when all are there.
func (e *Emulator) startBulk(ctx context.Context) {
	e.bulkReady = make(chan struct{})
	e.wg.Go(func() {
		defer close(e.bulkReady)
		for _, d := range e.opt.Scenario.Devices {
			if d.Count == 0 {
				continue
			}
			if err := e.addBulk(ctx, d); err != nil {
				e.bulkError = fmt.Errorf("make the devices %s: %w", d.ID, err)
				return
			}
		}
	})
}

func (e *Emulator) addBulk(ctx context.Context, d scenario.Device) error {
	b := &bulk{
		emulator: e, spec: d.Life.Spec(), ctx: ctx,
		info: &hub.LinkInfo{Protocol: "Mqtt", SDK: d.Life.Spec().SDK, Remote: "127.0.0.1:0", AuthType: "sas"},
	}
	b.spec.Behaviour = b.spec.Behaviour.WithDefaults()
	if b.spec.Behaviour.Kind != device.NoSubscription {
		b.filters = []string{hub.MethodsFilter}
	}
	connects := b.spec.Behaviour.Kind != device.Offline && d.Status != models.StatusDisabled
	err := e.hub.CreateMany(e.hubSpec(d), d.Count, namer(d.ID, d.Count), func(id *hub.Identity) bool {
		if connects {
			e.hub.AttachBulk(id, &bulkLink{b, id}, b.info, b.filters)
		} else {
			e.hub.SeenBefore(id, time.Duration(d.LastSeen))
		}
		return ctx.Err() == nil
	})
	if err != nil {
		return err
	}
	return ctx.Err()
}

// namer puts numbers from 1, all of the same width, in place of {n}.
func namer(pattern string, count int) func(i int) string {
	before, after, _ := strings.Cut(pattern, scenario.NumberMark)
	width := len(strconv.Itoa(count))
	return func(i int) string {
		digits := strconv.Itoa(i + 1)
		return before + strings.Repeat("0", width-len(digits)) + digits + after
	}
}

// Method implements hub.Link.
func (l *bulkLink) Method(name, rid string, payload []byte) error {
	a := l.spec.AnswerTo(l.spec.Behaviour, name, payload)
	if a.Silent {
		return nil
	}
	answer := hub.Answer{Status: a.Status, Payload: a.Body}
	if a.After <= 0 {
		l.emulator.hub.Respond(l.id, rid, answer)
		return nil
	}
	time.AfterFunc(l.emulator.clock.Real(a.After), func() { l.emulator.hub.Respond(l.id, rid, answer) })
	return nil
}

// Desired implements hub.Link; bulk devices do not listen for it.
func (l *bulkLink) Desired(int64, []byte) error { return nil }

// Close implements hub.Link. When somebody else took the identity over, the
// device comes back after them.
func (l *bulkLink) Close(cause hub.Cause) {
	e := l.emulator
	e.hub.Detach(l.id, l, cause)
	if l.ctx.Err() != nil || cause == hub.CauseDeleted || cause == hub.CauseDisabled {
		return
	}
	e.wg.Go(func() {
		for e.hub.RefusesDevices() {
			if e.clock.Sleep(l.ctx, vacancyPoll) != nil {
				return
			}
		}
		if e.vacant(l.ctx, models.Target{DeviceID: l.id.DeviceID}) == nil {
			e.hub.AttachBulk(l.id, l, l.info, l.filters)
		}
	})
}

// LastActivity is when the device last sent telemetry: each has its own beat.
func (l *bulkLink) LastActivity(now time.Time) time.Time {
	every := l.spec.Telemetry
	if every <= 0 {
		return time.Time{}
	}
	h := fnv.New32a()
	_, _ = h.Write([]byte(l.id.DeviceID)) // never fails
	phase := time.Duration(h.Sum32()) % every
	return now.Add(-phase).Truncate(every).Add(phase)
}
