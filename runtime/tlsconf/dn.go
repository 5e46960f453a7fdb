package tlsconf

import (
	"encoding/asn1"
	"encoding/hex"
	"fmt"
	"strings"
	"unicode/utf16"
)

var oidCommonName = asn1.ObjectIdentifier{2, 5, 4, 3}

// shortNames are OpenSSL's short names of the attributes of a name.
var shortNames = map[string]string{
	"2.5.4.3": "CN", "2.5.4.4": "SN", "2.5.4.5": "serialNumber", "2.5.4.6": "C", "2.5.4.7": "L", "2.5.4.8": "ST",
	"2.5.4.9": "street", "2.5.4.10": "O", "2.5.4.11": "OU", "2.5.4.12": "title", "2.5.4.13": "description",
	"2.5.4.15": "businessCategory", "2.5.4.16": "postalAddress", "2.5.4.17": "postalCode", "2.5.4.18": "postOfficeBox",
	"2.5.4.20": "telephoneNumber", "2.5.4.41": "name", "2.5.4.42": "GN", "2.5.4.43": "initials",
	"2.5.4.44": "generationQualifier", "2.5.4.45": "x500UniqueIdentifier", "2.5.4.46": "dnQualifier", "2.5.4.65": "pseudonym",
	"2.5.4.97": "organizationIdentifier", "0.9.2342.19200300.100.1.1": "UID", "0.9.2342.19200300.100.1.25": "DC",
	"1.2.840.113549.1.9.1": "emailAddress", "1.2.840.113549.1.9.2": "unstructuredName", "1.2.840.113549.1.9.8": "unstructuredAddress",
	"1.3.6.1.4.1.311.60.2.1.1": "jurisdictionL", "1.3.6.1.4.1.311.60.2.1.2": "jurisdictionST", "1.3.6.1.4.1.311.60.2.1.3": "jurisdictionC",
}

// attribute is one type and value of a name.
type attribute struct {
	Type  asn1.ObjectIdentifier
	Value asn1.RawValue
}

// parseName gives the relative names of a DER name, in the order written.
func parseName(der []byte) [][]attribute {
	var sets []asn1.RawValue
	if _, err := asn1.Unmarshal(der, &sets); err != nil {
		return nil
	}
	var out [][]attribute
	for _, s := range sets {
		var rdn []attribute
		for rest := s.Bytes; len(rest) > 0; {
			var a attribute
			var err error
			if rest, err = asn1.Unmarshal(rest, &a); err != nil {
				return nil
			}
			rdn = append(rdn, a)
		}
		out = append(out, rdn)
	}
	return out
}

// nameRFC2253 prints a name as X509_NAME_print_ex with XN_FLAG_RFC2253: the
// last part first, special characters escaped, bytes outside ASCII in hex.
func nameRFC2253(der []byte) string {
	rdns := parseName(der)
	var b strings.Builder
	for i := len(rdns) - 1; i >= 0; i-- {
		if b.Len() > 0 {
			b.WriteByte(',')
		}
		for j := len(rdns[i]) - 1; j >= 0; j-- {
			a := rdns[i][j]
			if j < len(rdns[i])-1 {
				b.WriteByte('+')
			}
			name, known := shortNames[a.Type.String()]
			if !known {
				name = a.Type.String()
			}
			b.WriteString(name + "=")
			text, ok := text2253(a.Value)
			if !known || !ok {
				b.WriteString("#" + strings.ToUpper(hex.EncodeToString(a.Value.FullBytes)))
				continue
			}
			b.WriteString(escape2253(text))
		}
	}
	return b.String()
}

// text2253 gives the characters of a string type in UTF-8; false for a type to
// be dumped.
func text2253(v asn1.RawValue) (string, bool) {
	switch v.Tag {
	case asn1.TagUTF8String, asn1.TagPrintableString, asn1.TagIA5String, asn1.TagNumericString, 26:
		return string(v.Bytes), true
	case asn1.TagT61String:
		out := make([]rune, len(v.Bytes))
		for i, c := range v.Bytes {
			out[i] = rune(c)
		}
		return string(out), true
	case asn1.TagBMPString:
		units := make([]uint16, 0, len(v.Bytes)/2)
		for i := 0; i+1 < len(v.Bytes); i += 2 {
			units = append(units, uint16(v.Bytes[i])<<8|uint16(v.Bytes[i+1]))
		}
		return string(utf16.Decode(units)), true
	}
	return "", false
}

func escape2253(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case c < ' ' || c >= 0x7f:
			fmt.Fprintf(&b, "\\%02X", c)
		case strings.IndexByte(`,+"\<>;`, c) >= 0,
			i == 0 && (c == '#' || c == ' '),
			i == len(s)-1 && c == ' ':
			b.WriteByte('\\')
			b.WriteByte(c)
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

// nameOneline prints a name as X509_NAME_oneline: "/C=US/CN=name", bytes
// outside ASCII as \xNN, separators escaped.
func nameOneline(der []byte) string {
	var b strings.Builder
	for _, rdn := range parseName(der) {
		for i, a := range rdn {
			if i == 0 {
				b.WriteByte('/')
			} else {
				b.WriteByte('+')
			}
			name, known := shortNames[a.Type.String()]
			if !known {
				name = a.Type.String()
			}
			b.WriteString(name + "=")
			for _, c := range onelineBytes(a.Value) {
				switch {
				case c < ' ' || c > '~':
					fmt.Fprintf(&b, "\\x%02X", c)
				case c == '/' || c == '+':
					b.WriteString("\\" + string(rune(c)))
				default:
					b.WriteByte(c)
				}
			}
		}
	}
	return b.String()
}

// onelineBytes drops the zero bytes of a GeneralString with four bytes to the
// character.
func onelineBytes(v asn1.RawValue) []byte {
	const width = 4
	if v.Tag != asn1.TagGeneralString || len(v.Bytes)%width != 0 {
		return v.Bytes
	}
	var out []byte
	for i, c := range v.Bytes {
		if i%width != width-1 && c != 0 {
			return v.Bytes
		}
		if i%width == width-1 {
			out = append(out, c)
		}
	}
	return out
}
