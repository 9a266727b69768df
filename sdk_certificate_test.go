package main_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha1" //nolint:gosec // certificates are registered by their SHA-1 thumbprint
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"math/big"
	"testing"
	"time"
)

// deviceCertificate is a self-signed certificate that a device logs in with.
type deviceCertificate struct {
	cert, key  []byte // PEM
	thumbprint string // SHA-1 of the certificate, in hex
}

func selfSigned(t *testing.T, name string) deviceCertificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: now.Add(-time.Hour), NotAfter: now.Add(time.Hour), DNSNames: []string{name}}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha1.Sum(der) //nolint:gosec // see the import
	return deviceCertificate{
		cert:       pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}),
		key:        pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret}),
		thumbprint: hex.EncodeToString(sum[:]),
	}
}

// pair is the certificate as Go's TLS takes it.
func (c deviceCertificate) pair(t *testing.T) *tls.Certificate {
	t.Helper()
	pair, err := tls.X509KeyPair(c.cert, c.key)
	if err != nil {
		t.Fatal(err)
	}
	return &pair
}
