package diag

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
)

// Fingerprint identifies a finding when lines have moved: it is made of the
// rule, the file's name and the words of the line, not of the line's number.
// Findings of one rule in lines that read the same have the same fingerprint.
func (d *Diagnostic) Fingerprint() string {
	h := sha256.New()
	part := func(b []byte) {
		h.Write(b)
		h.Write([]byte{0})
	}
	part([]byte(d.Rule))
	if s := d.Subject; s.IsValid() {
		part([]byte(fileName(s.File)))
		line := s.File.LineRange(s.Pos().Line()).Text()
		part(bytes.Join(bytes.Fields(line), []byte{' '}))
	} else {
		part([]byte(d.Message))
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}
