package stream

import "testing"

func TestValidHost(t *testing.T) {
	for in, want := range map[string]string{
		"Example.ORG": "example.org", "example.org.": "example.org", "a:80": "a", "a.:80": "a", "a:": "a", "a:65535": "a", "a_b-c~!$&'()*+,;=%41": "a_b-c~!$&'()*+,;=%41",
		"[::1]": "[::1]", "[::1]:443": "[::1]", "[V1.x]": "[v1.x]",
		"": "-", ".": "-", "a..b": "-", "..": "-", "a b": "-", "a/b": "-", "a:65536": "-", "a:x": "-", "[::1": "-", "[::1]x": "-", "[a%b]": "-", ":80": "-",
		"a\x00": "-", "ü": "-",
	} {
		got, ok := validHost(in)
		if !ok {
			got = "-"
		}
		if got != want {
			t.Errorf("%q becomes %q, want %q", in, got, want)
		}
	}
}

func FuzzValidHost(f *testing.F) {
	for _, s := range []string{"Example.org:80", "[::1]:443", "a..b", "."} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		host, ok := validHost(s)
		if !ok {
			return
		}
		if again, ok := validHost(host); host == "" || !ok && host[len(host)-1] != '.' || ok && len(again) > len(host) {
			t.Fatalf("%q becomes %q becomes %q %v", s, host, again, ok)
		}
	})
}
