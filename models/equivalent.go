package models

import (
	"fmt"
	"strconv"
	"strings"
)

// The range az accepts for its one --timeout, in seconds.
// Source: github.com/Azure/azure-iot-cli-extension, constants.py and hub.py.
const (
	azMinTimeoutSeconds = 10
	azMaxTimeoutSeconds = 300
)

// equivalentAPIVersion is the service API's version in curl commands.
const equivalentAPIVersion = "2021-04-12"

// EquivalentAz is the az command that comes closest to c on the hub at hubHost,
// for a POSIX shell. Where az cannot say the same, a comment above the command
// tells. It holds no secret: az signs in by itself, or reads
// $IOTHUB_CONNECTION_STRING where the host is not in Azure.
func EquivalentAz(hubHost string, c Call) string {
	var notes []string
	command := "invoke-device-method"
	if c.Target.IsModule() {
		command = "invoke-module-method"
	}
	words := []string{"az", "iot", "hub", command}
	if name, ok := azHubName(hubHost); ok {
		words = append(words, azOption("--hub-name", name)...)
	} else {
		words = append(words, "--login", `"$IOTHUB_CONNECTION_STRING"`)
	}
	words = append(words, azOption("--device-id", c.Target.DeviceID)...)
	if c.Target.IsModule() {
		words = append(words, azOption("--module-id", c.Target.ModuleID)...)
	}
	words = append(words, azOption("--method-name", c.Method)...)
	payload, note := azPayload(c.Payload)
	words, notes = append(words, payload...), append(notes, note...)
	timeout, note := azTimeout(c)
	words, notes = append(words, "--timeout", strconv.Itoa(timeout)), append(notes, note...)
	return commented(notes, words)
}

// azHubName is the name az knows a hub by: the first label of its host name.
func azHubName(host string) (string, bool) {
	name, rest, _ := strings.Cut(host, ".")
	return name, name != "" && strings.HasPrefix(rest, "azure-devices.")
}

// azPayload tells az what to send. It parses the text and omits a null, and
// sends an empty object when told nothing (azure-iot-cli-extension issue 309).
func azPayload(p Payload) (words, notes []string) {
	switch p.Kind() {
	case PayloadAbsent:
		return []string{"--method-payload", "null"}, []string{"az sends no payload at all when it is given null"}
	case PayloadNull:
		return []string{"--method-payload", "null"}, []string{"az cannot send the JSON value null: this sends no payload at all; use curl"}
	default:
		return azOption("--method-payload", p.String()), nil
	}
}

// azOption writes an option. A value that begins with a dash must be joined to
// it, or az takes it for an option.
func azOption(name, value string) []string {
	if strings.HasPrefix(value, "-") {
		return []string{name + "=" + shellWord(value)}
	}
	return []string{name, shellWord(value)}
}

// azTimeout is the one --timeout that az sends as both time-outs.
func azTimeout(c Call) (seconds int, notes []string) {
	connect, response := DefaultConnectTimeoutSeconds, DefaultResponseTimeoutSeconds
	if c.ConnectTimeoutSeconds != nil {
		connect = *c.ConnectTimeoutSeconds
	}
	if c.ResponseTimeoutSeconds != nil {
		response = *c.ResponseTimeoutSeconds
	}
	seconds = min(max(response, azMinTimeoutSeconds), azMaxTimeoutSeconds)
	if seconds != response {
		notes = append(notes, fmt.Sprintf("az takes %d to %d seconds: the response timeout of %d s is not possible",
			azMinTimeoutSeconds, azMaxTimeoutSeconds, response))
	}
	if connect != seconds {
		notes = append(notes, fmt.Sprintf("az has one --timeout for both: it also waits %d s for the device to connect, where this call waits %d s",
			seconds, connect))
	}
	return seconds, notes
}

// EquivalentCurl is the curl command that sends c to the hub at hubHost byte
// for byte, for a POSIX shell. The token is not in it: put one in $SAS_TOKEN
// first, for example with az iot hub generate-sas-token.
func EquivalentCurl(hubHost string, c Call) string {
	var notes []string
	if _, azure := azHubName(hubHost); !azure {
		notes = append(notes, "a server with a certificate authority of its own needs --cacert FILE as well")
	}
	return commented(notes, []string{
		"curl", "--silent", "--show-error", "--include", "--globoff",
		"--max-time", strconv.Itoa(int(c.LongestWait().Seconds()) + 15),
		"--header", `"Authorization: $SAS_TOKEN"`,
		"--header", shellWord("Content-Type: application/json; charset=utf-8"),
		"--data-raw", shellWord(string(c.RequestBody())),
		// Without --globoff curl would read brackets in the URL as patterns.
		shellWord("https://" + hubHost + c.Target.TwinPath() + "/methods?api-version=" + equivalentAPIVersion),
	})
}

// commented joins the words of a command, with a comment line for each note.
func commented(notes, words []string) string {
	var b strings.Builder
	for _, note := range notes {
		b.WriteString("# " + note + "\n")
	}
	b.WriteString(strings.Join(words, " "))
	return b.String()
}

// shellWord quotes s for a POSIX shell, unless it is plain.
func shellWord(s string) string {
	if s != "" && strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:") == "" {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
