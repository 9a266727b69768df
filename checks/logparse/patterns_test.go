package logparse_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"methodical/checks/logparse"
	"methodical/models"
)

func event(at time.Time, device, op, code, ip, sdk string) string {
	properties := fmt.Sprintf(`{"deviceId":"%s","sdkVersion":"%s","protocol":"Mqtt","authType":"{\"scope\":\"device\"}","maskedIpAddress":"%s"}`, device, sdk, ip)
	s := fmt.Sprintf(`{"time":"%s","category":"Connections","operationName":"%s","properties":%q`, at.Format(time.RFC3339Nano), op, properties)
	if code != "" {
		s += `,"level":"Error","resultType":"` + code + `"`
	}
	return s + "}"
}

func start() time.Time { return time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC) }

// renewals is a device whose SAS token is renewed every 65 minutes.
func renewals(device string, n int) []string {
	var rows []string
	for i := range n {
		at := start().Add(time.Duration(i) * 65 * time.Minute)
		rows = append(rows,
			event(at, device, "deviceDisconnect", "401003", "1.2.3.XXX", "sdk/1"),
			event(at.Add(time.Second), device, "deviceDisconnect", "404104", "1.2.3.XXX", "sdk/1"),
			event(at.Add(9*time.Second), device, "deviceConnect", "", "1.2.3.XXX", "sdk/1"))
	}
	return rows
}

func TestConnectionPatterns(t *testing.T) {
	flapping := []string{}
	for i := range 30 {
		at := start().Add(time.Duration(i) * 97 * time.Second)
		flapping = append(flapping,
			event(at, "flappy", "deviceConnect", "", "1.2.3.XXX", "sdk/1"),
			event(at.Add(40*time.Second), "flappy", "deviceDisconnect", "404104", "1.2.3.XXX", "sdk/1"))
	}
	twins := []string{}
	for i := range 6 {
		at := start().Add(time.Duration(i) * 5 * time.Minute)
		ip := [...]string{"1.2.3.XXX", "9.9.9.XXX"}[i%2]
		twins = append(twins, event(at, "twin", "deviceConnect", "", ip, "sdk/1"), event(at.Add(time.Minute), "twin", "deviceDisconnect", "404104", ip, "sdk/1"))
	}
	said := []string{event(start(), "said", "deviceDisconnect", "400027", "1.2.3.XXX", "sdk/1"), event(start(), "said", "deviceConnect", "401002", "", "")}
	rows := slices.Concat(flapping, renewals("healthy", 8), twins, said)
	slices.Reverse(rows) // the order in the file plays no part
	s := read(t, logparse.Options{Sources: stream(strings.Join(rows, "\n"))})
	if s.Skipped.OtherCategory != int64(len(rows)) || s.Records != 0 {
		t.Errorf("got %d other rows and %d records, want %d and 0", s.Skipped.OtherCategory, s.Records, len(rows))
	}
	by := map[string]models.LogConnections{}
	for _, c := range s.Connections {
		by[c.DeviceID] = c
	}
	if c := by["flappy"]; c.Connects != 30 || c.Disconnects != 30 || c.FlapsPerHour < 30 || c.DuplicateIdentity || c.Codes["404104"] != 30 {
		t.Errorf("flappy: %+v", c)
	}
	if c := by["healthy"]; c.Renewals != 8 || c.FlapsPerHour != 0 || c.PeriodMinutes != 65 || c.DuplicateIdentity ||
		!slices.Equal(c.SDKs, []string{"sdk/1"}) || !slices.Equal(c.Protocols, []string{"Mqtt"}) || !slices.Equal(c.MaskedAddresses, []string{"1.2.3.XXX"}) {
		t.Errorf("healthy: %+v", c)
	}
	if c := by["twin"]; !c.DuplicateIdentity || len(c.MaskedAddresses) != 2 {
		t.Errorf("twin: %+v", c)
	}
	if c := by["said"]; !c.DuplicateIdentity || c.FailedConnects != 1 || c.Connects != 0 {
		t.Errorf("said: %+v", c)
	}
	want := []string{logparse.FindingTwoClients, logparse.FindingFlapping, logparse.FindingRenewal, logparse.FindingBeat, logparse.FindingNoRecords}
	for _, code := range want {
		if !slices.ContainsFunc(s.Findings, func(f models.Finding) bool { return f.Code == code && f.Text != "" }) {
			t.Errorf("no finding %s in %+v", code, s.Findings)
		}
	}
}

func TestBurstsAndLoneDevices(t *testing.T) {
	var rows []string
	for m := range 60 {
		at := start().Add(time.Duration(m) * time.Minute)
		for d := range 20 {
			code := ""
			switch {
			case m == 30 || m == 31: // the hub's fault
				code = "500001"
			case d == 0 && m%5 == 0:
				code = "504101"
			}
			rows = append(rows, row(at.Format(time.RFC3339), fmt.Sprintf("dev-%02d", d), code))
		}
	}
	s := read(t, logparse.Options{Sources: stream(strings.Join(rows, "\n"))})
	if len(s.Bursts) != 1 {
		t.Fatalf("got %+v, want one burst", s.Bursts)
	}
	b := s.Bursts[0]
	if !b.HubWide || b.Errors != 40 || b.Count != 40 || b.Devices != 20 || b.To.Sub(b.From) != 2*time.Minute || b.Codes["500001"] != 40 {
		t.Errorf("burst %+v", b)
	}
	// Of the lone device's failures, those in minutes 0, 5, … but 30.
	if d := s.Devices[0]; d.DeviceID != "dev-00" || d.Alone != 11 || d.Errors != 13 {
		t.Errorf("lone device %+v", d)
	}
	for _, code := range []string{logparse.FindingHubWide, logparse.FindingAlone} {
		if !slices.ContainsFunc(s.Findings, func(f models.Finding) bool { return f.Code == code }) {
			t.Errorf("no finding %s in %+v", code, s.Findings)
		}
	}
}
