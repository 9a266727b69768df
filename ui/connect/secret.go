package connect

import (
	"bytes"
	"log/slog"
	"strings"

	"methodical/ui/widget"
)

// secret is a connection string being typed or pasted. It is never drawn: what
// is shown of it are its length and the parts that are no secret.
type secret struct{ text []byte }

// maxSecret bounds what is pasted, in bytes: a connection string has less than
// three hundred.
const maxSecret = 4 << 10

// String keeps the text out of anything that prints the value.
func (s secret) String() string { return "(secret)" }

// GoString does the same for %#v.
func (s secret) GoString() string { return s.String() }

// LogValue does the same for logs.
func (s secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

func (s *secret) empty() bool { return len(s.text) == 0 }

// add appends text without line breaks or blanks, which no connection string
// has: terminals and chat programs add them when they wrap.
func (s *secret) add(text string) {
	for i := range len(text) {
		if c := text[i]; c > ' ' && c != 0x7f && len(s.text) < maxSecret {
			s.text = append(s.text, c)
		}
	}
}

func (s *secret) backspace() {
	if n := len(s.text); n > 0 {
		s.text[n-1] = 0
		s.text = s.text[:n-1]
	}
}

// clear forgets the text and wipes its memory.
func (s *secret) clear() {
	clear(s.text[:cap(s.text)])
	s.text = nil
}

// take hands the text over and keeps nothing.
func (s *secret) take() []byte {
	out := bytes.Clone(s.text)
	s.clear()
	return out
}

// part is the value of one part of the connection string.
func (s *secret) part(name string) string {
	for part := range bytes.SplitSeq(s.text, []byte(";")) {
		key, value, ok := bytes.Cut(part, []byte("="))
		if ok && strings.EqualFold(string(key), name) {
			return string(value)
		}
	}
	return ""
}

// about says which hub and policy the text is for.
func (s *secret) about() string {
	host, policy := widget.Clean(s.part("HostName")), widget.Clean(s.part("SharedAccessKeyName"))
	switch {
	case host == "":
		return ""
	case policy == "":
		return host
	default:
		return host + ", policy " + policy
	}
}

// problem says what is missing, in a sentence that says what to do.
func (s *secret) problem() string {
	switch {
	case s.empty():
		return "Paste the hub's connection string: in the portal under Shared access policies, service."
	case s.part("DeviceId") != "":
		return "This is a device's connection string. Take the hub's, under Shared access policies, service."
	case s.part("HostName") == "":
		return "HostName= is missing: copy the whole connection string."
	case s.part("SharedAccessKeyName") == "":
		return "SharedAccessKeyName= is missing: copy the whole connection string."
	case s.part("SharedAccessKey") == "":
		return "SharedAccessKey= is missing or still empty: copy the whole connection string."
	default:
		return ""
	}
}
