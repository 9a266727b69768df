package rest

import (
	"net/http"
	"strconv"

	"methodical/emulator/hub"
	"methodical/emulator/query"
)

// The number of rows on a page. Sources differ between 100 and 1000, so
// callers treat what they ask for as a hint.
const (
	defaultPage = 100
	largestPage = 1000
)

// query serves POST /devices/query.
func (q *request) query() {
	if !q.allow(hub.RightServiceConnect, hub.OpQuery) {
		return
	}
	var body struct {
		Query string `json:"query"` // some clients write Query; the decoder does not mind
	}
	if err := q.readJSON(&body); err != nil {
		q.fail(err)
		return
	}
	parsed, bad := query.Parse(body.Query)
	if bad != nil {
		q.fail(hub.Errorf(hub.CodeArgumentInvalid, "BadRequest: %s", bad))
		return
	}
	page, err := q.page()
	if err != nil {
		q.fail(err)
		return
	}
	switch {
	case parsed.From == query.Jobs:
		q.queryJobs(parsed, page)
	case parsed.Aggregates():
		q.aggregate(parsed)
	default:
		q.queryTwins(parsed, page)
	}
}

// page is which rows a caller wants.
type page struct {
	size  int
	after uint64 // the place in the registry's order that the last page ended at
	seen  int    // rows on earlier pages, for TOP
}

func (q *request) page() (page, *hub.Error) {
	p := page{size: defaultPage}
	if text := q.r.Header.Get("x-ms-max-item-count"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 {
			return p, hub.Errorf(hub.CodeArgumentInvalid, "x-ms-max-item-count must be a positive number.")
		}
		p.size = min(n, largestPage)
	}
	token := q.r.Header.Get("x-ms-continuation")
	if token == "" {
		return p, nil
	}
	if err := p.resume(token); err != nil {
		return p, hub.Errorf(hub.CodeArgumentInvalid, "x-ms-continuation is not one of this hub's.")
	}
	return p, nil
}

func (q *request) queryTwins(parsed *query.Query, p page) {
	limit := p.size
	if parsed.Top > 0 {
		limit = min(limit, parsed.Top-p.seen)
	}
	rows := newRows()
	visited := p.after
	_, more := q.hub.Scan(parsed.From == query.Modules, p.after, func(id *hub.Identity) bool {
		row := q.hub.Row(id)
		if !parsed.Match(row) {
			visited = id.Place()
			return true
		}
		if rows.n >= limit {
			return false
		}
		if parsed.Star {
			rows.add(q.hub.TwinView(id))
		} else {
			rows.add(parsed.Project(row))
		}
		visited = id.Place()
		return true
	})
	if more && (parsed.Top == 0 || p.seen+rows.n < parsed.Top) {
		q.w.Header().Set("x-ms-continuation", page{after: visited, seen: p.seen + rows.n}.token())
	}
	kind := "Twin"
	if !parsed.Star {
		kind = "Raw"
	}
	q.showRows(kind, rows)
}

func (q *request) aggregate(parsed *query.Query) {
	groups := parsed.NewGroups()
	q.hub.Scan(parsed.From == query.Modules, 0, func(id *hub.Identity) bool {
		if row := q.hub.Row(id); parsed.Match(row) {
			groups.Add(row)
		}
		return true
	})
	rows := newRows()
	for _, row := range groups.Rows() {
		rows.add(row)
	}
	q.showRows("Raw", rows)
}

func (q *request) queryJobs(parsed *query.Query, p page) {
	found, more := q.jobs.Query(parsed, p.seen, p.size)
	rows := newRows()
	for _, row := range found {
		rows.add(row)
	}
	if more {
		q.w.Header().Set("x-ms-continuation", page{seen: p.seen + rows.n}.token())
	}
	q.showRows("DeviceJob", rows)
}

func (q *request) showRows(kind string, r *rows) {
	q.w.Header().Set("x-ms-item-type", kind)
	body := r.bytes()
	q.hub.Charge(len(body))
	q.write(http.StatusOK, body)
}

// rows is a JSON array under construction.
type rows struct {
	b []byte
	n int
}

func newRows() *rows { return &rows{b: []byte{'['}} }

func (r *rows) add(row []byte) {
	if r.n > 0 {
		r.b = append(r.b, ',')
	}
	r.b = append(r.b, row...)
	r.n++
}

func (r *rows) bytes() []byte { return append(r.b, ']') }
