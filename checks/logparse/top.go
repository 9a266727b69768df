package logparse

import "slices"

// topList keeps the first top of what it is given, in order; all of it for top
// 0. With a small top it holds far less than a whole sort would.
type topList[T any] struct {
	top     int
	compare func(a, b T) int
	list    []T
}

func (l *topList[T]) add(x T) {
	switch {
	case l.top <= 0:
		l.list = append(l.list, x)
	case len(l.list) == l.top && l.compare(x, l.list[l.top-1]) >= 0:
	default:
		at, _ := slices.BinarySearchFunc(l.list, x, l.compare)
		l.list = slices.Insert(l.list, at, x)
		l.list = l.list[:min(len(l.list), l.top)]
	}
}

// sorted is what was kept, never nil.
func (l *topList[T]) sorted() []T {
	if l.top <= 0 {
		slices.SortFunc(l.list, l.compare)
	}
	if l.list == nil {
		return []T{}
	}
	return l.list
}
