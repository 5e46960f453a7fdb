package conf_test

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"runtime"
	"testing"

	"tidegate/ast/conf"
	"tidegate/parser"
)

// object is a shared object of a few sections that defines the symbols.
func object(symbols ...string) []byte {
	names, table := "\x00", []elf.Sym64{{}}
	for _, s := range symbols {
		table = append(table, elf.Sym64{Name: uint32(len(names)), Info: elf.ST_INFO(elf.STB_GLOBAL, elf.STT_OBJECT), Shndx: 1})
		names += s + "\x00"
	}
	const (
		sectionNames = "\x00.dynstr\x00.dynsym\x00.shstrtab\x00"
		headerSize   = 64
	)
	var syms bytes.Buffer
	_ = binary.Write(&syms, binary.LittleEndian, table)
	sections := []struct {
		elf.Section64
		data string
	}{
		{},
		{elf.Section64{Name: 1, Type: uint32(elf.SHT_STRTAB)}, names},
		{elf.Section64{Name: 9, Type: uint32(elf.SHT_DYNSYM), Link: 1, Entsize: elf.Sym64Size}, syms.String()},
		{elf.Section64{Name: 17, Type: uint32(elf.SHT_STRTAB)}, sectionNames},
	}
	var body, headers bytes.Buffer
	for _, s := range sections {
		s.Off, s.Size = uint64(headerSize+body.Len()), uint64(len(s.data))
		body.WriteString(s.data)
		_ = binary.Write(&headers, binary.LittleEndian, s.Section64)
	}
	h := elf.Header64{Type: uint16(elf.ET_DYN), Machine: uint16(elf.EM_X86_64), Version: uint32(elf.EV_CURRENT), Ehsize: headerSize,
		Phentsize: 56, Shentsize: 64, Shnum: uint16(len(sections)), Shstrndx: 3, Shoff: uint64(headerSize + body.Len())}
	copy(h.Ident[:], elf.ELFMAG+"\x02\x01\x01")
	var out bytes.Buffer
	_ = binary.Write(&out, binary.LittleEndian, h)
	out.Write(body.Bytes())
	out.Write(headers.Bytes())
	return out.Bytes()
}

// changed is an object with other bytes at an offset.
func changed(at int, b ...byte) []byte {
	o := object("ngx_modules", "ngx_module_names")
	copy(o[at:], b)
	return o
}

// TestModuleFiles gives load_module files that are no modules. A real nginx was asked about each header in the place of zlib's.
func TestModuleFiles(t *testing.T) {
	if runtime.GOARCH != "amd64" {
		t.Skip("the answers are those of x86-64")
	}
	const dlopen = `dlopen() "/p/m.so" failed (/p/m.so: `
	for _, c := range []struct {
		name, want string
		text       []byte
	}{
		{"a module", "", object("ngx_module_names", "ngx_modules")},
		{"empty", dlopen + "file too short)", nil},
		{"no magic", dlopen + "invalid ELF header)", changed(1, 'e')},
		{"32 bits", dlopen + "wrong ELF class: ELFCLASS32)", changed(4, 1)},
		{"big endian", dlopen + "ELF file data encoding not little-endian)", changed(5, 2)},
		{"version of the ident", dlopen + "ELF file version ident does not match current one)", changed(6, 5)},
		{"other system", dlopen + "ELF file OS ABI invalid)", changed(7, 9)},
		{"padding", dlopen + "nonzero padding in e_ident)", changed(12, 9)},
		{"relocatable", dlopen + "only ET_DYN and ET_EXEC can be loaded)", changed(16, 1)},
		{"executable", dlopen + "cannot dynamically load executable)", changed(16, 2)},
		{"other processor", dlopen + "cannot open shared object file: No such file or directory)", changed(18, 183)},
		{"version", dlopen + "ELF file version does not match current one)", changed(20, 5)},
		{"size of entries", dlopen + "ELF file's phentsize not the expected size)", changed(54, 16)},
		{"a library", `dlsym() "m.so", "ngx_modules" failed (/p/m.so: undefined symbol: ngx_modules)`, object("inflate")},
		{"half a module", `dlsym() "m.so", "ngx_module_names" failed (/p/m.so: undefined symbol: ngx_module_names)`, object("ngx_modules")},
	} {
		t.Run(c.name, func(t *testing.T) {
			files := parser.Memory{"/p/m.so": string(c.text)}
			_, list := check(t, conf.Options{Prefix: "/p/", Open: opensIn(files), ReadFile: files.ReadFile},
				map[string]string{"/p/c/nginx.conf": "load_module m.so;\nevents {}\n"})
			got := ""
			for _, d := range list {
				got += d.Message
			}
			if got != c.want {
				t.Errorf("said %q, want %q", got, c.want)
			}
		})
	}
}

// TestModulesTwice loads a module twice, or one that is compiled in.
func TestModulesTwice(t *testing.T) {
	const loaded = `module "ngx_http_js_module" is already loaded`
	for _, c := range []struct {
		source, want string
		built        []string
	}{
		{"load_module a/ngx_http_js_module.so; load_module b/ngx_http_js_module.so;", loaded, nil},
		{"load_module a/ngx_http_js_module.so; load_module a/ngx_stream_js_module.so;", "", nil},
		{"load_module a/ngx_http_js_module.so;", loaded, []string{"ngx_http_js_module"}},
	} {
		_, list := check(t, conf.Options{Built: c.built}, map[string]string{"/p/c/nginx.conf": c.source + " events {}"})
		got := ""
		for _, d := range list {
			got += d.Message
		}
		if got != c.want {
			t.Errorf("%s: said %q, want %q", c.source, got, c.want)
		}
	}
}

// TestModulesThatAreNotThere tells apart for which server a file has to be there, and where it would be.
func TestModulesThatAreNotThere(t *testing.T) {
	for _, c := range []struct {
		file    string
		guessed bool // Options.PrefixGuessed
		builtIn bool // Options.ModulesBuiltIn
		fails   bool
	}{
		{"modules/ngx_http_js_module.so", false, false, true},
		{"modules/ngx_http_js_module.so", false, true, true},
		{"modules/ngx_http_js_module.so", true, false, false},
		{"/m/ngx_http_js_module.so", true, false, true},
		{"modules/ngx_stream_module.so", false, false, true},
		{"modules/ngx_stream_module.so", false, true, false},
	} {
		files := parser.Memory{}
		o := conf.Options{PrefixGuessed: c.guessed, ModulesBuiltIn: c.builtIn, Open: opensIn(files), ReadFile: files.ReadFile}
		_, list := check(t, o, map[string]string{"/p/c/nginx.conf": "load_module " + c.file + "; events {}"})
		if fails := list.Fatal() != nil; fails != c.fails {
			t.Errorf("%+v: %v", c, list)
		}
	}
}
