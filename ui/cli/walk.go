package cli

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"time"

	"methodical/checks"
	"methodical/models"
)

// walk runs the interactive walk, new or resumed, on the full screen or in
// plain mode.
func (a *app) walk(resume string) error {
	source, err := a.source()
	if err != nil {
		return err
	}
	w := checks.NewWalk(newWalkID(a.Clock.Now()), a.Clock.Now())
	if resume != "" {
		if w, err = a.loadWalk(resume); err != nil {
			return err
		}
		w = checks.Resume(w)
	}
	connector := connector{open: a.Open, configured: source, logger: a.logger}
	if a.plainMode() {
		return a.plain(connector, w)
	}
	return a.TUI(a.ctx, TUIOptions{
		Connector: connector, Walk: w, Save: a.saver(), NoColour: a.noColour(), Logger: a.logger,
	})
}

// plainMode reports whether the walk is line by line: asked for, or because
// one of the ends is no terminal that a full screen can be drawn on.
func (a *app) plainMode() bool {
	return a.global.plain || !a.InTTY || !a.OutTTY || a.Getenv("TERM") == "dumb" || a.Getenv("ACCESSIBLE") != ""
}

// saver writes the walk as it goes, once there is something worth keeping.
func (a *app) saver() func(models.Walk) error {
	return func(w models.Walk) error {
		if w.Inputs.Target.IsZero() {
			return nil
		}
		return a.Walks.Save(w)
	}
}

// newWalkID makes an id that sorts by time and is easy to read out.
func newWalkID(now time.Time) string {
	b := make([]byte, 2)
	_, _ = rand.Read(b) // crypto/rand.Read never fails
	return fmt.Sprintf("%s-%s", now.UTC().Format("20060102-150405"), hex.EncodeToString(b))
}
