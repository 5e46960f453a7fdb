package conf_test

import (
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
)

// TestMutationsAgainstOracle changes the samples at random and compares with
// the nginx binary named by TIDEGATE_ORACLE_NGINX: the verdict and everything
// that is said. TIDEGATE_ORACLE_MUTATIONS sets how many (1000).
func TestMutationsAgainstOracle(t *testing.T) {
	nginx := oracle(t)
	count, seed := number("TIDEGATE_ORACLE_MUTATIONS", 1000), uint64(number("TIDEGATE_ORACLE_SEED", 1))
	ledger := readLedger(t)
	samples := slices.DeleteFunc(corpus(t), func(s sample) bool { _, listed := ledger[s.name]; return listed })
	m := newMutator(samples, seed)
	differ := 0
	for range count {
		s := m.next()
		want, comparable := oracleAnswer(askNginx(t, nginx, s))
		if !comparable {
			continue
		}
		if got := s.check(); got != want {
			differ++
			t.Errorf("%s: %s\nsaid:\n%s\nnginx says:\n%s", s.name, m.change, got, want)
		}
	}
	t.Logf("%d mutations, %d differ", count, differ)
}

// oracleAnswer tells whether an answer can be compared: what nginx says once it
// has opened files and sockets belongs to the runtime.
func oracleAnswer(says string) (string, bool) {
	if strings.Contains(says, `open() "PREFIX/`) && !strings.Contains(says, `open() "PREFIX/conf/`) {
		return says, false
	}
	for _, later := range []string{"bind() to", "mkdir()", "could not create", "mmap(", "ENGINE_by_id", "malloc(", "by_lua error"} {
		if strings.Contains(says, later) {
			return says, false
		}
	}
	if strings.Contains(says, "(SSL: error:") && !strings.Contains(says, "calling fopen") {
		return says, false
	}
	return says, true
}

// mutator makes new configurations out of the words of old ones.
type mutator struct {
	samples []sample
	words   []string
	rand    *rand.Rand
	// change is the last configuration as it is shown: short ones as a whole, else
	// the lines around the changes.
	change string
}

func newMutator(samples []sample, seed uint64) *mutator {
	m := &mutator{rand: rand.New(rand.NewPCG(seed, 7))}
	seen := map[string]bool{}
	for _, s := range samples {
		// In split_clients nginx does not count words and reads what lies behind
		// them in memory, so its answer to a short entry is accidental.
		if s.source == "" || strings.Contains(s.source, "split_clients") {
			continue
		}
		m.samples = append(m.samples, s)
		for _, w := range tokens(s.source) {
			if w = strings.TrimSpace(w); w != "" && len(w) < 200 && !seen[w] {
				seen[w] = true
				m.words = append(m.words, w)
			}
		}
	}
	return m
}

// tokens cuts a source into words, blanks and punctuation; joined they give the
// source again.
func tokens(s string) []string {
	var out []string
	for s != "" {
		n := strings.IndexAny(s, " \n;{}")
		switch n {
		case -1:
			n = len(s)
		case 0:
			n = 1
		}
		out = append(out, s[:n])
		s = s[n:]
	}
	return out
}

// next changes a sample, or one of the files that it includes.
func (m *mutator) next() sample {
	old := m.samples[m.rand.IntN(len(m.samples))]
	s := sample{name: old.name, source: old.source, files: maps.Clone(old.files)}
	var included []string
	for name := range s.files {
		if strings.HasSuffix(name, ".conf") || strings.HasSuffix(name, ".inc") || strings.Contains(name, "sites-enabled/") {
			included = append(included, name)
		}
	}
	slices.Sort(included)
	if n := len(included); n > 0 && m.rand.IntN(2) == 0 {
		name := included[m.rand.IntN(n)]
		s.files[name] = m.mutate(s.files[name])
		return s
	}
	s.source = m.mutate(s.source)
	return s
}

// mutate changes one or two words of a text.
func (m *mutator) mutate(text string) string {
	ts := tokens(text)
	if len(ts) == 0 {
		return text
	}
	var at []int
	for range 1 + m.rand.IntN(2) {
		i := m.rand.IntN(len(ts))
		at = append(at, i)
		switch m.rand.IntN(5) {
		case 0:
			ts[i] = ""
		case 1:
			ts[i] = m.words[m.rand.IntN(len(m.words))]
		case 2:
			ts[i] += " " + m.words[m.rand.IntN(len(m.words))]
		case 3:
			j := m.rand.IntN(len(ts))
			at = append(at, j)
			ts[i], ts[j] = ts[j], ts[i]
		case 4:
			ts[i] += ts[i]
		}
	}
	out := strings.Join(ts, "")
	if m.change = out; len(out) > 1000 {
		m.change = ""
		for _, i := range at {
			m.change += "\n... " + strings.Join(ts[max(i-20, 0):min(i+20, len(ts))], "") + " ..."
		}
	}
	return out
}

// readLedger reads the differences that are known, each with its reason.
func readLedger(t *testing.T) map[string]string {
	t.Helper()
	text, err := os.ReadFile(samplesDir + "/ledger.txt")
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		name, reason, found := strings.Cut(line, ": ")
		if !found {
			t.Fatalf("ledger: %q has no reason", line)
		}
		out[name] = reason
	}
	return out
}
