package widget

import (
	"math"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"methodical/models"
	"methodical/ui/theme"
)

func press(s string) tea.KeyPressMsg {
	switch s {
	case "left":
		return tea.KeyPressMsg{Code: tea.KeyLeft}
	case "right":
		return tea.KeyPressMsg{Code: tea.KeyRight}
	case "home":
		return tea.KeyPressMsg{Code: tea.KeyHome}
	case "end":
		return tea.KeyPressMsg{Code: tea.KeyEnd}
	case "backspace":
		return tea.KeyPressMsg{Code: tea.KeyBackspace}
	case "delete":
		return tea.KeyPressMsg{Code: tea.KeyDelete}
	case "pgup":
		return tea.KeyPressMsg{Code: tea.KeyPgUp}
	case "pgdown":
		return tea.KeyPressMsg{Code: tea.KeyPgDown}
	case "enter":
		return tea.KeyPressMsg{Code: tea.KeyEnter}
	case "ctrl+w", "ctrl+u", "ctrl+k":
		return tea.KeyPressMsg{Code: rune(s[5]), Mod: tea.ModCtrl}
	}
	return tea.KeyPressMsg{Code: []rune(s)[0], Text: s}
}

func TestTruncateAndPadCountCells(t *testing.T) {
	for _, c := range []struct {
		in   string
		w    int
		want string
	}{
		{"pump", 4, "pump"}, {"pump-7", 4, "pum…"}, {"pump", 6, "pump  "}, {"温度計", 4, "温… "}, {"温度", 4, "温度"},
		{"x", 0, ""}, {"x", -3, ""}, {"\x1b[31mpump\x1b[0m", 6, "\x1b[31mpump\x1b[0m  "},
	} {
		if got := Pad(c.in, c.w); got != c.want {
			t.Errorf("Pad(%q, %d) = %q, want %q", c.in, c.w, got, c.want)
		}
		if got := Width(PadLeft(c.in, c.w)); got != max(c.w, 0) {
			t.Errorf("PadLeft(%q, %d) is %d wide", c.in, c.w, got)
		}
	}
}

func TestWrapKeepsWordsAndBreaksIds(t *testing.T) {
	got := Wrap("the device "+strings.Repeat("x", 25)+" is gone", 10)
	for _, line := range got {
		if Width(line) > 10 {
			t.Errorf("%q is wider than 10", line)
		}
	}
	if got[0] != "the device" {
		t.Errorf("got %q", got)
	}
	if Wrap("x", 0) != nil {
		t.Error("text in no room")
	}
}

func TestAgesAndWaits(t *testing.T) {
	for d, want := range map[time.Duration]string{
		-time.Second: "0 s", 4 * time.Second: "4 s", 90 * time.Second: "1 min", 47 * time.Hour: "47 h", 50 * time.Hour: "2 d",
	} {
		if got := Age(d); got != want {
			t.Errorf("Age(%s) = %q, want %q", d, got, want)
		}
	}
	if got := Seconds(4300*time.Millisecond) + ", " + Seconds(35*time.Second); got != "4.3 s, 35 s" {
		t.Errorf("got %q", got)
	}
	if got := Count(1, "device") + ", " + Count(0, "device"); got != "1 device, 0 devices" {
		t.Errorf("got %q", got)
	}
}

func TestBar(t *testing.T) {
	th := theme.NoColour()
	for _, c := range []struct {
		share float64
		want  string
	}{{0, "░░░░"}, {0.5, "██░░"}, {1, "████"}, {7, "████"}, {-1, "░░░░"}, {math.NaN(), "░░░░"}, {math.Inf(1), "████"}} {
		if got := ansi.Strip(Bar(th, 4, c.share)); got != c.want {
			t.Errorf("Bar(%v) = %q, want %q", c.share, got, c.want)
		}
	}
}

func TestElapsedSaysItInWordsToo(t *testing.T) {
	th := theme.NoColour()
	for _, c := range []struct {
		w     int
		limit time.Duration
		want  string
	}{{25, 35 * time.Second, "████░░░░░░░░ 12 s of 35 s"}, {14, 35 * time.Second, "12 s of 35 s"}, {30, 0, "12 s"}, {6, 35 * time.Second, "12 s …"}} {
		if got := ansi.Strip(Elapsed(th, c.w, 12*time.Second, c.limit)); got != c.want {
			t.Errorf("width %d: %q, want %q", c.w, got, c.want)
		}
	}
}

func TestKeyValueAlignsAndLeavesOutWhatIsEmpty(t *testing.T) {
	got := ansi.Strip(strings.Join(KeyValue(theme.NoColour(), 24, [][2]string{
		{"hub", "contoso"}, {"proxy", ""}, {"certificate", "a name that is long"},
	}), "\n"))
	want := "hub          contoso\ncertificate  a name that\n             is long"
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestReportCleansWhatItIsGiven(t *testing.T) {
	got := strings.Join(Report(theme.NoColour(), 40, models.CheckReport{
		Title: "Title\x1b[2J", Result: models.ResultFailed, Reason: "because\x07",
		Findings: []models.Finding{{Severity: models.SeverityWarning, Text: "text\x1b]0;x\x07", Evidence: "seen\u202e"}},
	}), "\n")
	for _, bad := range []string{"\x1b[2J", "\x07", "\u202e", "\x1b]0"} {
		if strings.Contains(got, bad) {
			t.Errorf("%q is drawn", bad)
		}
	}
	for _, want := range []string{"✗ failed", "! warning", "because", "seen"} {
		if !strings.Contains(ansi.Strip(got), want) {
			t.Errorf("%q is missing in\n%s", want, got)
		}
	}
}

func TestPagerTurnsPagesAndStopsAtTheEnds(t *testing.T) {
	p := &Pager{}
	for _, c := range []struct {
		key    string
		cursor int
		page   string
	}{
		{"up", 0, "page 1 of 3"}, {"down", 1, "page 1 of 3"}, {"pgdown", 11, "page 2 of 3"}, {"pgdown", 21, "page 3 of 3"},
		{"pgdown", 24, "page 3 of 3"}, {"home", 0, "page 1 of 3"}, {"G", 24, "page 3 of 3"}, {"pgup", 14, "page 2 of 3"},
	} {
		if !p.Key(c.key, 25, 10) {
			t.Errorf("%s is not a key of lists", c.key)
		}
		if got := p.Page(25, 10); p.Cursor != c.cursor || got.String() != c.page {
			t.Errorf("after %s at %d on %s, want %d on %s", c.key, p.Cursor, got, c.cursor, c.page)
		}
	}
	if p.Key("x", 25, 10) {
		t.Error("x is taken for a key of lists")
	}
	if got := p.Page(0, 0); got.From != 0 || got.To != 0 || p.Cursor != 0 {
		t.Errorf("an empty list gives %v, cursor %d", got, p.Cursor)
	}
	if got := p.Page(12, 10); got.To != 10 {
		t.Errorf("got %v", got)
	}
}

func TestLinesTurnsPages(t *testing.T) {
	lines := strings.Split("a b c d e f g", " ")
	p, th := &Pager{}, theme.NoColour()
	shown := func() string { return ansi.Strip(strings.Join(p.Lines(th, lines, 4), " ")) }
	for _, c := range []struct{ key, want string }{
		{"pgup", "a b c page 1 of 3 · space next page"},
		{"pgdown", "d e f page 2 of 3 · space next page · pgup page before"},
		{"pgdown", "g   page 3 of 3 · pgup page before"},
		{"pgdown", "g   page 3 of 3 · pgup page before"},
		{"pgup", "d e f page 2 of 3 · space next page · pgup page before"},
		{"home", "a b c page 1 of 3 · space next page"},
		{"end", "g   page 3 of 3 · pgup page before"},
	} {
		if !p.TurnLines(press(c.key), len(lines), 4) {
			t.Errorf("%s turns no page", c.key)
		}
		if got := shown(); got != c.want {
			t.Errorf("after %s: %q, want %q", c.key, got, c.want)
		}
	}
	if got := p.Lines(th, lines[:2], 4); len(got) != 4 || got[0] != "a" {
		t.Errorf("a short text gives %q", got)
	}
	if got := p.Lines(th, lines, 0); len(got) != 2 {
		t.Errorf("no room gives %q", got)
	}
}

func table(rows ...[]Cell) Table {
	return Table{
		Columns: []Column{{Title: "device", Min: 6}, {Title: "n", Width: 3, Right: true, Rank: 1}, {Title: "note", Min: 4, Rank: 2}},
		Row:     func(i int) []Cell { return rows[i] }, Selected: 1,
	}
}

func TestTableAlignsAndDropsColumns(t *testing.T) {
	tb := table([]Cell{{Text: "pump-1"}, {Text: "7"}, {Text: "fine"}}, []Cell{{Text: "a-very-long-device-id"}, {Text: "12"}})
	for w, want := range map[int]string{
		30: "  device         n  note\n  pump-1         7  fine\n› a-very-lon…   12",
		16: "  device       n\n  pump-1       7\n› a-very-l…   12",
		10: "  device\n  pump-1\n› a-very-…",
	} {
		got := ansi.Strip(strings.Join(tb.View(theme.NoColour(), w, Page{To: 2}), "\n"))
		if got != want {
			t.Errorf("width %d:\n%s\nwant\n%s", w, got, want)
		}
	}
}

func TestTableMarksOnlyTheFirstCellOfTheSelection(t *testing.T) {
	tb := table([]Cell{{Text: "a"}}, []Cell{{Text: "b"}, {Text: "9"}})
	lines := tb.View(theme.NoColour(), 30, Page{To: 2})
	if !strings.Contains(lines[2], "\x1b[7mb") || strings.Contains(lines[2], "\x1b[7m9") || strings.Contains(lines[1], "\x1b[7m") {
		t.Errorf("got %q", lines)
	}
}

func TestLineEdits(t *testing.T) {
	l := &Line{}
	for _, k := range []string{"a", "b", "c", "left", "left", "X", "home", "Y", "end", "Z", "backspace", "delete"} {
		l.Update(press(k))
	}
	if l.Value() != "YaXbc" {
		t.Errorf("got %q", l.Value())
	}
	l.SetValue("one two-three")
	l.Update(press("ctrl+w"))
	if l.Value() != "one two-" {
		t.Errorf("ctrl+w leaves %q", l.Value())
	}
	l.Update(press("ctrl+u"))
	if l.Value() != "" {
		t.Errorf("ctrl+u leaves %q", l.Value())
	}
	l.Update(tea.PasteMsg{Content: "pasted\x1b[31m text\r\n"})
	l.Update(press(" "))
	if l.Value() != "pasted text " {
		t.Errorf("pasted %q", l.Value())
	}
	if l.Update(press("enter")) {
		t.Error("enter is taken for an edit")
	}
	l.Limit = 5
	l.SetValue("123456789")
	if l.Value() != "12345" {
		t.Errorf("limit leaves %q", l.Value())
	}
}

func TestLineShowsThePartAroundTheCursor(t *testing.T) {
	l := &Line{}
	l.SetValue("0123456789")
	for _, c := range []struct {
		key, text string
		cell      int
	}{{"end", "…6789", 5}, {"home", "01234…", 0}} {
		l.Update(press(c.key))
		text, cell := l.View(6)
		if text != c.text || cell != c.cell {
			t.Errorf("after %s: %q, cursor in cell %d, want %q, %d", c.key, text, cell, c.text, c.cell)
		}
	}
	if text, cell := l.View(0); text != "" || cell != 0 {
		t.Errorf("in no room: %q %d", text, cell)
	}
}

func TestFieldSaysWhatIsWrong(t *testing.T) {
	f := NewNumber("Response", "s", 30, 5, 300)
	f.Update(press("1"))
	if f.Value() != "30" {
		t.Error("a field without focus takes keys")
	}
	f.Focus()
	f.Update(press("1"))
	if _, ok := f.Int(); ok || f.Err() == nil {
		t.Error("301 passes")
	}
	drawn, cursor := f.View(theme.NoColour(), 60)
	if !strings.Contains(ansi.Strip(drawn), "✗ write a whole number from 5 to 300") || cursor == nil || cursor.X != len("Response ")+3 {
		t.Errorf("drawn %q, cursor %v", drawn, cursor)
	}
	f.Update(press("backspace"))
	if n, ok := f.Int(); !ok || n != 30 {
		t.Errorf("got %d, %v", n, ok)
	}
	f.Blur()
	if _, cursor := f.View(theme.NoColour(), 60); cursor != nil {
		t.Error("a field without focus has the cursor")
	}
}

func TestChoiceGoesRound(t *testing.T) {
	c := &Choice{Label: "Payload", Options: []string{"absent", "null", "JSON"}}
	if c.Update(press("right")) {
		t.Error("a choice without focus takes keys")
	}
	c.Focus()
	for _, want := range []string{"null", "JSON", "absent"} {
		c.Update(press("right"))
		if c.Value() != want {
			t.Errorf("got %s, want %s", c.Value(), want)
		}
	}
	c.Update(press("left"))
	if got := ansi.Strip(c.View(theme.NoColour(), 40)); got != "Payload  absent  null [JSON]" {
		t.Errorf("drawn %q", got)
	}
}
