package checks

import (
	"context"
	"errors"

	"methodical/models"
)

func logsCheck() Check {
	return Check{
		ID: CheckLogs, Title: "The resource logs agree", Step: models.StepLogs,
		Codes: logCodes,
		Applies: func(w models.Walk, _ *Knowledge) (bool, string) {
			if len(w.Inputs.LogFiles) == 0 && !w.Case.Hub.Emulator {
				return false, "No log files named: export DirectMethods logs and give them with --logs, or in the walk."
			}
			return true, ""
		},
		Run: runLogs, Observe: ObserveLogs,
	}
}

// errNoLogSource is for front ends that read no logs.
var errNoLogSource = errors.New("resource logs cannot be read here")

// runLogs reads the rows of the target and of the device it is compared with.
func runLogs(ctx context.Context, env Env, w models.Walk) (models.Facts, error) {
	q := LogQuery{Files: w.Inputs.LogFiles}
	for _, t := range []models.Target{w.Inputs.Target, w.Inputs.CompareWith} {
		if !t.IsZero() {
			q.Targets = append(q.Targets, t)
		}
	}
	if env.Logs == nil {
		return models.Facts{}, errNoLogSource
	}
	reading, err := env.Logs.Read(ctx, q)
	if err != nil {
		return models.Facts{}, err
	}
	return models.Facts{Logs: reading.Records, Summary: &reading.Summary}, nil
}
