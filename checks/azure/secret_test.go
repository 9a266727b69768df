package azure_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"methodical/checks/azure"
)

func TestSecretNeverShows(t *testing.T) {
	secret := azure.NewSecret("hunter2-hunter2")
	type holder struct {
		Open   azure.Secret
		hidden azure.Secret
		deep   *azure.Secret
	}
	held := holder{Open: secret, hidden: secret, deep: &secret}
	var out bytes.Buffer
	for _, v := range []any{secret, &secret, held, &held, []azure.Secret{secret}, map[string]azure.Secret{"k": secret}} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d", "%T"} {
			fmt.Fprintf(&out, verb+"\n", v)
		}
		for _, log := range []*slog.Logger{slog.New(slog.NewTextHandler(&out, nil)), slog.New(slog.NewJSONHandler(&out, nil))} {
			log.Info("here", "v", v)
		}
		b, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		out.Write(b)
	}
	if text := out.String(); strings.Contains(text, "hunter2") || strings.Contains(text, fmt.Sprintf("%x", "hunter2")) {
		t.Errorf("the secret shows: %s", text)
	}
	if !strings.Contains(out.String(), "[redacted]") {
		t.Errorf("nothing says that something was hidden: %s", out.String())
	}
	if secret.Reveal() != "hunter2-hunter2" {
		t.Errorf("revealed %q", secret.Reveal())
	}
}

func TestEmptySecret(t *testing.T) {
	var none azure.Secret
	if !none.IsZero() || none.Reveal() != "" || none.String() != "" || !azure.NewSecret("").IsZero() {
		t.Errorf("the zero secret is not empty: %q", none.Reveal())
	}
}
