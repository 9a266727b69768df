// Package pki makes the emulator's own certificate authority. Both keys live
// in memory only and end with the process.
package pki

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"slices"
	"time"
)

// lifetime is long enough for a day of training and short enough that a
// forgotten trust entry does no harm for long.
const lifetime = 30 * 24 * time.Hour

// Authority is a certificate authority with one leaf certificate.
type Authority struct {
	pem  []byte
	root *x509.Certificate
	leaf tls.Certificate
	// foreign is the leaf that something between client and hub would show; its
	// authority is trusted nowhere.
	foreign tls.Certificate
}

// New makes an authority and a leaf for the given names and addresses;
// localhost and the loopback addresses are always among them.
func New(names ...string) (*Authority, error) {
	names = append(names, "localhost", "127.0.0.1", "::1")
	root, leaf, err := pair("methodical emulator CA", names)
	if err != nil {
		return nil, err
	}
	_, foreign, err := pair("Example Corp Web Security Proxy CA", names)
	if err != nil {
		return nil, err
	}
	return &Authority{
		pem:  pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: root.Raw}),
		root: root, leaf: leaf, foreign: foreign,
	}, nil
}

// pair makes a root and a leaf that it signed.
func pair(rootName string, names []string) (*x509.Certificate, tls.Certificate, error) {
	now := time.Now()
	rootKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, tls.Certificate{}, fmt.Errorf("make the authority's key: %w", err)
	}
	rootDER, err := create(&x509.Certificate{
		Subject:               pkix.Name{CommonName: rootName},
		NotBefore:             now.Add(-time.Hour),
		NotAfter:              now.Add(lifetime),
		IsCA:                  true,
		BasicConstraintsValid: true,
		MaxPathLenZero:        true,
		KeyUsage:              x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
	}, nil, &rootKey.PublicKey, rootKey)
	if err != nil {
		return nil, tls.Certificate{}, err
	}
	root, err := x509.ParseCertificate(rootDER)
	if err != nil {
		return nil, tls.Certificate{}, fmt.Errorf("read the authority's certificate: %w", err)
	}
	leafKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, tls.Certificate{}, fmt.Errorf("make the hub's key: %w", err)
	}
	leaf := &x509.Certificate{
		Subject:     pkix.Name{CommonName: names[0]},
		NotBefore:   now.Add(-time.Hour),
		NotAfter:    now.Add(lifetime),
		KeyUsage:    x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	addNames(leaf, names)
	leafDER, err := create(leaf, root, &leafKey.PublicKey, rootKey)
	if err != nil {
		return nil, tls.Certificate{}, err
	}
	return root, tls.Certificate{Certificate: [][]byte{leafDER, rootDER}, PrivateKey: leafKey}, nil
}

func create(template, parent *x509.Certificate, public *ecdsa.PublicKey, signer *ecdsa.PrivateKey) ([]byte, error) {
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	if err != nil {
		return nil, fmt.Errorf("make a serial number: %w", err)
	}
	template.SerialNumber = serial
	if parent == nil {
		parent = template
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, public, signer)
	if err != nil {
		return nil, fmt.Errorf("make the certificate of %s: %w", template.Subject.CommonName, err)
	}
	return der, nil
}

func addNames(leaf *x509.Certificate, names []string) {
	for _, name := range names {
		if ip := net.ParseIP(name); ip != nil {
			if !slices.ContainsFunc(leaf.IPAddresses, ip.Equal) {
				leaf.IPAddresses = append(leaf.IPAddresses, ip)
			}
		} else if name != "" && !slices.Contains(leaf.DNSNames, name) {
			leaf.DNSNames = append(leaf.DNSNames, name)
		}
	}
}

// PEM is the authority's certificate, for clients that must trust it.
func (a *Authority) PEM() []byte { return slices.Clone(a.pem) }

// Pool holds the authority's certificate only.
func (a *Authority) Pool() *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AddCert(a.root)
	return pool
}

// ServerConfig is the TLS configuration of one of the hub's listeners: TLS 1.2
// or newer. A client certificate is asked for when devices may log in with
// one. While intercepted says so, clients see a certificate of somebody else.
func (a *Authority) ServerConfig(askForCertificate bool, intercepted func() bool) *tls.Config {
	cfg := &tls.Config{
		MinVersion: tls.VersionTLS12,
		GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) {
			if intercepted() {
				return &a.foreign, nil
			}
			return &a.leaf, nil
		},
		SessionTicketsDisabled: true, // a resumed session would not show the certificate
	}
	if askForCertificate {
		cfg.ClientAuth = tls.RequestClientCert
	}
	return cfg
}
