package cli

import (
	"charm.land/lipgloss/v2"

	"methodical/ui/report"
	"methodical/ui/theme"
)

// paint colours a text report with the default theme's 16 colours.
func paint(tone report.Tone, s string) string {
	styles := theme.Default()
	style := map[report.Tone]lipgloss.Style{
		report.ToneOK: styles.OK, report.ToneInfo: styles.Info, report.ToneWarning: styles.Warning,
		report.ToneError: styles.Error, report.ToneUnknown: styles.Unknown,
		report.ToneDim: styles.Dim, report.ToneTitle: styles.Title,
	}[tone]
	return style.Render(s)
}
