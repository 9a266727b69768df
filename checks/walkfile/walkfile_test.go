package walkfile_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"methodical/checks/walkfile"
	"methodical/models"
)

func walk(id string, started time.Time) models.Walk {
	return models.Walk{Version: models.WalkVersion, ID: id, Started: started, Step: models.StepTry,
		Inputs: models.Inputs{Target: models.Target{DeviceID: "pump-7"}, Method: "reboot"}}
}

func TestSaveLoadListDelete(t *testing.T) {
	s := walkfile.New(filepath.Join(t.TempDir(), "state", "walks"))
	if walks, err := s.List(); err != nil || len(walks) != 0 {
		t.Fatalf("an absent folder lists %v, %v", walks, err)
	}
	old := walk("a", time.Unix(1, 0).UTC())
	young := walk("b", time.Unix(2, 0).UTC())
	for _, w := range []models.Walk{old, young} {
		if err := s.Save(w); err != nil {
			t.Fatal(err)
		}
	}
	walks, err := s.List()
	if err != nil || len(walks) != 2 || walks[0].ID != "b" {
		t.Fatalf("List = %v, %v; want b before a", walks, err)
	}
	got, err := s.Load("a")
	if err != nil || got.Inputs.Target.DeviceID != "pump-7" || got.Step != models.StepTry {
		t.Fatalf("Load = %+v, %v", got, err)
	}
	info, err := os.Stat(filepath.Join(s.Dir(), "a.json"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("the file's mode is %v, %v; want 0600", info.Mode(), err)
	}
	if err := s.Delete("a"); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Load("a"); err == nil || !strings.Contains(err.Error(), "no walk a") {
		t.Fatalf("Load after Delete: %v", err)
	}
}

func TestSaveKeepsNoPayloadInTheCase(t *testing.T) {
	s := walkfile.New(t.TempDir())
	w := walk("a", time.Unix(1, 0))
	p, err := models.ParsePayload([]byte(`{"wifi":"hunter2"}`))
	if err != nil {
		t.Fatal(err)
	}
	w.Case.Invocations = []models.Invocation{{DeviceID: "pump-7", MethodName: "join", Payload: p}}
	if err := s.Save(w); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(filepath.Join(s.Dir(), "a.json"))
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(b), "hunter2") {
		t.Error("the payload was written to disk")
	}
	if !strings.Contains(string(b), `"payloadBytes":18`) || !strings.Contains(string(b), `"payloadKind":"object"`) {
		t.Errorf("size and kind are missing: %s", b)
	}
	if w.Case.Invocations[0].Payload.IsAbsent() {
		t.Error("saving took the payload from the living walk")
	}
}

func TestIDsCannotLeaveTheFolder(t *testing.T) {
	s := walkfile.New(t.TempDir())
	for _, id := range []string{"../x", "a/b", "", ".hidden", "a\x00"} {
		if err := s.Save(walk(id, time.Unix(1, 0))); err == nil {
			t.Errorf("Save took the id %q", id)
		}
		if _, err := s.Load(id); err == nil {
			t.Errorf("Load took the id %q", id)
		}
	}
}

func TestDamagedFilesArePassedOver(t *testing.T) {
	s := walkfile.New(t.TempDir())
	if err := os.WriteFile(filepath.Join(s.Dir(), "bad.json"), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := s.Save(walk("good", time.Unix(1, 0))); err != nil {
		t.Fatal(err)
	}
	walks, err := s.List()
	if err != nil || len(walks) != 1 || walks[0].ID != "good" {
		t.Fatalf("List = %v, %v", walks, err)
	}
	if _, err := s.Load("bad"); err == nil {
		t.Error("Load of a damaged file says nothing")
	}
}
