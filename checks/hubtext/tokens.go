package hubtext

import (
	"strings"
	"unicode"
)

// takeWords goes over the words of s once: it reads the codes, statuses and
// names among them and returns the others.
func (r *reader) takeWords(s string) string {
	var rest strings.Builder
	before := "" // the last word, in lower case
	for s != "" {
		n := 0
		for n < len(s) && !isWordByte(s[n]) {
			n++
		}
		rest.WriteString(s[:n])
		s = s[n:]
		for n = 0; n < len(s) && (isWordByte(s[n]) || s[n] == '.' && n+1 < len(s) && isWordByte(s[n+1])); n++ {
		}
		word := s[:n]
		s = s[n:]
		if !r.takeWord(word, before) {
			rest.WriteString(word)
		}
		before = strings.ToLower(clip(word, maxWord))
	}
	return rest.String()
}

// takeWord reads one word of running text.
func (r *reader) takeWord(word, before string) bool {
	if len(word) > maxWord || word == "" {
		return false
	}
	switch {
	case isCode(word):
		// A number of six digits may be anything; the hub's own are known.
		if !r.known(word) && !speaksOfError(before) {
			return false
		}
		r.setCode(word, sureWord)
		return r.out.Error.Code == word // a second code stays unread
	case len(word) == 3 && isDigit(word[0]):
		status, ok := httpStatus(word)
		if ok && speaksOfError(before) {
			r.setStatus(status)
		}
		return ok && speaksOfError(before)
	case strings.HasPrefix(strings.ToLower(word), "http") && len(word) == len("http404"):
		status, ok := httpStatus(word[len("http"):])
		if ok {
			r.setStatus(status)
		}
		return ok
	case len(word) > 8 && isName(word) && r.known(word):
		r.setName(word, sureWord)
		return strings.EqualFold(r.out.Error.Name, word)
	}
	return false
}

// speaksOfError reports whether a number after that word is likely a status.
func speaksOfError(before string) bool {
	switch before {
	case "", "status", "code", "statuscode", "http", "error", "success", "http/1.1", "errorcode", "1.1", "returned", "answered":
		return true
	}
	return false
}

// dropTrace takes away the lines of a stack trace.
func dropTrace(s string) string {
	if !strings.Contains(s, "\n") {
		return s
	}
	var kept strings.Builder
	for line := range strings.Lines(s) {
		t := strings.TrimSpace(line)
		switch {
		case strings.HasPrefix(t, "at "), strings.HasPrefix(t, `File "`), strings.HasPrefix(t, "Traceback "),
			strings.HasPrefix(t, "---"), strings.HasPrefix(t, "..."), strings.HasPrefix(t, "* "), strings.HasPrefix(t, "> "):
			continue
		}
		kept.WriteString(line)
	}
	return kept.String()
}

// usualWords are those that SDKs and tools put around an error and that say
// nothing of it.
const usualWords = " a an and at az b bad body by caused cause cli code condition content could data desc description device does error " +
	"exception exceptionmessage failed failure for found hub in indicate invalid invoke invoking iot is it message method " +
	"not of on operation raise raised registered request response result returned s service status statuscode success " +
	"system the thrown to u unhandled uncaught was while with "

// usual reports whether a text holds no more than the usual words, class
// names and conditions around an error.
func usual(s string) bool {
	if len(s) > 4*maxUnread {
		return false
	}
	for _, word := range strings.FieldsFunc(s, func(c rune) bool {
		return !unicode.IsLetter(c) && !unicode.IsDigit(c) && !strings.ContainsRune("_.:-", c)
	}) {
		word = strings.ToLower(strings.Trim(word, ".:-"))
		switch {
		case word == "", strings.Contains(usualWords, " "+word+" "):
		case strings.HasSuffix(word, "exception"), strings.HasSuffix(word, "error"), strings.Count(word, ".") >= 2,
			strings.HasPrefix(word, "amqp:"), strings.HasPrefix(word, "com.microsoft:"):
		default:
			return false
		}
	}
	return true
}
