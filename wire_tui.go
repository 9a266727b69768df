package main

import (
	"context"
	"errors"
	"os"

	tea "charm.land/bubbletea/v2"

	"methodical/checks"
	"methodical/ui"
	"methodical/ui/cli"
)

// fullScreen runs the walk on the terminal.
func fullScreen(ctx context.Context, o cli.TUIOptions, clock checks.Clock, know func() (*checks.Knowledge, error)) error {
	_, err := ui.Run(ctx, ui.Deps{
		Connector: o.Connector, Know: know, Clock: clock, Walk: o.Walk, Save: o.Save,
		In: os.Stdin, Out: os.Stdout, Env: os.Environ(),
	})
	switch {
	case errors.Is(err, tea.ErrInterrupted), errors.Is(err, tea.ErrProgramKilled) && ctx.Err() != nil:
		return context.Canceled
	default:
		return err
	}
}
