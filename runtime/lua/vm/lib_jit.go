package vm

import (
	"runtime"
	"strings"
)

// What the jit table says in an OpenResty 1.31 that was built from its release. Code tests these to learn which language it runs in;
// there is no compiler, and jit.status says so. The time of a commit, which a LuaJIT built from a repository has in the place of
// ROLLING, is not in the releases.
const (
	jitVersion    = "LuaJIT 2.1.ROLLING"
	jitVersionNum = 20199
)

func (vm *VM) openJIT() {
	t := vm.openLib("jit", []libFunc{
		{"on", 153, jitInert}, {"off", 154, jitInert}, {"flush", 155, jitInert}, {"status", 156, jitStatus}, {"security", 157, jitSecurity},
		{"attach", 158, jitInert}, {"prngstate", 159, jitPrngstate},
	})
	t.SetString("version", String(jitVersion))
	t.SetString("version_num", Int(jitVersionNum))
	t.SetString("os", String(strings.ToUpper(runtime.GOOS[:1])+runtime.GOOS[1:]))
	t.SetString("arch", String(jitArch()))
	opt := NewTable(0, 1)
	vm.addLib(opt, []libFunc{{"start", 171, jitInert}})
	t.SetString("opt", opt.Value())
	vm.loaded.SetString("jit.opt", opt.Value())
}

func jitArch() string {
	switch runtime.GOARCH {
	case "amd64":
		return "x64"
	case "386":
		return "x86"
	}
	return runtime.GOARCH
}

// jitInert accepts what steers a compiler and has nothing to do.
func jitInert(c *Call) int { return 0 }

func jitStatus(c *Call) int { return c.Return(False) }

func jitSecurity(c *Call) int {
	switch what := c.String(1); what {
	case "prng", "strhash":
		return c.Return(Int(1))
	case "strid", "mcode":
		return c.Return(Int(0))
	default:
		c.ArgError(1, "invalid option '"+what+"'")
		return 0
	}
}

func jitPrngstate(c *Call) int {
	t := NewTable(8, 0)
	for i := 1; i <= 8; i++ {
		t.SetInt(i, Int(0))
	}
	return c.Return(t.Value())
}

// openExtras provides the modules that come with LuaJIT but are not in its globals.
func (vm *VM) openExtras() {
	vm.Preload("thread.exdata", func(c *Call) int { return c.Return(NewFunction("thread.exdata", threadExdata).Value()) })
	vm.Preload("thread.exdata2", func(c *Call) int { return c.Return(NewFunction("thread.exdata2", threadExdata2).Value()) })
	vm.Preload("string.buffer", openBuffer)
	vm.Preload("ffi", func(c *Call) int {
		c.Throw("the ffi library is not available: there are no C functions or C data to reach")
		return 0
	})
}

// threadExdata reads or sets a value that OpenResty's branch keeps with each thread.
func threadExdata(c *Call) int  { return c.exdata(0) }
func threadExdata2(c *Call) int { return c.exdata(1) }

func (c *Call) exdata(slot int) int {
	if c.nargs == 0 {
		return c.Return(c.th.exdata[slot])
	}
	c.th.exdata[slot] = c.Value(1)
	return 0
}
