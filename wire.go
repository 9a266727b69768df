package main

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"runtime/debug"
	"sync"

	"github.com/adrg/xdg"
	"github.com/charmbracelet/x/term"

	"methodical/assets"
	"methodical/checks"
	"methodical/checks/walkfile"
	"methodical/ui/cli"
)

// version is set by the release build; otherwise the build info tells.
var version = ""

// command joins the rooms and runs one command line.
func command(ctx context.Context, args []string) int {
	know := sync.OnceValues(func() (*checks.Knowledge, error) { return checks.LoadKnowledge(assets.FS) })
	clock := checks.RealClock{}
	opener := hubOpener{clock: clock, know: know}
	return cli.Run(ctx, cli.Deps{
		In: os.Stdin, Out: os.Stdout, Err: os.Stderr, Getenv: os.Getenv,
		InTTY: term.IsTerminal(os.Stdin.Fd()), OutTTY: term.IsTerminal(os.Stdout.Fd()), ErrTTY: term.IsTerminal(os.Stderr.Fd()),
		Width: terminalWidth, Version: versionText(), Clock: clock,
		Know:     know,
		Open:     opener.open,
		Walks:    walkfile.New(filepath.Join(stateDir(), "walks")),
		TUI:      func(ctx context.Context, o cli.TUIOptions) error { return fullScreen(ctx, o, clock, know) },
		Emulator: startEmulator,
		ReadLogs: logReader{know: know}.read,
		OpenLogFile: func(path string) (io.WriteCloser, error) {
			return os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
		},
	}, args)
}

func terminalWidth() int {
	width, _, err := term.GetSize(os.Stdout.Fd())
	if err != nil {
		return 0
	}
	return width
}

// stateDir is where walks are kept: $XDG_STATE_HOME/methodical.
func stateDir() string { return filepath.Join(xdg.StateHome, "methodical") }

// versionText is the release's version, or the commit the program was built
// from.
func versionText() string {
	if version != "" {
		return version
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	revision, dirty := "", ""
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision" && len(s.Value) >= 12:
			revision = s.Value[:12]
		case s.Key == "vcs.modified" && s.Value == "true":
			dirty = "-modified"
		}
	}
	if revision == "" {
		return "devel"
	}
	return "devel-" + revision + dirty
}
