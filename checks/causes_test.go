package checks_test

import (
	"testing"

	"methodical/assets"
	"methodical/checks"
)

// knowledge is the product's own data.
func knowledge(tb testing.TB) *checks.Knowledge {
	tb.Helper()
	causes, err := checks.LoadCauses(assets.FS)
	if err != nil {
		tb.Fatal(err)
	}
	if err := causes.Verify(); err != nil {
		tb.Fatal(err)
	}
	catalogue, err := checks.LoadCatalogue(assets.FS)
	if err != nil {
		tb.Fatal(err)
	}
	return &checks.Knowledge{Catalogue: catalogue, Causes: causes}
}

func TestTheDataOfTheDiagnosisLoads(t *testing.T) {
	k := knowledge(t)
	if len(k.Causes.All()) != 30 {
		t.Errorf("%d causes, want the 30 of the contract", len(k.Causes.All()))
	}
}

func BenchmarkLoadCauses(b *testing.B) {
	for b.Loop() {
		causes, err := checks.LoadCauses(assets.FS)
		if err != nil {
			b.Fatal(err)
		}
		if err := causes.Verify(); err != nil {
			b.Fatal(err)
		}
	}
}
