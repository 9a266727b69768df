package models_test

import (
	"os/exec"
	"slices"
	"strings"
	"testing"

	"methodical/models"
)

func mustPayload(t *testing.T, s string) models.Payload {
	t.Helper()
	p, err := models.ParsePayload([]byte(s))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestEquivalentAz(t *testing.T) {
	pump := models.Target{DeviceID: "pump-7"}
	for _, c := range []struct {
		name, host string
		call       models.Call
		want       string
	}{
		{
			"one time-out fits both", "contoso.azure-devices.net",
			models.Call{
				Target: pump, Method: "reboot", Payload: mustPayload(t, `{"delay":5}`),
				ConnectTimeoutSeconds: models.Ptr(30), ResponseTimeoutSeconds: models.Ptr(30),
			},
			`az iot hub invoke-device-method --hub-name contoso --device-id pump-7 --method-name reboot --method-payload '{"delay":5}' --timeout 30`,
		},
		{
			"two time-outs, and quotes", "contoso.azure-devices.cn",
			models.Call{
				Target: models.Target{DeviceID: "it's", ModuleID: "$edgeAgent"}, Method: "say it",
				Payload: mustPayload(t, `"it's"`), ConnectTimeoutSeconds: models.Ptr(0), ResponseTimeoutSeconds: models.Ptr(45),
			},
			"# az has one --timeout for both: it also waits 45 s for the device to connect, where this call waits 0 s\n" +
				`az iot hub invoke-module-method --hub-name contoso --device-id 'it'\''s' --module-id '$edgeAgent' --method-name 'say it' --method-payload '"it'\''s"' --timeout 45`,
		},
		{
			"below what az takes; a negative number", "contoso.azure-devices.net",
			models.Call{
				Target: pump, Method: "set", Payload: mustPayload(t, "-5"),
				ConnectTimeoutSeconds: models.Ptr(10), ResponseTimeoutSeconds: models.Ptr(5),
			},
			"# az takes 10 to 300 seconds: the response timeout of 5 s is not possible\n" +
				`az iot hub invoke-device-method --hub-name contoso --device-id pump-7 --method-name set --method-payload=-5 --timeout 10`,
		},
		{
			"nothing said, no payload, no hub of Azure", "127.0.0.1:8443",
			models.Call{Target: pump, Method: "reboot"},
			"# az sends no payload at all when it is given null\n" +
				"# az has one --timeout for both: it also waits 30 s for the device to connect, where this call waits 0 s\n" +
				`az iot hub invoke-device-method --login "$IOTHUB_CONNECTION_STRING" --device-id pump-7 --method-name reboot --method-payload null --timeout 30`,
		},
		{
			"null", "contoso.azure-devices.net",
			models.Call{Target: pump, Method: "reboot", Payload: models.NullPayload(), ConnectTimeoutSeconds: models.Ptr(30)},
			"# az cannot send the JSON value null: this sends no payload at all; use curl\n" +
				`az iot hub invoke-device-method --hub-name contoso --device-id pump-7 --method-name reboot --method-payload null --timeout 30`,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := models.EquivalentAz(c.host, c.call); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestEquivalentCurl(t *testing.T) {
	got := models.EquivalentCurl("contoso.azure-devices.net", models.Call{
		Target: models.Target{DeviceID: "a#b", ModuleID: "m's"}, Method: "reboot", Payload: mustPayload(t, `{"a": "it's"}`),
		ConnectTimeoutSeconds: models.Ptr(0), ResponseTimeoutSeconds: models.Ptr(30),
	})
	want := `curl --silent --show-error --include --globoff --max-time 45 --header "Authorization: $SAS_TOKEN" ` +
		`--header 'Content-Type: application/json; charset=utf-8' ` +
		`--data-raw '{"methodName":"reboot","responseTimeoutInSeconds":30,"connectTimeoutInSeconds":0,"payload":{"a": "it'\''s"}}' ` +
		`'https://contoso.azure-devices.net/twins/a%23b/modules/m%27s/methods?api-version=2021-04-12'`
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	local := models.EquivalentCurl("127.0.0.1:8443", models.Call{Target: models.Target{DeviceID: "d"}, Method: "m"})
	if !strings.HasPrefix(local, "# a server with a certificate authority of its own needs --cacert FILE as well\ncurl ") {
		t.Errorf("no word on the private authority: %s", local)
	}
}

// TestEquivalentsSurviveTheShell lets a shell read the commands, in case our
// idea of quoting is not the shell's.
func TestEquivalentsSurviveTheShell(t *testing.T) {
	shell, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("no POSIX shell here")
	}
	call := models.Call{
		Target:  models.Target{DeviceID: "d;`id`$(id)'\"\\", ModuleID: "-m"},
		Method:  "new\nline $HOME *",
		Payload: mustPayload(t, "{\n  \"q\": \"it's $x `y` \\\\ !\"\n}"),
	}
	for name, command := range map[string]string{
		"az":   models.EquivalentAz("contoso.azure-devices.net", call),
		"curl": models.EquivalentCurl("contoso.azure-devices.net", call),
	} {
		script := `az() { printf '%s\0' "$@"; }; curl() { printf '%s\0' "$@"; }; SAS_TOKEN='a b'` + "\n" + command
		out, err := exec.CommandContext(t.Context(), shell, "-euc", script).CombinedOutput()
		if err != nil {
			t.Fatalf("%s: %v: %s", name, err, out)
		}
		words := strings.Split(strings.TrimSuffix(string(out), "\x00"), "\x00")
		want := []string{call.Target.DeviceID, "--module-id=-m", call.Method, call.Payload.String()}
		if name == "curl" {
			want = []string{
				string(call.RequestBody()), "Authorization: a b",
				"https://contoso.azure-devices.net" + call.Target.TwinPath() + "/methods?api-version=2021-04-12",
			}
		}
		for _, w := range want {
			if !slices.Contains(words, w) {
				t.Errorf("%s: the shell does not hand on %q: %q", name, w, words)
			}
		}
	}
}
