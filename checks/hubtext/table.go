package hubtext

import (
	"encoding/csv"
	"strings"
)

// table reads a layer that is rows of a table: an export with its header line,
// or a single row, known by the doubled quotes around its properties. It
// reports whether the layer was one.
func (r *reader) table(s string, depth int) bool {
	first, _, _ := strings.Cut(s, "\n")
	comma := separator(first)
	if comma == 0 {
		return false
	}
	rows := csv.NewReader(strings.NewReader(s))
	rows.Comma, rows.LazyQuotes, rows.FieldsPerRecord = comma, true, -1
	head, err := rows.Read()
	if err != nil {
		return false
	}
	if !isHead(head) {
		if !strings.Contains(first, `{""`) || len(head) < 3 {
			return false
		}
		r.fields(head, depth)
		return true
	}
	for {
		row, err := rows.Read()
		if err != nil { // the end, or a row that cannot be read
			return true
		}
		if r.found() {
			r.unread("and further rows")
			return true
		}
		record := object{}
		for i := range min(len(row), len(head)) {
			record = append(record, member{head[i], row[i]})
		}
		r.object(record, depth)
	}
}

// separator is the character that parts most fields of a line, 0 for none.
func separator(line string) rune {
	best, most := rune(0), 1
	for _, c := range []byte{',', '\t', ';'} {
		if n := strings.Count(line, string(c)); n > most {
			best, most = rune(c), n
		}
	}
	return best
}

// isHead reports whether a row holds the column names of a table of log rows.
func isHead(fields []string) bool {
	known := 0
	for _, f := range fields {
		switch key(f) {
		case "resulttype", "resultdescription", "operationname", "category", "properties", "propertiess":
			known++
		}
	}
	return known > 0 && known*8 >= len(fields)
}

// fields reads a row whose columns have no names.
func (r *reader) fields(row []string, depth int) {
	for _, f := range row {
		f = strings.TrimSpace(f)
		switch {
		case strings.HasPrefix(f, "{"):
			r.text(f, depth+1)
		case isCode(f):
			r.setCode(f, sureField)
		case f == "DirectMethods" || f == "Connections":
			r.out.Category = f
		default:
			if t, ok := parseTime(f); ok && r.out.Error.Time.IsZero() {
				r.out.Error.Time = t
			} else if r.known(f) {
				r.setName(f, sureField)
			}
		}
	}
}

// known reports whether a word is a name that the hub uses.
func (r *reader) known(word string) bool {
	if r.names == nil {
		return false
	}
	_, _, ok := r.names.Resolve(word)
	return ok
}
