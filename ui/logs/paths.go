package logs

import (
	"net/url"
	"strings"
)

// splitPaths reads one line of paths as a shell would: blanks divide, quotes and
// backslashes keep together. That is also how terminals write files that are
// dropped on them; some write file:// addresses instead.
func splitPaths(line string) []string {
	var paths []string
	var word strings.Builder
	started, quote := false, rune(0)
	flush := func() {
		if started {
			paths = append(paths, fromURL(word.String()))
		}
		word.Reset()
		started = false
	}
	runes := []rune(line)
	for i := 0; i < len(runes); i++ {
		switch r := runes[i]; {
		case quote != 0 && r == quote:
			quote = 0
		case quote == 0 && (r == '"' || r == '\''):
			quote, started = r, true
		case r == '\\' && quote != '\'' && i+1 < len(runes) && escaped(runes[i+1]):
			i++
			word.WriteRune(runes[i])
			started = true
		case quote == 0 && (r == ' ' || r == '\t' || r == '\n' || r == '\r'):
			flush()
		default:
			word.WriteRune(r)
			started = true
		}
	}
	flush()
	return paths
}

// escaped reports whether a backslash before r hides it. Before anything else it
// is a character of its own, as in the paths of Windows.
func escaped(r rune) bool { return strings.ContainsRune(` "'\()[]{}&;$!*?#`, r) }

func fromURL(path string) string {
	if !strings.HasPrefix(path, "file://") {
		return path
	}
	u, err := url.Parse(path)
	if err != nil || u.Path == "" {
		return path
	}
	return u.Path
}

// joinPaths writes paths as splitPaths reads them.
func joinPaths(paths []string) string {
	quoted := make([]string, len(paths))
	for i, p := range paths {
		quoted[i] = p
		if p == "" || strings.ContainsAny(p, " \t\"'\\") {
			quoted[i] = `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(p) + `"`
		}
	}
	return strings.Join(quoted, " ")
}

// pasted makes one line of what was pasted: one path a line is one path, blanks
// in it or not, unless it is written with quotes or backslashes already.
func pasted(text string) string {
	lines := strings.FieldsFunc(text, func(r rune) bool { return r == '\n' || r == '\r' })
	if len(lines) < 2 {
		return text
	}
	for i, line := range lines {
		line = strings.TrimSpace(line)
		if !strings.ContainsAny(line, `"'\`) {
			line = joinPaths([]string{line})
		}
		lines[i] = line
	}
	return strings.Join(lines, " ")
}
