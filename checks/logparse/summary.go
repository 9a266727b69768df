package logparse

import (
	"cmp"
	"math"
	"slices"
	"time"

	"methodical/models"
)

// summary turns counts into the answer.
func (a *aggregate) summary(book codebook, top int) models.LogSummary {
	a.learnNames()
	s := models.LogSummary{
		Version: models.LogsVersion, Records: a.records, Errors: a.errors,
		Skipped: models.LogSkipped{
			Malformed: a.malformed, OtherCategory: a.other, Blank: a.blank,
			Duplicate: a.duplicate, Filtered: a.filtered,
		},
		From: timeOf(a.from), To: timeOf(a.to),
		DeviceCount: int64(a.devices.count),
		Durations:   a.durations.summary(),
		Findings:    []models.Finding{},
	}
	if a.records > 0 {
		s.ErrorRate = float64(a.errors) / float64(a.records)
	}
	buckets := a.buckets.sorted()
	s.Codes = a.codeSummary(book)
	s.Operations = a.operationSummary()
	s.Buckets = a.bucketSummary(buckets)
	s.Devices = a.deviceSummary(buckets, top)
	s.Connections = a.connectionSummary(top)
	s.Bursts = bursts(s.Buckets, time.Duration(a.buckets.width))
	return s
}

// codeSummary is the codes, the most frequent first.
func (a *aggregate) codeSummary(book codebook) []models.LogCode {
	devices := a.devicesByCode()
	list := []models.LogCode{}
	for i, c := range a.perCode {
		if c.count == 0 {
			continue
		}
		code := a.codeNames[i]
		list = append(list, models.LogCode{
			Code: code, Name: book.name(code), Count: c.count, Devices: devices[i],
			First: timeOf(c.first), Last: timeOf(c.last),
		})
	}
	slices.SortFunc(list, func(a, b models.LogCode) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Code, b.Code))
	})
	return list
}

func (a *aggregate) devicesByCode() []int64 {
	devices := make([]int64, len(a.codeNames))
	for i := range uint32(a.devices.count) {
		succeeded := a.devices.at(i).count
		a.devices.failures(i, func(code uint32, n int64) {
			devices[code]++
			succeeded -= n
		})
		if succeeded > 0 {
			devices[0]++
		}
	}
	return devices
}

func (a *aggregate) operationSummary() []models.LogOperation {
	list := []models.LogOperation{}
	for i, op := range a.perOp {
		if op.count > 0 {
			list = append(list, models.LogOperation{Name: a.opNames[i], Count: op.count, Errors: op.errors})
		}
	}
	slices.SortFunc(list, func(a, b models.LogOperation) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Name, b.Name))
	})
	return list
}

func (a *aggregate) bucketSummary(buckets []*bucket) []models.LogBucket {
	list := make([]models.LogBucket, 0, len(buckets))
	for _, b := range buckets {
		list = append(list, models.LogBucket{
			Time: timeOf(b.start), Count: b.count, Errors: b.errors,
			Codes: a.countsOf(b.codes.list), FailingDevices: b.devices(),
		})
	}
	return list
}

// countsOf names counts. Most devices and buckets have none to name, and share
// one empty map: with a million devices that matters.
func (a *aggregate) countsOf(codes []codeCount) map[string]int64 {
	if len(codes) == 0 {
		return a.noCounts
	}
	m := make(map[string]int64, len(codes))
	for _, c := range codes {
		m[a.codeNames[c.code]] = c.count
	}
	return m
}

// deviceSummary is the top devices by failures, then rows, or all for top 0.
func (a *aggregate) deviceSummary(buckets []*bucket, top int) []models.LogDevice {
	alone := make(map[uint32]int64)
	for _, b := range buckets {
		if b.sole != 0 && b.sole != manyDevices {
			alone[b.sole-1] += b.errors
		}
	}
	best := topList[rankedDevice]{top: top, compare: func(x, y rankedDevice) int {
		if c := cmp.Or(cmp.Compare(y.errors, x.errors), cmp.Compare(y.count, x.count)); c != 0 {
			return c
		}
		return slices.Compare(a.devices.id(x.number), a.devices.id(y.number))
	}}
	for i := range uint32(a.devices.count) {
		best.add(rankedDevice{i, a.devices.at(i).count, a.devices.errors(i)})
	}
	list := make([]models.LogDevice, 0, len(best.list))
	var codes []codeCount
	for _, d := range best.sorted() {
		codes = codes[:0]
		a.devices.failures(d.number, func(code uint32, n int64) { codes = append(codes, codeCount{code, n}) })
		list = append(list, models.LogDevice{
			DeviceID: string(a.devices.id(d.number)), Count: d.count, Errors: d.errors,
			Codes: a.countsOf(codes), Alone: alone[d.number],
		})
	}
	return list
}

// rankedDevice is what devices are ranked by.
type rankedDevice struct {
	number        uint32
	count, errors int64
}

func (a *aggregate) connectionSummary(top int) []models.LogConnections {
	best := topList[models.LogConnections]{top: top, compare: compareConnections}
	for id, c := range a.connections {
		p := patternOf(c.recent.latest())
		codes := a.countsOf(c.codes.list)
		best.add(models.LogConnections{
			DeviceID: id, Connects: c.connects, Disconnects: c.disconnects, FailedConnects: c.failed,
			FlapsPerHour: math.Round(p.flapsPerHour*100) / 100, BusiestHour: p.busiestHour, Codes: codes,
			MaskedAddresses: c.addresses.strings(), SDKs: c.sdks.strings(), Protocols: c.protocols.strings(),
			First: timeOf(c.first), Last: timeOf(c.last), Renewals: p.renewals,
			PeriodMinutes:     math.Round(float64(p.period)/minute*10) / 10,
			DuplicateIdentity: p.alternates || codes[codeNewConnection] > 0 || codes[codeLinkConflict] > 0,
		})
	}
	return best.sorted()
}

// compareConnections puts the most suspicious first.
func compareConnections(a, b models.LogConnections) int {
	return cmp.Or(
		cmp.Compare(b2i(b.DuplicateIdentity), b2i(a.DuplicateIdentity)), cmp.Compare(b.FlapsPerHour, a.FlapsPerHour),
		cmp.Compare(b.Disconnects, a.Disconnects), cmp.Compare(a.DeviceID, b.DeviceID))
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}
