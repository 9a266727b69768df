package ui

import (
	"methodical/models"
	"methodical/ui/connect"
	"methodical/ui/device"
	"methodical/ui/nav"
)

// Screens is the table of screen makers: one row a step. A screen is made when
// its step is first entered, and kept.
func Screens() map[models.Step]func() nav.Screen {
	return map[models.Step]func() nav.Screen{
		models.StepConnect: func() nav.Screen { return connect.New() },
		models.StepDevice:  func() nav.Screen { return device.New() },
	}
}
