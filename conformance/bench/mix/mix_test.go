package mix

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"tidegate/conformance/bench/load"
)

func TestListIsWellFormed(t *testing.T) {
	name := regexp.MustCompile(`^[a-z]+(-[a-z]+)*$`)
	seen := map[string]bool{}
	for _, m := range List() {
		if !name.MatchString(m.Name) || seen[m.Name] {
			t.Errorf("mix %q: not a name, or there twice", m.Name)
		}
		seen[m.Name] = true
		if !strings.HasSuffix(m.About, ".") || m.Op == "" || m.Metric.Value == nil || m.measure == nil {
			t.Errorf("mix %s is incomplete: %+v", m.Name, m)
		}
		if m.Metric.Name == MemoryPerSession.Name == (m.Load != nil) && m.Name != "reload" {
			t.Errorf("mix %s: a load belongs to mixes that measure time, and to all of them but reload", m.Name)
		}
		if m.Direct != nil && m.Load == nil {
			t.Errorf("mix %s: a ceiling without a load", m.Name)
		}
		text := m.Text()
		if strings.Count(text, "{") != strings.Count(text, "}") {
			t.Errorf("mix %s: braces do not match:\n%s", m.Name, text)
		}
		if m.Load != nil {
			if w := m.Load(Target{}, load.Until{Ops: 1}); w == nil {
				t.Errorf("mix %s has no workload", m.Name)
			}
		}
	}
}

func TestMetrics(t *testing.T) {
	s := Sample{Ops: 100, Bytes: 2 << 30, CPU: 3 * time.Millisecond, BasePSS: 1 << 20, PSS: 2 << 20}
	for _, tt := range []struct {
		m    Metric
		want float64
	}{{CPUPerOp, 30}, {CPUPerGiB, 1.5}, {MemoryPerSession, 10.24}} {
		if got := tt.m.Value(s); got != tt.want {
			t.Errorf("%s = %v, want %v %s", tt.m.Name, got, tt.want, tt.m.Unit)
		}
	}
}

func TestVerdict(t *testing.T) {
	if verdict(load.Result{Ops: 1, Lost: 5}) != nil {
		t.Error("lost datagrams are part of the numbers, not a failure")
	}
	if verdict(load.Result{}) == nil || verdict(load.Result{Ops: 5, Failed: 1}) == nil {
		t.Error("a load that failed passed")
	}
}
