package azure_test

import (
	"fmt"
	"strings"
	"testing"

	"methodical/checks/azure"
)

func TestParseConnectionString(t *testing.T) {
	const host, key = "contoso.azure-devices.net", testKey
	for name, text := range map[string]string{
		"as the portal gives it":   "HostName=" + host + ";SharedAccessKeyName=service;SharedAccessKey=" + key,
		"with a line break behind": "HostName=" + host + ";SharedAccessKeyName=service;SharedAccessKey=" + key + "\r\n",
		"with a byte order mark":   "\ufeffHostName=" + host + ";SharedAccessKeyName=service;SharedAccessKey=" + key,
		"in another order":         "SharedAccessKey=" + key + ";HostName=" + host + ";SharedAccessKeyName=service;",
		"in another case":          "hostname=" + host + ";sharedaccesskeyname=service;sharedAccessKey=" + key,
		"with spaces":              " HostName = " + host + " ; SharedAccessKeyName=service; SharedAccessKey=" + key,
		"with a part more":         "HostName=" + host + ";SharedAccessKeyName=service;SharedAccessKey=" + key + ";Comment=x",
	} {
		t.Run(name, func(t *testing.T) {
			c, err := azure.ParseConnectionString([]byte(text))
			if err != nil {
				t.Fatal(err)
			}
			facts := c.Client()
			if c.HostName() != host || facts.Credential != "sas-policy" || facts.Policy != "service" {
				t.Errorf("host %q, facts %+v", c.HostName(), facts)
			}
			noSecret(t, "a printed credential", fmt.Sprintf("%v %+v %#v", c, c, c))
		})
	}
}

func TestParseConnectionStringSaysWhatIsWrong(t *testing.T) {
	const host, key = "HostName=contoso.azure-devices.net", "SharedAccessKey=" + testKey
	const policy = "SharedAccessKeyName=service"
	for _, c := range []struct{ name, text, want string }{
		{"empty", " \n", "is empty"},
		{"a device's", host + ";DeviceId=pump-7;" + key, "this is a device's connection string"},
		{"a device's with a certificate", host + ";DeviceId=pump-7;x509=true", "this is a device's connection string"},
		{"a module's", host + ";DeviceId=edge;ModuleId=m;" + key, "this is a module's connection string"},
		{"an event hub's", "Endpoint=sb://ihsu.servicebus.windows.net/;SharedAccessKeyName=iothubowner;" + key + ";EntityPath=x", "Event Hubs-compatible"},
		{"a storage account's", "DefaultEndpointsProtocol=https;AccountName=x;AccountKey=" + testKey, "storage account"},
		{"a provisioning service's", "HostName=x.azure-devices-provisioning.net;" + policy + ";" + key, "provisioning service"},
		{"a signature for a key", host + ";" + policy + ";SharedAccessSignature=SharedAccessSignature sr=x&sig=y&se=1", "SAS token"},
		{"cut by the shell", host, "a shell cuts an unquoted value at the first semicolon"},
		{"no host", policy + ";" + key, "has no HostName"},
		{"no policy", host + ";" + key, "has no SharedAccessKeyName"},
		{"no key", host + ";" + policy, "has no SharedAccessKey;"},
		{"an empty key", host + ";" + policy + ";SharedAccessKey=", "the SharedAccessKey of the connection string is empty"},
		{"a key cut off", host + ";" + policy + ";" + strings.TrimSuffix(key, "="), "base64 comes in groups of four"},
		{"a key with a hole", host + ";" + policy + ";SharedAccessKey=" + strings.Replace(testKey, "X", "*", 1), "is not base64"},
		{"no pairs", "contoso", "part 1 of the connection string is not NAME=VALUE"},
		{"a second part without a name", host + ";" + testKey[:20] + ";" + policy, "part 2 of the connection string is not NAME=VALUE"},
		{"twice the same", host + ";" + policy + ";" + key + ";" + key, "the same part twice (part 4)"},
		{"in double quotes", `"` + host + ";" + policy + ";" + key + `"`, "quotation mark"},
		{"half a quote", host + ";" + policy + ";" + key + `'`, "quotation mark"},
		{"two lines", host + ";" + policy + ";\n" + key, "line break"},
		{"a variable's name in front", "IOTHUB_CONNECTION_STRING=" + host + ";" + policy + ";" + key, "name of a variable"},
		{"an address for a host", "HostName=https://contoso.azure-devices.net;" + policy + ";" + key, "must not begin with https://"},
		{"a path for a host", "HostName=contoso.azure-devices.net/x;" + policy + ";" + key, "a character that no host name has"},
		{"UTF-16", "H\x00o\x00s\x00t\x00", "UTF-16"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := azure.ParseConnectionString([]byte(c.text))
			if err == nil {
				t.Fatal("accepted")
			}
			if !strings.Contains(err.Error(), c.want) {
				t.Errorf("the error is %q, which does not say %q", err, c.want)
			}
			noSecret(t, "the error", strings.ReplaceAll(err.Error(), "SharedAccessSignature and a space", ""))
			if strings.Contains(err.Error(), testKey[:20]) {
				t.Errorf("the error repeats part of the key: %v", err)
			}
		})
	}
}

// FuzzParseConnectionString looks for texts that break the parser or make an
// error repeat a long stretch of what it was given.
func FuzzParseConnectionString(f *testing.F) {
	f.Add(string(connectionString("contoso.azure-devices.net")))
	f.Add("HostName=a;DeviceId=b;SharedAccessKey=c")
	f.Add("\ufeff'HostName=\x00;=;;==\r\n")
	f.Fuzz(func(t *testing.T, text string) {
		c, err := azure.ParseConnectionString([]byte(text))
		if err == nil {
			if c.HostName() == "" || c.Client().Policy == "" {
				t.Errorf("accepted without host or policy: %q", text)
			}
			return
		}
		for i := 0; i+24 <= len(text); i++ {
			if piece := text[i : i+24]; strings.Contains(err.Error(), piece) && !strings.Contains(fixedWords, piece) {
				t.Errorf("the error repeats %q: %v", piece, err)
			}
		}
	})
}

// fixedWords are long stretches that errors say on their own account.
const fixedWords = "HostName=NAME.azure-devices.net;SharedAccessKeyName=POLICY;SharedAccessKey=KEY" +
	" the connection string has no SharedAccessKeyName; it looks like the connection string has no SharedAccessKey; it looks like "
