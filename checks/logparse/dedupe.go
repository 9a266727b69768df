package logparse

import (
	"encoding/binary"
	"hash/maphash"
	"sync"
)

// dupKey stands for all that is read of a row: 128 bits, so that two different
// rows never share one in practice.
type dupKey [2]uint64

// dupKey seeds; made once per reading.
type dupSeeds [2]maphash.Seed

func newDupSeeds() dupSeeds { return dupSeeds{maphash.MakeSeed(), maphash.MakeSeed()} }

// dupSet remembers the rows that were counted. It is the one part of a reading
// whose memory grows with the file: about 40 bytes a row.
type dupSet struct {
	shards [64]dupShard
}

type dupShard struct {
	mu   sync.Mutex
	seen map[dupKey]struct{}
}

// add reports whether k is new.
func (s *dupSet) add(k dupKey) bool {
	shard := &s.shards[k[1]%uint64(len(s.shards))]
	shard.mu.Lock()
	defer shard.mu.Unlock()
	if _, dup := shard.seen[k]; dup {
		return false
	}
	if shard.seen == nil {
		shard.seen = map[dupKey]struct{}{}
	}
	shard.seen[k] = struct{}{}
	return true
}

// key stands for the record in p.vals and p.props. Two rows are duplicates
// when their time, category, operation, code, duration, device, properties,
// correlation id and resource agree; white space in properties and the case of
// the resource id differ between exports and are left aside.
func (p *parser) key() dupKey {
	b := p.keyText[:0]
	b = append(b, p.category()...)
	b = binary.LittleEndian.AppendUint64(append(b, 0), uint64(p.time()))
	b = binary.LittleEndian.AppendUint64(b, uint64(duration(p.vals[fDuration])))
	b = append(b, p.codes.names[p.code(p.vals[fResultType])]...)
	if p.uncoded() && isErrorLevel(p.vals[fLevel]) {
		b = append(b, '!')
	}
	b = append(append(b, 0), p.ops.names[p.operation(p.vals[fOperation])]...)
	b = append(append(b, 0), p.target()...)
	correlation, _ := p.vals[fCorrelation].scalar()
	b = append(append(b, 0), correlation...)
	resource, _ := p.vals[fResource].scalar()
	b = appendLower(append(b, 0), resource)
	if v := p.vals[fProperties]; v.kind == text || v.kind == object {
		b = appendCompact(append(b, 0), v.raw)
	}
	p.keyText = b
	return dupKey{maphash.Bytes(p.seeds[0], b), maphash.Bytes(p.seeds[1], b)}
}

// appendCompact appends JSON without the white space between its tokens.
func appendCompact(dst, json []byte) []byte {
	inString := false
	for i, c := range json {
		switch {
		case c == '"' && (i == 0 || json[i-1] != '\\'):
			inString = !inString
		case !inString && (c == ' ' || c == '\t' || c == '\n' || c == '\r'):
			continue
		}
		dst = append(dst, c)
	}
	return dst
}
