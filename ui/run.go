package ui

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"methodical/checks"
	"methodical/models"
	"methodical/ui/nav"
	"methodical/ui/theme"
)

// Deps is everything the full-screen walk needs from the world. main provides
// it; tests provide fakes.
type Deps struct {
	// Connector opens hubs. The preselected choice is opened at once, behind the
	// first frame.
	Connector checks.Connector
	// Know reads the knowledge the checks judge by. It is called once, in the
	// background: the first frame does not wait for it.
	Know func() (*checks.Knowledge, error)
	// Clock tells the time until a hub is open; from then on the session's own
	// clock does. Nil means the machine's.
	Clock checks.Clock
	// Walk is where to start: a new walk, or a saved one to go on with. The zero
	// Walk means a new one.
	Walk models.Walk
	// NewWalk makes the walk that follows when the person opens another hub than
	// the present walk is about. Nil means one with an id made from the time.
	NewWalk func(time.Time) models.Walk
	// Save keeps the walk. It is called in the background, one call at a time,
	// and once more at the end. Nil saves nothing.
	Save func(models.Walk) error
	// Theme is used unless Env says NO_COLOR. The zero value is theme.Default.
	Theme theme.Styles
	// Screens makes the screens. Nil means Screens().
	Screens map[models.Step]func() nav.Screen

	// In and Out are the terminal; nil means the process's own.
	In  io.Reader
	Out io.Writer
	// Env is the environment of the terminal as "KEY=value" lines: of the
	// process, or of the SSH session. Nil means none is known.
	Env []string
	// Profile overrides what the terminal is thought to be able to show.
	Profile *colorprofile.Profile
	// Size is the size of the terminal where it cannot be asked.
	Size nav.Size
}

// Run shows the walk until the person quits or ctx is done, and gives back the
// walk as it stood then. The error is tea.ErrInterrupted after a signal,
// tea.ErrProgramKilled when ctx ended it, or says what went wrong.
func Run(ctx context.Context, deps Deps) (models.Walk, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	m := New(ctx, deps)
	_, err := tea.NewProgram(m, options(ctx, deps)...).Run()
	cancel()
	return m.walk, errors.Join(err, m.fault, m.close())
}

func options(ctx context.Context, deps Deps) []tea.ProgramOption {
	opts := []tea.ProgramOption{tea.WithContext(ctx)}
	if deps.In != nil {
		opts = append(opts, tea.WithInput(deps.In))
	}
	if deps.Out != nil {
		opts = append(opts, tea.WithOutput(deps.Out))
	}
	if deps.Env != nil {
		opts = append(opts, tea.WithEnvironment(deps.Env))
	}
	switch {
	case noColour(deps.Env):
		opts = append(opts, tea.WithColorProfile(colorprofile.ASCII))
	case deps.Profile != nil:
		opts = append(opts, tea.WithColorProfile(*deps.Profile))
	}
	if deps.Size.Width > 0 && deps.Size.Height > 0 {
		opts = append(opts, tea.WithWindowSize(deps.Size.Width, deps.Size.Height))
	}
	return opts
}

// noColour follows no-color.org: any value that is not empty turns colour off.
// Bubble Tea by itself takes only values that read as true.
func noColour(env []string) bool { return lookup(env, "NO_COLOR") != "" }

// lookup is the last value of a variable, as in a real environment.
func lookup(env []string, name string) string {
	for _, line := range slices.Backward(env) {
		if value, ok := strings.CutPrefix(line, name+"="); ok {
			return value
		}
	}
	return ""
}

// hyperlinks reports whether the terminal takes addresses as OSC 8 links, or at
// least ignores them. The old consoles print them as garbage.
func hyperlinks(env []string) bool {
	term := lookup(env, "TERM")
	switch {
	case term == "", term == "linux", term == "dumb", term == "ansi", term == "cygwin":
		return false
	case strings.HasPrefix(term, "vt"):
		return false
	case strings.HasPrefix(term, "screen"):
		return lookup(env, "TMUX") != ""
	default:
		return true
	}
}
