package tlsconf

import (
	"encoding/asn1"
	"fmt"
	"os"
)

// ocspResponse is the outside of an OCSP answer (RFC 6960), which is all that is looked at of one that a file holds.
type ocspResponse struct {
	Status asn1.Enumerated
	Bytes  struct {
		Type asn1.ObjectIdentifier
		Body []byte
	} `asn1:"explicit,optional,tag:0"`
}

// loadStaple reads ssl_stapling_file, and has its answer sent with each certificate of the configuration to clients that ask for one
// (ngx_ssl_stapling_file). Certificates that come later, by variables or from scripts, have none.
func (s *Server) loadStaple() error {
	name := s.cfg.Staple
	if name == "" {
		return nil
	}
	in, err := os.ReadFile(name)
	if err != nil {
		queue := bioError(name, err)
		queue[0].data = "calling fopen(" + name + ", rb)"
		return fail(fmt.Sprintf("BIO_new_file(\"%s\") failed", name), queue...)
	}
	var r ocspResponse
	rest, err := asn1.Unmarshal(in, &r)
	if err != nil {
		queue := asn1Queue("OCSP_RESPONSE")
		if n := derLength(in); n == 0 || n > len(in) {
			queue = []queued{{0x0680008E, "asn1 encoding routines", "not enough data", ""}}
		}
		return fail(fmt.Sprintf("d2i_OCSP_RESPONSE_bio(\"%s\") failed", name), queue...)
	}
	for i := range s.ids {
		if c := s.ids[i].tls; c != nil {
			c.OCSPStaple = in[:len(in)-len(rest)]
		}
	}
	return nil
}
