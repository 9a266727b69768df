package bench

import (
	"bytes"
	"reflect"
	"testing"
)

func TestSameSeedSameLog(t *testing.T) {
	c := Config{Size: 200_000, Seed: 7, Devices: 100, Odd: 0.2, Damaged: 0.05}
	write := func(c Config) ([]byte, Truth) {
		var b bytes.Buffer
		truth, err := Write(&b, c)
		if err != nil {
			t.Fatal(err)
		}
		return b.Bytes(), truth
	}
	first, truth := write(c)
	again, same := write(c)
	if !bytes.Equal(first, again) || !reflect.DeepEqual(truth, same) {
		t.Error("the same seed wrote another log")
	}
	lines := int64(bytes.Count(first, []byte{'\n'}))
	if truth.Records+int64(len(truth.Damaged)) != lines || len(truth.Damaged) == 0 {
		t.Errorf("%d records and %d damaged lines are not the %d lines", truth.Records, len(truth.Damaged), lines)
	}
	c.Seed++
	if other, _ := write(c); bytes.Equal(first, other) {
		t.Error("another seed wrote the same log")
	}
}
