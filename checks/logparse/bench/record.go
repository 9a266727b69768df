// Package bench writes made-up exported resource logs of any size together with
// the truth about them, for tests and measurements. The same seed always gives
// the same bytes.
package bench

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"time"
)

// Record is one made-up row.
type Record struct {
	Time        time.Time
	Category    string
	Operation   string
	DeviceID    string
	Code        string // "0" for success
	DurationMs  int
	RequestSize int
}

// failures are the codes that calls fail with, and how often in a thousand
// failures.
func failures() []struct {
	code, name string
	share      int
} {
	return []struct {
		code, name string
		share      int
	}{
		{"404103", "DeviceNotOnline", 540}, {"504101", "GatewayTimeout", 250}, {"404001", "DeviceNotFound", 90},
		{"401002", "IotHubUnauthorizedAccess", 40}, {"429001", "ThrottlingException", 50}, {"500001", "ServerError", 30},
	}
}

// Names are the names of the codes that occur.
func Names() map[string]string {
	names := map[string]string{"0": "Success"}
	for _, f := range failures() {
		names[f.code] = f.name
	}
	return names
}

// records makes rows one after another.
type records struct {
	rng     *rand.Rand
	devices int
	at      time.Time
	step    time.Duration
}

func (r *records) next() Record {
	r.at = r.at.Add(time.Duration(r.rng.Int64N(int64(2 * r.step))).Truncate(100 * time.Nanosecond))
	rec := Record{
		Time: r.at, Category: "DirectMethods", Operation: "send", Code: "0",
		DeviceID:    "pump-" + strconv.Itoa(r.rng.IntN(r.devices)),
		DurationMs:  20 + int(r.rng.ExpFloat64()*80),
		RequestSize: 10 + r.rng.IntN(400),
	}
	if r.rng.IntN(1000) < 70 {
		pick := r.rng.IntN(1000)
		for _, f := range failures() {
			if pick -= f.share; pick < 0 {
				rec.Code = f.code
				break
			}
		}
		switch rec.Code {
		case "504101":
			rec.DurationMs = 30000 + r.rng.IntN(40)
		case "404103":
			rec.DurationMs = 5 + r.rng.IntN(20)
		}
	}
	return rec
}

const resource = "/SUBSCRIPTIONS/91D12660-3DEC-467A-BE2A-213B5544DDC0/RESOURCEGROUPS/RG-PLANT-NORTH-PRODUCTION/PROVIDERS/MICROSOFT.DEVICES/IOTHUBS/CONTOSO-PLANT-NORTH-PRODUCTION"

func (r Record) properties() string {
	response := r.RequestSize / 2
	if r.Code != "0" {
		response = 0
	}
	return fmt.Sprintf(`{"deviceId":"%s","RequestSize":%d,"ResponseSize":%d,"sdkVersion":"2021-04-12"}`, r.DeviceID, r.RequestSize, response)
}

func (r Record) level() string {
	if r.Code == "0" {
		return "Information"
	}
	return "Error"
}

const timeLayout = "2006-01-02T15:04:05.0000000Z"
