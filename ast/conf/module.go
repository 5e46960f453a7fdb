package conf

import (
	"bytes"
	"debug/elf"
	"errors"
	"io/fs"
	"runtime"
	"slices"
	"strings"
	"syscall"

	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxcore"
)

// load follows ngx_load_module: the file is opened as dlopen() does, and what it
// holds is known from then on.
func (c *checker) load(call *catalog.Call) {
	if c.modulesUsed {
		call.FailDirective(0, "is specified too late")
		return
	}
	file := call.Text(1)
	name := moduleName(file)
	if !(c.opt.ModulesBuiltIn && ngxcore.BuiltinModule(file)) && !c.openModule(call, file) {
		return
	}
	if c.loadedNames[name] {
		call.Fail(1, `module "%s" is already loaded`, name)
		return
	}
	c.loadedNames[name] = true
	modules := Catalog.ModulesOf(file)
	for _, m := range modules {
		c.loaded[m] = true
	}
	if len(modules) == 0 && !ngxcore.BuiltinModule(file) {
		c.strange = append(c.strange, call.Node)
	}
}

// moduleName is what the first module of a file is called: as a rule like the
// file.
func moduleName(file string) string {
	return strings.TrimSuffix(file[strings.LastIndexByte(file, '/')+1:], ".so")
}

// openModule tells whether the file of a module can be loaded. Where the prefix is
// a guess nothing follows from a file that is not there.
func (c *checker) openModule(call *catalog.Call, file string) bool {
	if c.opt.Open == nil || c.opt.ReadFile == nil {
		return true
	}
	path := c.FullName(file, false)
	err := c.opt.Open(path)
	if errors.Is(err, fs.ErrNotExist) && c.opt.PrefixGuessed && !strings.HasPrefix(file, "/") {
		return true
	}
	if err != nil {
		return call.Fail(1, dlopenFailed, path, path, cannotOpen+catalog.Strerror(catalog.Errno(err)))
	}
	text, err := c.opt.ReadFile(path)
	if errors.Is(err, syscall.EISDIR) {
		return call.Fail(1, dlopenFailed, path, path, "cannot read file data: "+catalog.Strerror(syscall.EISDIR))
	}
	if problem := notLoadable(text); problem != "" {
		return call.Fail(1, dlopenFailed, path, path, problem)
	}
	if symbol := lacking(text); symbol != "" {
		return call.Fail(1, `dlsym() "%s", "%s" failed (%s: undefined symbol: %s)`, file, symbol, path, symbol)
	}
	return true
}

const dlopenFailed = `dlopen() "%s" failed (%s: %s)`

const cannotOpen = "cannot open shared object file: "

// machines are the processors of the machine that checks. On others a file for
// the wrong one is not found out.
var machines = map[string]elf.Machine{"amd64": elf.EM_X86_64, "arm64": elf.EM_AARCH64}

// notLoadable tells what glibc's dlopen() says of a file that is no shared object
// for this machine, in the order of its open_verify; "" for one that is.
func notLoadable(text []byte) string {
	const (
		headerSize = 64 // Elf64_Ehdr
		entrySize  = 56 // Elf64_Phdr
	)
	if len(text) < headerSize {
		return "file too short"
	}
	number := func(at int) int { return int(text[at]) | int(text[at+1])<<8 }
	abi := elf.OSABI(text[elf.EI_OSABI])
	machine, known := machines[runtime.GOARCH]
	kind := elf.Type(number(16))
	switch {
	case string(text[:len(elf.ELFMAG)]) != elf.ELFMAG:
		return "invalid ELF header"
	case elf.Class(text[elf.EI_CLASS]) != elf.ELFCLASS64:
		return "wrong ELF class: ELFCLASS32"
	case elf.Data(text[elf.EI_DATA]) != elf.ELFDATA2LSB:
		return "ELF file data encoding not little-endian"
	case elf.Version(text[elf.EI_VERSION]) != elf.EV_CURRENT:
		return "ELF file version ident does not match current one"
	case abi != elf.ELFOSABI_NONE && abi != elf.ELFOSABI_LINUX:
		return "ELF file OS ABI invalid"
	case len(bytes.Trim(text[elf.EI_PAD:elf.EI_NIDENT], "\x00")) > 0:
		return "nonzero padding in e_ident"
	case elf.Version(number(20)) != elf.EV_CURRENT:
		return "ELF file version does not match current one"
	case known && elf.Machine(number(18)) != machine:
		return cannotOpen + catalog.Strerror(syscall.ENOENT)
	case kind != elf.ET_DYN && kind != elf.ET_EXEC:
		return "only ET_DYN and ET_EXEC can be loaded"
	case kind == elf.ET_EXEC:
		return "cannot dynamically load executable"
	case number(54) != entrySize:
		return "ELF file's phentsize not the expected size"
	}
	if f, err := elf.NewFile(bytes.NewReader(text)); err == nil {
		if flags, err := f.DynValue(elf.DT_FLAGS_1); err == nil && len(flags) > 0 && elf.DynFlag1(flags[0])&elf.DF_1_PIE != 0 {
			return "cannot dynamically load position-independent executable"
		}
	}
	return ""
}

// lacking names the first of the symbols of an nginx module that a shared object
// does not define; "" when it has them, or its tables cannot be read.
func lacking(text []byte) string {
	f, err := elf.NewFile(bytes.NewReader(text))
	if err != nil {
		return ""
	}
	symbols, err := f.DynamicSymbols()
	if err != nil && !errors.Is(err, elf.ErrNoSymbols) {
		return ""
	}
	for _, name := range []string{"ngx_modules", "ngx_module_names"} {
		if !slices.ContainsFunc(symbols, func(s elf.Symbol) bool { return s.Name == name && s.Section != elf.SHN_UNDEF }) {
			return name
		}
	}
	return ""
}
