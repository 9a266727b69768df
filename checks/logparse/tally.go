package logparse

// codeCount is how often a code occurred.
type codeCount struct {
	code  uint32
	count int64
}

// tally counts codes. There are mostly few, which are looked through; a file
// made for the purpose may have very many, so from some number on they are
// looked up.
type tally struct {
	list  []codeCount
	index map[uint32]int
}

// fewCodes is how many codes are looked through.
const fewCodes = 16

func (t *tally) add(code uint32, n int64) {
	if t.index != nil {
		if i, ok := t.index[code]; ok {
			t.list[i].count += n
			return
		}
		t.index[code] = len(t.list)
	} else {
		for i := range t.list {
			if t.list[i].code == code {
				t.list[i].count += n
				return
			}
		}
	}
	t.list = append(t.list, codeCount{code, n})
	if t.index == nil && len(t.list) > fewCodes {
		t.index = make(map[uint32]int, 2*fewCodes)
		for i, c := range t.list {
			t.index[c.code] = i
		}
	}
}
