package proc

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// The test binary plays the measured programs: PROC_ROLE selects what it does instead of running tests.
const roleVariable = "PROC_ROLE"

func TestMain(m *testing.M) {
	if len(os.Args) == 3 && os.Args[1] == MeasureArgument {
		if err := MeasureMain(os.Args[2], os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(2)
		}
		return
	}
	switch role := os.Getenv(roleVariable); role {
	case "":
		os.Exit(m.Run())
	case "burn":
		burn(300 * time.Millisecond)
		fmt.Println("ready")
		_, _ = io.Copy(io.Discard, os.Stdin)
	case "parent":
		parent()
	case "stubborn":
		stubborn()
	case "nurse":
		nurse()
	case "eat":
		eat()
	default:
		fmt.Fprintln(os.Stderr, "unknown role", role)
		os.Exit(2)
	}
}

// burn uses the given processor time, however long that takes.
func burn(want time.Duration) {
	start, err := Self()
	if err != nil {
		panic(err)
	}
	for {
		if now, _ := Self(); now-start >= want {
			return
		}
	}
}

// parent starts two children that burn, waits for one of them to end, and keeps the other.
func parent() {
	finished := exec.Command(os.Args[0])
	finished.Env = []string{roleVariable + "=burn"}
	if err := finished.Run(); err != nil {
		panic(err)
	}
	kept := exec.Command(os.Args[0])
	kept.Env = []string{roleVariable + "=burn"}
	in, _ := kept.StdinPipe()
	defer in.Close()
	out, _ := kept.StdoutPipe()
	if err := kept.Start(); err != nil {
		panic(err)
	}
	if _, err := bufio.NewReader(out).ReadString('\n'); err != nil {
		panic(err)
	}
	fmt.Println("ready", kept.Process.Pid)
	_, _ = io.Copy(io.Discard, os.Stdin)
}

// nurse starts a stubborn child in a nursery and tells its process id.
func nurse() {
	cmd := exec.Command(os.Args[0])
	cmd.Env = []string{roleVariable + "=stubborn"}
	in, _ := cmd.StdinPipe()
	defer in.Close()
	child, err := NewNursery().Start(cmd, Options{})
	if err != nil {
		panic(err)
	}
	fmt.Println("ready", child.PID())
	_, _ = io.Copy(io.Discard, os.Stdin)
}

// meal is what eat takes of the memory, in bytes.
const meal = 100 << 20

// eat writes to a lot of memory, says so on both streams, and fails.
func eat() {
	memory := make([]byte, meal)
	for i := 0; i < len(memory); i += 512 {
		memory[i] = 1
	}
	fmt.Println("full of", len(memory))
	fmt.Fprintln(os.Stderr, "no more")
	os.Exit(7)
}

// stubborn ignores SIGTERM.
func stubborn() {
	signal.Ignore(syscall.SIGTERM)
	fmt.Println("ready")
	_, _ = io.Copy(io.Discard, os.Stdin)
	select {}
}

// start runs a role and returns its first line of output.
func start(t *testing.T, n *Nursery, role string) (*Child, io.WriteCloser, string) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), roleVariable+"="+role)
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer read.Close()
	cmd.Stdout, cmd.Stderr = write, os.Stderr
	child, err := n.Start(cmd, Options{})
	write.Close()
	if err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(read).ReadString('\n')
	if err != nil {
		t.Fatalf("role %s said nothing: %v", role, err)
	}
	return child, in, strings.TrimSpace(line)
}

func TestTreeUsageCountsLiveAndGoneDescendants(t *testing.T) {
	n := NewNursery()
	defer n.Close()
	child, _, line := start(t, n, "parent")
	kept, err := strconv.Atoi(strings.TrimPrefix(line, "ready "))
	if err != nil {
		t.Fatalf("first line %q", line)
	}

	tree, err := Tree(child.PID())
	if err != nil || tree[0] != child.PID() || !slices.Contains(tree, kept) {
		t.Fatalf("Tree = %v, %v; want %d first and %d among them", tree, err, child.PID(), kept)
	}
	got, err := TreeUsage(child.PID())
	if err != nil {
		t.Fatal(err)
	}
	// Two children burnt 300 ms each; the one that is gone is known to 10 ms.
	if got.CPU < 580*time.Millisecond || got.CPU > 2*time.Second {
		t.Errorf("CPU = %v, want 600 ms and a little", got.CPU)
	}
	if split := got.User + got.System; split < got.CPU-100*time.Millisecond || split > got.CPU+100*time.Millisecond {
		t.Errorf("user %v + system %v is far from CPU %v", got.User, got.System, got.CPU)
	}
	hold, err := TreeFootprint(child.PID())
	if err != nil {
		t.Fatal(err)
	}
	if hold.Processes != 2 || hold.Threads < 4 || hold.Files < 6 || hold.PSS < 1<<20 || hold.RSS < hold.PSS {
		t.Errorf("footprint of two small Go programs: %+v", hold)
	}
}

func TestUsageSub(t *testing.T) {
	got := Usage{CPU: 5, User: 3, System: 2}.Sub(Usage{CPU: 1, User: 1, System: 0})
	if want := (Usage{CPU: 4, User: 2, System: 2}); got != want {
		t.Errorf("Sub = %+v, want %+v", got, want)
	}
}

func TestUsageOfNobody(t *testing.T) {
	cmd := exec.Command(os.Args[0], "-test.run=^$")
	if err := cmd.Run(); err != nil {
		t.Fatal(err)
	}
	if _, err := TreeUsage(cmd.Process.Pid); err == nil {
		t.Error("TreeUsage of a process that is gone gave no error")
	}
	if _, err := TreeFootprint(cmd.Process.Pid); err == nil {
		t.Error("TreeFootprint of a process that is gone gave no error")
	}
}

func TestStopKillsTheStubbornAndItsGroup(t *testing.T) {
	n := NewNursery()
	defer n.Close()
	child, _, _ := start(t, n, "stubborn")
	if child.Err() != nil {
		t.Fatal("the child is gone already")
	}
	if err := child.Stop(syscall.SIGTERM, 50*time.Millisecond); err == nil {
		t.Error("Stop of a child that ignores SIGTERM gave no error")
	}
	if child.Err() == nil {
		t.Error("no word of how the child ended")
	}
}

func TestCloseLeavesNobody(t *testing.T) {
	n := NewNursery()
	child, _, line := start(t, n, "parent")
	kept, _ := strconv.Atoi(strings.TrimPrefix(line, "ready "))
	n.Close()
	n.Close()
	for _, pid := range []int{child.PID(), kept} {
		waitGone(t, pid)
	}
	if _, err := n.Start(exec.Command(os.Args[0]), Options{}); !errors.Is(err, errClosed) {
		t.Errorf("Start after Close: %v", err)
	}
}

func TestChildrenDieWithTheirParent(t *testing.T) {
	n := NewNursery()
	defer n.Close()
	parent, _, line := start(t, n, "nurse")
	child, err := strconv.Atoi(strings.TrimPrefix(line, "ready "))
	if err != nil {
		t.Fatalf("first line %q", line)
	}
	if err := parent.Signal(syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	waitGone(t, parent.PID())
	waitGone(t, child)
}

func TestStartOnGivenProcessors(t *testing.T) {
	n := NewNursery()
	defer n.Close()
	var out bytes.Buffer
	cmd := exec.Command("/bin/grep", "Cpus_allowed_list", "/proc/self/status")
	cmd.Stdout = &out
	child, err := n.Start(cmd, Options{CPUs: []int{0}})
	if err != nil {
		t.Fatal(err)
	}
	<-child.Done()
	if got := strings.Fields(out.String()); len(got) != 2 || got[1] != "0" {
		t.Errorf("the child may run on %q, want processor 0", out.String())
	}
}

func TestRun(t *testing.T) {
	n := NewNursery()
	defer n.Close()
	dir := t.TempDir()
	job := func(role string, argv ...string) Job {
		return Job{Argv: argv, Dir: dir, Env: append(os.Environ(), roleVariable+"="+role), Stdout: dir + "/out", Stderr: dir + "/err"}
	}
	small, err := n.Run(t.Context(), job("", "/bin/pwd"), Options{CPUs: []int{0}})
	if text, _ := os.ReadFile(dir + "/out"); err != nil || small.Status != 0 || small.MaxRSS == 0 || string(text) != dir+"\n" {
		t.Errorf("pwd: %+v, %v, says %q in %s", small, err, text, dir)
	}
	large, err := n.Run(t.Context(), job("eat", os.Args[0]), Options{})
	text, _ := os.ReadFile(dir + "/out")
	words, _ := os.ReadFile(dir + "/err")
	if err != nil || large.Status != 7 || string(text) != fmt.Sprintln("full of", meal) || string(words) != "no more\n" {
		t.Errorf("eat: %+v, %v, says %q and %q", large, err, text, words)
	}
	if large.MaxRSS < meal || large.MaxRSS-small.MaxRSS < meal/2 {
		t.Errorf("peak memory %d after writing to %d; %d of a small program", large.MaxRSS, meal, small.MaxRSS)
	}
	if burnt, err := n.Run(t.Context(), job("burn", os.Args[0]), Options{}); err != nil || burnt.User+burnt.System < 250*time.Millisecond || burnt.Wall < 250*time.Millisecond {
		t.Errorf("300 ms of work: %+v, %v", burnt, err)
	}
	if _, err := n.Run(t.Context(), job("", dir+"/nothing"), Options{}); err == nil {
		t.Error("a program that does not exist ran")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := n.Run(ctx, job("", "/bin/sleep", "1000"), Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("a run that was cancelled: %v", err)
	}
}

// waitGone waits until no live process has the id: a zombie, which its own parent has yet to collect, is not alive.
func waitGone(t *testing.T, pid int) {
	t.Helper()
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); <-tick.C {
		text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		if err != nil || bytes.Contains(text, []byte(") Z ")) {
			return
		}
	}
	t.Errorf("process %d is still alive", pid)
}
