package hubtext

import "strings"

// frame reads a layer that is an HTTP answer: a status line, headers, a body.
// A transcript of curl -v marks those lines with "< ". It reports whether the
// layer was one.
func (r *reader) frame(s string, depth int) bool {
	start := frameStart(s)
	if start < 0 {
		return false
	}
	rest := s[start:]
	line, rest, _ := strings.Cut(rest, "\n")
	_, line, _ = strings.Cut(unmark(line), " ")
	status, ok := httpStatus(firstWord(line))
	if !ok {
		return false
	}
	r.setStatus(status)
	for rest != "" {
		// The body may follow at once where the blank line was lost.
		if body := strings.TrimLeft(rest, " \t\r"); strings.HasPrefix(body, "{") || strings.HasPrefix(body, "[") {
			break
		}
		line, rest, _ = strings.Cut(rest, "\n")
		if line = unmark(line); line == "" {
			break
		}
		name, value, _ := strings.Cut(line, ":")
		r.header(name, strings.TrimSpace(value))
	}
	r.text(rest, depth+1)
	return true
}

// frameStart finds the status line: the first line, or after what curl says of
// the connection and the request.
func frameStart(s string) int {
	for at := 0; at < len(s); {
		line := s[at:]
		if end := strings.IndexByte(line, '\n'); end >= 0 {
			line = line[:end]
		}
		if hasPrefixFold(unmark(line), "http/") {
			return at
		}
		if t := strings.TrimSpace(line); t != "" && t[0] != '*' && t[0] != '>' {
			return -1
		}
		at += len(line) + 1
	}
	return -1
}

// unmark takes the mark of a curl transcript off a line.
func unmark(line string) string {
	line = strings.TrimSpace(line)
	if line == "<" {
		return ""
	}
	return strings.TrimPrefix(line, "< ")
}

func firstWord(s string) string {
	word, _, _ := strings.Cut(strings.TrimSpace(s), " ")
	return word
}

// header takes the one header of an answer that tells an error's name.
func (r *reader) header(name, value string) {
	if key(name) != "iothuberrorcode" {
		return
	}
	if r.out.Header == "" {
		r.out.Header = clip(value, maxWord)
	}
	r.setCodeOrName(value, sureField)
}

func (r *reader) setStatus(status int) {
	if r.out.HTTPStatus == 0 {
		r.out.HTTPStatus = status
	}
}
