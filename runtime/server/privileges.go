package server

import (
	"errors"
	"fmt"
	"os"
	"os/user"
	"runtime"
	"strconv"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Privileges. nginx keeps a master that stays root, to bind ports and read keys on reload, beside workers that do not. Tidegate is
// one process, so the same line is drawn between threads: after the change of user every thread runs without capabilities, and
// only the thread that builds a new cycle raises, for that time, the few that a master needs (asMaster). Lua code and client data
// are never handled on a thread that has them raised, init_by_lua aside, which nginx too runs in its master.

// identity is whom the process becomes after it has bound its ports.
type identity struct {
	uid, gid int
	name     string
	groups   []int
}

// lookupIdentity reads the user and group of the user directive; an empty group means the user's primary group.
func lookupIdentity(name, group string) (*identity, error) {
	u, err := user.Lookup(name)
	if err != nil {
		return nil, fmt.Errorf("getpwnam(%q) failed", name)
	}
	id := &identity{name: name}
	id.uid, _ = strconv.Atoi(u.Uid)
	id.gid, _ = strconv.Atoi(u.Gid)
	if group != "" {
		g, err := user.LookupGroup(group)
		if err != nil {
			return nil, fmt.Errorf("getgrnam(%q) failed", group)
		}
		id.gid, _ = strconv.Atoi(g.Gid)
	}
	if ids, err := u.GroupIds(); err == nil { // initgroups(3)
		for _, s := range ids {
			if n, err := strconv.Atoi(s); err == nil {
				id.groups = append(id.groups, n)
			}
		}
	}
	return id, nil
}

const (
	capChown          = 1 << unix.CAP_CHOWN
	capDacOverride    = 1 << unix.CAP_DAC_OVERRIDE
	capDacReadSearch  = 1 << unix.CAP_DAC_READ_SEARCH
	capNetBindService = 1 << unix.CAP_NET_BIND_SERVICE
	capNetRaw         = 1 << unix.CAP_NET_RAW
	capSysNice        = 1 << unix.CAP_SYS_NICE
	capSysResource    = 1 << unix.CAP_SYS_RESOURCE

	masterCaps = capChown | capDacOverride | capDacReadSearch | capNetBindService | capSysNice | capSysResource
)

// become changes every thread of the process to id. keep are capabilities that all threads go on using (CAP_NET_RAW for
// proxy_bind ... transparent, as nginx's workers keep it).
func (id *identity) become(keep uint32) error {
	// A container's root may have few of them: asking for more than there is would be refused altogether.
	hdr, had := capData(0, 0)
	if err := unix.Capget(hdr, &had[0]); err != nil {
		return fmt.Errorf("capget() failed: %w", err)
	}
	keep &= had[0].Permitted
	kept := true
	if _, _, errno := syscall.AllThreadsSyscall(unix.SYS_PRCTL, unix.PR_SET_KEEPCAPS, 1, 0); errno != 0 {
		// Built with cgo (the race detector), Go cannot do this for all threads: then nothing is kept.
		if errno != unix.ENOTSUP {
			return fmt.Errorf("prctl(PR_SET_KEEPCAPS, 1) failed%w", errno)
		}
		kept = false
	}
	if err := syscall.Setgroups(id.groups); err != nil {
		return fmt.Errorf("initgroups(%s, %d) failed: %w", id.name, id.gid, err)
	}
	if err := syscall.Setresgid(id.gid, id.gid, id.gid); err != nil {
		return fmt.Errorf("setgid(%d) failed: %w", id.gid, err)
	}
	if err := syscall.Setresuid(id.uid, id.uid, id.uid); err != nil {
		return fmt.Errorf("setuid(%d) failed: %w", id.uid, err)
	}
	if !kept {
		return nil
	}
	hdr, data := capData(masterCaps&had[0].Permitted|keep, keep)
	if _, _, errno := syscall.AllThreadsSyscall(unix.SYS_CAPSET, uintptr(unsafe.Pointer(hdr)), uintptr(unsafe.Pointer(data)), 0); errno != 0 {
		return fmt.Errorf("capset() failed: %w", errno)
	}
	runtime.KeepAlive(hdr)
	runtime.KeepAlive(data)
	return nil
}

func capData(permitted, effective uint32) (*unix.CapUserHeader, *[2]unix.CapUserData) {
	return &unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3},
		&[2]unix.CapUserData{{Permitted: permitted, Effective: effective}}
}

// asMaster runs f on a thread that has the kept capabilities raised. Where none were kept it just runs f.
func asMaster(f func() error) error {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	hdr, _ := capData(0, 0)
	var have [2]unix.CapUserData
	if err := unix.Capget(hdr, &have[0]); err != nil || os.Geteuid() == 0 || have[0].Permitted&masterCaps == 0 {
		return f()
	}
	raised := have
	raised[0].Effective = raised[0].Permitted
	if err := unix.Capset(hdr, &raised[0]); err != nil {
		return fmt.Errorf("capset() failed: %w", err)
	}
	return errors.Join(f(), unix.Capset(hdr, &have[0]))
}
