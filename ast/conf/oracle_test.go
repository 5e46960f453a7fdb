package conf_test

import (
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"
)

// TestMutationsAgainstOracle changes the samples at random and compares with
// the nginx binary named by TIDEGATE_ORACLE_NGINX: the verdict and everything
// that is said. TIDEGATE_ORACLE_MUTATIONS sets how many (1000).
func TestMutationsAgainstOracle(t *testing.T) {
	nginx := oracle(t)
	count, seed := number("TIDEGATE_ORACLE_MUTATIONS", 1000), uint64(number("TIDEGATE_ORACLE_SEED", 1))
	paths, err := filepath.Glob(samplesDir + "/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	var samples []sample
	for _, path := range paths {
		samples = append(samples, readSamples(t, path)...)
	}
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
			t.Errorf("%s\nsaid:\n%s\nnginx says:\n%s", s.source, got, want)
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
	for _, later := range []string{"bind() to", "mkdir()", "dlopen", "could not create", "mmap(", "ENGINE_by_id", "malloc("} {
		if strings.Contains(says, later) {
			return says, false
		}
	}
	return says, true
}

// mutator makes new configurations out of the words of old ones.
type mutator struct {
	samples []sample
	words   []string
	rand    *rand.Rand
}

func newMutator(samples []sample, seed uint64) *mutator {
	m := &mutator{rand: rand.New(rand.NewPCG(seed, 7))}
	seen := map[string]bool{}
	for _, s := range samples {
		// In split_clients nginx does not count words and reads what lies behind
		// them in memory, so its answer to a short entry is accidental.
		if s.source == "" || len(s.source) > 600 || strings.Contains(s.source, "split_clients") {
			continue
		}
		m.samples = append(m.samples, s)
		for _, w := range tokens(s.source) {
			if w = strings.TrimSpace(w); w != "" && !seen[w] {
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

func (m *mutator) next() sample {
	s := m.samples[m.rand.IntN(len(m.samples))]
	ts := tokens(s.source)
	for range 1 + m.rand.IntN(2) {
		i := m.rand.IntN(len(ts))
		switch m.rand.IntN(5) {
		case 0:
			ts[i] = ""
		case 1:
			ts[i] = m.words[m.rand.IntN(len(m.words))]
		case 2:
			ts[i] += " " + m.words[m.rand.IntN(len(m.words))]
		case 3:
			j := m.rand.IntN(len(ts))
			ts[i], ts[j] = ts[j], ts[i]
		case 4:
			ts[i] += ts[i]
		}
	}
	files := map[string]string{}
	for name, text := range s.files {
		files[name] = text
	}
	return sample{name: s.name, source: strings.Join(ts, ""), files: files}
}
