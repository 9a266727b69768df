package checks

import (
	"slices"
	"strconv"
	"strings"

	"methodical/models"
)

// KnownBadSDKs is every client known to be bad.
func (c *Catalogue) KnownBadSDKs() []models.KnownBadSDK {
	list, _ := c.sdks()
	return list
}

// MatchSDK finds the known-bad clients that fit what a client calls itself
// (the sdkVersion of a log row, or a user agent) and the protocol it speaks.
// Only what is certain matches: an entry about one transport needs that
// transport to be known, an entry about some versions needs a version.
// Whether an entry applies to module identities only (Modules), or to the
// calling side (Side), is for the caller to weigh.
func (c *Catalogue) MatchSDK(sdk, protocol string) []models.KnownBadSDK {
	var out []models.KnownBadSDK
	for _, bad := range c.KnownBadSDKs() {
		if len(bad.Transports) > 0 && !slices.ContainsFunc(bad.Transports, func(t string) bool { return isTransport(protocol, t) }) {
			continue
		}
		if slices.ContainsFunc(bad.Names, func(name string) bool { return badVersion(bad, sdk, name) }) {
			out = append(out, bad)
		}
	}
	return out
}

// isTransport reports whether a protocol, as logs and SDKs write it (Mqtt,
// AmqpWs, AMQPS_WS), is a kind of that transport.
func isTransport(protocol, transport string) bool {
	return strings.HasPrefix(strings.ToLower(strings.TrimSpace(protocol)), transport)
}

func badVersion(bad models.KnownBadSDK, sdk, name string) bool {
	v, ok := versionOf(sdk, name)
	if !ok {
		return false
	}
	if bad.From == "" && bad.FixedIn == "" && bad.Through == "" {
		return true
	}
	return v != "" &&
		(bad.From == "" || compareVersions(v, bad.From) >= 0) &&
		(bad.FixedIn == "" || compareVersions(v, bad.FixedIn) < 0) &&
		(bad.Through == "" || compareVersions(v, bad.Through) <= 0)
}

// versionOf finds "name/1.2.3" or "name,1.2.3" in what a client calls itself.
// ok reports whether the name is there; v is "" when no version follows.
func versionOf(sdk, name string) (v string, ok bool) {
	low, name := strings.ToLower(sdk), strings.ToLower(name)
	for at := 0; ; {
		i := strings.Index(low[at:], name)
		if i < 0 {
			return "", false
		}
		i += at
		at = i + len(name)
		if i > 0 && isNameByte(low[i-1]) || at < len(low) && isNameByte(low[at]) {
			continue // the name is part of a longer one
		}
		rest := low[at:]
		if rest == "" || rest[0] != '/' && rest[0] != ',' {
			continue // the name of a runtime, say, in the remarks after it
		}
		rest = rest[1:]
		n := 0
		for n < len(rest) && (rest[n] >= '0' && rest[n] <= '9' || rest[n] == '.') {
			n++
		}
		return strings.Trim(rest[:n], "."), true
	}
}

func isNameByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '.' || c == '-' || c == '_'
}

// compareVersions compares dotted numbers part by part; a missing part is 0.
func compareVersions(a, b string) int {
	as, bs := strings.Split(a, "."), strings.Split(b, ".")
	for i := range max(len(as), len(bs)) {
		if d := versionPart(as, i) - versionPart(bs, i); d != 0 {
			return d
		}
	}
	return 0
}

func versionPart(parts []string, i int) int {
	if i >= len(parts) {
		return 0
	}
	n, _ := strconv.Atoi(parts[i])
	return n
}
