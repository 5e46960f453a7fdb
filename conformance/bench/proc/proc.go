// Package proc starts the programs of a benchmark as children and reads what they cost from the kernel: processor time, memory
// and open files of a whole process tree.
//
// The flow: NewNursery, Start a child, read Tree(pid) before and after the work, Stop the child, Close the nursery. A nursery
// never leaves a process behind: children carry a parent-death signal, are group leaders of their own, and what outlives its
// leader is killed with the group.
//
// Processor time comes from the processes' own CPU clocks (clock_getcpuclockid(3)), which count nanoseconds where /proc/PID/stat
// counts hundredths of a second; stat gives the split into user and system time and the time of children that are gone. Memory
// is the proportional set size of smaps_rollup, so that the pages a master shares with its workers count once.
//
// The package knows nothing of proxies.
package proc

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// tick is the unit of the times in /proc/PID/stat: USER_HZ, 100 on every Linux that Go runs on.
const tick = time.Second / 100

// Usage is what a process tree has consumed.
type Usage struct {
	CPU    time.Duration // user and system time of all threads, live and gone; nanosecond resolution for live processes
	User   time.Duration // user part, to 10 ms
	System time.Duration // system part, to 10 ms
}

// Sub is the consumption since an earlier reading.
func (u Usage) Sub(earlier Usage) Usage {
	return Usage{CPU: u.CPU - earlier.CPU, User: u.User - earlier.User, System: u.System - earlier.System}
}

// Footprint is what a process tree holds at one moment.
type Footprint struct {
	Processes int
	Threads   int
	PSS       int64 // bytes; proportional set size
	RSS       int64 // bytes; counts shared pages once per process
	Files     int   // open descriptors
	Pipes     int   // how many of them are ends of pipes
}

// stat is the part of /proc/PID/stat that is used.
type stat struct {
	parent         int
	utime, stime   time.Duration
	cutime, cstime time.Duration // of children that were waited for
	threads        int
}

// readStat parses /proc/PID/stat (proc(5)). The command name may hold blanks and parentheses: fields count from its last one.
func readStat(pid int) (stat, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return stat{}, err
	}
	end := bytes.LastIndexByte(text, ')')
	if end < 0 {
		return stat{}, fmt.Errorf("stat of process %d: no command name", pid)
	}
	fields := strings.Fields(string(text[end+1:]))
	const firstField = 3 // state, the field after the command name
	if len(fields) < 20-firstField+1 {
		return stat{}, fmt.Errorf("stat of process %d: %d fields", pid, len(fields))
	}
	var number [21]int64
	for i := 4; i <= 20; i++ {
		if number[i], err = strconv.ParseInt(fields[i-firstField], 10, 64); err != nil {
			return stat{}, fmt.Errorf("stat of process %d: %w", pid, err)
		}
	}
	ticks := func(field int) time.Duration { return time.Duration(number[field]) * tick }
	return stat{
		parent: int(number[4]), threads: int(number[20]),
		utime: ticks(14), stime: ticks(15), cutime: ticks(16), cstime: ticks(17),
	}, nil
}

// Tree lists a process and all its descendants, parents first.
func Tree(pid int) ([]int, error) {
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return nil, err
	}
	children := map[int][]int{}
	for _, entry := range entries {
		child, err := strconv.Atoi(entry.Name())
		if err != nil {
			continue
		}
		if st, err := readStat(child); err == nil {
			children[st.parent] = append(children[st.parent], child)
		}
	}
	tree := []int{pid}
	for i := 0; i < len(tree); i++ {
		tree = append(tree, children[tree[i]]...)
	}
	return tree, nil
}

// TreeUsage reads the consumption of a process and its descendants, gone ones included.
func TreeUsage(pid int) (Usage, error) {
	tree, err := Tree(pid)
	if err != nil {
		return Usage{}, err
	}
	var sum Usage
	for _, member := range tree {
		st, err := readStat(member)
		if err == nil {
			var live time.Duration
			if live, err = clock(member); err == nil {
				sum.CPU += live + st.cutime + st.cstime
				sum.User += st.utime + st.cutime
				sum.System += st.stime + st.cstime
				continue
			}
		}
		if member == pid || !gone(err) {
			return Usage{}, fmt.Errorf("usage of process %d: %w", member, err)
		}
	}
	return sum, nil
}

// clock reads the CPU clock of another process: the identifier that clock_getcpuclockid(3) computes.
func clock(pid int) (time.Duration, error) {
	const sched = 2
	var ts unix.Timespec
	if err := unix.ClockGettime(int32(^pid)<<3|sched, &ts); err != nil {
		return 0, err
	}
	return time.Duration(ts.Nano()), nil
}

// Self is the processor time of the calling process, children excluded.
func Self() (time.Duration, error) {
	var ts unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_PROCESS_CPUTIME_ID, &ts); err != nil {
		return 0, err
	}
	return time.Duration(ts.Nano()), nil
}

// TreeFootprint reads what a process and its descendants hold.
func TreeFootprint(pid int) (Footprint, error) {
	tree, err := Tree(pid)
	if err != nil {
		return Footprint{}, err
	}
	var sum Footprint
	for _, member := range tree {
		one, err := footprint(member)
		if err != nil {
			if member != pid && gone(err) {
				continue
			}
			return Footprint{}, fmt.Errorf("footprint of process %d: %w", member, err)
		}
		sum.Processes++
		sum.Threads += one.Threads
		sum.PSS += one.PSS
		sum.RSS += one.RSS
		sum.Files += one.Files
		sum.Pipes += one.Pipes
	}
	return sum, nil
}

func footprint(pid int) (Footprint, error) {
	dir := filepath.Join("/proc", strconv.Itoa(pid))
	rollup, err := os.ReadFile(filepath.Join(dir, "smaps_rollup"))
	if err != nil {
		return Footprint{}, err
	}
	files, pipes, err := descriptors(filepath.Join(dir, "fd"))
	if err != nil {
		return Footprint{}, err
	}
	st, err := readStat(pid)
	if err != nil {
		return Footprint{}, err
	}
	return Footprint{Threads: st.threads, PSS: kilobytes(rollup, "Pss:"), RSS: kilobytes(rollup, "Rss:"), Files: files, Pipes: pipes}, nil
}

// descriptors counts the links in a /proc/PID/fd, and how many of them are ends of pipes.
func descriptors(dir string) (files, pipes int, err error) {
	links, err := os.ReadDir(dir)
	if err != nil {
		return 0, 0, err
	}
	for _, l := range links {
		if target, err := os.Readlink(filepath.Join(dir, l.Name())); err == nil && strings.HasPrefix(target, "pipe:") {
			pipes++
		}
	}
	return len(links), pipes, nil
}

// kilobytes finds "Name:   123 kB" in a smaps file and returns bytes.
func kilobytes(text []byte, name string) int64 {
	for line := range strings.Lines(string(text)) {
		if fields := strings.Fields(line); len(fields) == 3 && fields[0] == name {
			n, err := strconv.ParseInt(fields[1], 10, 64)
			if err != nil {
				return 0
			}
			return n << 10
		}
	}
	return 0
}

// gone reports whether err says that the process has ended meanwhile.
func gone(err error) bool {
	return errors.Is(err, fs.ErrNotExist) || errors.Is(err, unix.ESRCH) || errors.Is(err, unix.EINVAL)
}
