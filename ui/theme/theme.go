// Package theme holds the semantic styles every screen draws with. Screens name
// what a piece of text means; only this package names colours.
package theme

import (
	"image/color"

	"charm.land/lipgloss/v2"

	"methodical/models"
)

// Styles is one theme. All styling comes from here.
type Styles struct {
	Name string

	Text     lipgloss.Style // ordinary text: the terminal's own colours
	Dim      lipgloss.Style // secondary text
	Title    lipgloss.Style // headings
	Key      lipgloss.Style // a key the person can press
	Selected lipgloss.Style // the row or field under the cursor
	Accent   lipgloss.Style // the thing to look at
	Border   lipgloss.Style // lines and boxes

	OK      lipgloss.Style
	Info    lipgloss.Style
	Warning lipgloss.Style
	Error   lipgloss.Style
	Unknown lipgloss.Style

	Live     lipgloss.Style // the word LIVE: a real hub
	Emulator lipgloss.Style // the word EMULATOR

	BarDone lipgloss.Style // the filled part of a bar
	BarRest lipgloss.Style // the empty part
	BarMark lipgloss.Style // a limit on a bar
}

// Default uses the terminal's 16 colours and reverse video only, so that it
// works on light, dark and Solarized backgrounds without asking the terminal.
func Default() Styles {
	s := base("default")
	return s.paint(palette{
		accent: lipgloss.Cyan, ok: lipgloss.Green, info: lipgloss.Blue, warning: lipgloss.Yellow,
		bad: lipgloss.Red, unknown: lipgloss.Magenta,
	})
}

// Dark suits a dark background that shows 256 colours.
func Dark() Styles {
	s := base("dark")
	return s.paint(palette{
		accent: lipgloss.Color("80"), ok: lipgloss.Color("114"), info: lipgloss.Color("111"), warning: lipgloss.Color("221"),
		bad: lipgloss.Color("210"), unknown: lipgloss.Color("183"),
	})
}

// Light suits a light background that shows 256 colours.
func Light() Styles {
	s := base("light")
	return s.paint(palette{
		accent: lipgloss.Color("24"), ok: lipgloss.Color("22"), info: lipgloss.Color("25"), warning: lipgloss.Color("94"),
		bad: lipgloss.Color("124"), unknown: lipgloss.Color("90"),
	})
}

// NoColour marks with bold, underline and reverse video alone.
func NoColour() Styles { return base("no-colour") }

type palette struct{ accent, ok, info, warning, bad, unknown color.Color }

func base(name string) Styles {
	plain := lipgloss.NewStyle()
	bold := plain.Bold(true)
	return Styles{
		Name: name,
		Text: plain, Dim: plain.Faint(true), Title: bold, Key: bold, Selected: plain.Reverse(true),
		Accent: bold, Border: plain.Faint(true),
		OK: plain, Info: plain, Warning: bold, Error: bold, Unknown: plain.Italic(true),
		Live: bold.Reverse(true), Emulator: bold,
		BarDone: plain, BarRest: plain.Faint(true), BarMark: bold,
	}
}

func (s Styles) paint(p palette) Styles {
	s.Accent = s.Accent.Foreground(p.accent)
	s.Key = s.Key.Foreground(p.accent)
	s.OK = s.OK.Foreground(p.ok)
	s.Info = s.Info.Foreground(p.info)
	s.Warning = s.Warning.Foreground(p.warning)
	s.Error = s.Error.Foreground(p.bad)
	s.Unknown = s.Unknown.Foreground(p.unknown)
	s.Live = s.Live.Foreground(p.bad)
	s.Emulator = s.Emulator.Foreground(p.ok)
	s.BarDone = s.BarDone.Foreground(p.accent)
	s.BarMark = s.BarMark.Foreground(p.warning)
	return s
}

// Severity is the style of a finding's severity.
func (s Styles) Severity(v models.Severity) lipgloss.Style {
	switch v {
	case models.SeverityOK:
		return s.OK
	case models.SeverityWarning:
		return s.Warning
	case models.SeverityError:
		return s.Error
	case models.SeverityUnknown:
		return s.Unknown
	default:
		return s.Info
	}
}

// Result is the style of a check's result.
func (s Styles) Result(r models.CheckResult) lipgloss.Style {
	switch r {
	case models.ResultOK:
		return s.OK
	case models.ResultWarning:
		return s.Warning
	case models.ResultFailed:
		return s.Error
	case models.ResultUnknown:
		return s.Unknown
	default:
		return s.Dim
	}
}

// Glyph is the sign beside a result's word: status is never colour alone.
func Glyph(r models.CheckResult) string {
	switch r {
	case models.ResultOK:
		return "✓"
	case models.ResultWarning:
		return "!"
	case models.ResultFailed:
		return "✗"
	case models.ResultUnknown:
		return "?"
	default:
		return "–"
	}
}

// SeverityGlyph is the sign beside a severity's word.
func SeverityGlyph(v models.Severity) string {
	switch v {
	case models.SeverityOK:
		return "✓"
	case models.SeverityWarning:
		return "!"
	case models.SeverityError:
		return "✗"
	case models.SeverityUnknown:
		return "?"
	default:
		return "•"
	}
}
