// Package rest is the hub's HTTPS door: the service API that the official SDKs,
// the CLI and the portal speak.
//
// Source: Azure/azure-iot-hub-node src/service.json, and the calls the SDKs
// make in practice.
package rest

import (
	"crypto/rand"
	"encoding/hex"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"methodical/emulator/hub"
	"methodical/emulator/jobs"
)

// Service answers the service API of one hub. Its zero value is of no use; see
// New.
type Service struct {
	hub   *hub.Hub
	jobs  *jobs.Store
	extra http.Handler
}

// New makes a service for h. Requests whose path begins with "$iothub",
// "subscriptions" or "v1" are not part of the service API and go to extra,
// which may be nil.
func New(h *hub.Hub, j *jobs.Store, extra http.Handler) *Service {
	return &Service{hub: h, jobs: j, extra: extra}
}

// request is one call under way.
type request struct {
	*Service
	w    http.ResponseWriter
	r    *http.Request
	path string   // unescaped, for tokens
	seg  []string // its unescaped segments
	form form     // of an error's body
}

// ServeHTTP routes by the escaped path, because ids may hold escaped slashes
// and an empty module id must be seen as such.
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	segments, err := split(r.URL.EscapedPath())
	if s.extra != nil && len(segments) > 0 && isExtra(segments[0]) {
		s.extra.ServeHTTP(w, r)
		return
	}
	header := w.Header()
	header.Set("Server", "Microsoft-HTTPAPI/2.0")
	header.Set("x-ms-request-id", newRequestID())
	header.Set("Date", s.hub.RealNow().UTC().Format(http.TimeFormat))
	q := &request{Service: s, w: w, r: r, path: r.URL.Path, seg: segments, form: formA}
	switch {
	case err != nil:
		q.fail(hub.Errorf(hub.CodeGenericBadRequest, "The path is badly escaped."))
	case r.URL.Query().Get("api-version") == "":
		q.fail(hub.Errorf(hub.CodeInvalidProtocol, "The api-version query parameter is missing."))
	default:
		q.route()
	}
}

func isExtra(first string) bool {
	return first == "$iothub" || strings.EqualFold(first, "subscriptions") || first == "v1"
}

func split(path string) ([]string, error) {
	path = strings.TrimPrefix(path, "/")
	if strings.HasSuffix(path, "/") && strings.Count(path, "/") == 1 {
		path = strings.TrimSuffix(path, "/") // registry.list() sends /devices/
	}
	parts := strings.Split(path, "/")
	for i, part := range parts {
		unescaped, err := url.PathUnescape(part)
		if err != nil {
			return nil, err
		}
		parts[i] = unescaped
	}
	return parts, nil
}

func (q *request) route() {
	switch q.seg[0] {
	case "twins":
		q.routeTwins()
	case "devices":
		q.routeDevices()
	case "statistics":
		q.routeStatistics()
	case "jobs":
		q.routeJobs()
	default:
		q.fail(hub.Errorf(hub.CodeNotFound, "No such resource: %s", q.path))
	}
}

func (q *request) routeTwins() {
	n := len(q.seg)
	methods := n > 2 && q.seg[n-1] == "methods"
	switch {
	case methods && n == 3 && q.seg[1] != "", methods && n == 5 && q.seg[2] == "modules" && q.seg[1] != "" && q.seg[3] != "":
		q.invoke()
	case n == 2 && q.seg[1] != "", n == 4 && q.seg[2] == "modules" && q.seg[3] != "":
		q.twin()
	default:
		q.noSuchVerb()
	}
}

func (q *request) routeDevices() {
	n := len(q.seg)
	switch {
	case n == 1:
		q.devices()
	case n == 2 && q.seg[1] == "query" && q.r.Method == http.MethodPost:
		q.query()
	case n == 2 && q.seg[1] != "":
		q.identity()
	case n == 3 && q.seg[2] == "modules":
		q.modules()
	case n == 4 && q.seg[2] == "modules" && q.seg[3] != "":
		q.identity()
	default:
		q.noSuchVerb()
	}
}

// noSuchVerb is the plain body of the web server behind the service, which has
// no IoT Hub code in it.
func (q *request) noSuchVerb() {
	q.writeJSON(http.StatusMethodNotAllowed, map[string]string{
		"Message": "The requested resource does not support http method '" + q.r.Method + "'.",
	})
}

// allow lets the caller in, or answers the request itself when it may not.
func (q *request) allow(need hub.Right, op hub.Operation) bool {
	err := q.authorize(need)
	if err == nil {
		err = q.hub.Permit(q.r.Context(), op, 1)
	}
	if err != nil {
		q.fail(err)
	}
	return err == nil
}

func (q *request) authorize(need hub.Right) *hub.Error {
	return q.hub.Authorize(hub.Caller{
		Remote: q.r.RemoteAddr, Authorization: q.r.Header.Get("Authorization"), Verb: q.r.Method, Path: q.path,
	}, need)
}

// bodyWithin is how long a caller may take to send its body. The deadline ends
// there: the answer may take ten minutes.
const bodyWithin = 30 * time.Second

// readBody reads the request's body, up to a limit.
func (q *request) readBody(limit int64) ([]byte, error) {
	control := http.NewResponseController(q.w)
	// A writer without deadlines, as in a test, needs none.
	_ = control.SetReadDeadline(time.Now().Add(bodyWithin))
	defer func() { _ = control.SetReadDeadline(time.Time{}) }()
	return io.ReadAll(http.MaxBytesReader(q.w, q.r.Body, limit))
}

func (q *request) writeJSON(status int, value any) { q.write(status, encode(value)) }

func (q *request) write(status int, body []byte) {
	q.w.Header().Set("Content-Type", "application/json; charset=utf-8")
	q.w.WriteHeader(status)
	_, _ = q.w.Write(body) // a caller that has gone needs no answer
}

func newRequestID() string {
	id := randomHex()
	return id[:8] + "-" + id[8:12] + "-" + id[12:16] + "-" + id[16:20] + "-" + id[20:]
}

func randomHex() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails, says its documentation
	return hex.EncodeToString(b[:])
}
