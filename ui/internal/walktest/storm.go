package walktest

import (
	"math/rand/v2"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"methodical/models"
	"methodical/ui/internal/uitest"
	"methodical/ui/nav"
)

// Storm presses keys at random on a screen, in areas of every size and in
// front of each of the walks, and fails the test when the screen draws wider
// than its area or puts the cursor outside. The keys are the same at every run.
func Storm(t *testing.T, fresh func() nav.Screen, walks ...models.Walk) {
	t.Helper()
	keys := strings.Fields(`e r t u l h p i c a b y z o g v n k j f x 0 5 9 . { } " / - enter esc tab shift+tab
		up down left right pgup pgdown home end backspace delete space ctrl+u ctrl+r ctrl+w ctrl+a ctrl+k ctrl+t`)
	random := rand.New(rand.NewPCG(1, 2))
	for range 40 {
		screen := fresh()
		var trail []string
		for range 60 {
			c := Canvas(walks[random.IntN(len(walks))])
			c.Size = nav.Size{Width: 1 + random.IntN(130), Height: 1 + random.IntN(45)}
			var msg tea.Msg = nav.StateMsg{}
			switch random.IntN(8) {
			case 0:
			case 1:
				msg = tea.PasteMsg{Content: Hostile}
			default:
				k := keys[random.IntN(len(keys))]
				trail = append(trail, k)
				msg = uitest.Press(k)
			}
			screen, _ = screen.Update(msg, c)
			frame := screen.View(c)
			for _, line := range strings.Split(frame.Body, "\n") {
				if w := ansi.StringWidth(line); w > c.Size.Width {
					t.Fatalf("%d cells of %d after %v: %q", w, c.Size.Width, trail, ansi.Strip(line))
				}
			}
			if at := frame.Cursor; at != nil && (at.X < 0 || at.Y < 0 || at.X > c.Size.Width+30) {
				t.Fatalf("the cursor is at %d, %d of %v after %v", at.X, at.Y, c.Size, trail)
			}
		}
	}
}
