package cli

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"tidegate/ast/catalog"
	"tidegate/ast/conf"
)

// served are the places whose directives Tidegate serves; a directive of another block is refused with its block.
const served = catalog.Main | catalog.Events | catalog.Stream | catalog.StreamServer | catalog.StreamUpstream

// sample is a right use of each directive that is refused, so that nothing else is wrong with it.
var sample = map[string]string{
	"ssl_engine":                "ssl_engine x;",
	"google_perftools_profiles": "google_perftools_profiles p;",
	"quic_bpf":                  "quic_bpf on;",
	"http":                      "http { }",
	"mail":                      "mail { auth_http 127.0.0.1:1; }",
	"ssl_ech_file":              "ssl_ech_file nginx.conf;",
}

// placed writes a directive where the row may stand; the configuration is right but for it.
func placed(row *catalog.Row, text string) string {
	main, events, stream, server, upstream := "", "", "", "", ""
	switch {
	case row.In&catalog.Main != 0:
		main = text
	case row.In&catalog.Events != 0:
		events = text
	case row.In&catalog.Stream != 0:
		stream = text
	case row.In&catalog.StreamServer != 0:
		server = text
	case row.In&catalog.StreamUpstream != 0:
		upstream = text
	}
	return fmt.Sprintf("%s\nevents { %s }\nstream { %s\nupstream u { zone u 64k; server 127.0.0.1:1; %s }\nserver { listen 127.0.0.1:1; %s\n%s } }\n",
		main, events, stream, upstream, server, "proxy_pass u;")
}

// What the catalogue calls refused keeps the server from starting, with the reason and the place, and leaves nothing behind.
func TestRefusedDirectivesDoNotStart(t *testing.T) {
	n := 0
	for _, m := range conf.Catalog.Modules() {
		for _, row := range m.Rows {
			if row.Runs.Level != catalog.SupportRefused || !row.Origin.Known() || row.In&served == 0 {
				continue
			}
			n++
			text, ok := sample[row.Name]
			if !ok {
				t.Errorf("%s in %s is refused, and no sample of it is here", row.Name, row.In)
				continue
			}
			t.Run(row.Name, func(t *testing.T) { refusesToStart(t, placed(row, text), row.Name, row.Runs.Why) })
		}
	}
	if n == 0 {
		t.Error("no row is refused")
	}
}

// The same for values of directives that run otherwise.
func TestRefusedValuesDoNotStart(t *testing.T) {
	server := func(text string) string {
		return "events { }\nstream { server { listen 127.0.0.1:1;\n" + text + "\nreturn x; } }\n"
	}
	for _, c := range []struct{ name, text, subject, why string }{
		{"stapling", server("ssl_stapling on;"), "on", "OCSP"},
		{"ocsp", server("ssl_ocsp leaf; ssl_verify_client optional; ssl_client_certificate nginx.conf;"), "leaf", "OCSP"},
		{"variable", server("set $a $ssl_ech_status;"), "$ssl_ech_status", "ClientHello"},
	} {
		t.Run(c.name, func(t *testing.T) { refusesToStart(t, c.text, c.subject, c.why) })
	}
}

func refusesToStart(t *testing.T, text, subject, why string) {
	t.Helper()
	dir := t.TempDir()
	file := filepath.Join(dir, "nginx.conf")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	var out, errs bytes.Buffer
	status := letters(Env{In: strings.NewReader(""), Out: &out, Err: &errs}, []string{"-p", dir, "-c", file, "-e", dir + "/error.log", "-g", "daemon off;"})
	said := `"` + subject + `"`
	line := func(s string) bool {
		return strings.HasPrefix(s, "nginx: [emerg] ") && strings.Contains(s, said) && strings.Contains(s, " is not supported: ") &&
			strings.Contains(s, why) && strings.Contains(s, " in "+file+":")
	}
	if lines := strings.Split(errs.String(), "\n"); status != 1 || !slices.ContainsFunc(lines, line) {
		t.Errorf("status %d for\n%s%s", status, text, errs.String())
	}
	if _, err := os.Stat(dir + "/logs/nginx.pid"); err == nil {
		t.Error("a pid file was written")
	}
}
