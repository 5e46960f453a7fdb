package vm

import (
	"io"
	"os"
	"sync/atomic"
)

// Options are the settings of a VM. The zero value is usable.
type Options struct {
	Path   string    // package.path; "" for LuaJIT's default
	CPath  string    // package.cpath; kept for code that looks at it, nothing is ever loaded from it
	Stdout io.Writer // where print and io.write go; os.Stdout if nil
	Stdin  io.Reader // os.Stdin if nil
	Stderr io.Writer // os.Stderr if nil
	// Getenv is what os.getenv asks; os.LookupEnv if nil.
	Getenv func(name string) (value string, ok bool)
	// Exit is what os.exit calls; os.Exit if nil.
	Exit func(status int)
}

// VM is one Lua universe: its globals, its loaded modules and the metatables of its basic types. Nothing in it is safe for concurrent use:
// of all threads of a VM only one may run at a time, and only then may its values be touched (package sched sees to that). Code can be
// shared by VMs, other values cannot.
type VM struct {
	// Data is free for whoever owns the VM.
	Data any

	opts       Options
	globals    *Table
	loaded     *Table // package.loaded
	preload    *Table // package.preload
	registry   *Table // debug.getregistry
	kindMeta   [KindCdata + 1]*Table
	idle       []*Thread
	workers    []*coWorker
	garbage    garbage
	interrupt  atomic.Int32 // number of reasons to look at killed and stopped
	stopped    atomic.Pointer[any]
	globalNext Value
	ipairsAux  Value
	files      *fileLib
	random     *prng
	matcher    *matcher // one that is not in use, or nil
}

// New returns a universe with the standard libraries as OpenResty's LuaJIT has them.
func New(opts Options) *VM {
	if opts.Stdout == nil {
		opts.Stdout = os.Stdout
	}
	if opts.Stdin == nil {
		opts.Stdin = os.Stdin
	}
	if opts.Stderr == nil {
		opts.Stderr = os.Stderr
	}
	if opts.Getenv == nil {
		opts.Getenv = os.LookupEnv
	}
	if opts.Exit == nil {
		opts.Exit = os.Exit
	}
	vm := &VM{opts: opts, globals: NewTable(0, 48), registry: NewTable(0, 4)}
	vm.openLibs()
	return vm
}

// Globals returns _G.
func (vm *VM) Globals() *Table { return vm.globals }

// SetGlobal sets a global variable.
func (vm *VM) SetGlobal(name string, v Value) { vm.globals.SetString(name, v) }

// Loaded returns package.loaded.
func (vm *VM) Loaded() *Table { return vm.loaded }

// SetModule makes require(name) return v.
func (vm *VM) SetModule(name string, v Value) { vm.loaded.SetString(name, v) }

// Preload makes require(name) call loader, once, with the name as its argument (package.preload).
func (vm *VM) Preload(name string, loader Func) {
	vm.preload.SetString(name, NewFunction(name, loader).Value())
}

// StringMetatable returns the metatable that all strings share.
func (vm *VM) StringMetatable() *Table { return vm.kindMeta[KindString] }

// Load returns code as a function that runs in the environment env, the globals if nil.
func (vm *VM) Load(code *Code, env *Table) *Function {
	if env == nil {
		env = vm.globals
	}
	fn := &Function{proto: code.main.private(), env: env}
	for range code.main.upvals { // only a dumped function has any
		u := &upvalue{}
		u.p = &u.v
		fn.upvals = append(fn.upvals, u)
	}
	return fn
}

// Stop makes all threads of the VM abort with reason at their next call or loop jump, now and from then on. It may be called from any
// goroutine and is the last resort against Lua code that never ends.
func (vm *VM) Stop(reason any) {
	if vm.stopped.CompareAndSwap(nil, &reason) {
		vm.interrupt.Add(1)
	}
}

// Register adds functions to t. It is for tables that bindings build.
func Register(t *Table, funcs map[string]Func) {
	for name, fn := range funcs {
		t.SetString(name, NewFunction(name, fn).Value())
	}
}

// stringIndex returns the table in which methods of strings are found, or nil when __index is no table.
func (vm *VM) stringIndex() *Table {
	if mt := vm.kindMeta[KindString]; mt != nil {
		return mt.event(eventIndex).AsTable()
	}
	return nil
}
