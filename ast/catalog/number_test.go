package catalog

import (
	"math"
	"testing"
	"time"
)

func TestParseInt(t *testing.T) {
	for s, want := range map[string]int{"0": 0, "007": 7, "9223372036854775807": math.MaxInt64} {
		if got, ok := ParseInt(s); !ok || got != want {
			t.Errorf("%q: %d, %v", s, got, ok)
		}
	}
	for _, s := range []string{"", "-1", "+1", " 1", "1 ", "1x", "9223372036854775808", "99999999999999999999"} {
		if got, ok := ParseInt(s); ok {
			t.Errorf("%q was accepted as %d", s, got)
		}
	}
}

func TestParseSizeAndOffset(t *testing.T) {
	for _, c := range []struct {
		s            string
		size, offset int64 // -1 is refused
	}{
		{"10", 10, 10},
		{"1k", 1 << 10, 1 << 10},
		{"1K", 1 << 10, 1 << 10},
		{"2M", 2 << 20, 2 << 20},
		{"1g", -1, 1 << 30},
		{"1G", -1, 1 << 30},
		{"k", -1, -1},
		{"", -1, -1},
		{"1kk", -1, -1},
		{"1.5k", -1, -1},
		{"9007199254740991k", 9007199254740991 << 10, 9007199254740991 << 10},
		{"9007199254740992k", -1, -1},
		{"9223372036854775807", math.MaxInt64, math.MaxInt64},
	} {
		if got, ok := ParseSize(c.s); ok != (c.size >= 0) || ok && got != c.size {
			t.Errorf("size %q: %d, %v", c.s, got, ok)
		}
		if got, ok := ParseOffset(c.s); ok != (c.offset >= 0) || ok && got != c.offset {
			t.Errorf("offset %q: %d, %v", c.s, got, ok)
		}
	}
}

func TestParseTime(t *testing.T) {
	const no = time.Duration(-1)
	const day = 24 * time.Hour
	for _, c := range []struct {
		s           string
		msec, whole time.Duration
	}{
		{"10", 10 * time.Second, 10 * time.Second},
		{"0", 0, 0},
		{"500ms", 500 * time.Millisecond, no},
		{"1s500ms", 1500 * time.Millisecond, no},
		{"1m", time.Minute, time.Minute},
		{"1d 2h", 26 * time.Hour, 26 * time.Hour},
		{"1d2h3m4s", day + 2*time.Hour + 3*time.Minute + 4*time.Second, day + 2*time.Hour + 3*time.Minute + 4*time.Second},
		{"1w", 7 * day, 7 * day},
		{"1M", no, 30 * day},
		{"1y", no, 365 * day},
		{"1y1M", no, 395 * day},
		{"1h 30", time.Hour + 30*time.Second, time.Hour + 30*time.Second},
		{"30 ", 30 * time.Second, 30 * time.Second},
		{"2h1d", no, no},
		{"1m1m", no, no},
		{"1ms1s", no, no},
		{"", no, no},
		{" ", no, no},
		{"m", no, no},
		{"-1", no, no},
		{"1x", no, no},
		{"1.5s", no, no},
		{"9223372036854775807", no, math.MaxInt64},
		{"9223372036854775", math.MaxInt64, math.MaxInt64},
		{"9223372036854776", no, math.MaxInt64},
		{"9223372036854775808", no, no},
	} {
		got, ok := ParseTime(c.s)
		if ok != (c.msec != no) || ok && got != c.msec {
			t.Errorf("msec %q: %v, %v, want %v", c.s, got, ok, c.msec)
		}
		got, ok = ParseSeconds(c.s)
		if ok != (c.whole != no) || ok && got != c.whole {
			t.Errorf("sec %q: %v, %v, want %v", c.s, got, ok, c.whole)
		}
	}
}

func TestParseFixed(t *testing.T) {
	for s, want := range map[string]int{"10.5": 1050, "10": 1000, "0.01": 1, ".5": 50, "5.": 500} {
		if got, ok := ParseFixed(s, 2); !ok || got != want {
			t.Errorf("%q: %d, %v, want %d", s, got, ok, want)
		}
	}
	for _, s := range []string{"", "1.234", "1.2.3", "x"} {
		if got, ok := ParseFixed(s, 2); ok {
			t.Errorf("%q was accepted as %d", s, got)
		}
	}
}

func TestSuggest(t *testing.T) {
	words := []string{"proxy_pass", "proxy_timeout", "listen", "on", "off"}
	for name, want := range map[string]string{
		"proxy_timout": "proxy_timeout", "listne": "listen", "proxypass": "proxy_pass", "fo": "", "of": "on", "xyz": "", "listen": "",
	} {
		if got := Suggest(name, words); got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
}
