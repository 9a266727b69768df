// Package cli is methodical's command line: the commands, and plain mode for
// terminals and people that a full-screen program does not suit.
package cli

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"

	"github.com/spf13/cobra"

	"methodical/checks"
	"methodical/models"
	"methodical/ui/report"
)

// Deps is everything the commands need from the world. main provides it; tests
// provide fakes.
type Deps struct {
	In       io.Reader
	Out, Err io.Writer
	Getenv   func(string) string
	// InTTY and the like say whether a person is at that end.
	InTTY, OutTTY, ErrTTY bool
	Width                 func() int // columns of the terminal behind Out; 0 when unknown
	Version               string
	Clock                 checks.Clock

	Know     func() (*checks.Knowledge, error)
	Open     func(context.Context, HubSource, *slog.Logger) (*checks.Session, error)
	Walks    WalkStore
	TUI      func(context.Context, TUIOptions) error
	Emulator func(context.Context, EmulatorOptions, *slog.Logger) (RunningEmulator, error)
	ReadLogs func(context.Context, LogsOptions) (models.LogSummary, error)
	// OpenLogFile opens the file for --log-file, or the one in the state folder.
	OpenLogFile func(path string) (io.WriteCloser, error)
}

// TUIOptions is what the full-screen walk is started with.
type TUIOptions struct {
	Connector checks.Connector
	Walk      models.Walk
	Save      func(models.Walk) error
	NoColour  bool
	Logger    *slog.Logger
}

// WalkStore keeps walks between runs.
type WalkStore interface {
	Save(models.Walk) error
	Load(id string) (models.Walk, error)
	List() ([]models.Walk, error)
	Delete(id string) error
	Dir() string
}

// app is one run of the command line.
type app struct {
	Deps
	ctx    context.Context
	global globalFlags
	logger *slog.Logger
	logOut io.Closer
}

// Run carries out the command line args and returns the exit code. ctx is
// cancelled by a signal.
func Run(ctx context.Context, deps Deps, args []string) int {
	a := &app{Deps: deps, ctx: ctx, logger: slog.New(slog.DiscardHandler)}
	root := a.root()
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	if a.logOut != nil {
		_ = a.logOut.Close()
	}
	code, say := codeFor(ctx, err)
	if say {
		fmt.Fprintf(deps.Err, "methodical: %s\n", report.Clean(err.Error()))
	}
	if code == ExitInternal {
		fmt.Fprintln(deps.Err, "This looks like a fault of methodical itself; run again with --log-file FILE and keep the file.")
	}
	return code
}

func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "methodical",
		Short: "Walk through a failing IoT Hub direct method to its cause",
		Long: `methodical walks through the four things Azure recommends when a direct method
fails: try the device, try a different device, review the limits, read the
DirectMethods logs. It does each of them for real and ends with the cause, the
evidence and the fix. Without a hub configured it runs on its own emulator.`,
		Version:           a.Version,
		Args:              cobra.NoArgs,
		SilenceUsage:      true,
		SilenceErrors:     true,
		PersistentPreRunE: func(*cobra.Command, []string) error { return a.openLog() },
		RunE:              func(*cobra.Command, []string) error { return a.walk("") },
	}
	root.SetIn(a.In)
	root.SetOut(a.Out)
	root.SetErr(a.Err)
	root.SetVersionTemplate("methodical {{.Version}}\n")
	root.SetFlagErrorFunc(func(c *cobra.Command, err error) error {
		return usage("%w (see %s --help)", err, c.CommandPath())
	})
	root.CompletionOptions.HiddenDefaultCmd = true
	a.global.register(root.PersistentFlags())
	root.AddCommand(
		a.checkCommand(), a.invokeCommand(), a.logsCommand(), a.explainCommand(), a.diagnoseCommand(),
		a.walksCommand(), a.emulatorCommand(), a.manCommand(root),
	)
	for _, c := range root.Commands() {
		c.Args = usageArgs(c.Args)
	}
	root.Args = func(c *cobra.Command, args []string) error {
		if len(args) > 0 {
			return usage("there is no command %q; see methodical --help", args[0])
		}
		return nil
	}
	return root
}

// usageArgs makes cobra's complaints about arguments usage errors.
func usageArgs(check cobra.PositionalArgs) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if check == nil {
			return nil
		}
		if err := check(c, args); err != nil {
			return usage("%w; usage: %s", err, c.UseLine())
		}
		return nil
	}
}

// openLog starts the log, if one is asked for.
func (a *app) openLog() error {
	if a.global.logFile == "" {
		return nil
	}
	f, err := a.OpenLogFile(a.global.logFile)
	if err != nil {
		return usage("cannot write the log file: %w", err)
	}
	a.logOut = f
	a.logger = slog.New(slog.NewJSONHandler(f, &slog.HandlerOptions{Level: slog.LevelDebug}))
	return nil
}

func (a *app) text() *report.Text {
	t := &report.Text{W: a.Out}
	if a.OutTTY {
		t.Width = min(a.Width(), maxTextWidth)
		if !a.noColour() {
			t.Paint = paint
		}
	}
	return t
}

// maxTextWidth keeps lines readable on very wide terminals, in columns.
const maxTextWidth = 110

// noColour follows no-color.org: any non-empty value turns colour off.
func (a *app) noColour() bool {
	return a.Getenv("NO_COLOR") != "" || a.Getenv("TERM") == "dumb"
}

// stdinText reads all of standard input, bounded.
func (a *app) stdinText(limit int64) ([]byte, error) {
	b, err := io.ReadAll(io.LimitReader(a.In, limit+1))
	if err != nil {
		return nil, fmt.Errorf("reading standard input: %w", err)
	}
	if int64(len(b)) > limit {
		return nil, usage("standard input is longer than %d bytes", limit)
	}
	return b, nil
}

// readFile reads a file that the person named, bounded.
func readFile(path string, limit int64) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, usage("cannot read %s: %w", path, err)
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err != nil {
		return nil, usage("cannot read %s: %w", path, err)
	}
	if int64(len(b)) > limit {
		return nil, usage("%s is larger than %d bytes, more than is expected here", path, limit)
	}
	return b, nil
}
