package ledger

import (
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tidegate/conformance/suite"
)

func read(t *testing.T, suite, name string) *Ledger {
	t.Helper()
	l, err := Read(suite + "/" + name + ".txt")
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// TestAgreesWithPerl holds the runner's outcomes on a real OpenResty against those of Test::Nginx under Perl: at least 98 of 100 cases
// that need no Internet agree.
func TestAgreesWithPerl(t *testing.T) {
	for _, name := range []string{"stream-lua", "http-lua"} {
		perl, ours := read(t, name, "perl"), read(t, name, "openresty-debug")
		agree, all := 0, 0
		for _, p := range perl.Entries {
			if strings.HasPrefix(p.Cause, "needs the Internet") {
				continue
			}
			all++
			o, ok := ours.Get(p.Case)
			switch {
			case !ok:
				t.Errorf("%s: %s is not in our ledger", name, p.Case)
			case o.Outcome == p.Outcome || o.Outcome == Flaky && p.Outcome != suite.Skip:
				agree++
			default:
				t.Logf("%s: %s: Perl says %s, we say %s: %s", name, p.Case, p.Outcome, o.Outcome, o.Reason)
			}
		}
		if agree*100 < all*98 {
			t.Errorf("%s: %d of %d cases agree", name, agree, all)
		}
		t.Logf("%s: %d of %d cases agree", name, agree, all)
	}
}

// TestLedgersAreWhole: each system's ledger has every case, and each failure has a cause and a reason.
func TestLedgersAreWhole(t *testing.T) {
	for name, systems := range map[string][]string{"stream-lua": {"tidegate", "openresty", "openresty-debug"}, "http-lua": {"openresty-debug"}} {
		perl := read(t, name, "perl")
		for _, system := range systems {
			l := read(t, name, system)
			if len(l.Entries) != len(perl.Entries) {
				t.Errorf("%s/%s has %d cases of %d", name, system, len(l.Entries), len(perl.Entries))
			}
			for _, e := range l.Entries {
				if e.Outcome == suite.Fail && (e.Cause == "" || e.Reason == "") {
					t.Errorf("%s/%s: %s fails without a cause or reason", name, system, e.Case)
				}
				if _, ok := perl.Get(e.Case); !ok {
					t.Errorf("%s/%s: %s is no case of the suite", name, system, e.Case)
				}
			}
		}
	}
}

// TestREADME: the table is what the ledgers say; make conformance-table writes it.
func TestREADME(t *testing.T) {
	text, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	want, err := Splice(string(text), Markdown(read(t, "stream-lua", "tidegate"), read(t, "stream-lua", "openresty-debug")))
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(want, string(text)); d != "" {
		t.Errorf("README.md is not made from the ledgers (-want +got):\n%s", d)
	}
}
