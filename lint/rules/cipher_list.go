package rules

import (
	"strings"
)

// cipherToken is one element of a list of ciphers in OpenSSL's notation.
type cipherToken struct {
	// op is 0 for a token that adds, "!" and "-" for those that take away, "+" for
	// one that moves to the end, "@" for a command.
	op byte
	// parts are the names that are joined by "+"; a cipher must fit all.
	parts []string
	// from and to are offsets into the list.
	from, to int
}

// cipherTokens cuts a list up as ssl_cipher_process_rulestr does.
func cipherTokens(list string) []cipherToken {
	var out []cipherToken
	for i := 0; i < len(list); {
		end := i
		for end < len(list) && !strings.ContainsRune(":,; ", rune(list[end])) {
			end++
		}
		if end > i {
			t := cipherToken{from: i, to: end}
			text := list[i:end]
			if strings.IndexByte("!-+@", text[0]) >= 0 {
				t.op, text = text[0], text[1:]
			}
			t.parts = strings.Split(text, "+")
			out = append(out, t)
		}
		i = end + 1
	}
	return out
}

// weakness is a kind of ciphers that protect little or nothing.
type weakness struct {
	why string
	// names are the words for it in lists; whichever of them is excluded excludes
	// the kind.
	names []string
	// in are pieces of the names of such ciphers.
	in []string
}

var weaknesses = []weakness{
	{"it does not encrypt", []string{"NULL", "eNULL", "COMPLEMENTOFALL"}, []string{"NULL"}},
	{"nobody proves who they are", []string{"aNULL", "ADH", "AECDH", "COMPLEMENTOFDEFAULT"}, []string{"ADH-", "AECDH-"}},
	{"its keys were made short on purpose", []string{"EXPORT", "EXP", "EXPORT40", "EXPORT56"}, []string{"EXP-", "EXP1024-"}},
	{"its keys are short", []string{"LOW"}, nil},
	{"RC4 is broken (RFC 7465)", []string{"RC4"}, []string{"RC4"}},
	{"3DES has blocks of 64 bits (CVE-2016-2183)", []string{"3DES"}, []string{"DES-CBC3-"}},
	{"DES has keys of 56 bits", []string{"DES"}, []string{"DES-CBC-"}},
	{"RC2 is broken", []string{"RC2"}, []string{"RC2-"}},
	{"IDEA has blocks of 64 bits", []string{"IDEA"}, []string{"IDEA-"}},
	{"MD5 is broken", []string{"MD5"}, []string{"-MD5"}},
}

// weakCiphers finds the tokens of a list that let weak ciphers in, with the
// reason. What the TLS library does not have at all is not known here.
func weakCiphers(list string) (tokens []cipherToken, why []string) {
	all := cipherTokens(list)
	for i, t := range all {
		if t.op != 0 {
			continue
		}
		for _, w := range weaknesses {
			if w.letIn(t) && !w.excluded(all, i) {
				tokens = append(tokens, t)
				why = append(why, w.why)
				break
			}
		}
	}
	return tokens, why
}

func (w weakness) letIn(t cipherToken) bool {
	for _, part := range t.parts {
		for _, n := range w.names {
			if part == n {
				return true
			}
		}
		// A name of a cipher has a "-" in it, and no alias does.
		for _, piece := range w.in {
			if strings.IndexByte(part, '-') >= 0 && strings.Contains(part, piece) {
				return true
			}
		}
		if part == "ALL" && w.names[0] == "aNULL" {
			return true // of what is listed here, ALL lacks only ciphers without encryption
		}
	}
	return false
}

// excluded tells that the kind is taken away: for good by "!", wherever that
// stands, or by a later "-".
func (w weakness) excluded(all []cipherToken, i int) bool {
	for j, t := range all {
		if t.op != '!' && (t.op != '-' || j < i) || len(t.parts) != 1 {
			continue
		}
		for _, n := range w.names {
			if t.parts[0] == n || t.parts[0] == strings.Join(all[i].parts, "+") {
				return true
			}
		}
	}
	return false
}
