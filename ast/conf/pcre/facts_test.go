package pcre

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

// TestAgainstPCRE2 compares patterns of all kinds with what the C library answers.
func TestAgainstPCRE2(t *testing.T) {
	data, err := os.ReadFile("testdata/pcre2.txt")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for line := range strings.Lines(string(data)) {
		if line[0] == '#' {
			continue
		}
		n++
		call, want, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " => ")
		var pattern, letters, subject string
		var start int
		if _, err := fmt.Sscanf(call, "%q %q %d %q", &pattern, &letters, &start, &subject); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		if got := answer(pattern, letters, start, subject); got != want {
			t.Errorf("%s: got %s", strings.TrimSuffix(line, "\n"), got)
		}
	}
	if n < 2300 {
		t.Errorf("only %d patterns", n)
	}
}

func answer(pattern, letters string, start int, subject string) string {
	on := func(letter string) bool { return strings.Contains(letters, letter) }
	re, cerr := Compile(pattern, Options{Caseless: on("i"), Multiline: on("m"), DotAll: on("s"), Extended: on("x"), Anchored: on("a"),
		UTF: on("u"), DupNames: on("D"), JavaScriptCompat: on("J"), DFA: on("d"), DollarEndOnly: on("$"), Ungreedy: on("U"), MatchLimit: 20_000})
	if cerr != nil {
		return fmt.Sprintf("error %d %d %s", cerr.Code, cerr.Offset, cerr.Message)
	}
	defer re.Close()
	caps := make([]int32, 2*(re.NumCaptures()+1))
	if on("d") {
		caps = caps[:2]
	}
	n, err := re.Match(subject, start, caps)
	if err, ok := err.(MatchError); ok {
		return fmt.Sprint(int(err))
	}
	if n == 0 {
		return "none"
	}
	return strings.Trim(fmt.Sprint(caps), "[]")
}
