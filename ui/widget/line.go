package widget

import (
	"strings"
	"unicode"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"methodical/ui/report"
)

// Line is a line of text being edited. It is drawn without a cursor of its own:
// Cell says where the terminal's cursor belongs, because one that is drawn must
// blink and blinking costs bytes.
type Line struct {
	value []rune
	at    int // the cursor, in runes
	// Limit is the most runes; 0 means 1024.
	Limit int
}

const defaultLineLimit = 1024

// Value is the text.
func (l *Line) Value() string { return string(l.value) }

// SetValue replaces the text and puts the cursor at its end.
func (l *Line) SetValue(s string) {
	l.value, l.at = nil, 0
	l.insert(s)
}

// Update edits the text and reports whether the message was an edit or a move
// of the cursor.
func (l *Line) Update(msg tea.Msg) bool {
	switch msg := msg.(type) {
	case tea.PasteMsg:
		l.insert(msg.Content)
		return true
	case tea.KeyPressMsg:
		return l.key(msg)
	}
	return false
}

func (l *Line) key(msg tea.KeyPressMsg) bool {
	switch msg.String() {
	case "left", "ctrl+b":
		l.at = max(l.at-1, 0)
	case "right", "ctrl+f":
		l.at = min(l.at+1, len(l.value))
	case "home", "ctrl+a":
		l.at = 0
	case "end", "ctrl+e":
		l.at = len(l.value)
	case "alt+left", "ctrl+left", "alt+b":
		l.at = l.wordStart()
	case "alt+right", "ctrl+right", "alt+f":
		l.at = l.wordEnd()
	case "backspace", "ctrl+h":
		l.cut(l.at-1, l.at)
	case "delete":
		l.cut(l.at, l.at+1)
	case "ctrl+w", "alt+backspace":
		l.cut(l.wordStart(), l.at)
	case "ctrl+u":
		l.cut(0, l.at)
	case "ctrl+k":
		l.cut(l.at, len(l.value))
	default:
		if msg.Text == "" || msg.Mod.Contains(tea.ModCtrl) || msg.Mod.Contains(tea.ModAlt) {
			return false
		}
		l.insert(msg.Text)
	}
	return true
}

func (l *Line) insert(s string) {
	limit := l.Limit
	if limit <= 0 {
		limit = defaultLineLimit
	}
	// Pasted text may hold anything, and more than anyone would read.
	s, _ = report.Bound(strings.TrimRight(s, "\r\n"), utf8.UTFMax*limit)
	typed := []rune(report.CleanTo(s, len(s)))
	typed = typed[:max(min(len(typed), limit-len(l.value)), 0)]
	rest := append([]rune(nil), l.value[l.at:]...)
	l.value = append(append(l.value[:l.at], typed...), rest...)
	l.at += len(typed)
}

func (l *Line) cut(from, to int) {
	from, to = max(from, 0), min(to, len(l.value))
	if from >= to {
		return
	}
	l.value = append(l.value[:from], l.value[to:]...)
	l.at = from
}

func (l *Line) wordStart() int {
	at := l.at
	for at > 0 && !wordRune(l.value[at-1]) {
		at--
	}
	for at > 0 && wordRune(l.value[at-1]) {
		at--
	}
	return at
}

func (l *Line) wordEnd() int {
	at := l.at
	for at < len(l.value) && !wordRune(l.value[at]) {
		at++
	}
	for at < len(l.value) && wordRune(l.value[at]) {
		at++
	}
	return at
}

func wordRune(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || r == '_' }

// View is the part of the text around the cursor that fits into w cells, and
// the cell of the cursor in it, from 0.
func (l *Line) View(w int) (text string, cell int) {
	if w <= 0 {
		return "", 0
	}
	before, after := string(l.value[:l.at]), string(l.value[l.at:])
	// The cursor may stand behind the last character, so it needs a cell too.
	if over := ansi.StringWidth(before) - (w - 1); over > 0 {
		before = ansi.TruncateLeft(before, over+1, "…")
	}
	cell = min(ansi.StringWidth(before), w-1)
	return ansi.Truncate(before+after, w, "…"), cell
}
