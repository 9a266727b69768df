package device

import "bytes"

// glance scores a hit roughly and fast: by the text in one piece where the id
// has it, else by the tightest run that ends where the first way to spread the
// text over the id ends.
func glance(id, text []byte) (score int, ok bool) {
	if len(text) == 1 {
		return glanceOne(id, text[0])
	}
	if at := bytes.Index(id, text); at >= 0 {
		return pieces(id, text, at), true
	}
	end := 0
	for _, c := range text {
		for end < len(id) && id[end] != c {
			end++
		}
		if end == len(id) {
			return 0, false
		}
		end++
	}
	start := end
	gaps, inGap := 0, false
	var bonuses int
	for i := len(text) - 1; i >= 0; i-- {
		start--
		for ; id[start] != text[i]; start-- {
			gaps += scoreGapExtension
			if !inGap {
				gaps, inGap = gaps+scoreGapStart-scoreGapExtension, true
			}
		}
		inGap = false
		bonuses += startBonus(id, start)
	}
	return max(scoreMatch*len(text)+bonuses+startBonus(id, start)+gaps, 0), true
}

// glanceOne is the score of a single letter: exactly that of its best place.
func glanceOne(id []byte, c byte) (score int, ok bool) {
	at := bytes.IndexByte(id, c)
	if at < 0 {
		return 0, false
	}
	for ; at < len(id) && score < bonusAfterDelimiter; at++ {
		if id[at] == c {
			score = max(score, startBonus(id, at))
		}
	}
	return scoreMatch + bonusFirstFactor*score, true
}

// pieces is the best score of the text in one piece, from its first place on.
func pieces(id, text []byte, at int) (score int) {
	for {
		first := startBonus(id, at)
		score = max(score, scoreMatch*len(text)+bonusFirstFactor*first+max(bonusConsecutive, first)*(len(text)-1))
		next := bytes.Index(id[at+1:], text)
		if first == bonusStart || next < 0 {
			return score
		}
		at += next + 1
	}
}

func startBonus(id []byte, at int) int {
	before := classStart
	if at > 0 {
		before = classOf(id[at-1])
	}
	return bonus(before, classOf(id[at]))
}
