package cli

import (
	"strings"

	"github.com/spf13/pflag"
)

// globalFlags are the flags every command takes.
type globalFlags struct {
	emulator      string
	emulatorGiven *pflag.Flag
	csFile        string
	sasFile       string
	hub           string
	caFile        string
	proxy         string
	plain         bool
	logFile       string
}

// defaultScenario is what --emulator without a value runs.
const defaultScenario = "default"

func (g *globalFlags) register(f *pflag.FlagSet) {
	f.StringVar(&g.emulator, "emulator", "", "use the built-in emulator, with a `SCENARIO` by name or file (--emulator=NAME)")
	g.emulatorGiven = f.Lookup("emulator")
	g.emulatorGiven.NoOptDefVal = defaultScenario
	f.StringVar(&g.csFile, "connection-string-file", "", "read the hub's connection string from `FILE` (- for standard input)")
	f.StringVar(&g.sasFile, "sas-token-file", "", "read a ready-made SAS token from `FILE`; needs --hub")
	f.StringVar(&g.hub, "hub", "", "the hub's `HOST` name, for example contoso.azure-devices.net")
	f.StringVar(&g.caFile, "ca-file", "", "trust the certificates in this PEM `FILE` too")
	f.StringVar(&g.proxy, "proxy", "", "reach the hub through this proxy `URL` (default: HTTPS_PROXY)")
	f.BoolVar(&g.plain, "plain", false, "plain text, line by line, instead of the full screen")
	f.StringVar(&g.logFile, "log-file", "", "write a log for support to `FILE`; it holds no secrets")
}

// SourceKind says where the hub comes from.
type SourceKind string

// The kinds of hub source.
const (
	SourceEmulator         SourceKind = "emulator"
	SourceConnectionString SourceKind = "connection-string"
	SourceSASToken         SourceKind = "sas-token"
)

// HubSource is a resolved way to get a hub. Secret is a connection string or a
// token; it goes to the adapter and nowhere else.
type HubSource struct {
	Kind     SourceKind
	Scenario string // of the emulator: a name or a path
	Secret   []byte
	Host     string
	CAFile   string
	Proxy    string
	From     string // in words: where the secret was found
}

// String tells the source without its secret.
func (s HubSource) String() string { return string(s.Kind) + " from " + s.From }

// GoString keeps %#v from telling the secret.
func (s HubSource) GoString() string { return s.String() }

// The environment variables that hold a connection string, first match wins.
var connectionStringVariables = [...]string{"IOTHUB_CONNECTION_STRING", "IOTHUB_SERVICE_CONNECTION_STRING"}

// maxSecretBytes bounds a file that should hold one line.
const maxSecretBytes = 16 << 10

// source finds out which hub is meant: an explicit flag, then the environment,
// then the emulator.
func (a *app) source() (HubSource, error) {
	g := a.global
	s := HubSource{CAFile: g.caFile, Proxy: g.proxy, Host: g.hub}
	var given []string
	if g.emulatorGiven.Changed {
		given = append(given, "--emulator")
	}
	if g.csFile != "" {
		given = append(given, "--connection-string-file")
	}
	if g.sasFile != "" {
		given = append(given, "--sas-token-file")
	}
	if len(given) > 1 {
		return s, usage("%s name different hubs: give only one of them", strings.Join(given, " and "))
	}
	var err error
	switch {
	case g.emulatorGiven.Changed:
		s.Kind, s.Scenario, s.From = SourceEmulator, g.emulator, "--emulator"
	case g.csFile != "":
		s.Kind, s.From = SourceConnectionString, g.csFile
		s.Secret, err = a.secretFile(g.csFile)
	case g.sasFile != "":
		if g.hub == "" {
			return s, usage("--sas-token-file needs --hub HOST, for example --hub contoso.azure-devices.net")
		}
		s.Kind, s.From = SourceSASToken, g.sasFile
		s.Secret, err = a.secretFile(g.sasFile)
	default:
		return a.sourceFromEnvironment(s)
	}
	return s, err
}

func (a *app) sourceFromEnvironment(s HubSource) (HubSource, error) {
	for _, name := range connectionStringVariables {
		if v := a.Getenv(name); v != "" {
			s.Kind, s.Secret, s.From = SourceConnectionString, []byte(v), name
			return s, nil
		}
	}
	if a.global.hub != "" {
		return s, usage("--hub names a host but no credential: set IOTHUB_CONNECTION_STRING, or give --connection-string-file or --sas-token-file")
	}
	s.Kind, s.Scenario, s.From = SourceEmulator, defaultScenario, "nothing configured"
	return s, nil
}

func (a *app) secretFile(path string) ([]byte, error) {
	var b []byte
	var err error
	if path == "-" {
		b, err = a.stdinText(maxSecretBytes)
	} else {
		b, err = readFile(path, maxSecretBytes)
	}
	if err != nil {
		return nil, err
	}
	text := strings.TrimSpace(string(b))
	if text == "" {
		return nil, usage("%s is empty: it should hold one connection string or token", path)
	}
	return []byte(text), nil
}
