package azure

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"github.com/amenzhinsky/iothub/iotservice"
)

// The parts of a service connection string.
const (
	partHost   = "HostName"
	partPolicy = "SharedAccessKeyName"
	partKey    = "SharedAccessKey"
)

// wantedForm shows what a service connection string looks like.
const wantedForm = "HostName=NAME.azure-devices.net;SharedAccessKeyName=POLICY;SharedAccessKey=KEY"

// foreign lists parts that give away a connection string of another kind, in
// the order in which they are looked for.
var foreign = [...]struct{ part, what string }{
	{"ModuleId", "this is a module's connection string; calling methods needs a service one: take it from the hub's shared access policies, for example service"},
	{"DeviceId", "this is a device's connection string; calling methods needs a service one: take it from the hub's shared access policies, for example service"},
	{"Endpoint", "this is the connection string of the Event Hubs-compatible endpoint (or of a Service Bus); take the hub's own from its shared access policies"},
	{"AccountName", "this is a storage account's connection string; take the hub's own from its shared access policies"},
	{"AccountKey", "this is a storage account's connection string; take the hub's own from its shared access policies"},
	{"SharedAccessSignature", "this holds a signature instead of a key; give the signature as a SAS token instead"},
}

// ParseConnectionString reads a hub's service connection string. The error says
// which part is missing or wrong and what to do, and never repeats the key.
func ParseConnectionString(text []byte) (Credential, error) {
	s, err := oneLine(string(text), "connection string")
	if err != nil {
		return Credential{}, err
	}
	parts, err := splitParts(s)
	if err != nil {
		return Credential{}, err
	}
	if err := checkParts(parts); err != nil {
		return Credential{}, err
	}
	// The library wants the names spelt exactly; users paste other spellings.
	sak, err := iotservice.ParseConnectionString(fmt.Sprintf("%s=%s;%s=%s;%s=%s",
		partHost, parts[lower(partHost)], partPolicy, parts[lower(partPolicy)], partKey, parts[lower(partKey)]))
	if err != nil {
		return Credential{}, errors.New("the connection string could not be read; it looks like " + wantedForm)
	}
	return sharedKeyCredential(sak), nil
}

// oneLine trims what editors and shells leave around a secret and refuses what
// cannot be meant.
func oneLine(s, what string) (string, error) {
	s = strings.TrimSpace(strings.TrimPrefix(s, "\ufeff"))
	switch {
	case s == "":
		return "", fmt.Errorf("the %s is empty", what)
	case strings.ContainsRune(`"'`+"`", rune(s[0])) || strings.ContainsRune(`"'`+"`", rune(s[len(s)-1])):
		return "", fmt.Errorf("the %s has a quotation mark around it: keep only what is between the marks", what)
	case strings.ContainsAny(s, "\r\n"):
		return "", fmt.Errorf("the %s has a line break inside: it must be one line", what)
	}
	for _, r := range s {
		if r < ' ' || r == 0x7f || r == '\ufffd' {
			return "", fmt.Errorf("the %s holds a character that is no text: was the file saved as UTF-16, or copied from a formatted page?", what)
		}
	}
	return s, nil
}

func lower(s string) string { return strings.ToLower(s) }

// splitParts cuts a connection string at its semicolons. Names are lower-cased:
// the official clients do not mind their case either.
func splitParts(s string) (map[string]string, error) {
	parts := map[string]string{}
	for i, part := range strings.Split(s, ";") {
		part = strings.TrimSpace(part)
		if part == "" {
			continue
		}
		name, value, found := strings.Cut(part, "=")
		name, value = strings.TrimSpace(name), strings.TrimSpace(value)
		if !found || name == "" {
			return nil, fmt.Errorf("part %d of the connection string is not NAME=VALUE; it looks like %s", i+1, wantedForm)
		}
		if i == 0 && strings.HasPrefix(lower(value), lower(partHost)+"=") {
			return nil, errors.New("the connection string begins with the name of a variable: keep only the part from HostName= on, without quotation marks")
		}
		if _, twice := parts[lower(name)]; twice {
			return nil, fmt.Errorf("the connection string holds the same part twice (part %d): are these two strings joined together?", i+1)
		}
		parts[lower(name)] = value
	}
	return parts, nil
}

func checkParts(parts map[string]string) error {
	for _, f := range foreign {
		if _, there := parts[lower(f.part)]; there {
			return errors.New(f.what)
		}
	}
	host, hasHost := parts[lower(partHost)]
	if hasHost && len(parts) == 1 {
		return errors.New("the connection string ends after HostName: a shell cuts an unquoted value at the first semicolon; put it in single quotes or in a file")
	}
	for _, name := range []string{partHost, partPolicy, partKey} {
		value, there := parts[lower(name)]
		if !there {
			return fmt.Errorf("the connection string has no %s; it looks like %s", name, wantedForm)
		}
		if value == "" {
			return fmt.Errorf("the %s of the connection string is empty; it looks like %s", name, wantedForm)
		}
	}
	if err := checkHost(host); err != nil {
		return err
	}
	return checkKey(parts[lower(partKey)])
}

// checkHost refuses what is plainly no hub's host name. A port is allowed: the
// emulator and gateways have one.
func checkHost(host string) error {
	switch {
	case host == "":
		return errors.New("no host name: it looks like NAME.azure-devices.net")
	case len(host) > 260:
		return errors.New("the host name is too long to be one")
	case strings.Contains(host, "://"):
		return errors.New("the host name must not begin with https://: write NAME.azure-devices.net")
	case strings.ContainsAny(host, "/\\?#@ <>\"'`{}|^%") || strings.ContainsFunc(host, func(r rune) bool { return r <= ' ' || r >= 0x7f }):
		return errors.New("the host name holds a character that no host name has: write NAME.azure-devices.net")
	case strings.HasSuffix(lower(host), ".azure-devices-provisioning.net"):
		return errors.New("this host is a device provisioning service, not a hub: a hub's name ends in .azure-devices.net")
	case strings.HasSuffix(lower(host), ".servicebus.windows.net"):
		return errors.New("this host is an Event Hubs endpoint, not a hub: a hub's name ends in .azure-devices.net")
	}
	return nil
}

// checkKey says why a key is not base64 without showing any of it.
func checkKey(key string) error {
	raw, err := base64.StdEncoding.DecodeString(key)
	switch {
	case err == nil && len(raw) > 0:
		return nil
	case len(key)%4 != 0:
		return fmt.Errorf("the SharedAccessKey is not whole: base64 comes in groups of four characters and this has %d; often the = at the end was lost", len(key))
	default:
		return errors.New("the SharedAccessKey is not base64: copy it again, whole and without spaces")
	}
}
