package cli

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"methodical/checks"
	"methodical/models"
)

func (p *plainWalk) now() time.Time { return p.app.Clock.Now() }

// plainListed is how many devices the plain picker lists at once.
const plainListed = 20

// device lists devices and asks for one by name.
func (p *plainWalk) device(ctx context.Context) error {
	page, err := p.session.Env.Hub.Devices(ctx, models.DeviceQuery{Top: plainListed})
	if err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		p.say("The devices could not be listed: " + err.Error())
	}
	for _, d := range page.Devices[:min(plainListed, len(page.Devices))] {
		p.say(fmt.Sprintf("- %s: %s, %s", d.DeviceID, d.Status, d.ConnectionState))
	}
	if page.Next != "" {
		p.say("There are more; type any id.")
	}
	for {
		line, err := p.ask("Device in trouble, as DEVICE or DEVICE/MODULE", p.walk.Inputs.Target.String(),
			"Type the id of the device whose direct method fails. Ids are case-sensitive.")
		if err != nil {
			return err
		}
		t, err := models.ParseTarget(line)
		if err != nil {
			p.say(err.Error())
			continue
		}
		if err := p.feed(checks.TargetChosen{Target: t, At: p.now()}); err != nil {
			return err
		}
		if d, ok := p.walk.Case.Device(t); ok && d.Missing() && len(d.NearMisses) > 0 {
			p.say("Did you mean " + strings.Join(d.NearMisses, ", or ") + "? Type it, or b and enter again to go on with this one.")
			line, err := p.ask("Device", t.String(), "An empty line keeps the id that is not registered.")
			if err != nil {
				return err
			}
			if other, err := models.ParseTarget(line); err == nil && other != t {
				return p.feed(checks.TargetChosen{Target: other, At: p.now()})
			}
		}
		return nil
	}
}

// try composes the call, makes it, and offers a longer wait where it can tell
// something.
func (p *plainWalk) try(context.Context) error {
	in := p.walk.Inputs
	line, err := p.ask("Method", in.Method,
		"The safe probe names a method that no device implements: any answer proves that the device listens. It costs at least two messages of the daily quota.")
	if err != nil {
		return err
	}
	if in.Method != line {
		in.Method = line
		in.ResponseTimeoutSeconds = models.DefaultResponseTimeoutSeconds
	}
	if in.Payload, err = p.askPayload(in.Payload); err != nil {
		return err
	}
	if in.ConnectTimeoutSeconds, err = p.askSeconds("Connect timeout in seconds", in.ConnectTimeoutSeconds, models.CheckConnectTimeout); err != nil {
		return err
	}
	if in.ResponseTimeoutSeconds, err = p.askSeconds("Response timeout in seconds", in.ResponseTimeoutSeconds, models.CheckResponseTimeout); err != nil {
		return err
	}
	if !p.walk.Case.Hub.Emulator && in.Method != models.SafeProbeMethod {
		line, err := p.ask(fmt.Sprintf("Really run %s on %s", in.Method, in.Target), "no", "Type yes to run the method on the real device.")
		if err != nil {
			return err
		}
		if line != "yes" {
			return p.try(p.app.ctx)
		}
	}
	if err := p.feed(checks.CallComposed{
		Method: in.Method, Payload: in.Payload,
		ConnectTimeoutSeconds: in.ConnectTimeoutSeconds, ResponseTimeoutSeconds: in.ResponseTimeoutSeconds,
	}); err != nil {
		return err
	}
	return p.callAndFollowUp()
}

func (p *plainWalk) callAndFollowUp() error {
	p.say(fmt.Sprintf("Calling %s on %s.", p.walk.Inputs.Method, p.walk.Inputs.Target))
	if err := p.feed(checks.CheckRequested{Check: checks.CheckCall, At: p.now()}); err != nil {
		return err
	}
	for _, id := range []string{checks.CheckLongerResponse, checks.CheckLongerConnect} {
		c, _ := checks.Find(checks.All(), id)
		if ok, _ := c.Applies(p.walk, p.runner.Book.Know); !ok {
			continue
		}
		call, _ := c.Call(p.walk, p.runner.Book.Know)
		line, err := p.ask(fmt.Sprintf("Try again and wait longer, up to %.0f seconds, yes or no", call.LongestWait().Seconds()), "no",
			"A longer wait tells a slow device from a stuck one, and a sleeping one from one that is off. The method may run again.")
		if err != nil {
			return err
		}
		if line == "yes" || line == "y" {
			if err := p.feed(checks.CheckRequested{Check: id, At: p.now()}); err != nil {
				return err
			}
		}
	}
	return nil
}

func (p *plainWalk) askPayload(now models.Payload) (models.Payload, error) {
	for {
		line, err := p.ask("Payload, JSON or the word absent", now.String(), "Absent, null and {} are different to devices. A text needs its quotes.")
		if err != nil {
			return now, err
		}
		if line == string(models.PayloadAbsent) {
			return models.NoPayload(), nil
		}
		payload, err := models.ParsePayload([]byte(line))
		if err == nil {
			return payload, nil
		}
		p.say(err.Error())
	}
}

func (p *plainWalk) askSeconds(question string, now int, check func(int) error) (int, error) {
	for {
		line, err := p.ask(question, strconv.Itoa(now),
			"The connect timeout is how long the hub waits for the device to come online, 0 to 300. The response timeout is how long it then waits for the answer, 5 to 300.")
		if err != nil {
			return now, err
		}
		n, err := strconv.Atoi(line)
		if err != nil {
			p.say(fmt.Sprintf("%q is no whole number.", line))
			continue
		}
		if err := check(n); err != nil {
			p.say(err.Error())
			continue
		}
		return n, nil
	}
}

func (p *plainWalk) compare(context.Context) error {
	line, err := p.ask("Device to compare with, or none", p.walk.Inputs.CompareWith.String(),
		"The same call to a device like this one tells whether the fault is the device's own.")
	if err != nil {
		return err
	}
	if line == "" || line == compareNone {
		return nil
	}
	t, err := models.ParseTarget(line)
	if err != nil {
		p.say(err.Error())
		return p.compare(p.app.ctx)
	}
	if t != p.walk.Inputs.CompareWith {
		if err := p.feed(checks.ComparisonChosen{Target: t, At: p.now()}); err != nil {
			return err
		}
	}
	p.say(fmt.Sprintf("Calling %s on %s.", p.walk.Inputs.Method, t))
	return p.feed(checks.CheckRequested{Check: checks.CheckComparisonCall, At: p.now()})
}

func (p *plainWalk) limits(context.Context) error {
	load := p.walk.Inputs.Load
	in := p.walk.Inputs
	if p.walk.Case.Hub.SKU == "" {
		line, err := p.ask("Tier of the hub, such as S1, or empty if not known", in.SKU, "F1, B1 to B3, or S1 to S3; it stands on the hub's overview page.")
		if err != nil {
			return err
		}
		in.SKU, in.Units = strings.ToUpper(line), max(in.Units, 1)
	}
	line, err := p.ask("Direct method calls a second that you plan, or empty", trimFloat(load.CallsPerSecond), "The headroom is computed against the tier's throttle.")
	if err != nil {
		return err
	}
	if line != "" {
		v, err := strconv.ParseFloat(line, 64)
		if err != nil || v < 0 {
			p.say(fmt.Sprintf("%q is no number of calls a second.", line))
			return p.limits(p.app.ctx)
		}
		load.CallsPerSecond = v
	}
	if err := p.feed(checks.LoadStated{Load: load, SKU: in.SKU, Units: in.Units}); err != nil {
		return err
	}
	return p.feed(checks.CheckRequested{Check: checks.CheckLimits, At: p.now()})
}

func trimFloat(v float64) string {
	if v == 0 {
		return ""
	}
	return strconv.FormatFloat(v, 'g', -1, 64)
}

func (p *plainWalk) logs(context.Context) error {
	line, err := p.ask("Exported log files, separated by spaces, or empty", strings.Join(p.walk.Inputs.LogFiles, " "),
		"PT1H.json files or folders copied from the storage account. The emulator's own rows are read without naming any.")
	if err != nil {
		return err
	}
	if files := strings.Fields(line); len(files) > 0 {
		if err := p.feed(checks.LogFilesChosen{Files: files, At: p.now()}); err != nil {
			return err
		}
	}
	if p.walk.Summary != nil {
		p.out.Logs(*p.walk.Summary, p.runner.Book.Know.Catalogue.Meaning)
	}
	return nil
}

func (p *plainWalk) verdict(context.Context) error {
	d := checks.Diagnose(p.walk.Case, p.runner.Book.Know)
	p.out.PlainDiagnosis(d)
	_, err := p.ask("Enter ends the walk", "", "b goes back to any step; the walk is saved.")
	return err
}
