package logparse

import (
	"bytes"
	"cmp"
	"hash/fnv"
	"slices"
)

// connectionTable joins Connections rows by device.
type connectionTable map[string]*connection

// connection is one device's Connections rows. Counts are exact; what depends
// on the order of events is told from the latest ones only, so that memory
// grows with the devices and not with the file.
type connection struct {
	connects, disconnects, failed int64

	codes       tally
	first, last int64

	addresses, sdks, protocols smallSet
	recent                     moments
}

// moment is one event, as little of it as patterns need.
type moment struct {
	time         int64
	address, sdk uint32 // hashes
	op           connectionOp
	class        codeClass
}

// codeClass tells apart the codes that patterns are made of.
type codeClass uint8

const (
	otherCode codeClass = iota
	codeOfSuccess
	codeOfExpiry // 401003: the token has run out
	codeOfClose  // 404104: the hub sees the connection closed
)

func classOf(code string) codeClass {
	switch code {
	case successCode:
		return codeOfSuccess
	case "401003":
		return codeOfExpiry
	case "404104":
		return codeOfClose
	default:
		return otherCode
	}
}

// The codes that say outright that two clients share one id: the older
// connection was closed for a newer one, a link was opened twice.
const (
	codeNewConnection = "400027"
	codeLinkConflict  = "409002"
)

func (t connectionTable) add(e *event, code string) {
	if len(e.device) == 0 {
		return
	}
	c := t[string(e.device)]
	if c == nil {
		c = &connection{first: noTime, last: noTime}
		t[string(e.device)] = c
	}
	c.codes.add(e.code, 1)
	switch {
	case e.op == disconnectOp:
		c.disconnects++
	case e.op == connectOp && code == successCode:
		c.connects++
	case e.op == connectOp:
		c.failed++
	}
	c.addresses.add(e.address)
	c.sdks.add(e.sdk)
	c.protocols.add(e.protocol)
	if e.time == noTime {
		return
	}
	c.seen(e.time)
	c.recent.add(moment{e.time, hash32(e.address), hash32(e.sdk), e.op, classOf(code)})
}

func (c *connection) seen(time int64) {
	if c.first == noTime || time < c.first {
		c.first = time
	}
	c.last = max(c.last, time)
}

// merge adds another worker's table, whose codes are numbered differently.
func (t connectionTable) merge(o connectionTable, code []uint32) {
	for id, from := range o {
		c := t[id]
		if c == nil {
			c = &connection{first: noTime, last: noTime}
			t[id] = c
		}
		c.connects += from.connects
		c.disconnects += from.disconnects
		c.failed += from.failed
		for _, n := range from.codes.list {
			c.codes.add(code[n.code], n.count)
		}
		if from.first != noTime {
			c.seen(from.first)
			c.seen(from.last)
		}
		c.addresses.merge(from.addresses)
		c.sdks.merge(from.sdks)
		c.protocols.merge(from.protocols)
		for _, m := range from.recent {
			c.recent.add(m)
		}
	}
}

func hash32(s []byte) uint32 {
	h := fnv.New32a()
	h.Write(s)
	return h.Sum32()
}

// moments keeps the latest events, whatever the order they are added in.
type moments []moment

const maxMoments = 256

func (m *moments) add(x moment) {
	*m = append(*m, x)
	if len(*m) >= 2*maxMoments {
		*m = append((*m)[:0], m.latest()...)
	}
}

// latest is the latest events in the order of time.
func (m moments) latest() moments {
	slices.SortFunc(m, func(a, b moment) int {
		return cmp.Or(cmp.Compare(a.time, b.time), cmp.Compare(a.op, b.op), cmp.Compare(a.class, b.class),
			cmp.Compare(a.address, b.address), cmp.Compare(a.sdk, b.sdk))
	})
	return m[max(0, len(m)-maxMoments):]
}

// smallSet keeps the first few different texts in the order of the alphabet.
type smallSet [][]byte

const maxSmallSet = 8

func (s *smallSet) add(x []byte) {
	if len(x) == 0 {
		return
	}
	x = x[:min(len(x), maxKey)]
	at, found := slices.BinarySearchFunc(*s, x, bytes.Compare)
	if found || at == maxSmallSet {
		return
	}
	*s = slices.Insert(*s, at, bytes.Clone(x))
	*s = (*s)[:min(len(*s), maxSmallSet)]
}

func (s *smallSet) merge(o smallSet) {
	for _, x := range o {
		s.add(x)
	}
}

func (s smallSet) strings() []string {
	var list []string
	for _, x := range s {
		list = append(list, string(x))
	}
	return list
}
