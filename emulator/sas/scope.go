package sas

import (
	"net/url"
	"strings"
)

// Covers reports whether the token's resource is a prefix, by path segment, of
// path at one of the hub's names. Names are compared without case and without
// port, because clients put whatever their connection string says. path is
// unescaped and begins with a slash.
func (t Token) Covers(names []string, path string) bool {
	resource, err := url.QueryUnescape(t.Resource)
	if err != nil {
		return false
	}
	if !strings.Contains(resource, "/") && strings.Contains(resource, "%") {
		// amenzhinsky's module client escapes its audience twice.
		if again, err := url.QueryUnescape(resource); err == nil {
			resource = again
		}
	}
	host, scope, _ := strings.Cut(resource, "/")
	return knownHost(names, host) && within(scope, path)
}

func knownHost(names []string, host string) bool {
	host = StripPort(host)
	for _, name := range names {
		if strings.EqualFold(StripPort(name), host) {
			return true
		}
	}
	return false
}

// StripPort returns host without a port and without the brackets of IPv6.
func StripPort(host string) string {
	if strings.HasPrefix(host, "[") {
		address, _, _ := strings.Cut(host[1:], "]")
		return address
	}
	if strings.Count(host, ":") == 1 {
		host, _, _ = strings.Cut(host, ":")
	}
	return host
}

// within compares by segment. The docs advise lower-casing the resource, so
// case does not count here; it does in the identity itself.
func within(scope, path string) bool {
	scope, path = strings.Trim(scope, "/"), strings.Trim(path, "/")
	if unescaped, err := url.PathUnescape(scope); err == nil {
		scope = unescaped
	}
	if scope == "" {
		return true
	}
	if len(path) < len(scope) || !strings.EqualFold(path[:len(scope)], scope) {
		return false
	}
	return len(path) == len(scope) || path[len(scope)] == '/'
}
