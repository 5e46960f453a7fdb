package catalog

import (
	"errors"
	"io/fs"
	"strconv"
	"strings"
	"syscall"
)

// ErrnoSuffix writes an error as nginx's log does: " (2: No such file or
// directory)", "" if it has no number.
func ErrnoSuffix(err error) string {
	var errno syscall.Errno
	if !errors.As(err, &errno) && !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, fs.ErrPermission) {
		return ""
	}
	errno = Errno(err)
	if errno == 0 {
		return ""
	}
	return " (" + strconv.Itoa(int(errno)) + ": " + Strerror(errno) + ")"
}

// Errno finds the number of a system error, ENOENT if there is none.
func Errno(err error) syscall.Errno {
	var errno syscall.Errno
	switch {
	case errors.As(err, &errno):
		return errno
	case errors.Is(err, fs.ErrPermission):
		return syscall.EACCES
	}
	return syscall.ENOENT
}

// Strerror is the C library's text, which differs from Go's by its capital.
func Strerror(errno syscall.Errno) string {
	s := errno.Error()
	return strings.ToUpper(s[:1]) + s[1:]
}
