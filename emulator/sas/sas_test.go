package sas

import (
	"errors"
	"net/url"
	"testing"
	"time"
)

const key = "c2VjcmV0IGtleSBvZiBhIHRlc3Q="

func TestRoundTrip(t *testing.T) {
	expiry := time.Unix(1_900_000_000, 0)
	text, err := New("hub.azure-devices.net/devices/a b", "device", key, expiry)
	if err != nil {
		t.Fatal(err)
	}
	const want = "SharedAccessSignature sr=hub.azure-devices.net%2Fdevices%2Fa+b&sig="
	if text[:len(want)] != want {
		t.Errorf("token %s", text)
	}
	token, err := Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	if !token.SignedWith(key) || token.SignedWith("b3RoZXI=") || token.SignedWith("not base64!") {
		t.Error("the signature is taken for what it is not")
	}
	if token.Policy != "device" || !token.Expiry.Equal(expiry) || !token.Expired(expiry) || token.Expired(expiry.Add(-time.Second)) {
		t.Errorf("token %+v", token)
	}
}

func TestMalformed(t *testing.T) {
	for _, text := range []string{
		"", "Bearer x", "SharedAccessSignature", "SharedAccessSignature sr=a&sig=%zz&se=1", "SharedAccessSignature sr=a&sig=!!&se=1",
		"SharedAccessSignature sr=a&se=1", "SharedAccessSignature sig=YQ==&se=1", "SharedAccessSignature sr=a&sig=YQ==&se=soon",
	} {
		if _, err := Parse(text); !errors.Is(err, ErrMalformed) {
			t.Errorf("%q: %v, want ErrMalformed", text, err)
		}
	}
}

func TestCovers(t *testing.T) {
	names := []string{"127.0.0.1", "lab.azure-devices.net", "::1"}
	for _, tt := range []struct {
		resource, path string
		want           bool
	}{
		{"127.0.0.1", "/twins/a", true},
		{"127.0.0.1:8443", "/twins/a", true},
		{"[::1]:8443", "/twins/a", true},
		{"LAB.azure-devices.net", "/devices", true},
		{"lab.azure-devices.net/devices/a", "/devices/a", true},
		{"lab.azure-devices.net/devices/a/", "/devices/a", true},
		{"lab.azure-devices.net/devices/a", "/devices/a/modules/m", true},
		{"lab.azure-devices.net/devices/a", "/devices/ab", false},
		{"lab.azure-devices.net/devices/a/modules/m", "/devices/a", false},
		{"other.azure-devices.net", "/devices/a", false},
		{"", "/devices/a", false},
	} {
		for _, sr := range []string{tt.resource, url.QueryEscape(tt.resource), url.QueryEscape(url.QueryEscape(tt.resource))} {
			if got := (Token{Resource: sr}).Covers(names, tt.path); got != tt.want {
				t.Errorf("%q covers %s: %v, want %v", sr, tt.path, got, tt.want)
			}
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("SharedAccessSignature sr=a%2Fb&sig=YQ%3D%3D&se=1900000000&skn=service")
	f.Add("SharedAccessSignature sr=&sig=&se=")
	f.Fuzz(func(_ *testing.T, text string) {
		if token, err := Parse(text); err == nil {
			token.SignedWith(key)
			token.Covers([]string{"a"}, "/b")
		}
	})
}
