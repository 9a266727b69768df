package device

// Fuzzy scores, higher is better: letters in a row and at the start of a word
// count more than letters spread out. The numbers and the rules are those of
// fzf's second matcher, so that the order is the one people know.
const (
	scoreMatch        = 16
	scoreGapStart     = -3
	scoreGapExtension = -1

	bonusBoundary       = scoreMatch / 2
	bonusNonWord        = scoreMatch / 2
	bonusCamel          = bonusBoundary + scoreGapExtension
	bonusConsecutive    = -(scoreGapStart + scoreGapExtension)
	bonusStart          = bonusBoundary + 2 // the start of the id
	bonusAfterDelimiter = bonusBoundary + 1 // after a character such as ":" or ","
	bonusFirstFactor    = 2
)

type class uint8

const (
	classStart class = iota
	classNonWord
	classDelimiter
	classLower
	classUpper
	classDigit
)

func classOf(c byte) class {
	switch {
	case c >= 'a' && c <= 'z':
		return classLower
	case c >= 'A' && c <= 'Z':
		return classUpper
	case c >= '0' && c <= '9':
		return classDigit
	case c == '/' || c == ',' || c == ':' || c == ';' || c == '|':
		return classDelimiter
	default:
		return classNonWord
	}
}

// bonus is what a letter gets for where it stands.
func bonus(before, at class) int {
	if at > classNonWord {
		switch before {
		case classStart:
			return bonusStart
		case classDelimiter:
			return bonusAfterDelimiter
		case classNonWord:
			return bonusBoundary
		}
	}
	switch {
	case before == classLower && at == classUpper, before != classDigit && at == classDigit:
		return bonusCamel
	case at == classNonWord, at == classDelimiter:
		return bonusNonWord
	}
	return 0
}

// scorer finds the best way to spread a text over an id. It keeps its rows, so
// that scoring many ids allocates nothing.
type scorer struct {
	bonus        []int
	first        []int // the earliest place of each letter
	score, above []int // best score of ways that end here or before
	run, runOver []int // letters in a row that end here
}

// best is the highest score of the text in the id; ok is false when the id does
// not hold its letters in order. text is lower case; the case of the id matters
// only for where words start.
func (s *scorer) best(id, text string) (score int, ok bool) {
	if !s.prepare(id, text) {
		return 0, false
	}
	for i := range len(text) {
		s.above, s.score = s.score, s.above
		s.runOver, s.run = s.run, s.runOver
		if i == 0 {
			s.firstRow(id, text[0])
		} else {
			s.row(id, text[i], s.first[i])
		}
	}
	for _, v := range s.score[s.first[len(text)-1]:] {
		score = max(score, v)
	}
	return score, true
}

// prepare finds the earliest place of each letter and what each place is worth.
func (s *scorer) prepare(id, text string) bool {
	if len(text) == 0 || len(text) > len(id) {
		return false
	}
	s.first = s.first[:0]
	at := 0
	for i := range len(text) {
		for at < len(id) && lower(id[at]) != text[i] {
			at++
		}
		if at == len(id) {
			return false
		}
		s.first = append(s.first, at)
		at++
	}
	n := len(id)
	if cap(s.bonus) < n {
		s.bonus, s.score, s.above = make([]int, n), make([]int, n), make([]int, n)
		s.run, s.runOver = make([]int, n), make([]int, n)
	}
	s.bonus, s.score, s.above = s.bonus[:n], s.score[:n], s.above[:n]
	s.run, s.runOver = s.run[:n], s.runOver[:n]
	before := classStart
	for j := range n {
		at := classOf(id[j])
		s.bonus[j] = bonus(before, at)
		before = at
	}
	return true
}

func (s *scorer) firstRow(id string, letter byte) {
	left, gap := 0, scoreGapStart
	for j := range len(id) {
		if lower(id[j]) == letter {
			left, gap = scoreMatch+s.bonus[j]*bonusFirstFactor, scoreGapStart
			s.run[j] = 1
		} else {
			left, gap = max(left+gap, 0), scoreGapExtension
			s.run[j] = 0
		}
		s.score[j] = left
	}
}

// row fills the scores of ways whose last letter so far is this one, from the
// earliest place it can stand.
func (s *scorer) row(id string, letter byte, from int) {
	left, gap := 0, scoreGapStart
	for j := from; j < len(id); j++ {
		hit, run, pass := 0, 0, left+gap
		if lower(id[j]) == letter {
			hit, run = s.hit(j, pass)
		}
		gap = scoreGapStart
		if hit < pass {
			gap = scoreGapExtension
		}
		left = max(hit, pass, 0)
		s.score[j], s.run[j] = left, run
	}
}

// hit is the score of the letter standing at j, and how many letters in a row
// end there. pass is the score of passing over it.
func (s *scorer) hit(j, pass int) (score, run int) {
	score, run = s.above[j-1]+scoreMatch, s.runOver[j-1]+1
	b := s.bonus[j]
	if run > 1 {
		first := s.bonus[j-run+1]
		if b >= bonusBoundary && b > first {
			run = 1
		} else {
			b = max(b, bonusConsecutive, first)
		}
	}
	if score+b < pass {
		return score + s.bonus[j], 0
	}
	return score + b, run
}

func lower(c byte) byte {
	if c >= 'A' && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}
