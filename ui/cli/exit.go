package cli

import (
	"context"
	"errors"
	"fmt"
)

// Exit codes, the same for every command.
const (
	ExitOK          = 0   // healthy, or done
	ExitProblem     = 1   // a problem was found, or the call failed at hub or device
	ExitUsage       = 2   // wrong words on the command line, or wrong configuration
	ExitUnknown     = 3   // could not tell
	ExitInternal    = 70  // methodical's own fault
	ExitInterrupted = 130 // stopped by a signal
)

// UsageError is a mistake in the command line or the configuration; its text
// says what to write instead.
type UsageError struct{ Err error }

func (e *UsageError) Error() string { return e.Err.Error() }
func (e *UsageError) Unwrap() error { return e.Err }

func usage(format string, args ...any) error { return &UsageError{fmt.Errorf(format, args...)} }

// outcome is a command's way of asking for an exit code without a message.
type outcome int

func (o outcome) Error() string { return fmt.Sprintf("exit %d", int(o)) }

// codeFor turns what a command returned into an exit code, and says whether
// there is still something to print.
func codeFor(ctx context.Context, err error) (code int, say bool) {
	var asked outcome
	var wrong *UsageError
	switch {
	case err == nil:
		return ExitOK, false
	case errors.As(err, &asked):
		return int(asked), false
	case errors.Is(err, context.Canceled) && ctx.Err() != nil:
		return ExitInterrupted, false
	case errors.As(err, &wrong):
		return ExitUsage, true
	default:
		return ExitInternal, true
	}
}
