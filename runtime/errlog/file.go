package errlog

import (
	"errors"
	"fmt"
	"os"
	"sync"
	"sync/atomic"

	"github.com/hashicorp/go-multierror"
)

// File is a log file that can be reopened while it is written to. Error logs and access logs share it.
type File struct {
	path string
	f    atomic.Pointer[os.File]
	refs int // guarded by Files.mu
	std  bool
}

// Path is the name under which the file was opened.
func (f *File) Path() string { return f.path }

// File is the file as it is open now; nil for standard error.
func (f *File) File() *os.File {
	if f.std {
		return nil
	}
	return f.f.Load()
}

// Write appends b with one system call.
func (f *File) Write(b []byte) (int, error) {
	for {
		cur := f.f.Load()
		n, err := cur.Write(b)
		// Reopen may close the old descriptor between the load and the write: the new one takes the line.
		if errors.Is(err, os.ErrClosed) && f.f.Load() != cur {
			continue
		}
		return n, err
	}
}

// Files are the log files that a process holds open, one File per path, counted by the cycles that use them.
type Files struct {
	mu   sync.Mutex
	open map[string]*File
	// Owner is applied to every file at opening when not nil (nginx hands its logs to the workers' user).
	Owner func(*os.File) error
}

// NewFiles makes an empty set.
func NewFiles() *Files { return &Files{open: map[string]*File{}} }

// Open returns the File of path, opened for appending and created when missing; each Open is undone by one Release. The path
// "stderr" is the process's standard error. The error is nginx's sentence: `open() "path" failed (13: Permission denied)`.
func (fs *Files) Open(path string) (*File, error) {
	fs.mu.Lock()
	defer fs.mu.Unlock()
	if f := fs.open[path]; f != nil {
		f.refs++
		return f, nil
	}
	f := &File{path: path, refs: 1, std: path == "stderr"}
	if f.std {
		f.f.Store(os.Stderr)
	} else {
		osf, err := openAppend(path)
		if err != nil {
			return nil, err
		}
		if fs.Owner != nil {
			if err := fs.Owner(osf); err != nil {
				_ = osf.Close()
				return nil, err
			}
		}
		f.f.Store(osf)
	}
	fs.open[path] = f
	return f, nil
}

// Release gives back one Open; the last one closes the file.
func (fs *Files) Release(f *File) {
	fs.mu.Lock()
	defer fs.mu.Unlock()
	if f.refs--; f.refs > 0 {
		return
	}
	delete(fs.open, f.path)
	if !f.std {
		_ = f.f.Load().Close()
	}
}

// Chown hands every open file to a user, so that the process can reopen it after it has become that user (ngx_create_paths and
// ngx_reopen_files do it for nginx's workers).
func (fs *Files) Chown(uid int) error {
	fs.mu.Lock()
	defer fs.mu.Unlock()
	for _, f := range fs.open {
		if f.std {
			continue
		}
		if err := f.f.Load().Chown(uid, -1); err != nil {
			return fmt.Errorf("chown(%q, %d) failed%s", f.path, uid, Errno(err))
		}
	}
	return nil
}

// Reopen opens every path anew and closes the old descriptors (USR1, ngx_reopen_files). A file that cannot be opened goes on with
// its old descriptor, and the error says so; the others are reopened all the same.
func (fs *Files) Reopen() error {
	fs.mu.Lock()
	defer fs.mu.Unlock()
	var errs *multierror.Error
	for _, f := range fs.open {
		if f.std {
			continue
		}
		osf, err := openAppend(f.path)
		if err == nil && fs.Owner != nil {
			if err = fs.Owner(osf); err != nil {
				_ = osf.Close()
			}
		}
		if err != nil {
			errs = multierror.Append(errs, err)
			continue
		}
		old := f.f.Swap(osf)
		_ = old.Close()
	}
	return errs.ErrorOrNil()
}

func openAppend(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o644)
	if err != nil {
		return nil, fmt.Errorf("open() %q failed%s", path, Errno(err))
	}
	return f, nil
}
