package pcre

import (
	"fmt"
	"os"
	"testing"
)

// residentPages is the process's resident set in pages, from /proc/self/statm.
func residentPages(t *testing.T) int {
	t.Helper()
	data, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		t.Skip(err)
	}
	var size, resident int
	if _, err := fmt.Sscan(string(data), &size, &resident); err != nil {
		t.Fatal(err)
	}
	return resident
}
