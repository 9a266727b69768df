package hubtext

import (
	"encoding/binary"
	"strings"
	"unicode/utf16"

	"methodical/models"
)

// MaxInput is how much of a text is read, in bytes; the rest is left unread.
// A hub's own bodies stay far below it.
const MaxInput = 1 << 20

const (
	// maxWork is how many bytes all attempts at a structure may go over.
	maxWork     = 8 * MaxInput
	maxDepth    = 16   // layers of text within text
	maxNesting  = 64   // brackets within brackets, in one layer
	maxAttempts = 64   // places of one text at which a structure is tried
	maxMessage  = 4096 // bytes kept of a message
	maxUnread   = 300  // bytes kept of what could not be read
	maxIDs      = 8    // tracking ids kept
	maxWord     = 256  // bytes kept of an id, a name or a category
)

// Names turns a code of six digits or a symbolic name into both, without
// regard to case. A code that the documents misprint resolves to the right one.
type Names interface {
	Resolve(codeOrName string) (code, name string, ok bool)
}

// Reading is what a text came to. Every part may be missing.
type Reading struct {
	Error        models.HubError
	HTTPStatus   int    // the hub's HTTP status, 0 when the text has none
	Header       string // the iothub-errorcode header, as written
	DeviceStatus *int   // a device's own status, when the text is its answer
	Category     string // of a log row
	Operation    string // of a log row
	DeviceID     string // of a log row
	Misprint     string // the code as written, where the documents print it wrong
	Truncated    bool   // the text was longer than MaxInput
}

// IsZero reports whether nothing at all could be read.
func (r Reading) IsZero() bool {
	return r.Error.IsZero() && r.HTTPStatus == 0 && r.Header == "" && r.DeviceStatus == nil &&
		r.Category == "" && r.Operation == ""
}

// Read reads a text. Names may be nil: then codes and names stay as the text
// has them.
func Read(text []byte, names Names) Reading {
	r := &reader{names: names, work: maxWork}
	if len(text) > MaxInput {
		text, r.out.Truncated = text[:MaxInput], true
	}
	s := decode(text)
	r.text(s, 0)
	r.finish(s)
	return r.out
}

// The confidence of a code or a name: where two are found, the surer wins, and
// of equals the first.
const (
	sureWord  = 1 + iota // a bare word or number somewhere in the text
	sureField            // a field that may hold other things as well
	sureLabel            // a field or label made for it
)

// reader collects one Reading.
type reader struct {
	names    Names
	out      Reading
	work     int // bytes that attempts at structures may still go over
	codeSure int
	nameSure int
	leftover []string
}

// text reads one layer: the whole input, or a string found within.
func (r *reader) text(s string, depth int) {
	s = strings.TrimSpace(s)
	if s == "" {
		return
	}
	if depth > maxDepth {
		r.unread(s)
		return
	}
	if strings.Contains(s, "&quot;") {
		s = strings.NewReplacer("&quot;", `"`, "&#39;", "'", "&lt;", "<", "&gt;", ">", "&amp;", "&").Replace(s)
	}
	if r.frame(s, depth) || r.json(s, depth) || r.table(s, depth) {
		return
	}
	r.prose(s, depth)
}

// json reads a layer that starts as JSON does: one value or several in a row,
// as log files have them. It reports whether the layer was JSON.
func (r *reader) json(s string, depth int) bool {
	if !strings.ContainsRune(`{["`, rune(s[0])) {
		return false
	}
	for first := true; s != ""; first = false {
		v, n, err := parseJSON(s)
		r.work -= n
		if err != nil {
			if first {
				return false
			}
			r.prose(s, depth)
			return true
		}
		if !first && r.found() {
			r.unread(s)
			return true
		}
		r.value(v, depth)
		s = strings.TrimSpace(s[n:])
	}
	return true
}

// found reports whether the text has given a code for certain.
func (r *reader) found() bool { return r.codeSure == sureLabel }

func (r *reader) setCode(code string, sure int) {
	if sure > r.codeSure {
		r.out.Error.Code, r.codeSure = code, sure
	}
}

func (r *reader) setName(name string, sure int) {
	if sure > r.nameSure && name != "" {
		r.out.Error.Name, r.nameSure = clip(name, maxWord), sure
	}
}

// setCodeOrName takes a word from a place where either may stand.
func (r *reader) setCodeOrName(word string, sure int) {
	switch {
	case isCode(word):
		r.setCode(word, sure)
	case isName(word):
		r.setName(word, sure)
	}
}

func (r *reader) setMessage(m string) {
	if m = strings.TrimSpace(m); r.out.Error.Message == "" {
		r.out.Error.Message = clip(m, maxMessage)
	}
}

func (r *reader) addTrackingID(id string) {
	id = clip(strings.TrimSpace(id), maxWord)
	if id == "" || len(r.out.Error.TrackingIDs) >= maxIDs {
		return
	}
	for _, known := range r.out.Error.TrackingIDs {
		if known == id {
			return
		}
	}
	r.out.Error.TrackingIDs = append(r.out.Error.TrackingIDs, id)
}

func (r *reader) unread(s string) {
	if s = strings.TrimSpace(s); s != "" {
		r.leftover = append(r.leftover, s)
	}
}

// finish completes code and name from each other, and keeps what stayed unread.
func (r *reader) finish(input string) {
	e := &r.out.Error
	if r.nameSure == sureWord && r.codeSure > sureWord {
		e.Name = "" // a word in passing does not name the code
	}
	if e.Name == "" {
		e.Name = r.out.Header
	}
	if r.names != nil {
		r.complete(e)
	}
	if r.out.IsZero() {
		e.Unread = clip(strings.TrimSpace(input), maxUnread)
		return
	}
	e.Unread = clip(strings.Join(r.leftover, " … "), maxUnread)
}

func (r *reader) complete(e *models.HubError) {
	if e.Code != "" {
		if code, name, ok := r.names.Resolve(e.Code); ok {
			if code != e.Code {
				r.out.Misprint, e.Code = e.Code, code
			}
			if e.Name == "" {
				e.Name = name
			}
		}
	}
	if e.Name == "" {
		return
	}
	if code, name, ok := r.names.Resolve(e.Name); ok {
		e.Name = name // as the hub spells it
		if e.Code == "" {
			e.Code = code
		}
	}
}

// decode turns the bytes into valid UTF-8. Windows shells redirect to UTF-16.
func decode(b []byte) string {
	if len(b) >= 2 && (b[0] == 0xFF && b[1] == 0xFE || b[0] == 0xFE && b[1] == 0xFF) {
		var order binary.ByteOrder = binary.LittleEndian
		if b[0] == 0xFE {
			order = binary.BigEndian
		}
		units := make([]uint16, 0, len(b)/2)
		for b = b[2:]; len(b) >= 2; b = b[2:] {
			units = append(units, order.Uint16(b))
		}
		return string(utf16.Decode(units))
	}
	return strings.TrimPrefix(strings.ToValidUTF8(string(b), "\uFFFD"), "\uFEFF")
}
