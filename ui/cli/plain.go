package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"methodical/checks"
	"methodical/models"
	"methodical/ui/report"
)

// plainWalk is the walk line by line: the same runbook, one question at a time.
// It draws no boxes and no spinner, so that it reads well aloud and in a
// transcript.
type plainWalk struct {
	app     *app
	in      *bufio.Scanner
	out     *report.Text
	runner  checks.Runner
	walk    models.Walk
	session *checks.Session
}

// What a question can be answered with besides an answer.
var (
	errBack = errors.New("back")
	errQuit = errors.New("quit")
)

func (a *app) plain(c checks.Connector, w models.Walk) error {
	know, err := a.Know()
	if err != nil {
		return err
	}
	p := &plainWalk{app: a, in: bufio.NewScanner(a.In), out: a.text(), walk: w}
	p.out.Paint = nil
	p.runner = checks.Runner{Book: checks.Runbook{Know: know, Checks: checks.All()}, Save: a.saver()}
	p.say("methodical: walk through a failing direct method, step by step.")
	p.say("At any question: an empty line takes what is in brackets, b goes back, ? explains, q quits.")
	if err := p.connect(c); err != nil {
		return p.end(err)
	}
	defer func() { _ = p.session.Close() }()
	return p.end(p.steps())
}

// end turns the ways a plain walk ends into the command's result.
func (p *plainWalk) end(err error) error {
	switch {
	case errors.Is(err, errQuit), errors.Is(err, errBack), errors.Is(err, io.EOF):
		p.say("")
		if !p.walk.Inputs.Target.IsZero() {
			p.say("The walk is saved. Go on with: methodical walks resume " + p.walk.ID)
		}
		return nil
	default:
		return err
	}
}

func (p *plainWalk) say(text string) { p.out.Line(text) }

// ask prints a question and reads one line.
func (p *plainWalk) ask(question, otherwise, help string) (string, error) {
	for {
		prompt := question
		if otherwise != "" {
			prompt += " [" + report.Clean(otherwise) + "]"
		}
		p.out.Prompt(prompt + ": ")
		if !p.in.Scan() {
			if err := p.app.ctx.Err(); err != nil {
				return "", err
			}
			return "", errors.Join(p.in.Err(), io.EOF)
		}
		switch line := strings.TrimSpace(p.in.Text()); line {
		case "":
			return otherwise, nil
		case "b":
			return "", errBack
		case "q":
			return "", errQuit
		case "?":
			p.say(help)
		default:
			return line, nil
		}
	}
}

func (p *plainWalk) connect(c checks.Connector) error {
	choices := c.Choices()
	p.out.Heading("Step 1 of 7, Connect")
	preselected := "1"
	for i, choice := range choices {
		p.say(fmt.Sprintf("%d. %s: %s", i+1, choice.Title, choice.Detail))
		if choice.Preselected {
			preselected = fmt.Sprint(i + 1)
		}
	}
	for {
		line, err := p.ask("Which hub", preselected, "Type the number of a hub in the list.")
		if err != nil {
			return err
		}
		n := 0
		if _, err := fmt.Sscan(line, &n); err != nil || n < 1 || n > len(choices) {
			p.say(fmt.Sprintf("There is no number %s in the list.", report.Clean(line)))
			continue
		}
		secret, err := p.secret(choices[n-1])
		if err != nil {
			return err
		}
		session, err := c.Open(p.app.ctx, choices[n-1].ID, secret)
		if err != nil {
			if p.app.ctx.Err() != nil {
				return err
			}
			p.say("Could not open it: " + err.Error())
			continue
		}
		p.session = session
		session.Env.Know = p.runner.Book.Know
		p.runner.Env = session.Env
		kind := "a live hub"
		if session.Hub.Emulator {
			kind = "the emulator, nothing real"
		}
		p.say(fmt.Sprintf("Connected to %s: %s.", session.Hub.HostName, kind))
		return p.feed(checks.Connected{Hub: session.Hub, Client: session.Client, At: p.now()})
	}
}

// secret asks for a connection string. It cannot be hidden in line mode, so a
// file is offered first.
func (p *plainWalk) secret(c checks.Choice) ([]byte, error) {
	if !c.NeedsSecret {
		return nil, nil
	}
	line, err := p.ask("File that holds the connection string", "", "The file should hold one line: HostName=…;SharedAccessKeyName=…;SharedAccessKey=…")
	if err != nil {
		return nil, err
	}
	b, err := readFile(line, maxSecretBytes)
	if err != nil {
		p.say(err.Error())
		return p.secret(c)
	}
	return []byte(strings.TrimSpace(string(b))), nil
}

// feed gives an event to the runbook and prints what came of it.
func (p *plainWalk) feed(e checks.Event) error {
	before := p.walk.Reports
	w, err := p.runner.Feed(p.app.ctx, p.walk, e)
	p.walk = w
	var refused *checks.Refused
	if errors.As(err, &refused) {
		p.say(refused.Reason)
		return nil
	}
	for _, c := range checks.All() {
		if r, ok := w.Reports[c.ID]; ok && !sameReport(before[c.ID], r) {
			p.out.PlainReport(r)
		}
	}
	return err
}

func sameReport(a, b models.CheckReport) bool {
	if a.Result != b.Result || a.Reason != b.Reason || len(a.Findings) != len(b.Findings) {
		return false
	}
	for i := range a.Findings {
		if a.Findings[i].Text != b.Findings[i].Text {
			return false
		}
	}
	return true
}

// steps goes through the runbook. Back returns to the step before.
func (p *plainWalk) steps() error {
	type step struct {
		step models.Step
		run  func(context.Context) error
	}
	steps := []step{
		{models.StepDevice, p.device}, {models.StepTry, p.try}, {models.StepCompare, p.compare},
		{models.StepLimits, p.limits}, {models.StepLogs, p.logs}, {models.StepVerdict, p.verdict},
	}
	for i := 0; i < len(steps); {
		p.out.Heading(fmt.Sprintf("Step %d of 7, %s", i+2, checks.StepTitle(steps[i].step)))
		err := p.feed(checks.Moved{To: steps[i].step, At: p.now()})
		if err == nil {
			err = steps[i].run(p.app.ctx)
		}
		switch {
		case errors.Is(err, errBack):
			i = max(i-1, 0)
		case err != nil:
			return err
		default:
			i++
		}
	}
	return nil
}
