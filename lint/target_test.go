package lint

import "testing"

// TestParseTarget holds what targets are read as: OpenResty's first three
// numbers are those of its nginx.
func TestParseTarget(t *testing.T) {
	for text, want := range map[string]Target{
		"nginx=1.26":         {Nginx: Version{1, 26, Latest}, Release: Latest},
		"nginx=1.26.2":       {Nginx: Version{1, 26, 2}, Release: Latest},
		"openresty=1.27.1.2": {OpenResty: true, Nginx: Version{1, 27, 1}, Release: 2},
		"openresty=1.27.1":   {OpenResty: true, Nginx: Version{1, 27, 1}, Release: Latest},
		"openresty=1.27":     {OpenResty: true, Nginx: Version{1, 27, Latest}, Release: Latest},
	} {
		want.text = text
		if got, err := ParseTarget(text); err != nil || got != want {
			t.Errorf("%s: %+v, %v; want %+v", text, got, err, want)
		}
	}
	for _, text := range []string{"", "1.26", "nginx=1", "nginx=1.26.2.1", "nginx=1.x", "apache=2.4", "openresty=1.27.1.x", "openresty=1.27.1.-1", "openresty=1.27.1.2.3"} {
		if got, err := ParseTarget(text); err == nil {
			t.Errorf("%s is read as %+v", text, got)
		}
	}
}
