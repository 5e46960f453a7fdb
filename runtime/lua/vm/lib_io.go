package vm

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
)

// file is what an io file handle holds.
type file struct {
	r     *bufio.Reader
	w     *bufio.Writer
	f     *os.File // nil for pipes and the standard streams of a VM whose streams are not files
	close func(c *Call) int
	std   bool
	flush bool // no buffering: write through
}

// fileLib is the io library's state in a VM.
type fileLib struct {
	meta   *Table
	stdin  Value
	stdout Value
	stderr Value
	input  Value
	output Value
}

func (vm *VM) openIO() {
	t := vm.openLib("io", []libFunc{
		{"open", 113, ioOpen}, {"popen", 114, ioPopen}, {"tmpfile", 115, ioTmpfile}, {"close", 116, ioClose}, {"read", 117, ioRead},
		{"write", 118, ioWrite}, {"flush", 119, ioFlush}, {"input", 120, ioInput}, {"output", 121, ioOutput}, {"lines", 122, ioLines},
		{"type", 123, ioType},
	})
	lib := &fileLib{meta: NewTable(0, 12)}
	vm.files = lib
	vm.addLib(lib.meta, []libFunc{
		{"close", 104, fileClose}, {"read", 105, fileRead}, {"write", 106, fileWrite}, {"flush", 107, fileFlush}, {"seek", 108, fileSeek},
		{"setvbuf", 109, fileSetvbuf}, {"lines", 110, fileLines}, {"__gc", 111, fileGC}, {"__tostring", 112, fileTostring},
	})
	lib.meta.SetString("__index", lib.meta.Value())
	vm.registry.SetString("FILE*", lib.meta.Value())
	lib.stdin = vm.newFile(&file{r: bufio.NewReader(vm.opts.Stdin), std: true})
	lib.stdout = vm.newFile(&file{w: bufio.NewWriter(vm.opts.Stdout), std: true, flush: true})
	lib.stderr = vm.newFile(&file{w: bufio.NewWriter(vm.opts.Stderr), std: true, flush: true})
	lib.input, lib.output = lib.stdin, lib.stdout
	t.SetString("stdin", lib.stdin)
	t.SetString("stdout", lib.stdout)
	t.SetString("stderr", lib.stderr)
}

func (vm *VM) newFile(f *file) Value { return NewUserdata(f, vm.files.meta).Value() }

// newOSFile returns a handle for f, which was opened with flags.
func (vm *VM) newOSFile(f *os.File, flags int) *file {
	h := &file{f: f}
	switch flags & (os.O_RDONLY | os.O_WRONLY | os.O_RDWR) {
	case os.O_RDONLY:
		h.r = bufio.NewReader(f)
	case os.O_WRONLY:
		h.w = bufio.NewWriter(f)
	default:
		h.r, h.w = bufio.NewReader(f), bufio.NewWriter(f)
	}
	h.close = func(c *Call) int {
		err := h.sync()
		if cerr := f.Close(); err == nil {
			err = cerr
		}
		return c.fileResult(err, "")
	}
	return h
}

// sync writes out what is buffered.
func (f *file) sync() error {
	if f.w == nil {
		return nil
	}
	return f.w.Flush()
}

// toFile returns the file handle v, or nil.
func toFile(v Value) *file {
	if ud := v.AsUserdata(); ud != nil {
		f, _ := ud.Data.(*file)
		return f
	}
	return nil
}

func (f *file) closed() bool { return f.r == nil && f.w == nil }

// file returns argument i, an open file.
func (c *Call) file(i int) *file {
	f := toFile(c.Value(i))
	if f == nil {
		c.TypeError(i, "FILE*")
	}
	if f.closed() {
		c.Throw("attempt to use a closed file")
	}
	return f
}

// standard returns the default input or output.
func (c *Call) standard(v Value) *file {
	f := toFile(v)
	if f == nil || f.closed() {
		c.Throw("standard file is closed")
	}
	return f
}

func ioOpen(c *Call) int {
	name, mode := c.String(1), c.OptString(2, "r")
	flags, ok := openFlags(mode)
	if !ok {
		return c.fileResult(syscall.EINVAL, name)
	}
	f, err := os.OpenFile(name, flags, 0o666)
	if err != nil {
		return c.fileResult(err, name)
	}
	return c.Return(c.th.vm.newFile(c.th.vm.newOSFile(f, flags)))
}

func openFlags(mode string) (int, bool) {
	mode = strings.Replace(mode, "b", "", 1)
	switch mode {
	case "r":
		return os.O_RDONLY, true
	case "r+":
		return os.O_RDWR, true
	case "w":
		return os.O_WRONLY | os.O_CREATE | os.O_TRUNC, true
	case "w+":
		return os.O_RDWR | os.O_CREATE | os.O_TRUNC, true
	case "a":
		return os.O_WRONLY | os.O_CREATE | os.O_APPEND, true
	case "a+":
		return os.O_RDWR | os.O_CREATE | os.O_APPEND, true
	}
	return 0, false
}

func ioPopen(c *Call) int {
	cmd := exec.Command("/bin/sh", "-c", c.String(1))
	o := &c.th.vm.opts
	cmd.Stderr = o.Stderr
	h := &file{}
	var pipe io.Closer
	switch mode := c.OptString(2, "r"); mode {
	case "r":
		cmd.Stdin = o.Stdin
		out, err := cmd.StdoutPipe()
		if err != nil {
			return c.fileResult(err, "")
		}
		pipe, h.r = out, bufio.NewReader(out)
	case "w":
		cmd.Stdout = o.Stdout
		in, err := cmd.StdinPipe()
		if err != nil {
			return c.fileResult(err, "")
		}
		pipe, h.w = in, bufio.NewWriter(in)
	default:
		return c.fileResult(syscall.EINVAL, c.String(1))
	}
	if err := cmd.Start(); err != nil {
		return c.fileResult(err, "")
	}
	h.close = func(c *Call) int {
		h.sync()
		pipe.Close()
		return c.exitResult(cmd.Wait())
	}
	return c.Return(c.th.vm.newFile(h))
}

func ioTmpfile(c *Call) int {
	f, err := os.CreateTemp("", "lua_")
	if err != nil {
		return c.fileResult(err, "")
	}
	os.Remove(f.Name())
	return c.Return(c.th.vm.newFile(c.th.vm.newOSFile(f, os.O_RDWR)))
}

func (c *Call) closeFile(f *file) int {
	if f.std {
		f.sync()
		f.r, f.w = nil, nil
		return c.Return(True)
	}
	n := f.close(c)
	f.r, f.w, f.f = nil, nil, nil
	return n
}

func fileClose(c *Call) int { return c.closeFile(c.file(1)) }

// fileGC closes a file that nobody refers to any more. Go's os.File does that by itself; the field is there for code that looks for it.
func fileGC(c *Call) int {
	if f := toFile(c.Value(1)); f != nil && !f.std && !f.closed() {
		c.closeFile(f)
	}
	return 0
}

func ioClose(c *Call) int {
	if c.IsNone(1) {
		return c.closeFile(c.standard(c.th.vm.files.output))
	}
	return c.closeFile(c.file(1))
}

func ioType(c *Call) int {
	f := toFile(c.Any(1))
	switch {
	case f == nil:
		return c.Return(Nil)
	case f.closed():
		return c.Return(String("closed file"))
	}
	return c.Return(String("file"))
}

func fileTostring(c *Call) int {
	f := toFile(c.Value(1))
	if f == nil {
		c.TypeError(1, "FILE*")
	}
	if f.closed() {
		return c.Return(String("file (closed)"))
	}
	return c.Return(String(fmt.Sprintf("file (%p)", f)))
}

// redirect is io.input and io.output.
func (c *Call) redirect(slot *Value, flags int) int {
	if !c.IsNil(1) {
		if name, ok := c.Value(1).ToString(); ok {
			f, err := os.OpenFile(name, flags, 0o666)
			if err != nil {
				c.Throw("%s: %s", name, errnoText(err))
			}
			*slot = c.th.vm.newFile(c.th.vm.newOSFile(f, flags))
		} else {
			c.file(1)
			*slot = c.Value(1)
		}
	}
	return c.Return(*slot)
}

func ioInput(c *Call) int { return c.redirect(&c.th.vm.files.input, os.O_RDONLY) }
func ioOutput(c *Call) int {
	return c.redirect(&c.th.vm.files.output, os.O_WRONLY|os.O_CREATE|os.O_TRUNC)
}

func ioRead(c *Call) int   { return c.read(c.standard(c.th.vm.files.input), 1) }
func fileRead(c *Call) int { return c.read(c.file(1), 2) }

func ioWrite(c *Call) int {
	return c.write(c.standard(c.th.vm.files.output), 1, c.th.vm.files.output)
}
func fileWrite(c *Call) int { return c.write(c.file(1), 2, c.Value(1)) }

func (c *Call) write(f *file, arg int, self Value) int {
	if f.w == nil {
		return c.Return(Nil, String("Bad file descriptor"), Int(9))
	}
	for ; arg <= c.nargs; arg++ {
		if _, err := f.w.WriteString(c.String(arg)); err != nil {
			return c.fileResult(err, "")
		}
	}
	if f.flush {
		if err := f.w.Flush(); err != nil {
			return c.fileResult(err, "")
		}
	}
	return c.Return(self)
}

func (c *Call) flushFile(f *file) int {
	return c.fileResult(f.sync(), "")
}

func ioFlush(c *Call) int   { return c.flushFile(c.standard(c.th.vm.files.output)) }
func fileFlush(c *Call) int { return c.flushFile(c.file(1)) }

func fileSetvbuf(c *Call) int {
	f := c.file(1)
	switch mode := c.String(2); mode {
	case "no", "line":
		f.flush = true
	case "full":
		f.flush = false
	default:
		c.ArgError(2, "invalid option '"+mode+"'")
	}
	return c.Return(True)
}

func fileSeek(c *Call) int {
	f := c.file(1)
	whence := map[string]int{"set": io.SeekStart, "cur": io.SeekCurrent, "end": io.SeekEnd}
	name := c.OptString(2, "cur")
	w, ok := whence[name]
	if !ok {
		c.ArgError(2, "invalid option '"+name+"'")
	}
	offset := int64(c.OptNumber(3, 0))
	if f.f == nil {
		return c.Return(Nil, String("Illegal seek"), Int(29))
	}
	f.sync()
	if w == io.SeekCurrent && f.r != nil {
		offset -= int64(f.r.Buffered())
	}
	at, err := f.f.Seek(offset, w)
	if err != nil {
		return c.fileResult(err, "")
	}
	if f.r != nil {
		f.r.Reset(f.f)
	}
	return c.Return(Number(float64(at)))
}

// read reads by the formats in the arguments from arg on, a line without any.
func (c *Call) read(f *file, arg int) int {
	if f.r == nil {
		return c.Return(Nil, String("Bad file descriptor"), Int(9))
	}
	f.sync()
	if arg > c.nargs {
		return c.Return(f.readLine(false))
	}
	n := 0
	for last := c.nargs; arg <= last; arg++ {
		v := c.readFormat(f, arg)
		c.Push(v)
		n++
		if v.IsNil() {
			break
		}
	}
	return n
}

func (c *Call) readFormat(f *file, arg int) Value {
	v := c.Value(arg)
	if n, ok := v.AsNumber(); ok {
		return f.readChars(int(n))
	}
	s := strings.TrimPrefix(c.String(arg), "*")
	if s == "" {
		c.ArgError(arg, "invalid format")
	}
	switch s[0] {
	case 'n':
		return f.readNumber()
	case 'l':
		return f.readLine(false)
	case 'L':
		return f.readLine(true)
	case 'a':
		b, _ := io.ReadAll(f.r)
		return Bytes(b)
	}
	c.ArgError(arg, "invalid format")
	return Nil
}

func (f *file) readLine(keep bool) Value {
	s, err := f.r.ReadString('\n')
	if err != nil && s == "" {
		return Nil
	}
	if !keep {
		s = strings.TrimSuffix(s, "\n")
	}
	return String(s)
}

func (f *file) readChars(n int) Value {
	if n == 0 {
		if _, err := f.r.Peek(1); err != nil {
			return Nil
		}
		return String("")
	}
	b := make([]byte, min(n, 1<<16))
	var out []byte
	for n > 0 {
		k, err := io.ReadFull(f.r, b[:min(n, len(b))])
		out = append(out, b[:k]...)
		n -= k
		if err != nil {
			break
		}
	}
	if len(out) == 0 {
		return Nil
	}
	return Owned(out)
}

// readNumber reads what scanf("%lf") would: the longest text that can begin a number.
func (f *file) readNumber() Value {
	next := func() byte {
		p, err := f.r.Peek(1)
		if err != nil {
			return 0
		}
		return p[0]
	}
	for isSpace(next()) {
		f.r.Discard(1)
	}
	var b []byte
	take := func(ok bool) bool {
		if ok {
			b = append(b, next())
			f.r.Discard(1)
		}
		return ok
	}
	digit, exp := isDigit, byte('e')
	take(next() == '-' || next() == '+')
	if take(next() == '0') && take(next()|0x20 == 'x') {
		digit, exp = func(c byte) bool { return hexDigit(c) >= 0 }, 'p'
	}
	for take(digit(next())) {
	}
	if take(next() == '.') {
		for take(digit(next())) {
		}
	}
	if len(b) > 0 && take(next()|0x20 == exp) {
		take(next() == '-' || next() == '+')
		for take(isDigit(next())) {
		}
	}
	if n, ok := ParseNumber(string(b)); ok {
		return Number(n)
	}
	return Nil
}

func fileLines(c *Call) int { return c.lines(c.file(1), 2, false) }

func ioLines(c *Call) int {
	if c.IsNil(1) {
		return c.lines(c.standard(c.th.vm.files.input), 2, false)
	}
	name := c.String(1)
	f, err := os.Open(name)
	if err != nil {
		c.ArgError(1, name+": "+errnoText(err))
	}
	return c.lines(c.th.vm.newOSFile(f, os.O_RDONLY), 2, true)
}

// lines returns an iterator that reads by the formats in the arguments from arg on. It closes the file at its end if own is set.
func (c *Call) lines(f *file, arg int, own bool) int {
	var formats []Value
	for ; arg <= c.nargs; arg++ {
		formats = append(formats, c.Value(arg))
	}
	fn := newBuiltin("lines", 112, func(c *Call) int {
		if f.closed() {
			c.Throw("attempt to use a closed file")
		}
		first := c.nargs + 1
		for _, v := range formats {
			c.Push(v)
			c.nargs++
		}
		n := c.read(f, first)
		if own && c.th.stack[c.th.top-n].IsNil() {
			c.closeFile(f)
			return c.Return(Nil)
		}
		return n
	})
	return c.Return(fn.Value())
}
