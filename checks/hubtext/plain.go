package hubtext

import (
	"net/http"
	"strings"
)

// plain searches running text for the labels and words that say what the error
// is. What it does not use stays unread, unless it is the usual words around
// an error.
func (r *reader) plain(s string) {
	s = dropTrace(s)
	if w := strings.TrimSpace(s); isCode(w) || isName(w) {
		r.lone(w)
		return
	}
	if r.spelledApart(s) {
		return
	}
	s = r.takeTracking(s)
	s = r.takeErrorCode(s)
	s = r.takeMessage(s)
	r.takeStatusPhrase(s)
	s = r.takeWords(s)
	if !usual(s) {
		r.unread(strings.Join(strings.Fields(s), " "))
	}
}

// lone reads a text that is one word.
func (r *reader) lone(w string) {
	if isCode(w) || r.known(w) {
		r.setCodeOrName(w, sureWord)
		return
	}
	if !usual(w) {
		r.unread(w)
	}
}

// spelledApart reads a name written as words: "device not online".
func (r *reader) spelledApart(s string) bool {
	if len(s) > maxWord || !strings.ContainsAny(s, " -_") {
		return false
	}
	name := strings.Map(func(c rune) rune {
		if strings.ContainsRune(" -_\t.!", c) {
			return -1
		}
		return c
	}, s)
	if !isName(name) || !r.known(name) {
		return false
	}
	r.setName(name, sureWord)
	return true
}

// takeMessage takes "Message: a sentence" out of s, to the end of its line.
func (r *reader) takeMessage(s string) string {
	at := indexFold(s, "message:")
	if at < 0 || r.out.Error.Message != "" || at > 0 && isWordByte(s[at-1]) {
		return s
	}
	sentence, after, _ := strings.Cut(s[at+len("message:"):], "\n")
	if sentence = strings.Trim(sentence, " \t\r,;\"'"); sentence == "" {
		return s
	}
	r.setMessage(sentence)
	return s[:at] + "\n" + after
}

// takeTracking takes every "Tracking ID:…" out of s.
func (r *reader) takeTracking(s string) string {
	var rest strings.Builder
	for {
		at := indexFold(s, "tracking")
		if at < 0 {
			rest.WriteString(s)
			return rest.String()
		}
		end := at + len("tracking")
		tail := strings.TrimLeft(s[end:], " -_")
		if !hasPrefixFold(tail, "id") {
			rest.WriteString(s[:end])
			s = s[end:]
			continue
		}
		tail = strings.TrimLeft(tail[len("id"):], "\"' ")
		if tail == "" || tail[0] != ':' && tail[0] != '=' {
			rest.WriteString(s[:end])
			s = s[end:]
			continue
		}
		tail = strings.TrimLeft(tail[1:], "\"' ")
		n, t := scanTrackingID(tail)
		r.addTrackingID(tail[:n])
		if r.out.Error.Time.IsZero() {
			r.out.Error.Time = t
		}
		rest.WriteString(strings.TrimRight(s[:at], " ,;("))
		rest.WriteByte(' ')
		s = tail[n:]
	}
}

// takeErrorCode takes every "ErrorCode: X" out of s, the header's line
// included, and the sentence that follows a semicolon.
func (r *reader) takeErrorCode(s string) string {
	var rest strings.Builder
	for {
		at := indexFold(s, "errorcode")
		if at < 0 {
			rest.WriteString(s)
			return rest.String()
		}
		header := at >= len("iothub-") && strings.EqualFold(s[at-len("iothub-"):at], "iothub-")
		tail := strings.TrimLeft(s[at+len("errorcode"):], "\\\"' \t")
		word := ""
		if tail != "" && (tail[0] == ':' || tail[0] == '=') {
			tail = strings.TrimLeft(tail[1:], "\\\"' \t")
			word = leadingWord(tail)
		}
		if word == "" {
			rest.WriteString(s[:at+len("errorcode")])
			s = s[at+len("errorcode"):]
			continue
		}
		rest.WriteString(s[:at])
		s = tail[len(word):]
		switch {
		case header:
			r.header("iothub-errorcode", word)
		default:
			r.setCodeOrName(word, sureLabel)
			if strings.HasPrefix(s, ";") {
				sentence, after, _ := strings.Cut(s[1:], "\n")
				r.setMessage(sentence)
				s = "\n" + after
			}
		}
	}
}

// leadingWord is the name or number at the start of s.
func leadingWord(s string) string {
	n := 0
	for n < len(s) && isWordByte(s[n]) {
		n++
	}
	if n > maxWord {
		return ""
	}
	return s[:n]
}

// takeStatusPhrase reads "status code 'Not Found'", which is all that some
// Python clients print.
func (r *reader) takeStatusPhrase(s string) {
	at := indexFold(s, "status")
	if at < 0 || r.out.HTTPStatus != 0 {
		return
	}
	tail := strings.TrimLeft(s[at+len("status"):], " ")
	if hasPrefixFold(tail, "code") {
		tail = strings.TrimLeft(tail[len("code"):], " ")
	}
	tail = strings.TrimLeft(tail, ":= '\"")
	for status := 400; status < 600; status++ {
		if phrase := http.StatusText(status); phrase != "" && hasPrefixFold(tail, phrase) {
			r.setStatus(status)
			return
		}
	}
}

// indexFold finds sub (lower case ASCII) in s without regard to case.
func indexFold(s, sub string) int {
	for at := 0; at+len(sub) <= len(s); at++ {
		next := strings.IndexAny(s[at:], sub[:1]+strings.ToUpper(sub[:1]))
		if next < 0 {
			return -1
		}
		if at += next; hasPrefixFold(s[at:], sub) {
			return at
		}
	}
	return -1
}
