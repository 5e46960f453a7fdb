package tlsconf

import (
	"bytes"
	"encoding/base64"
	"errors"
	"strings"
)

// pemBlock is one block of a PEM file.
type pemBlock struct {
	name    string
	headers map[string]string
	data    []byte
}

var (
	errNoBlock    = errors.New("no further block")
	errBlockEnd   = errors.New("bad end line")
	errBlockBytes = errors.New("bad base64")
)

// nextPEM reads the next block the way PEM_read_bio does, which differs from
// encoding/pem in that a damaged block is an error and not skipped.
func nextPEM(in []byte) (pemBlock, []byte, error) {
	var b pemBlock
	for {
		var line string
		var ok bool
		if line, in, ok = nextLine(in); !ok {
			return b, nil, errNoBlock
		}
		if name, found := strings.CutPrefix(line, "-----BEGIN "); found && strings.HasSuffix(name, "-----") {
			b.name = strings.TrimSuffix(name, "-----")
			break
		}
	}
	var text strings.Builder
	for first := true; ; first = false {
		line, rest, ok := nextLine(in)
		if !ok {
			return b, nil, errBlockEnd
		}
		in = rest
		if strings.HasPrefix(line, "-----END ") {
			if line != "-----END "+b.name+"-----" {
				return b, nil, errBlockEnd
			}
			break
		}
		if first && strings.Contains(line, ":") {
			in = b.readHeaders(line, in)
			continue
		}
		text.WriteString(line)
	}
	var err error
	if b.data, err = base64.StdEncoding.DecodeString(text.String()); err != nil {
		return b, nil, errBlockBytes
	}
	return b, in, nil
}

// readHeaders takes the "Name: value" lines up to the empty one.
func (b *pemBlock) readHeaders(line string, in []byte) []byte {
	b.headers = map[string]string{}
	for ok := true; ok && line != ""; {
		if k, v, found := strings.Cut(line, ":"); found {
			b.headers[strings.TrimSpace(k)] = strings.TrimSpace(v)
		}
		line, in, ok = nextLine(in)
	}
	return in
}

// nextLine cuts a line off, without trailing white space.
func nextLine(in []byte) (string, []byte, bool) {
	if len(in) == 0 {
		return "", nil, false
	}
	line, rest, _ := bytes.Cut(in, []byte{'\n'})
	return string(bytes.TrimRight(line, " \t\r")), rest, true
}

// pemQueue is what OpenSSL reports for an error of nextPEM; want is the block
// looked for.
func pemQueue(err error, want string) queued {
	switch err {
	case errBlockEnd:
		return errBadEndLine
	case errBlockBytes:
		return errBadBase64
	}
	return errNoStartLine.with("Expecting: " + want)
}
