package conf_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"tidegate/ast"
	"tidegate/parser"
)

// TestStructuresAgainstOracle changes where things stand, not how they are
// written: it moves and copies whole directives and blocks between places and
// samples, and compares with nginx as TestMutationsAgainstOracle does.
func TestStructuresAgainstOracle(t *testing.T) {
	nginx := oracle(t)
	count, seed := number("TIDEGATE_ORACLE_MUTATIONS", 1000), uint64(number("TIDEGATE_ORACLE_SEED", 1))
	ledger := readLedger(t)
	samples := slices.DeleteFunc(corpus(t), func(s sample) bool { _, listed := ledger[s.name]; return listed })
	m := newMover(newMutator(samples, seed))
	differ := 0
	for range count {
		s := m.next()
		want, comparable := oracleAnswer(askNginx(t, nginx, s))
		if !comparable {
			continue
		}
		if got := s.check(); got != want {
			differ++
			t.Errorf("%s: %s\nsaid:\n%s\nnginx says:\n%s", s.name, s.source, got, want)
		}
	}
	t.Logf("%d structures, %d differ", count, differ)
}

// mover makes new configurations out of the directives of old ones.
type mover struct {
	*mutator
	// pieces are directives by the kind of block that they stand in, "" for the
	// main file. A kind is the block's name.
	pieces map[string][]string
	kinds  []string
}

// maxPiece keeps configurations small enough to be read when they differ.
const maxPiece = 1500

func newMover(m *mutator) *mover {
	out := &mover{mutator: m, pieces: map[string][]string{}}
	seen := map[string]bool{}
	m.samples = slices.DeleteFunc(m.samples, func(s sample) bool { return len(s.source) > 4*maxPiece })
	for _, s := range m.samples {
		eachBlock(s.source, func(kind string, body ast.Body, _ int) {
			for d := range body.All() {
				text := s.source[d.Start:d.End]
				if d.Kind == ast.Broken || len(text) > maxPiece || seen[kind+" "+text] {
					continue
				}
				seen[kind+" "+text] = true
				out.pieces[kind] = append(out.pieces[kind], text)
			}
		})
	}
	out.kinds = slices.Sorted(maps.Keys(out.pieces))
	return out
}

// eachBlock calls do for the file as a whole and for every block of directives in
// it, with the offset at which the inside begins.
func eachBlock(source string, do func(kind string, body ast.Body, inside int)) {
	memory := parser.Memory{"s.conf": source}
	config, _ := parser.Load(parser.Options{Main: "s.conf", Prefix: "/", ReadFile: func(string) ([]byte, error) { return memory.ReadFile("s.conf") },
		Glob: func(string) ([]string, error) { return nil, nil }})
	file := config.Main
	do("", file.Body(), 0)
	ast.Walk(file.Body(), func(d *ast.Directive, _ []*ast.Directive) bool {
		if d.HasBlock() && d.Lua() == nil && d.Kind != ast.Broken {
			do(d.Name(), d.Body(), int(d.Open)+1)
		}
		return true
	})
}

// spot is where a directive can be put.
type spot struct {
	kind string
	at   int
}

// layout lists the places of a source and the spans of its directives.
func layout(source string) (places []spot, spans [][2]int) {
	eachBlock(source, func(kind string, body ast.Body, inside int) {
		places = append(places, spot{kind, inside})
		for d := range body.All() {
			if d.Kind == ast.Broken {
				continue
			}
			spans = append(spans, [2]int{int(d.Start), int(d.End)})
			places = append(places, spot{kind, int(d.End)})
		}
	})
	return places, spans
}

func pick[T any](m *mover, list []T) T { return list[m.rand.IntN(len(list))] }

// next changes one to three places of a sample.
func (m *mover) next() sample {
	old := pick(m, m.samples)
	s := sample{name: old.name, source: old.source, files: maps.Clone(old.files)}
	for range 1 + m.rand.IntN(3) {
		s.source = m.move(s.source)
	}
	return s
}

func (m *mover) move(source string) string {
	places, spans := layout(source)
	if len(spans) == 0 {
		return source
	}
	from, to := pick(m, spans), pick(m, places)
	piece := source[from[0]:from[1]]
	switch m.rand.IntN(8) {
	case 0: // away
		return source[:from[0]] + source[from[1]:]
	case 1, 2: // to another place
		if to.at > from[0] && to.at < from[1] {
			return insert(source, to.at, piece)
		}
		if to.at >= from[1] {
			return insert(source[:from[0]]+source[from[1]:], to.at-len(piece), piece)
		}
		return insert(source[:from[0]]+source[from[1]:], to.at, piece)
	case 3: // twice
		return insert(source, to.at, piece)
	case 4: // out of its block, or the block without its head
		open, end := strings.IndexByte(piece, '{'), strings.LastIndexByte(piece, '}')
		if open < 0 || end < open {
			return insert(source, from[1], piece)
		}
		return source[:from[0]] + piece[open+1:end] + source[from[1]:]
	case 5: // what belongs into such a block
		if list := m.pieces[to.kind]; len(list) > 0 {
			return insert(source, to.at, pick(m, list))
		}
		return source
	case 6: // what belongs elsewhere
		return insert(source, to.at, pick(m, m.pieces[pick(m, m.kinds)]))
	}
	// A block around it.
	head := pick(m, heads)
	return source[:from[0]] + head + " {\n" + piece + "\n}" + source[from[1]:]
}

func insert(source string, at int, piece string) string {
	return source[:at] + "\n" + piece + "\n" + source[at:]
}

// heads are blocks that can be put around a directive.
var heads = []string{"http", "stream", "mail", "events", "server", "upstream u", "location /", "location = /a", "location ^~ /a", "location ~ \\.(php|x)$",
	"location @a", "if ($host)", "if ($a = b)", "if (-f $uri)", "if ($uri ~ ^/(.)$)", "limit_except GET", "limit_except GET POST", "map $host $a", "geo $a", "types",
	"split_clients $host $a", "upstream 127.0.0.1", "charset_map a b", "match m"}
