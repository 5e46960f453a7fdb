package scenario

import (
	"testing"

	"tidegate/conformance/ports"
)

// free gives out ports that nobody uses, each once.
var free = ports.New()

func freePort(t testing.TB) int {
	t.Helper()
	port, err := free.Take(1)
	if err != nil {
		t.Fatal(err)
	}
	return port
}
