package cli

import (
	"context"
	"time"

	"github.com/spf13/cobra"

	"methodical/ui/report"
)

// LogsOptions is what `logs` asks for. Times are zero when not given.
type LogsOptions struct {
	Files        []string
	Stdin        bool
	Since, Until time.Time
	Device, Code string
	Bucket       time.Duration
	Top          int // 0 means all
	Dedupe       bool
}

const (
	defaultBucket = time.Minute
	defaultTop    = 20
)

func (a *app) logsCommand() *cobra.Command {
	var o LogsOptions
	var since, until, output string
	c := &cobra.Command{
		Use:   "logs FILE…|-",
		Short: "Count and explain exported DirectMethods resource logs",
		Long: `logs reads exported resource logs: PT1H.json files and whole storage-container
folders, {"records":[…]} files, Log Analytics JSON and portal CSV, plain or
compressed, and answers by code, device and time. - reads standard input.`,
		Example: `  methodical logs PT1H.json
  methodical logs 'insights-logs-directmethods/' --since 2026-03-02T06:00 --code 404103
  zcat export.gz | methodical logs - -o json`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			if err := oneOf("-o", output, "text", "json"); err != nil {
				return err
			}
			var err error
			if o.Since, err = logTime("--since", since); err != nil {
				return err
			}
			if o.Until, err = logTime("--until", until); err != nil {
				return err
			}
			o.Files, o.Stdin = args, len(args) == 1 && args[0] == "-"
			return a.logs(o, output)
		},
	}
	f := c.Flags()
	f.StringVar(&since, "since", "", "rows at or after this `TIME` (RFC 3339; UTC when no zone is given)")
	f.StringVar(&until, "until", "", "rows before this `TIME`")
	f.StringVar(&o.Device, "device", "", "only rows of this `DEVICE`")
	f.StringVar(&o.Code, "code", "", "only rows with this result `CODE`; 0 is success")
	f.DurationVar(&o.Bucket, "bucket", defaultBucket, "width of the time buckets")
	f.IntVar(&o.Top, "top", defaultTop, "how many devices to list, 0 for all")
	f.BoolVar(&o.Dedupe, "dedupe", false, "count a row once that stands in several exports; memory grows with the input")
	f.StringVarP(&output, "output", "o", "text", "`FORMAT`: text or json")
	return c
}

// logTimeLayouts are the ways a time may be written; without a zone it is UTC.
var logTimeLayouts = [...]string{time.RFC3339Nano, "2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02 15:04:05", "2006-01-02 15:04", "2006-01-02"}

func logTime(flag, text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	for _, layout := range logTimeLayouts {
		if t, err := time.Parse(layout, text); err == nil {
			return t.UTC(), nil
		}
	}
	return time.Time{}, usage("%s: cannot read the time %q; write it as 2026-03-02T06:00:00Z", flag, text)
}

func (a *app) logs(o LogsOptions, output string) error {
	sum, err := a.ReadLogs(a.ctx, o)
	if err != nil && a.ctx.Err() == nil {
		return usage("%w", err)
	}
	if output == "json" {
		err = report.JSON(a.Out, sum)
	} else {
		know, kerr := a.Know()
		if kerr != nil {
			return kerr
		}
		t := a.text()
		t.Logs(sum, know.Catalogue.Meaning)
		err = t.Err()
	}
	if a.ctx.Err() != nil {
		return context.Canceled
	}
	return err
}
