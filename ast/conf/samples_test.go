package conf_test

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"net/netip"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"tidegate/ast/catalog"
	"tidegate/ast/conf"
	"tidegate/ast/diag"
	"tidegate/parser"
)

// The samples in testdata/conf-check are configurations with what a real
// OpenResty says of them under -t. Each archive holds, per case, a file NAME with
// the configuration (or "NAME raw" with a Go string, for bytes that an archive
// cannot hold), files "NAME/..." that it includes, and "NAME: says" with the
// exit status and the output, where PREFIX stands for the prefix directory.
//
// -record writes the answers anew with the nginx binary named by
// TIDEGATE_ORACLE_NGINX.
var record = flag.Bool("record", false, "record the answers of a real nginx into testdata/conf-check")

const samplesDir = "../../testdata/conf-check"

type sample struct {
	name   string
	source string
	files  map[string]string // beside the configuration
	says   string
}

func readSamples(t *testing.T, path string) []sample {
	t.Helper()
	var out []sample
	for _, f := range readArchive(t, path) {
		switch {
		case strings.HasSuffix(f.name, ": says"):
			s := &out[len(out)-1]
			if f.name != s.name+": says" {
				t.Fatalf("%s: answer %q after case %q", path, f.name, s.name)
			}
			s.says = f.data
		case strings.Contains(f.name, "/"):
			s := &out[len(out)-1]
			_, base, _ := strings.Cut(f.name, "/")
			s.files[base] = f.data
		default:
			s := sample{name: f.name, source: f.data, files: map[string]string{}}
			if raw, ok := strings.CutSuffix(f.name, " raw"); ok {
				s.name = raw
				s.source = unquoted(t, f)
			}
			out = append(out, s)
		}
	}
	return out
}

// member is a file of an archive in txtar form.
type member struct{ name, data string }

// readArchive reads a txtar archive: members begin with a line "-- NAME --".
func readArchive(t testing.TB, path string) []member {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var out []member
	for line := range strings.Lines(string(text)) {
		rest, found := strings.CutPrefix(line, "-- ")
		name, isHead := strings.CutSuffix(strings.TrimRight(rest, "\n"), " --")
		switch {
		case found && isHead:
			out = append(out, member{name: strings.TrimSpace(name)})
		case len(out) > 0:
			out[len(out)-1].data += line
		}
	}
	return out
}

// unquoted reads a member that holds a Go string.
func unquoted(t *testing.T, m member) string {
	t.Helper()
	text, err := strconv.Unquote(strings.TrimSpace(m.data))
	if err != nil {
		t.Fatalf("%s: %v", m.name, err)
	}
	return text
}

func TestSamples(t *testing.T) {
	paths, err := filepath.Glob(samplesDir + "/*.txtar")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no samples: %v", err)
	}
	total := 0
	for _, path := range paths {
		if *record {
			recordSamples(t, path)
		}
		samples := readSamples(t, path)
		total += len(samples)
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) {
			for _, s := range samples {
				t.Run(s.name, func(t *testing.T) {
					if got := s.check(); got != s.says {
						t.Errorf("%s\nsaid:\n%s\nnginx says:\n%s", s.source, got, s.says)
					}
				})
			}
		})
	}
	if total < 150 {
		t.Errorf("only %d samples", total)
	}
}

// check renders what Check says as nginx -t would.
func (s *sample) check() string {
	memory := parser.Memory{"PREFIX/conf/s.conf": s.source}
	for name, text := range s.files {
		memory["PREFIX/"+inConf(name)] = text
	}
	config, list := parser.Load(parser.Options{Main: "conf/s.conf", Prefix: "PREFIX/",
		ReadFile: memory.ReadFile, Glob: memory.Glob})
	_, found := conf.Check(config, conf.Options{
		Prefix: "PREFIX/", Resolve: resolve, Hostname: "host.example", Root: true, Built: referenceModules,
		LookupUser: lookup, LookupGroup: lookup,
		Open:     opensIn(memory),
		ReadFile: memory.ReadFile,
	})
	list = append(list, found...)
	list.Sort()
	var out bytes.Buffer
	ok, err := diag.Nginx(&out, list, diag.NginxOptions{File: "PREFIX/conf/s.conf", Test: true})
	if err != nil {
		panic(err)
	}
	status := 0
	if !ok {
		status = 1
	}
	return fmt.Sprintf("exit %d\n%s", status, out.String())
}

// opensIn tells of files that are in memory that they can be opened.
func opensIn(memory parser.Memory) func(name string) error {
	return func(name string) error {
		if _, ok := memory[path.Clean(name)]; ok {
			return nil
		}
		return &fs.PathError{Op: "open", Path: name, Err: syscall.ENOENT}
	}
}

func resolve(host string) ([]netip.Addr, error) {
	switch host {
	case "localhost":
		return []netip.Addr{netip.MustParseAddr("127.0.0.1")}, nil
	}
	return nil, errors.New("no such host")
}

func lookup(name string) error {
	switch name {
	case "root", "nobody", "nogroup", "www-data":
		return nil
	}
	return errors.New("no such account")
}

// recordSamples asks the real binary about every case of an archive.
func recordSamples(t *testing.T, path string) {
	t.Helper()
	nginx := os.Getenv("TIDEGATE_ORACLE_NGINX")
	if nginx == "" {
		t.Fatal("-record needs TIDEGATE_ORACLE_NGINX")
	}
	says := map[string]string{}
	for _, s := range readSamples(t, path) {
		says[s.name] = askNginx(t, nginx, s)
	}
	var out strings.Builder
	last := ""
	answer := func() {
		if last != "" {
			fmt.Fprintf(&out, "-- %s: says --\n%s", last, says[last])
		}
	}
	for _, f := range readArchive(t, path) {
		switch {
		case strings.HasSuffix(f.name, ": says"):
			continue
		case !strings.Contains(f.name, "/"):
			answer()
			last = strings.TrimSuffix(f.name, " raw")
		}
		fmt.Fprintf(&out, "-- %s --\n%s", f.name, f.data)
	}
	answer()
	if err := os.WriteFile(path, []byte(out.String()), 0o644); err != nil {
		t.Fatal(err)
	}
}

func askNginx(t *testing.T, nginx string, s sample, options ...string) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "logs"), 0o755); err != nil {
		t.Fatal(err)
	}
	write := func(name, text string) {
		file := filepath.Join(dir, inConf(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("s.conf", s.source)
	for name, text := range s.files {
		write(name, text)
	}
	cmd := exec.Command(nginx, append([]string{"-p", dir, "-c", "conf/s.conf", "-e", "logs/error.log", "-t"}, options...)...)
	out, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	var said strings.Builder
	for line := range strings.Lines(strings.ReplaceAll(string(out), dir, "PREFIX")) {
		if !strings.HasPrefix(line, "Error Opening file ") { // the GeoIP library
			said.WriteString(line)
		}
	}
	return fmt.Sprintf("exit %d\n%s", cmd.ProcessState.ExitCode(), said.String())
}

// referenceModules are the modules that the reference is built with although
// nginx leaves them out by default: some of nginx's, and OpenResty's bundle.
var referenceModules = func() []string {
	names := []string{"ngx_http_geoip_module", "ngx_stream_geoip_module", "ngx_http_degradation_module"}
	for _, m := range conf.Catalog.Modules() {
		if len(m.Variables) > 0 && m.Variables[0].Origin == catalog.Bundled {
			names = append(names, m.Name)
		}
	}
	return names
}()
