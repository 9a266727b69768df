package ui

import (
	"methodical/models"
	"methodical/ui/compare"
	"methodical/ui/connect"
	"methodical/ui/device"
	"methodical/ui/invoke"
	"methodical/ui/limits"
	"methodical/ui/logs"
	"methodical/ui/nav"
	"methodical/ui/verdict"
)

// Screens is the table of screen makers: one row a step. A screen is made when
// its step is first entered, and kept.
func Screens() map[models.Step]func() nav.Screen {
	return map[models.Step]func() nav.Screen{
		models.StepConnect: func() nav.Screen { return connect.New() },
		models.StepDevice:  func() nav.Screen { return device.New() },
		models.StepTry:     func() nav.Screen { return invoke.New() },
		models.StepCompare: func() nav.Screen { return compare.New() },
		models.StepLimits:  func() nav.Screen { return limits.New() },
		models.StepLogs:    func() nav.Screen { return logs.New() },
		models.StepVerdict: func() nav.Screen { return verdict.New() },
	}
}
