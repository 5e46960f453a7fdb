package vm

import (
	"bytes"
	"encoding/gob"
	"errors"
	"strings"
)

// dumpSignature begins what string.dump returns. It is LuaJIT's, so that code that looks for bytecode finds it, with a version of our own:
// neither engine loads the other's.
const dumpSignature = "\x1bLJ\x80tidegate\x00"

// dumpedProto is the form of a proto inside a dump.
type dumpedProto struct {
	Code     []uint64
	Consts   []dumpedConst
	Protos   []dumpedProto
	Upvals   []dumpedUpval
	Params   int
	Regs     int
	Vararg   bool
	First    int
	Last     int
	Lines    []int32
	Sites    []int32
	Descs    []dumpedDesc
	Locals   []dumpedLocal
	ChunkTag string // of the outermost function
}

type dumpedConst struct {
	Kind byte // n number, s string, b true, i and u 64-bit integer, c complex
	Bits uint64
	Text string
}

type dumpedUpval struct {
	Name       string
	FromParent bool
	Index      int
}

type dumpedDesc struct {
	Kinds []byte
	Names []string
}

type dumpedLocal struct {
	Name            string
	Reg, Start, End int
}

func stringDump(c *Call) int {
	fn := c.Func(1)
	if fn.proto == nil {
		c.Throw("unable to dump given function")
	}
	d := dumpProto(fn.proto, c.Bool(2))
	d.ChunkTag = fn.proto.src.name
	var b bytes.Buffer
	b.WriteString(dumpSignature)
	if err := gob.NewEncoder(&b).Encode(d); err != nil {
		c.Throw("unable to dump given function")
	}
	return c.Return(Owned(b.Bytes()))
}

// dumpProto converts p; strip leaves out what only debugging needs.
func dumpProto(p *proto, strip bool) dumpedProto {
	d := dumpedProto{Params: p.nparams, Regs: p.nregs, Vararg: p.vararg, First: p.lineDefined, Last: p.lastLine}
	for _, in := range p.code {
		d.Code = append(d.Code, uint64(in))
	}
	for _, k := range p.consts {
		d.Consts = append(d.Consts, dumpConst(k))
	}
	for _, u := range p.upvals {
		d.Upvals = append(d.Upvals, dumpedUpval{u.name, u.fromParent, u.index})
	}
	for _, child := range p.protos {
		d.Protos = append(d.Protos, dumpProto(child, strip))
	}
	if strip {
		return d
	}
	d.Lines, d.Sites = p.lines, p.sites
	for _, s := range p.descs {
		refs := append([]nameRef{s.a, s.b}, s.list...)
		var dd dumpedDesc
		for _, r := range refs {
			dd.Kinds = append(dd.Kinds, byte(r.kind))
			dd.Names = append(dd.Names, r.name)
		}
		d.Descs = append(d.Descs, dd)
	}
	for _, l := range p.locals {
		d.Locals = append(d.Locals, dumpedLocal{l.name, l.reg, l.start, l.end})
	}
	return d
}

func dumpConst(v Value) dumpedConst {
	switch v.Kind() {
	case KindNumber:
		return dumpedConst{Kind: 'n', Bits: v.n}
	case KindString:
		return dumpedConst{Kind: 's', Text: v.str()}
	}
	c := v.asCdata()
	return dumpedConst{Kind: "iuc"[c.kind], Bits: c.u}
}

// Errors of loading bytecode, in LuaJIT's words.
var (
	errDump    = errors.New("(binary): cannot load malformed bytecode")
	errForeign = errors.New("(binary): cannot load incompatible bytecode")
)

// undump is the inverse of string.dump. Like LuaJIT's loader it trusts what has the right form.
func undump(s string) (*Code, error) {
	if !strings.HasPrefix(s, dumpSignature) {
		return nil, errForeign
	}
	var d dumpedProto
	if err := gob.NewDecoder(bytes.NewReader([]byte(s[len(dumpSignature):]))).Decode(&d); err != nil {
		return nil, errDump
	}
	src := &source{name: d.ChunkTag, short: shortSource(d.ChunkTag)}
	p, ok := d.proto(src)
	if !ok {
		return nil, errDump
	}
	return &Code{main: p}, nil
}

func (d *dumpedProto) proto(src *source) (*proto, bool) {
	p := &proto{
		nparams: d.Params, nregs: d.Regs, vararg: d.Vararg, src: src, lineDefined: d.First, lastLine: d.Last, lines: d.Lines, sites: d.Sites,
	}
	for _, in := range d.Code {
		p.code = append(p.code, ins(in))
	}
	for _, k := range d.Consts {
		p.addConst(k.value())
	}
	for _, u := range d.Upvals {
		p.upvals = append(p.upvals, upvalDesc{u.Name, u.FromParent, u.Index})
	}
	for i := range d.Protos {
		child, ok := d.Protos[i].proto(src)
		if !ok {
			return nil, false
		}
		p.protos = append(p.protos, child)
	}
	for _, dd := range d.Descs {
		if len(dd.Kinds) < 2 || len(dd.Kinds) != len(dd.Names) {
			return nil, false
		}
		var refs []nameRef
		for i, k := range dd.Kinds {
			if int(k) >= len(refKindNames) {
				return nil, false
			}
			refs = append(refs, nameRef{refKind(k), dd.Names[i]})
		}
		p.descs = append(p.descs, siteDesc{refs[0], refs[1], refs[2:]})
	}
	for _, l := range d.Locals {
		p.locals = append(p.locals, localVar{l.Name, l.Reg, l.Start, l.End})
	}
	if len(p.lines) != len(p.code) || len(p.sites) != len(p.code) || len(p.descs) == 0 {
		p.lines, p.sites, p.descs = make([]int32, len(p.code)), make([]int32, len(p.code)), make([]siteDesc, 1)
	}
	return p, p.verify() == nil
}

func (k dumpedConst) value() Value {
	switch k.Kind {
	case 'n':
		return Value{numberTag(), k.Bits}
	case 'i', 'u':
		return newInt64(k.Bits, k.Kind == 'u').Value()
	case 'c':
		return (&cdata{cdataComplex, k.Bits}).Value()
	}
	return String(k.Text)
}
