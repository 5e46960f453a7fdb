package phase

import "testing"

func TestNames(t *testing.T) {
	for p := PostAccept; p < Count; p++ {
		if p.String() == "" {
			t.Errorf("phase %d has no name", p)
		}
	}
	for s := ScriptInit; s < ScriptCount; s++ {
		if s.String() == "" || s.Directive() == "" {
			t.Errorf("script context %d has no name", s)
		}
	}
	if got := Count.String(); got != "phase 7" {
		t.Errorf("name of an unknown phase = %q", got)
	}
	if got := ScriptCount.String(); got != "(unknown)" {
		t.Errorf("name of an unknown context = %q", got)
	}
}

func TestResult(t *testing.T) {
	for _, c := range []struct {
		r      Result
		final  bool
		status int
	}{{Done, false, 0}, {Next, false, -5}, {Again, false, -2}, {Taken, false, -4}, {Error, true, 500}, {Forbidden, true, 403}} {
		if c.r.Final() != c.final || c.r.Final() && c.r.Status() != c.status {
			t.Errorf("%d: final %v status %d, want %v %d", c.r, c.r.Final(), c.r.Status(), c.final, c.status)
		}
	}
}

func TestYieldable(t *testing.T) {
	want := map[Script]bool{ScriptPreread: true, ScriptContent: true, ScriptTimer: true, ScriptSSLClientHello: true, ScriptSSLCert: true,
		ScriptProxySSLCert: true, ScriptProxySSLVerify: true}
	for s := ScriptInit; s <= ScriptTimer; s++ {
		if s.Yieldable() != want[s] {
			t.Errorf("%s yieldable = %v", s, s.Yieldable())
		}
	}
}
