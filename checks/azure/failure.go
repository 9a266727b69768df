package azure

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"

	"methodical/models"
)

// refusal is the failure of a request that the hub answered.
func (h *Hub) refusal(op string, ex *exchange) *models.HubFailure {
	return &models.HubFailure{
		Op: op, HTTPStatus: ex.status,
		Hub:  models.HubError{Name: bounded(ex.errorName(), 256)},
		Body: bounded(ex.text(), maxFailure),
	}
}

// failure is the failure of a request, whatever came of it. err says why there
// was no whole answer; with a nil err the hub refused.
func (h *Hub) failure(ctx context.Context, op string, ex *exchange, err error) *models.HubFailure {
	if ex.status != 0 && (err == nil || ex.status != http.StatusOK) {
		return h.refusal(op, ex)
	}
	f := &models.HubFailure{Op: op}
	f.Kind, f.Transport = h.classify(ctx, ex, err)
	return f
}

// unreadable is the failure of a request whose answer is a success that makes
// no sense: something else than a hub may have answered.
func (h *Hub) unreadable(op string, ex *exchange) *models.HubFailure {
	f := h.refusal(op, ex)
	f.Transport = "the answer is not what a hub sends; a proxy or another server may have answered in its place"
	return f
}

// notRegistered reports whether a refusal says that the device or module does
// not exist. A 404 alone does not: proxies answer so too.
func notRegistered(ex *exchange) bool {
	if ex.status != http.StatusNotFound {
		return false
	}
	if name := ex.errorName(); name == "DeviceNotFound" || name == "ModuleNotFound" {
		return true
	}
	// The body may be JSON within JSON: take the quoting away, whatever its depth.
	plain := strings.NewReplacer(`\`, "", `"`, "", " ", "").Replace(ex.text())
	return slices.ContainsFunc([]string{
		"ErrorCode:DeviceNotFound", "ErrorCode:ModuleNotFound", "errorCode:404001", "errorCode:404010",
	}, func(code string) bool { return strings.Contains(plain, code) })
}

// denied reports whether the hub refused for want of a right.
func denied(ex *exchange) bool {
	return ex.status == http.StatusUnauthorized || ex.status == http.StatusForbidden
}

// bounded cuts s to at most n bytes, between characters.
func bounded(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}
