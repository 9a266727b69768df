package broker

import (
	"net/url"
	"strings"

	"methodical/emulator/sas"
	"methodical/models"
)

// parseClientID reads "device" or "device/module".
func parseClientID(id string) (models.Target, bool) {
	t, err := models.ParseTarget(id)
	return t, err == nil
}

// userName is what a device says of itself when it connects.
type userName struct {
	apiVersion string
	clientType string // the SDK and its version
	modelID    string
}

// parseUserName reads {host}/{clientID}/?api-version=…&DeviceClientType=…, also
// without the question mark, as amenzhinsky's client writes it. It is refused
// when host or id are not those of the connection.
func parseUserName(text, clientID string, hostNames []string) (userName, bool) {
	host, rest, found := strings.Cut(text, "/")
	if !found || !isHost(host, hostNames) {
		return userName{}, false
	}
	id, query, found := cutLast(rest, '/')
	if !found || id != clientID && unescape(id) != clientID {
		return userName{}, false
	}
	values, err := url.ParseQuery(strings.TrimPrefix(query, "?"))
	if err != nil || values.Get("api-version") == "" {
		return userName{}, false
	}
	return userName{values.Get("api-version"), values.Get("DeviceClientType"), values.Get("model-id")}, true
}

// cutLast splits before the query, whose values may hold slashes of their own.
func cutLast(text string, sep byte) (before, after string, found bool) {
	end := len(text)
	if i := strings.Index(text, "api-version="); i >= 0 {
		end = i
	}
	i := strings.LastIndexByte(text[:end], sep)
	if i < 0 {
		return text, "", false
	}
	return text[:i], text[i+1:], true
}

func unescape(s string) string {
	if u, err := url.PathUnescape(s); err == nil {
		return u
	}
	return s
}

func isHost(host string, names []string) bool {
	for _, name := range names {
		if strings.EqualFold(sas.StripPort(name), sas.StripPort(host)) {
			return true
		}
	}
	return false
}

func (u userName) sdk() string {
	if u.clientType != "" {
		return u.clientType
	}
	return u.apiVersion
}
