package diag

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
)

// maxFingerprinted is how much of a line counts. A file of one long line can have
// thousands of findings in it.
const maxFingerprinted = 4096

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
		line := s.File.LineRange(s.Pos().Line())
		if line.End-line.Start > maxFingerprinted {
			line.Start = max(line.Start, s.Start-maxFingerprinted/2)
			line.End = min(line.End, line.Start+maxFingerprinted)
		}
		part(bytes.Join(bytes.Fields(line.Text()), []byte{' '}))
	} else {
		part([]byte(d.Message))
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}
