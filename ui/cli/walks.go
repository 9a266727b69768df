package cli

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"methodical/checks"
	"methodical/models"
	"methodical/ui/report"
)

func (a *app) walksCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "walks",
		Short: "List, resume, show, export or delete saved walks",
		Long: `Every interactive walk is saved as it goes, so that it survives a lost
connection. walks lists them, newest first.`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error { return a.listWalks() },
	}
	c.AddCommand(
		&cobra.Command{
			Use: "resume ID", Short: "Go on with a saved walk", Args: cobra.ExactArgs(1),
			RunE: func(_ *cobra.Command, args []string) error { return a.walk(args[0]) },
		},
		&cobra.Command{
			Use: "show ID", Short: "Show a saved walk's findings and verdict", Args: cobra.ExactArgs(1),
			RunE: func(_ *cobra.Command, args []string) error { return a.showWalk(args[0]) },
		},
		&cobra.Command{
			Use: "export ID", Short: "Write a saved walk's case as JSON, for diagnose or a ticket", Args: cobra.ExactArgs(1),
			RunE: func(_ *cobra.Command, args []string) error { return a.exportWalk(args[0]) },
		},
		&cobra.Command{
			Use: "delete ID", Short: "Delete a saved walk", Args: cobra.ExactArgs(1),
			RunE: func(_ *cobra.Command, args []string) error { return a.deleteWalk(args[0]) },
		},
	)
	for _, sub := range c.Commands() {
		sub.Args = usageArgs(sub.Args)
	}
	return c
}

func (a *app) listWalks() error {
	walks, err := a.Walks.List()
	if err != nil {
		return usage("%w", err)
	}
	if len(walks) == 0 {
		fmt.Fprintln(a.Err, "No walks are saved yet. Start one with: methodical")
		return nil
	}
	for _, w := range walks {
		target := w.Inputs.Target.String()
		if target == "" {
			target = "no device yet"
		}
		fmt.Fprintf(a.Out, "%s  %s  %-8s  %s  %s\n", w.ID, w.Started.Local().Format(time.DateTime), w.Step,
			report.Clean(w.Case.Hub.HostName), report.Clean(target))
	}
	return nil
}

func (a *app) loadWalk(id string) (models.Walk, error) {
	w, err := a.Walks.Load(id)
	if err != nil {
		return w, usage("%w; methodical walks lists them", err)
	}
	return w, nil
}

func (a *app) showWalk(id string) error {
	w, err := a.loadWalk(id)
	if err != nil {
		return err
	}
	know, err := a.Know()
	if err != nil {
		return err
	}
	d := checks.Diagnose(w.Case, know)
	return a.checkText(w, report.Check{Diagnosis: &d})
}

func (a *app) exportWalk(id string) error {
	w, err := a.loadWalk(id)
	if err != nil {
		return err
	}
	return report.JSON(a.Out, w.Case.WithoutPayloads())
}

func (a *app) deleteWalk(id string) error {
	if _, err := a.loadWalk(id); err != nil {
		return err
	}
	if err := a.Walks.Delete(id); err != nil {
		return usage("%w", err)
	}
	fmt.Fprintf(a.Err, "Deleted walk %s.\n", report.Clean(id))
	return nil
}
