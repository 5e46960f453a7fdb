package catalog_test

import (
	"testing"

	"tidegate/ast/catalog"
)

func TestLower(t *testing.T) {
	for in, want := range map[string]string{"": "", "abc": "abc", "aBC-Ü9": "abc-Ü9"} {
		if got := catalog.Lower(in); got != want {
			t.Errorf("%q becomes %q", in, got)
		}
	}
}
