package stream

import (
	"fmt"
	"strings"

	"tidegate/runtime/tlsconf"
	"tidegate/runtime/vars"
)

// Variables of ngx_stream_ssl_module. None has a value without TLS; the static ones are there, others only when not empty.

// always is a variable that has a value on every TLS connection (ngx_stream_ssl_static_variable).
func always(f func(*tlsconf.State) string) func(*Session, string) (string, vars.Status) {
	return func(s *Session, _ string) (string, vars.Status) {
		if s.tlsState == nil {
			return missing()
		}
		return found(f(s.tlsState))
	}
}

// unlessEmpty is a variable that has no value when it is empty (ngx_stream_ssl_variable).
func unlessEmpty(f func(*tlsconf.State) string) func(*Session, string) (string, vars.Status) {
	return func(s *Session, _ string) (string, vars.Status) {
		if s.tlsState == nil {
			return missing()
		}
		if text := f(s.tlsState); text != "" {
			return found(text)
		}
		return missing()
	}
}

func sslVariables() []vars.Variable[*Session] {
	list := []vars.Variable[*Session]{
		{Name: "ssl_protocol", Get: always((*tlsconf.State).Protocol)},
		{Name: "ssl_cipher", Get: always((*tlsconf.State).Cipher)},
		{Name: "ssl_ciphers", Get: unlessEmpty((*tlsconf.State).OfferedCiphers)},
		{Name: "ssl_curve", Get: unlessEmpty((*tlsconf.State).Curve)},
		{Name: "ssl_curves", Get: unlessEmpty((*tlsconf.State).OfferedCurves)},
		{Name: "ssl_sigalg", Get: unlessEmpty((*tlsconf.State).SigalgName)},
		{Name: "ssl_session_reused", Get: unlessEmpty((*tlsconf.State).SessionReused)},
		{Name: "ssl_alpn_protocol", Get: unlessEmpty((*tlsconf.State).ALPN)},
		{Name: "ssl_client_cert", Get: unlessEmpty((*tlsconf.State).ClientCert)},
		{Name: "ssl_client_raw_cert", Get: unlessEmpty((*tlsconf.State).RawClientCert)},
		{Name: "ssl_client_escaped_cert", Get: unlessEmpty((*tlsconf.State).EscapedClientCert)},
		{Name: "ssl_client_s_dn", Get: unlessEmpty((*tlsconf.State).SubjectDN)},
		{Name: "ssl_client_i_dn", Get: unlessEmpty((*tlsconf.State).IssuerDN)},
		{Name: "ssl_client_serial", Get: unlessEmpty((*tlsconf.State).Serial)},
		{Name: "ssl_client_fingerprint", Get: unlessEmpty((*tlsconf.State).Fingerprint)},
		{Name: "ssl_client_verify", Get: unlessEmpty((*tlsconf.State).ClientVerify)},
		{Name: "ssl_client_v_start", Get: unlessEmpty((*tlsconf.State).ValidStart)},
		{Name: "ssl_client_v_end", Get: unlessEmpty((*tlsconf.State).ValidEnd)},
		{Name: "ssl_client_v_remain", Get: unlessEmpty((*tlsconf.State).ValidRemain)},
		{Name: "ssl_session_id", Get: unlessEmpty(func(st *tlsconf.State) string { return st.SessionID })},
		// crypto/tls does not tell how the client signed, as OpenSSL before 3.5 does not.
		{Name: "ssl_client_sigalg", Get: func(*Session, string) (string, vars.Status) { return missing() }},
		{Name: "ssl_sigalgs", Get: func(s *Session, _ string) (string, vars.Status) {
			if len(s.sigalgs) == 0 {
				return missing()
			}
			var b strings.Builder
			for i, a := range s.sigalgs {
				if i > 0 {
					b.WriteByte(':')
				}
				fmt.Fprintf(&b, "0x%04x", uint16(a))
			}
			return found(b.String())
		}},
		{Name: "ssl_server_name", Get: func(s *Session, _ string) (string, vars.Status) {
			if s.tlsState == nil || s.tlsState.ServerName == "" {
				return missing()
			}
			return found(s.tlsState.ServerName)
		}},
	}
	for i := range list {
		list[i].Flags = vars.Changeable
	}
	return list
}
