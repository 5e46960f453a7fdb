package tlsconf

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"syscall"
)

// queued is one entry of OpenSSL's error queue: the packed code, the texts of
// its library and reason, and the data that the raiser added.
type queued struct {
	code   uint32
	lib    string
	reason string
	data   string
}

func (q queued) String() string {
	s := fmt.Sprintf("error:%08X:%s::%s", q.code, q.lib, q.reason)
	if q.data != "" {
		s += ":" + q.data
	}
	return s
}

func (q queued) with(data string) queued {
	q.data = data
	return q
}

// sslError is a message of nginx with the error queue behind it, in the form
// that ngx_ssl_error logs: `TEXT (SSL: error:... error:...)`.
type sslError struct {
	text  string
	queue []queued
}

func (e *sslError) Error() string {
	if len(e.queue) == 0 {
		return e.text
	}
	var b strings.Builder
	b.WriteString(e.text + " (SSL:")
	for _, q := range e.queue {
		b.WriteString(" " + q.String())
	}
	b.WriteByte(')')
	return b.String()
}

// lackError is about a setting that OpenSSL takes and crypto/tls has no
// counterpart for.
type lackError struct{ text string }

func (e *lackError) Error() string { return e.text }

func lacking(format string, args ...any) error {
	return &lackError{fmt.Sprintf(format, args...)}
}

// Unsupported reports whether nginx would accept the setting that an error of
// NewServer or NewClient is about.
func Unsupported(err error) bool {
	var e *lackError
	return errors.As(err, &e)
}

func fail(text string, queue ...queued) error {
	return &sslError{text, queue}
}

// under puts a text before that of an sslError, keeping its queue at the end.
func under(prefix string, err error) error {
	var e *sslError
	if errors.As(err, &e) {
		return &sslError{prefix + e.text, e.queue}
	}
	return fmt.Errorf("%s%w", prefix, err)
}

// The entries of OpenSSL 3's error queue that nginx users see. Code and text
// were read from a running nginx.
var (
	errNoStartLine   = queued{0x0480006C, "PEM routines", "no start line", ""}
	errBadBase64     = queued{0x04800064, "PEM routines", "bad base64 decode", ""}
	errBadEndLine    = queued{0x04800066, "PEM routines", "bad end line", ""}
	errPEMBadDecrypt = queued{0x04800065, "PEM routines", "bad decrypt", ""}
	errBadPassword   = queued{0x04800068, "PEM routines", "bad password read", ""}
	errPEMASN1       = queued{0x0488000D, "PEM routines", "ASN1 lib", ""}
	errNoSuchFile    = queued{0x10000080, "BIO routines", "no such file", ""}
	errBIOSystem     = queued{0x10080002, "BIO routines", "system lib", ""}
	errUnsupported   = queued{0x1E08010C, "DECODER routines", "unsupported", "No supported data to decode. Input type: PEM"}
	errProvDecrypt   = queued{0x1C800064, "Provider routines", "bad decrypt", ""}
	errPKCS12Decrypt = queued{0x11800074, "PKCS12 routines", "pkcs12 cipherfinal error", "maybe wrong password"}
	errKeyMismatch   = queued{0x05800074, "x509 certificate routines", "key values mismatch", ""}
	errEEKeySmall    = queued{0x0A00018F, "SSL routines", "ee key too small", ""}
	errNestedASN1    = queued{0x0688010A, "asn1 encoding routines", "nested asn1 error", ""}
	errNoCipherMatch = queued{0x0A0000B9, "SSL routines", "no cipher match", ""}
	errInvalidCmd    = queued{0x0A000118, "SSL routines", "invalid command", ""}
	errInvalidGroup  = queued{0x0A080106, "SSL routines", "passed invalid argument", ""}
	errBadValue      = queued{0x0A000180, "SSL routines", "bad value", ""}
	errUnknownCmd    = queued{0x0A000182, "SSL routines", "unknown cmd name", ""}
)

// errnoText gives the number and strerror text of an error from the os package.
func errnoText(err error) (int, string) {
	var errno syscall.Errno
	if errors.As(err, &errno) {
		return int(errno), strerror(errno)
	}
	return 0, err.Error()
}

// strerror is glibc's text: Go has the same words without the capital.
func strerror(e syscall.Errno) string {
	s := e.Error()
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

// bioError is the queue after BIO_new_file could not open a file.
func bioError(path string, err error) []queued {
	n, text := errnoText(err)
	sys := queued{0x80000000 | uint32(n), "system library", text, "calling fopen(" + path + ", r)"}
	if errors.Is(err, fs.ErrNotExist) {
		return []queued{sys, errNoSuchFile}
	}
	return []queued{sys, errBIOSystem}
}

// fileError is nginx's own message for a file operation of its configuration
// code: `open() "F" failed (2: No such file or directory)`.
func fileError(call, path string, err error) error {
	n, text := errnoText(err)
	return fmt.Errorf("%s() \"%s\" failed (%d: %s)", call, path, n, text)
}
