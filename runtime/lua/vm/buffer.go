package vm

import (
	"encoding/binary"
	"math"
)

// buffer is LuaJIT's string.buffer: a queue of bytes that is written at one end and read at the other.
type buffer struct {
	b    []byte
	r    int // read so far
	dict *dictionary
}

// dictionary abbreviates frequent keys and metatables in the serialized form.
type dictionary struct {
	strings []Value
	metas   []*Table
}

const maxBuffer = 0x7fffff00 // LJ_MAX_BUF

func (b *buffer) unread() []byte { return b.b[b.r:] }

func (b *buffer) skip(n int) []byte {
	n = min(n, len(b.b)-b.r)
	s := b.b[b.r : b.r+n]
	if b.r += n; b.r == len(b.b) {
		b.b, b.r = b.b[:0], 0
	}
	return s
}

// openBuffer makes the module.
func openBuffer(c *Call) int {
	meta := NewTable(0, 20)
	c.th.vm.addLib(meta, []libFunc{
		{"free", 0, bufferFree}, {"reset", 0, bufferReset}, {"skip", 0, bufferSkip}, {"set", 0, bufferSet}, {"put", 0, bufferPut},
		{"putf", 0, bufferPutf}, {"get", 0, bufferGet}, {"putcdata", 0, bufferCdata}, {"reserve", 0, bufferCdata}, {"commit", 0, bufferCdata},
		{"ref", 0, bufferCdata}, {"encode", 0, bufferEncodeMethod}, {"decode", 0, bufferDecodeMethod}, {"__tostring", 0, bufferTostring},
		{"__len", 0, bufferLen}, {"__concat", 0, bufferConcat}, {"tostring", 0, bufferTostring},
	})
	meta.SetString("__metatable", String("buffer"))
	meta.SetString("__index", meta.Value())
	mod := NewTable(0, 3)
	c.th.vm.addLib(mod, []libFunc{
		{"new", 231, func(c *Call) int { return bufferNew(c, meta) }}, {"encode", 232, bufferEncode}, {"decode", 233, bufferDecode},
	})
	return c.Return(mod.Value())
}

func toBuffer(v Value) *buffer {
	if ud := v.AsUserdata(); ud != nil {
		b, _ := ud.Data.(*buffer)
		return b
	}
	return nil
}

// buffer returns argument 1, the buffer a method is called on.
func (c *Call) buffer() *buffer {
	b := toBuffer(c.Value(1))
	if b == nil {
		c.TypeError(1, "buffer")
	}
	return b
}

// length returns argument i, a number of bytes.
func (c *Call) length(i int) int {
	n := c.int32(i)
	if n < 0 || n > maxBuffer {
		c.ArgError(i, "number out of range")
	}
	return n
}

func bufferNew(c *Call, meta *Table) int {
	b := &buffer{}
	options := 1
	if c.nargs > 0 && c.Value(1).AsTable() == nil {
		options = 2
		if !c.IsNil(1) { // a size is a hint; what was asked for is only kept within reason
			b.b = make([]byte, 0, min(c.length(1), 1<<16))
		}
	}
	if options <= c.nargs {
		b.dict = newDictionary(c.Table(options))
	}
	return c.Return(NewUserdata(b, meta).Value())
}

func newDictionary(options *Table) *dictionary {
	d := &dictionary{}
	if t := options.GetString("dict").AsTable(); t != nil {
		for i := 1; i <= t.Len(); i++ {
			d.strings = append(d.strings, t.GetInt(i))
		}
	}
	if t := options.GetString("metatable").AsTable(); t != nil {
		for i := 1; i <= t.Len(); i++ {
			d.metas = append(d.metas, t.GetInt(i).AsTable())
		}
	}
	return d
}

// chain ends a method that returns its buffer.
func (c *Call) chain() int { return c.Return(c.Value(1)) }

func bufferFree(c *Call) int {
	b := c.buffer()
	b.b, b.r = nil, 0
	return c.chain()
}

func bufferReset(c *Call) int {
	b := c.buffer()
	b.b, b.r = b.b[:0], 0
	return c.chain()
}

func bufferSkip(c *Call) int {
	b := c.buffer()
	b.skip(c.length(2))
	return c.chain()
}

func bufferSet(c *Call) int {
	b := c.buffer()
	b.b, b.r = append([]byte(nil), c.String(2)...), 0
	return c.chain()
}

func bufferPut(c *Call) int {
	b := c.buffer()
	for i := 2; i <= c.nargs; i++ {
		b.b = c.appendPiece(b, i, c.Value(i), true)
	}
	return c.chain()
}

// appendPiece appends a value that put takes; meta allows its __tostring.
func (c *Call) appendPiece(b *buffer, i int, v Value, meta bool) []byte {
	switch {
	case v.isString():
		return append(b.b, v.str()...)
	case v.isNumber():
		return appendNumber(b.b, v.num())
	}
	if other := toBuffer(v); other != nil {
		if other == b {
			c.ArgError(i, "cannot put buffer into itself")
		}
		return append(b.b, other.unread()...)
	}
	if m := c.th.metamethod(v, eventTostring); meta && !m.IsNil() {
		return c.appendPiece(b, i, c.th.call1(m, v), false)
	}
	c.ArgError(i, "string/number/__tostring expected, got "+v.TypeName())
	return nil
}

func bufferPutf(c *Call) int {
	b := c.buffer()
	b.b = c.format(b.b, 2)
	return c.chain()
}

func bufferGet(c *Call) int {
	b := c.buffer()
	if c.nargs == 1 {
		return c.Return(Bytes(b.skip(maxBuffer)))
	}
	for i, last := 2, c.nargs; i <= last; i++ {
		n := maxBuffer
		if !c.IsNil(i) {
			n = c.length(i)
		}
		c.Push(Bytes(b.skip(n)))
	}
	return c.nargs - 1
}

// bufferCdata stands for the methods that hand out or take pointers.
func bufferCdata(c *Call) int {
	c.buffer()
	c.Throw("buffer methods with FFI pointers are not available")
	return 0
}

func bufferTostring(c *Call) int { return c.Return(Bytes(c.buffer().unread())) }
func bufferLen(c *Call) int      { return c.Return(Int(len(c.buffer().unread()))) }

func bufferConcat(c *Call) int {
	var s [2]string
	for i := range s {
		v := c.Value(i + 1)
		if b := toBuffer(v); b != nil {
			s[i] = string(b.unread())
			continue
		}
		str, ok := v.ToString()
		if !ok {
			c.Throw("attempt to concatenate a %s value", v.TypeName())
		}
		s[i] = str
	}
	return c.Return(String(s[0] + s[1]))
}

func bufferEncodeMethod(c *Call) int {
	b := c.buffer()
	e := &serializer{c: c, dict: b.dict, b: b.b}
	e.put(c.Any(2), serialDepth)
	b.b = e.b
	return c.chain()
}

func bufferEncode(c *Call) int {
	e := &serializer{c: c}
	e.put(c.Any(1), serialDepth)
	return c.Return(Owned(e.b))
}

func bufferDecodeMethod(c *Call) int {
	b := c.buffer()
	d := &deserializer{c: c, dict: b.dict, s: b.unread()}
	v := d.get(serialDepth)
	b.skip(len(b.unread()) - len(d.s))
	return c.Return(v)
}

func bufferDecode(c *Call) int {
	d := &deserializer{c: c, s: c.Bytes(1)}
	v := d.get(serialDepth)
	if len(d.s) > 0 {
		c.Throw("left-over data in buffer")
	}
	return c.Return(v)
}

// The serialized form (lj_serialize.c): a tag, or 0x20 plus the length of a string, and what follows it.
const (
	tagNil = iota
	tagFalse
	tagTrue
	tagNull
	tagLight32
	tagLight64
	tagInt
	tagNumber
	tagTable
	tagDictMeta   = 0x0e
	tagDictString = 0x0f
	tagInt64      = 0x10
	tagComplex    = 0x12
	tagString     = 0x20

	serialDepth = 100 // LJ_SERIALIZE_DEPTH
)

type serializer struct {
	c    *Call
	dict *dictionary
	b    []byte
}

// number writes an unsigned number in one, two or five bytes.
func (e *serializer) number(n int) {
	switch {
	case n < 0xe0:
		e.b = append(e.b, byte(n))
	case n < 0x1fe0:
		n -= 0xe0
		e.b = append(e.b, byte(0xe0|n>>8), byte(n))
	default:
		e.b = binary.LittleEndian.AppendUint32(append(e.b, 0xff), uint32(n))
	}
}

func (e *serializer) put(v Value, depth int) {
	switch v.Kind() {
	case KindNil:
		e.b = append(e.b, tagNil)
	case KindBool:
		e.b = append(e.b, tagFalse+byte(v.n))
	case KindNumber:
		e.b = binary.LittleEndian.AppendUint64(append(e.b, tagNumber), v.n)
	case KindString:
		e.number(tagString + len(v.str()))
		e.b = append(e.b, v.str()...)
	case KindTable:
		e.table(v.AsTable(), depth)
	case KindCdata:
		c := v.asCdata()
		e.b = append(e.b, tagInt64+byte(c.kind))
		if c.kind == cdataComplex {
			e.b = append(e.b, 0, 0, 0, 0, 0, 0, 0, 0)
		}
		e.b = binary.LittleEndian.AppendUint64(e.b, c.u)
	default:
		if v != Null {
			e.c.Throw("cannot serialize '%s'", v.TypeName())
		}
		e.b = append(e.b, tagNull)
	}
}

func (e *serializer) table(t *Table, depth int) {
	if depth <= 0 {
		e.c.Throw("too deep to serialize")
	}
	narr := len(t.arr)
	for narr > 0 && t.load(t.arr[narr-1]).IsNil() {
		narr--
	}
	first, kind := 0, 0
	if narr > 0 {
		if kind = 2; t.load(t.arr[0]).IsNil() {
			first, kind = 1, 4
		}
	}
	nhash := 0
	for i := range t.ents {
		if !t.load(t.ents[i].v).IsNil() {
			nhash++
		}
	}
	e.meta(t)
	if nhash > 0 {
		kind++
	}
	e.b = append(e.b, byte(tagTable+kind))
	if narr > 0 {
		e.number(narr)
	}
	if nhash > 0 {
		e.number(nhash)
	}
	for i := first; i < narr; i++ {
		e.put(t.load(t.arr[i]), depth-1)
	}
	for i := range t.ents {
		if v := t.load(t.ents[i].v); !v.IsNil() {
			e.key(t.load(t.ents[i].k), depth)
			e.put(v, depth-1)
		}
	}
}

func (e *serializer) meta(t *Table) {
	if e.dict == nil || t.meta == nil {
		return
	}
	for i, mt := range e.dict.metas {
		if mt == t.meta {
			e.b = append(e.b, tagDictMeta)
			e.number(i)
			return
		}
	}
}

func (e *serializer) key(k Value, depth int) {
	if e.dict != nil && k.isString() {
		for i, s := range e.dict.strings {
			if s.RawEqual(k) {
				e.b = append(e.b, tagDictString)
				e.number(i)
				return
			}
		}
	}
	e.put(k, depth-1)
}

type deserializer struct {
	c    *Call
	dict *dictionary
	s    []byte
}

// take returns the next n bytes.
func (d *deserializer) take(n int) []byte {
	if n > len(d.s) {
		d.c.Throw("unexpected end of buffer")
	}
	b := d.s[:n]
	d.s = d.s[n:]
	return b
}

func (d *deserializer) number() int {
	switch n := int(d.take(1)[0]); {
	case n < 0xe0:
		return n
	case n < 0xff:
		return (n&0x1f)<<8 + int(d.take(1)[0]) + 0xe0
	}
	return int(binary.LittleEndian.Uint32(d.take(4)))
}

func (d *deserializer) get(depth int) Value {
	tag := d.number()
	switch {
	case tag >= tagString:
		return Bytes(d.take(tag - tagString))
	case tag == tagNil:
		return Nil
	case tag == tagFalse, tag == tagTrue:
		return Bool(tag == tagTrue)
	case tag == tagNull:
		return Null
	case tag == tagInt:
		return Number(float64(int32(binary.LittleEndian.Uint32(d.take(4)))))
	case tag == tagNumber:
		return Number(math.Float64frombits(binary.LittleEndian.Uint64(d.take(8))))
	case tag == tagDictString:
		if i := d.number(); d.dict != nil && i < len(d.dict.strings) {
			return d.dict.strings[i]
		} else {
			d.c.Throw("cannot deserialize dictionary index %d", i+1)
		}
	case tag >= tagTable && tag <= tagDictMeta:
		return d.table(tag, depth)
	case tag >= tagInt64 && tag <= tagComplex:
		if tag == tagComplex {
			d.take(8)
		}
		return (&cdata{cdataKind(tag - tagInt64), binary.LittleEndian.Uint64(d.take(8))}).Value()
	}
	d.c.Throw("cannot deserialize tag 0x%02x", tag)
	return Nil
}

func (d *deserializer) table(tag, depth int) Value {
	if depth <= 0 {
		d.c.Throw("too deep to serialize")
	}
	var mt *Table
	if tag == tagDictMeta {
		i := d.number()
		if d.dict == nil || i >= len(d.dict.metas) {
			d.c.Throw("cannot deserialize dictionary index %d", i+1)
		}
		mt = d.dict.metas[i]
		if tag = d.number(); tag < tagTable || tag >= tagDictMeta {
			d.c.Throw("cannot deserialize tag 0x%02x", tag)
		}
	}
	narr, nhash := 0, 0
	if tag >= tagTable+2 {
		narr = d.number()
	}
	if tag&1 != 0 {
		nhash = d.number()
	}
	// Every item takes at least a byte, which bounds what a forged length can ask for.
	if narr-1 > len(d.s) || nhash > len(d.s) {
		d.c.Throw("unexpected end of buffer")
	}
	t := NewTable(max(narr-1, 0), nhash)
	i := 0
	if tag >= tagTable+4 {
		i = 1
	}
	for ; i < narr; i++ {
		t.SetInt(i, d.get(depth-1))
	}
	for range nhash {
		k := d.get(depth - 1)
		if !t.Get(k).IsNil() {
			d.c.Throw("duplicate table key")
		}
		d.c.th.rawSet(t, k, d.get(depth-1))
	}
	if mt != nil {
		t.SetMetatable(mt)
	}
	return t.Value()
}
