package emulator_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha1" //nolint:gosec // the service compares certificates by this thumbprint
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"math/big"
	"net/http"
	"slices"
	"testing"
	"time"

	paho "github.com/eclipse/paho.mqtt.golang"
)

func selfSigned(t *testing.T) (tls.Certificate, string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha1.Sum(der) //nolint:gosec // see the import
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, hex.EncodeToString(sum[:])
}

func TestDevicesWithCertificates(t *testing.T) {
	e := start(t, `{}`)
	owner := newCaller(t, e, "iothubowner")
	own, thumbprint := selfSigned(t)
	other, _ := selfSigned(t)
	got := owner.do(http.MethodPut, "/devices/x", `{"deviceId":"x","authentication":{"type":"selfSigned","x509Thumbprint":{"primaryThumbprint":"`+thumbprint+`"}}}`)
	if got.status != http.StatusOK {
		t.Fatalf("HTTP %d %s", got.status, got.body)
	}
	login := deviceLogin{clientID: "x", userName: e.DeviceHostName() + "/x/?api-version=2021-04-12", clean: true}
	for _, tt := range []struct {
		name         string
		certificates []tls.Certificate
		want         byte
	}{{"its own", []tls.Certificate{own}, 0}, {"another", []tls.Certificate{other}, 5}, {"none", nil, 5}} {
		_, token := connect(t, e, login, func(o *paho.ClientOptions) { o.TLSConfig.Certificates = tt.certificates })
		if token.ReturnCode() != tt.want {
			t.Errorf("%s: CONNACK %d, want %d", tt.name, token.ReturnCode(), tt.want)
		}
	}
}

func TestCertificateOfTheHub(t *testing.T) {
	e := start(t, `{}`)
	block, _ := pem.Decode(e.CAPEM())
	ca, err := x509.ParseCertificate(block.Bytes)
	if err != nil || !ca.IsCA || ca.KeyUsage&x509.KeyUsageCertSign == 0 {
		t.Fatalf("the CA cannot sign: %v %v", ca, err)
	}
	c, err := tls.Dial("tcp", e.HTTPSAddr(), newCaller(t, e, "service").http.Transport.(*http.Transport).TLSClientConfig)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	leaf := c.ConnectionState().PeerCertificates[0]
	if !slices.Contains(leaf.DNSNames, "localhost") || leaf.VerifyHostname("127.0.0.1") != nil || leaf.VerifyHostname("::1") != nil {
		t.Errorf("the leaf is for %v %v", leaf.DNSNames, leaf.IPAddresses)
	}
	if !slices.Contains(leaf.ExtKeyUsage, x509.ExtKeyUsageServerAuth) || c.ConnectionState().NegotiatedProtocol == "h2" {
		t.Error("the leaf is not for servers, or HTTP/2 is spoken")
	}
	old := &tls.Config{RootCAs: newCaller(t, e, "service").http.Transport.(*http.Transport).TLSClientConfig.RootCAs, MaxVersion: tls.VersionTLS11}
	if c, err := tls.Dial("tcp", e.MQTTAddr(), old); err == nil {
		_ = c.Close()
		t.Error("TLS 1.1 is spoken")
	}
}
