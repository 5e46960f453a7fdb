package tlsconf

import (
	"crypto/tls"
	"errors"
	"io"
	"net"
	"strings"
	"syscall"
)

// Level is the log level of a message, by nginx's name.
type Level string

// The levels used here.
const (
	LevelInfo  Level = "info"
	LevelErr   Level = "error"
	LevelCrit  Level = "crit"
	LevelAlert Level = "alert"
)

// Line is a log line of nginx, without what the log adds ("while SSL
// handshaking, client: ...").
type Line struct {
	Level Level
	Text  string
}

const (
	peerClosed      = "peer closed connection in SSL handshake"
	handshakeFailed = "SSL_do_handshake() failed"
)

// HandshakeLines gives all that nginx logs about the error of a handshake: a
// certificate that could not be loaded has a line of its own, at error level,
// before that of HandshakeError.
func HandshakeLines(err error, upstream bool) []Line {
	var lines []Line
	if l, ok := CertificateFault(err); ok {
		lines = append(lines, l)
	}
	return append(lines, HandshakeError(err, upstream))
}

// CertificateFault gives the line for a certificate of our own that could not
// be loaded, at error level; false means that err is about something else. An
// upstream never sees a handshake then (ngx_stream_proxy_ssl_certificate).
func CertificateFault(err error) (Line, bool) {
	var cause *sslError
	if !errors.As(err, &cause) {
		return Line{}, false
	}
	return Line{LevelErr, cause.Error()}, true
}

// HandshakeError turns the error of Accept or Client.Handshake into the line
// that nginx logs (ngx_ssl_handshake). A client's faults are worth info, an
// upstream's error.
func HandshakeError(err error, upstream bool) Line {
	level := LevelInfo
	if upstream {
		level = LevelErr
	}
	var errno syscall.Errno
	switch {
	case errors.Is(err, ErrRejected):
		return Line{level, ErrRejected.Error()}
	case errors.As(err, &errno):
		if !ordinary(errno) {
			level = LevelAlert
		}
		n, text := errnoText(err)
		return Line{level, peerClosed + " (" + itoa(n) + ": " + text + ")"}
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, net.ErrClosed):
		return Line{level, peerClosed}
	}
	if errors.Is(err, ErrNoProtocols) || errors.Is(err, ErrVerifyCallback) {
		// Not among what ngx_ssl_connection_error takes for a peer's fault.
		level = LevelCrit
	}
	return Line{level, sslText(err)}
}

// sslText words an error of the handshake with OpenSSL's word for it.
func sslText(err error) string {
	if q, ok := handshakeQueue(err); ok {
		return fail(handshakeFailed, q).Error()
	}
	// crypto/tls found something that OpenSSL has no single word for.
	return handshakeFailed + " (SSL: " + strings.TrimPrefix(err.Error(), "tls: ") + ")"
}

// ordinary are the system errors that come with any network
// (ngx_connection_error).
func ordinary(e syscall.Errno) bool {
	switch e {
	case syscall.ECONNRESET, syscall.EPIPE, syscall.ENOTCONN, syscall.ETIMEDOUT, syscall.ECONNREFUSED,
		syscall.ENETDOWN, syscall.ENETUNREACH, syscall.EHOSTDOWN, syscall.EHOSTUNREACH:
		return true
	}
	return false
}

func itoa(n int) string {
	if n < 10 {
		return string(rune('0' + n))
	}
	return itoa(n/10) + string(rune('0'+n%10))
}

func sslReason(code uint32, reason string) queued {
	return queued{0x0A000000 | code, "SSL routines", reason, ""}
}

// ownReasons are the errors that this package ends a handshake with.
var ownReasons = []struct {
	err  error
	code uint32
}{
	{ErrNoCommonProtocol, 0x102},
	{ErrNoSharedCipher, 0xC1},
	{ErrNoALPN, 0xEB},
	{ErrNoSharedSigalg, 0x76},
	{ErrHelloCallback, 0xEA},
	{ErrCertificateCallback, 0x179},
	{ErrNoProtocols, 0xBF},
	{ErrVerifyCallback, 0x86},
}

// textReasons recognise errors of crypto/tls, which come as text only.
var textReasons = []struct {
	text   string
	code   uint32
	reason string
}{
	{"unsupported SSLv2 handshake", 0x102, "unsupported protocol"},
	{"oversized record", 0xC6, "packet length too long"},
	{"handshake message of length", 0x98, "excessive message size"},
	{"received record with version", 0x10B, "wrong version number"},
	{"received unexpected handshake message", 0xF4, "unexpected message"},
	{"unexpected message", 0xF4, "unexpected message"},
	{"bad record MAC", 0x119, "decryption failed or bad record mac"},
	{"error decoding message", 0x9F, "length mismatch"},
	{"no cipher suite supported by both", 0xC1, "no shared cipher"},
	{"no ECDHE curve supported by both", 0x65, "no suitable key share"},
	{"no key exchanges supported by both", 0x65, "no suitable key share"},
	{"peer doesn't support any of the certificate's signature algorithms", 0x76, "no suitable signature algorithm"},
	{"invalid signature by the", 0x7B, "bad signature"},
	{"finished hash", 0x95, "digest check failed"},
	{"client offered only unsupported versions", 0x102, "unsupported protocol"},
	{"server selected unsupported protocol version", 0x102, "unsupported protocol"},
	{"server chose an unconfigured cipher suite", 0x17F, "wrong cipher returned"},
	{"does not support uncompressed", 0xBB, "no compression specified"},
}

// handshakeQueue finds OpenSSL's word for an error.
func handshakeQueue(err error) (queued, bool) {
	for _, r := range ownReasons {
		if errors.Is(err, r.err) {
			return sslReason(r.code, r.err.Error()), true
		}
	}
	var reason *reasonError
	if errors.As(err, &reason) {
		return reason.reason, true
	}
	var header tls.RecordHeaderError
	if errors.As(err, &header) {
		return sslReason(0x10B, "wrong version number"), true
	}
	var op *net.OpError
	if errors.As(err, &op) && op.Op == "remote error" {
		for n := range alertReasons {
			if op.Err.Error() == tls.AlertError(n).Error() {
				return alertQueue(n)
			}
		}
	}
	text := err.Error()
	for _, r := range textReasons {
		if strings.Contains(text, r.text) {
			return sslReason(r.code, r.reason), true
		}
	}
	return queued{}, false
}

// alertQueue is what a peer's alert leaves in OpenSSL's queue.
func alertQueue(n uint8) (queued, bool) {
	text, ok := alertReasons[n]
	return sslReason(1000+uint32(n), text).with("SSL alert number " + itoa(int(n))), ok
}

// reasonError is an error with OpenSSL's word for it.
type reasonError struct {
	reason queued
	err    error
}

func (e *reasonError) Error() string { return e.err.Error() }
func (e *reasonError) Unwrap() error { return e.err }

// isClosed tells errors of the connection from those of its contents.
func isClosed(err error) bool {
	var errno syscall.Errno
	var timeout net.Error
	return errors.As(err, &errno) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, net.ErrClosed) ||
		errors.As(err, &timeout) && timeout.Timeout()
}

// headerReason is what OpenSSL finds wrong with the beginning of what a peer
// sends: the header of a record and its first byte. false means nothing.
func headerReason(h [6]byte, n int, upstream bool) (queued, bool) {
	const alert, handshake, major, clientHello, serverHello, maxRecord = 21, 22, 3, 1, 2, 16384 + 256
	first := byte(serverHello)
	if !upstream {
		first = clientHello
		if h[0]&0x80 != 0 && h[2] == clientHello {
			// A hello in the framing of SSLv2, which OpenSSL reads, to find
			// that its versions are too old.
			return sslReason(0x102, "unsupported protocol"), true
		}
	}
	switch {
	case h[1] != major:
		return noRecord(string(h[:5]), upstream), true
	case int(h[3])<<8|int(h[4]) > maxRecord:
		return sslReason(0xC6, "packet length too long"), true
	case h[0] == alert && upstream:
		return queued{}, false
	case h[0] != handshake || n > 5 && h[5] != first:
		return sslReason(0xF4, "unexpected message"), true
	}
	return queued{}, false
}

// noRecord is the word for a peer that speaks something else.
func noRecord(head string, upstream bool) queued {
	switch {
	case upstream:
	case strings.HasPrefix(head, "GET "), strings.HasPrefix(head, "POST "), strings.HasPrefix(head, "HEAD "), strings.HasPrefix(head, "PUT "):
		return sslReason(0x9C, "http request")
	case head == "CONNE":
		return sslReason(0x9B, "https proxy request")
	}
	return sslReason(0x10B, "wrong version number")
}

// alertReasons are OpenSSL's texts of the alerts that a peer may send.
var alertReasons = map[uint8]string{
	10: "sslv3 alert unexpected message", 20: "sslv3 alert bad record mac", 21: "tlsv1 alert decryption failed",
	22: "tlsv1 alert record overflow", 30: "sslv3 alert decompression failure", 40: "sslv3 alert handshake failure",
	41: "sslv3 alert no certificate", 42: "sslv3 alert bad certificate", 43: "sslv3 alert unsupported certificate",
	44: "sslv3 alert certificate revoked", 45: "sslv3 alert certificate expired", 46: "sslv3 alert certificate unknown",
	47: "sslv3 alert illegal parameter", 48: "tlsv1 alert unknown ca", 49: "tlsv1 alert access denied",
	50: "tlsv1 alert decode error", 51: "tlsv1 alert decrypt error", 60: "tlsv1 alert export restriction",
	70: "tlsv1 alert protocol version", 71: "tlsv1 alert insufficient security", 80: "tlsv1 alert internal error",
	86: "tlsv1 alert inappropriate fallback", 90: "tlsv1 alert user cancelled", 100: "tlsv1 alert no renegotiation",
	109: "tlsv13 alert missing extension", 110: "tlsv1 unsupported extension", 111: "tlsv1 certificate unobtainable",
	112: "tlsv1 unrecognized name", 113: "tlsv1 bad certificate status response", 114: "tlsv1 bad certificate hash value",
	115: "tlsv1 alert unknown psk identity", 116: "tlsv13 alert certificate required", 120: "tlsv1 alert no application protocol",
}
