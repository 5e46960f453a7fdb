package suite

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tidegate/conformance/system"
	"tidegate/conformance/testnginx"
)

// nginx finds an nginx with stream and http Lua, such as Debian's packages install, and the modules to load.
func nginx(t *testing.T) (server *system.Server, modules string) {
	t.Helper()
	missing := func(what string) {
		if os.Getenv("REQUIRE_ORACLE") == "1" {
			t.Fatal(what)
		}
		t.Skip(what)
	}
	var paths []string
	for _, m := range []string{"ndk_http", "ngx_http_lua", "ngx_stream"} {
		path := filepath.Join("/usr/lib/nginx/modules", m+"_module.so")
		if _, err := os.Stat(path); err != nil {
			missing("nginx's Lua and stream modules are not installed: " + err.Error())
		}
		paths = append(paths, path)
	}
	server, err := system.Find("nginx", "/usr/sbin/nginx")
	if err != nil {
		missing(err.Error())
	}
	t.Cleanup(server.Close)
	return server, strings.Join(paths, " ")
}

// TestAgainstNginx runs cases of http against a real nginx, from the request to the verdict, and then judges what was recorded of it.
func TestAgainstNginx(t *testing.T) {
	server, modules := nginx(t)
	text, err := os.ReadFile("testdata/http.t")
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "http.t")
	if err := os.WriteFile(path, text, 0o644); err != nil {
		t.Fatal(err)
	}
	f, err := testnginx.Read(path, "")
	if err != nil {
		t.Fatal(err)
	}
	files := []*testnginx.File{f}
	r := Runner{Server: server, Dir: t.TempDir(), Jobs: 2, Retries: 2, Patience: 20 * time.Second, Observations: true, Env: map[string]string{"TEST_NGINX_LOAD_MODULES": modules}}
	if err := os.Chmod(r.Dir, 0o755); err != nil {
		t.Fatal(err)
	}
	results, err := r.Run(context.Background(), files)
	if err != nil {
		t.Fatal(err)
	}
	checks := 0
	for _, res := range results {
		checks += len(res.Checks)
		if res.Outcome != Pass {
			t.Errorf("%s: %s: %s", res.Name, res.Outcome, res.Reason)
		}
	}
	if len(results) != 7 || checks == 0 {
		t.Errorf("%d results with %d checks", len(results), checks)
	}
	if err := Record(server.Version, files, results); err != nil {
		t.Fatal(err)
	}
	again, err := r.Replay(files)
	if err != nil {
		t.Fatal(err)
	}
	for i, res := range again {
		if res.Outcome != results[i].Outcome {
			t.Errorf("%s is %s when it is replayed: %s", res.Name, res.Outcome, res.Reason)
		}
	}
	for _, d := range Diff(results, again) {
		if d.Outcome != Pass {
			t.Errorf("%s differs from its recording: %s", d.Name, d.Reason)
		}
	}
}
