package hubtext_test

import (
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"methodical/checks/hubtext"
	"methodical/models"
)

// FuzzRead holds Read to what it promises of any text: it returns, says the
// same twice, keeps its bounds, and never drops a text in silence.
func FuzzRead(f *testing.F) {
	for _, s := range shapes {
		f.Add([]byte(s.text))
	}
	for _, s := range hostile {
		f.Add([]byte(s.text[:min(len(s.text), 4096)]))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		got := hubtext.Read(text, models.MethodCodes{})
		if again := hubtext.Read(text, models.MethodCodes{}); !reflect.DeepEqual(got, again) {
			t.Fatalf("two readings differ: %+v and %+v", got, again)
		}
		e := got.Error
		if len(e.Unread) > 400 || len(e.Message) > 5000 || len(e.Name) > 300 || len(e.TrackingIDs) > 8 {
			t.Fatalf("over the bounds: %+v", got)
		}
		for _, s := range append([]string{e.Code, e.Name, e.Message, e.Unread, e.Timeout}, e.TrackingIDs...) {
			if !utf8.ValidString(s) {
				t.Fatalf("not UTF-8: %q", s)
			}
		}
		if got.IsZero() && e.Unread == "" && strings.TrimSpace(strings.TrimPrefix(string(text), "\ufeff")) != "" && len(text) > 8 && utf8.Valid(text) {
			t.Fatalf("%q was dropped in silence", text)
		}
	})
}

// hostile are texts made to be slow or deep.
var hostile = []struct{ name, text string }{
	{"open braces", strings.Repeat("{", hubtext.MaxInput)},
	{"open lists", strings.Repeat("[", hubtext.MaxInput)},
	{"open objects", strings.Repeat(`{"a":`, hubtext.MaxInput/5)},
	{"quoted braces", strings.Repeat(`"{"`, hubtext.MaxInput/3)},
	{"escaped braces", strings.Repeat(`{\`, hubtext.MaxInput/2)},
	{"backslashes", `{"Message":"` + strings.Repeat(`\`, hubtext.MaxInput-20) + `"}`},
	{"never closed", `{"a":[` + strings.Repeat("1,", hubtext.MaxInput/2-10)},
	{"braces, then never closed", strings.Repeat("{x ", 100) + strings.Repeat("y,", hubtext.MaxInput/2-400)},
	{"many labels", strings.Repeat("ErrorCode:Tracking ID:", hubtext.MaxInput/22)},
	{"many statuses", strings.Repeat("status status code ", hubtext.MaxInput/19)},
	{"many codes", strings.Repeat("404103 ", hubtext.MaxInput/7)},
	{"many names", strings.Repeat("DeviceNotFoundish ", hubtext.MaxInput/18)},
	{"many lines", strings.Repeat("at x\n", hubtext.MaxInput/5)},
	{"transcript without end", strings.Repeat("* x\n", hubtext.MaxInput/4)},
	{"commas", strings.Repeat(",", hubtext.MaxInput)},
	{"rows", "ResultType,Category\n" + strings.Repeat("1,2\n", hubtext.MaxInput/4-10)},
	{"bare quotes", "ResultType,Category,x\n" + strings.Repeat(`"`, hubtext.MaxInput-40)},
	{"many strings", `{"error":[` + strings.Repeat(`"{x",`, hubtext.MaxInput/5-10) + `1]}`},
	{"records without codes", `{"records":[` + strings.Repeat(`{"message":"{\"a\":1}"},`, hubtext.MaxInput/24-10) + `1]}`},
	{"wrapped deeply", wrap("x", 14)},
}

// TestReadEndsOnHostileText would run into the test's own time limit if
// reading were worse than roughly linear. It also feeds more than the limit.
func TestReadEndsOnHostileText(t *testing.T) {
	for _, tt := range hostile {
		t.Run(tt.name, func(t *testing.T) {
			got := hubtext.Read([]byte(tt.text+" and more"), models.MethodCodes{})
			if want := len(tt.text)+len(" and more") > hubtext.MaxInput; got.Truncated != want {
				t.Errorf("truncated: got %v, want %v", got.Truncated, want)
			}
		})
	}
}

func BenchmarkRead(b *testing.B) {
	for _, tt := range []struct{ name, text string }{{"body", offline2018}, {"portal", portal}, {"exception", "Device " + offline2018 + " not registered"}} {
		b.Run(tt.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				hubtext.Read([]byte(tt.text), models.MethodCodes{})
			}
		})
	}
}
