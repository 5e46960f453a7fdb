package cases

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// recordedVersion is that of the OpenResty that the recordings come from.
const recordedVersion = "1.31.1.1"

// TestCasesInDocker runs the cases against the OpenResty of a Docker image, one that is there: CASES_IMAGE, or one of the version
// that was recorded.
func TestCasesInDocker(t *testing.T) {
	image, binary := dockerImage(t), staticBinary(t)
	dir, err := filepath.Abs(*dir)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(binary, "test", "--against", "docker:"+image, "--json", dir)
	var said bytes.Buffer
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err != nil {
		t.Errorf("%v\n%s", err, &said)
	}
	var results []struct{ File, Name, Outcome, Reason string }
	if err := json.Unmarshal(out, &results); err != nil {
		t.Fatalf("%v in %q", err, out)
	}
	if len(results) == 0 {
		t.Error("no results")
	}
	for _, r := range results {
		if r.Outcome != "pass" {
			t.Errorf("%s %s: %s: %s", r.File, r.Name, r.Outcome, r.Reason)
		}
	}
	if left := containers(t, image, "--filter", "status=exited"); left != "" {
		t.Errorf("containers are left: %s", left)
	}
}

// TestKilledRun says that a container is gone soon after the run that wanted it was killed.
func TestKilledRun(t *testing.T) {
	image := dockerImage(t)
	file := filepath.Join(t.TempDir(), "slow.t")
	text := "use Test::Nginx::Socket::Lua::Stream;\nrun_tests();\n__DATA__\n\n=== TEST 1: slow\n--- timeout: 600\n" +
		"--- stream_server_config\ncontent_by_lua_block { ngx.sleep(600) }\n--- stream_response\n"
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(staticBinary(t), "test", "--against", "docker:"+image, file)
	cmd.Env = append(os.Environ(), "TMPDIR="+t.TempDir())
	before := containers(t, image)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	await := func(what string, ok func() bool) {
		for end := time.Now().Add(30 * time.Second); !ok(); <-tick.C {
			if time.Now().After(end) {
				t.Fatal("in vain: ", what)
			}
		}
	}
	name := ""
	await("a container", func() bool {
		for n := range strings.FieldsSeq(containers(t, image)) {
			if !strings.Contains(before, n) {
				name = n
			}
		}
		return name != ""
	})
	_ = cmd.Process.Kill()
	_ = cmd.Wait()
	await("its removal", func() bool { return !strings.Contains(containers(t, image, "--all"), name) })
}

// containers are the names of those that runs with an image have made.
func containers(t *testing.T, image string, more ...string) string {
	t.Helper()
	args := append([]string{"ps", "--format", "{{.Names}}", "--filter", "label=tidegate.test", "--filter", "ancestor=" + image}, more...)
	out, err := exec.Command("docker", args...).Output()
	if err != nil {
		t.Fatal("docker ps: ", err)
	}
	return strings.TrimSpace(string(out))
}

var (
	buildStatic = sync.OnceValues(func() (string, error) { return build(tmp, false) })
	tmp         string // a folder for the whole run
)

// staticBinary is a Tidegate that runs in any image.
func staticBinary(t *testing.T) string {
	t.Helper()
	binary, err := buildStatic()
	if err != nil {
		t.Fatal(err)
	}
	return binary
}

// TestNoSuchImage says what to do, and asks no registry.
func TestNoSuchImage(t *testing.T) {
	dockerImage(t)
	out, err := exec.Command(staticBinary(t), "test", "--against", "docker:tidegate.invalid/none:0", *dir).CombinedOutput()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != 2 || !strings.Contains(string(out), "--pull has it fetch an image") {
		t.Errorf("%v: %s", err, out)
	}
}

// dockerImage names the image to test with, or skips the test: nothing is fetched.
func dockerImage(t *testing.T) string {
	t.Helper()
	missing := func(why string) string {
		if os.Getenv("REQUIRE_ORACLE") == "1" {
			t.Fatal(why)
		}
		t.Skip(why)
		return ""
	}
	if _, err := exec.LookPath("docker"); err != nil {
		return missing("there is no docker")
	}
	image := os.Getenv("CASES_IMAGE")
	reference := image
	if image == "" {
		reference = "openresty/openresty:" + recordedVersion + "*"
	}
	out, err := exec.Command("docker", "images", "--filter", "reference="+reference, "--format", "{{.Repository}}:{{.Tag}}").CombinedOutput()
	if err != nil {
		return missing("no Docker daemon answers: " + string(out))
	}
	first, _, _ := strings.Cut(strings.TrimSpace(string(out)), "\n")
	if first == "" {
		return missing("there is no image " + reference)
	}
	return first
}
