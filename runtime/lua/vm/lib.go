package vm

// libFunc is one function of a standard library with the number that LuaJIT prints for it ("function: builtin#29"), 0 where it prints an
// address.
type libFunc struct {
	name    string
	builtin int
	fn      Func
}

// Functions that the interpreter recognizes.
const (
	builtinNext      = 4
	builtinIpairsAux = 6
)

// addLib adds functions to t.
func (vm *VM) addLib(t *Table, funcs []libFunc) {
	for _, f := range funcs {
		fn := newBuiltin(f.name, f.builtin, f.fn)
		fn.env = vm.globals
		t.SetString(f.name, fn.Value())
	}
}

// openLib makes a global library table that require finds, too.
func (vm *VM) openLib(name string, funcs []libFunc) *Table {
	t := NewTable(0, len(funcs))
	vm.addLib(t, funcs)
	vm.globals.SetString(name, t.Value())
	vm.loaded.SetString(name, t.Value())
	return t
}

func (vm *VM) openLibs() {
	vm.loaded, vm.preload = NewTable(0, 32), NewTable(0, 16)
	vm.registry.SetString("_LOADED", vm.loaded.Value())
	vm.globals.SetString("_G", vm.globals.Value())
	vm.loaded.SetString("_G", vm.globals.Value())
	vm.openBase()
	vm.openPackage()
	vm.openTable()
	vm.openString()
	vm.openMath()
	vm.openOS()
	vm.openIO()
	vm.openCoroutine()
	vm.openDebug()
	vm.openBit()
	vm.openJIT()
	vm.openExtras()
}
