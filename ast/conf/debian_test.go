package conf_test

import (
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"

	"tidegate/ast/catalog"
	"tidegate/ast/conf"
)

// installed is the nginx of Debian. It is older than the one that the catalogue
// describes and has its modules apart, so that only verdicts are compared, and
// messages where both refuse. What it lacks is told by the catalogue and by
// testdata/conf-check/older.txt.
type installed struct {
	binary  string
	version string
	modules string // the directives that load them
	reasons []*regexp.Regexp
}

var nginxVersion = regexp.MustCompile(`nginx/([0-9.]+)`)

// installedNginx finds Debian's nginx with its Lua module.
func installedNginx(t *testing.T) *installed {
	t.Helper()
	const binary, folder = "/usr/sbin/nginx", "/usr/lib/nginx/modules/"
	n := &installed{binary: binary}
	for _, m := range []string{"ndk_http", "ngx_http_lua", "ngx_stream", "ngx_mail"} {
		file := folder + m + "_module.so"
		if _, err := os.Stat(file); err != nil {
			if os.Getenv("REQUIRE_ORACLE") != "" {
				t.Fatal(err)
			}
			t.Skip("no nginx with its Lua, stream and mail modules is installed: ", err)
		}
		n.modules += "load_module " + file + "; "
	}
	out, err := exec.Command(binary, "-v").CombinedOutput()
	m := nginxVersion.FindSubmatch(out)
	if err != nil || m == nil {
		t.Fatalf("%s -v: %v: %s", binary, err, out)
	}
	n.version = string(m[1])
	text, err := os.ReadFile(samplesDir + "/older.txt")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		pattern, reason, found := strings.Cut(line, "\t")
		if !found || strings.TrimSpace(reason) == "" {
			t.Fatalf("older.txt: %q has no reason", line)
		}
		n.reasons = append(n.reasons, regexp.MustCompile(pattern))
	}
	return n
}

var aboutDirective = regexp.MustCompile(`unknown directive "([^"]+)"|"([^"]+)" directive is not allowed here`)

// lacks tells whether an answer complains about a directive that this nginx does
// not have: it came later, or only OpenResty has its module.
func (n *installed) lacks(says string) bool {
	m := aboutDirective.FindStringSubmatch(says)
	if m == nil {
		return false
	}
	return slices.ContainsFunc(conf.Catalog.Rows(m[1]+m[2]), func(r *catalog.Row) bool {
		return r.Since != "" && older(n.version, r.Since) || strings.HasPrefix(r.Module().Name, "ngx_stream_lua") || r.Origin == catalog.Bundled
	})
}

// older compares versions part by part.
func older(a, b string) bool {
	x, y := strings.Split(a, "."), strings.Split(b, ".")
	for i := range min(len(x), len(y)) {
		if len(x[i]) != len(y[i]) {
			return len(x[i]) < len(y[i])
		}
		if x[i] != y[i] {
			return x[i] < y[i]
		}
	}
	return false
}

// tally counts what became of comparisons: refused are those that both refuse,
// same those of them with the same message.
type tally struct{ compared, other, differ, refused, same int }

var firstEmerg = regexp.MustCompile(`(?m)^nginx: \[emerg\].*$`)

// compare asks this nginx about a configuration.
func (n *installed) compare(t *testing.T, s sample, change string, sum *tally) {
	t.Helper()
	want, comparable := oracleAnswer(askNginx(t, n.binary, s, "-g", n.modules))
	if !comparable {
		return
	}
	got := s.check()
	verdict := func(says string) string { v, _, _ := strings.Cut(says, "\n"); return v }
	switch {
	case n.lacks(want):
		sum.other++
	case verdict(got) == verdict(want):
		sum.compared++
		if m := firstEmerg.FindString(want); m != "" {
			sum.refused++
			if m == firstEmerg.FindString(got) {
				sum.same++
			}
		}
	case slices.ContainsFunc(n.reasons, func(re *regexp.Regexp) bool { return re.MatchString(got) || re.MatchString(want) }):
		sum.other++
	default:
		sum.compared++
		sum.differ++
		t.Errorf("%s %s\nsaid:\n%s\nnginx %s says:\n%s", s.name, change, got, n.version, want)
	}
}

// TestInstalledNginx compares verdicts on everything in testdata, and on
// mutations of it, with Debian's nginx. TIDEGATE_INSTALLED_MUTATIONS sets how
// many (300).
func TestInstalledNginx(t *testing.T) {
	n := installedNginx(t)
	var whole, mutated tally
	ledger := readLedger(t)
	samples := corpus(t)
	for _, s := range samples {
		if _, listed := ledger[s.name]; !listed {
			n.compare(t, s, "", &whole)
		}
	}
	t.Logf("%d configurations compared, %d differ; %d are about what nginx %s lacks", whole.compared, whole.differ, whole.other, n.version)
	if whole.compared < len(samples)/2 {
		t.Errorf("only %d of %d configurations could be compared", whole.compared, len(samples))
	}
	m := newMutator(slices.DeleteFunc(samples, func(s sample) bool { _, listed := ledger[s.name]; return listed }),
		uint64(number("TIDEGATE_ORACLE_SEED", 1)))
	for range number("TIDEGATE_INSTALLED_MUTATIONS", 300) {
		n.compare(t, m.next(), m.change, &mutated)
	}
	t.Logf("%d mutations compared, %d differ; %d are about what it lacks", mutated.compared, mutated.differ, mutated.other)
	refused, same := whole.refused+mutated.refused, whole.same+mutated.same
	t.Logf("of %d that both refuse, %d have the same message", refused, same)
	if same*10 < refused*9 {
		t.Errorf("only %d of %d messages are the same", same, refused)
	}
}
