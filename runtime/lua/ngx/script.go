package ngx

import (
	"errors"
	"os"
	"sync"
	"syscall"

	"tidegate/runtime/errlog"
	"tidegate/runtime/lua/vm"
)

// Script is the code of one directive. Inline code is compiled once for all workers; a file is read when it is first needed, and by
// every session anew with lua_code_cache off.
type Script struct {
	Source string // inline code
	Chunk  string // its chunk name, as "=content_by_lua(nginx.conf:58)"
	File   string // or a file, by its complete path
	// FileOf gives the path where it has variables.
	FileOf func(Session) string

	once sync.Once
	code *vm.Code
	err  error
}

// compile gives the code of an inline script.
func (sc *Script) compile() (*vm.Code, error) {
	sc.once.Do(func() { sc.code, sc.err = vm.Compile(sc.Source, sc.Chunk) })
	return sc.code, sc.err
}

// load gives the script as a function of the worker's VM. The error is OpenResty's sentence.
func (w *Worker) load(sc *Script, s Session) (*vm.Function, error) {
	switch {
	case sc.FileOf != nil:
		return w.loadFile(sc.FileOf(s))
	case sc.File != "":
		return w.loadFile(sc.File)
	}
	if fn := w.functions[sc]; fn != nil {
		return fn, nil
	}
	code, err := sc.compile()
	if err != nil {
		return nil, errors.New("failed to load inlined Lua code: " + err.Error())
	}
	fn := w.vm.Load(code, nil)
	w.functions[sc] = fn
	return fn, nil
}

// strerror is the text of the system error in err.
func strerror(err error) string {
	var no syscall.Errno
	if errors.As(err, &no) {
		return errlog.Strerror(no)
	}
	return err.Error()
}

// loadFile gives the code of a file; it is read once in the life of a VM.
func (w *Worker) loadFile(path string) (*vm.Function, error) {
	if fn := w.files[path]; fn != nil {
		return fn, nil
	}
	src, err := os.ReadFile(path)
	if err != nil {
		return nil, errors.New("failed to load external Lua file \"" + path + "\": cannot open " + path + ": " + strerror(err))
	}
	code, err := vm.CompileFile(string(src), path)
	if err != nil {
		return nil, errors.New("failed to load external Lua file \"" + path + "\": " + err.Error())
	}
	fn := w.vm.Load(code, nil)
	w.files[path] = fn
	return fn, nil
}
