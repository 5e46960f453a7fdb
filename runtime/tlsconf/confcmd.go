package tlsconf

import (
	"crypto/tls"
	"fmt"
	"strings"
)

// command applies an ssl_conf_command (SSL_CONF_cmd). Names are OpenSSL's, in
// any case; those that crypto/tls has no counterpart for are refused by name.
// unavailable is set by CipherString.
func (s *settings) command(c Command) (unavailable []string, err error) {
	call := fmt.Sprintf("SSL_CONF_cmd(\"%s\", \"%s\") failed", c.Name, c.Value)
	bad := errBadValue.with("cmd=" + c.Name + ", value=" + c.Value)
	switch strings.ToLower(c.Name) {
	case "minprotocol", "maxprotocol":
		v, ok := protocolBound(c.Value)
		if !ok {
			return nil, fail(call, bad)
		}
		if strings.EqualFold(c.Name, "MinProtocol") {
			s.minV = v
		} else {
			s.maxV = v
		}
	case "protocol":
		if !s.protocolList(c.Value) {
			return nil, fail(call, bad)
		}
	case "curves", "groups", "ecdhparameters":
		ids, queue, ok := parseGroups(c.Value)
		if !ok {
			return nil, fail(call, append(queue, bad)...)
		}
		if len(ids) == 0 {
			return nil, lacking("%s: none of the groups is available", call)
		}
		s.groups = ids
	case "cipherstring":
		suites, err := ParseCiphers(c.Value)
		if err != nil {
			return nil, under(call, withQueue(err, bad))
		}
		s.suites, s.level, s.cipherStr = suites.IDs, suites.Level, c.Value
		return suites.Unavailable, nil
	case "ciphersuites":
		return nil, ciphersuites(call, c.Value, bad)
	case "options":
		return nil, s.options(call, c.Value, bad)
	case "verifymode":
		if !s.verifyMode(c.Value) {
			return nil, fail(call, bad)
		}
	case "numtickets":
		if c.Value != "1" {
			return nil, lacking("%s: only one ticket can be sent after a TLSv1.3 handshake", call)
		}
	default:
		if !knownCommand(c.Name) {
			return nil, fail(call, errUnknownCmd.with("cmd="+c.Name))
		}
		return nil, lacking("%s: the command is not supported", call)
	}
	return nil, nil
}

// verifyMode reads the words of VerifyMode. nginx says of a context that it is both for servers and for clients, so that each of them
// makes a client break the handshake off when the server's certificate fails.
func (s *settings) verifyMode(value string) bool {
	for item := range strings.SplitSeq(value, ",") {
		item = strings.TrimSpace(item)
		on := !strings.HasPrefix(item, "-")
		switch strings.ToLower(strings.TrimLeft(item, "+-")) {
		case "peer", "request", "require", "once", "requestposthandshake", "requireposthandshake":
			s.insist = on
		default:
			return false
		}
	}
	return true
}

// withQueue turns an error of another call into one whose text is empty and
// whose queue ends with q.
func withQueue(err error, q queued) error {
	if e, ok := err.(*sslError); ok {
		return &sslError{"", append(e.queue[:len(e.queue):len(e.queue)], q)}
	}
	return err
}

func knownCommand(name string) bool {
	for _, k := range [...]string{
		"SignatureAlgorithms", "ClientSignatureAlgorithms", "VerifyMode", "Certificate", "PrivateKey", "ServerInfoFile",
		"ChainCAPath", "ChainCAFile", "ChainCAStore", "VerifyCAPath", "VerifyCAFile", "VerifyCAStore", "RequestCAFile",
		"ClientCAFile", "RequestCAPath", "ClientCAPath", "DHParameters", "RecordPadding",
	} {
		if strings.EqualFold(k, name) {
			return true
		}
	}
	return false
}

// protocolBound reads the value of MinProtocol and MaxProtocol; 0 is no bound.
func protocolBound(value string) (uint16, bool) {
	switch value {
	case "None":
		return 0, true
	case "SSLv3":
		return tls.VersionSSL30, true //nolint:staticcheck // only a bound, never negotiated
	}
	for _, v := range versions {
		if v.name == value {
			return v.id, true
		}
	}
	return 0, false
}

// protocolList switches versions on and off: "-TLSv1,TLSv1.2", "ALL,-TLSv1".
func (s *settings) protocolList(value string) bool {
	for item := range strings.SplitSeq(value, ",") {
		item = strings.TrimSpace(item)
		off := strings.HasPrefix(item, "-")
		item = strings.TrimLeft(item, "+-")
		bit := ParseProtocol(item)
		if strings.EqualFold(item, "ALL") {
			bit = TLSv1 | TLSv1_1 | TLSv1_2 | TLSv1_3
		}
		if bit == 0 {
			return false
		}
		if off {
			s.enabled &^= bit
		} else {
			s.enabled |= bit
		}
	}
	return true
}

// ciphersuites takes the list of TLSv1.3 suites only when it leaves nothing
// out: crypto/tls offers all three.
func ciphersuites(call, value string, bad queued) error {
	have := map[string]bool{}
	for name := range strings.SplitSeq(value, ":") {
		switch name {
		case "TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256":
			have[name] = true
		case "TLS_AES_128_CCM_SHA256", "TLS_AES_128_CCM_8_SHA256":
		default:
			return fail(call, errNoCipherMatch, bad)
		}
	}
	if len(have) != 3 {
		return lacking("%s: TLSv1.3 cipher suites cannot be chosen, all three of AES and ChaCha20 are always on", call)
	}
	return nil
}

// options applies the words of Options. Words that ask for what crypto/tls
// always does are taken; words that ask for the opposite, or for what it has
// not, are refused.
func (s *settings) options(call, value string, bad queued) error {
	for item := range strings.SplitSeq(value, ",") {
		item = strings.TrimSpace(item)
		on := !strings.HasPrefix(item, "-")
		word := strings.ToLower(strings.TrimLeft(item, "+-"))
		switch word {
		case "sessionticket":
			s.tickets = on
			continue
		case "serverpreference":
			s.prefer = on
			continue
		case "prioritizechacha":
			s.chacha = on
			continue
		}
		always, known := optionAlways[word]
		switch {
		case !known:
			return fail(call, bad)
		case always != on:
			return lacking("%s: the option %s is not supported", call, item)
		}
	}
	return nil
}

// optionAlways tells how crypto/tls behaves with regard to an option.
var optionAlways = map[string]bool{
	"dhsingle": true, "ecdhsingle": true, "noresumptiononrenegotiation": true, "middleboxcompat": true,
	"extendedmastersecret": true, "canames": true, "ignoreunexpectedeof": true,
	"compression": false, "emptyfragments": false, "bugs": false, "unsafelegacyrenegotiation": false,
	"unsafelegacyserverconnect": false, "encryptthenmac": false, "allownodhekex": false, "antireplay": false,
	"ktls": false, "strictcertcheck": false, "txcertificatecompression": false, "rxcertificatecompression": false,
	"ktlstxzerocopysendfile": false,
}
