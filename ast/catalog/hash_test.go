package catalog

import (
	"slices"
	"strings"
	"testing"
)

func TestHashNames(t *testing.T) {
	for _, c := range []struct {
		names string
		last  HashVerdict
	}{
		{"a.example", HashAdded},
		{"a.example A.EXAMPLE", HashBusy},
		{"a.example .a.example", HashBusy},
		{".a.example a.example", HashBusy},
		{".a.example *.a.example", HashBusy},
		{"*.a.example a.example", HashAdded},
		{"a.example *.a.example a.example.*", HashAdded},
		{"a.* a.*", HashBusy},
		{"a*", HashDeclined},
		{"*.a.*", HashDeclined},
		{"a..b", HashDeclined},
		{"*", HashDeclined},
		{".", HashAdded},
	} {
		var h HashKeys
		var got HashVerdict
		for _, n := range strings.Fields(c.names) {
			got = h.AddName(n)
		}
		if got != c.last {
			t.Errorf("%s: %v, want %v", c.names, got, c.last)
		}
	}
}

func TestHashLimits(t *testing.T) {
	long := strings.Repeat("a", 46)
	for _, c := range []struct {
		limits HashLimits
		keys   []string
		want   []HashProblem
	}{
		{HashLimits{"h", 512, 64}, []string{long, ""}, nil},
		{HashLimits{"h", 512, 64}, []string{long + "a"}, []HashProblem{{true, "could not build h, you should increase h_bucket_size: 64"}}},
		{HashLimits{"h", 0, 64}, []string{"a"}, []HashProblem{{true, "could not build h, you should increase h_max_size: 0"}}},
		{HashLimits{"h", 1, 65500}, []string{"a"}, []HashProblem{{true, "could not build h, too large h_bucket_size: 65500"}}},
		{HashLimits{"h", 1, 64}, []string{"a", "b", "c", "d", "e"}, []HashProblem{{false, "could not build optimal h, you should increase " +
			"either h_max_size: 1 or h_bucket_size: 64; ignoring h_bucket_size"}}},
		{HashLimits{"h", 512, 64}, []string{"*." + long + "a.b"}, []HashProblem{{true, "could not build h, you should increase h_bucket_size: 64"}}},
		{HashLimits{"h", 512, 64}, []string{"*.a.b", ".b", "*.c.b", "x.*", "y.x.*"}, nil},
	} {
		var h HashKeys
		for _, k := range c.keys {
			h.AddName(k)
		}
		if got := c.limits.Build(&h); !slices.Equal(got, c.want) {
			t.Errorf("%v of %q: %v, want %v", c.limits, c.keys, got, c.want)
		}
	}
	if l := (HashLimits{"h", 1, 65}).Aligned(); l.BucketSize != 128 {
		t.Errorf("aligned to %d", l.BucketSize)
	}
}
