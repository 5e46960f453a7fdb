package tlsconf

import (
	"crypto/tls"
	"fmt"
	"strings"
)

// group is a key exchange group with OpenSSL's names for it; the first is the
// short name that $ssl_curve shows.
type group struct {
	id    tls.CurveID
	names []string
}

var groupTable = [...]group{
	{29, []string{"X25519"}},
	{23, []string{"prime256v1", "secp256r1", "P-256"}},
	{24, []string{"secp384r1", "P-384"}},
	{25, []string{"secp521r1", "P-521"}},
	{4588, []string{"X25519MLKEM768"}},
	{4587, []string{"SecP256r1MLKEM768"}},
	{4589, []string{"SecP384r1MLKEM1024"}},
	{30, []string{"X448"}},
	{22, []string{"secp256k1"}},
	{26, []string{"brainpoolP256r1"}},
	{27, []string{"brainpoolP384r1"}},
	{28, []string{"brainpoolP512r1"}},
	{21, []string{"secp224r1", "P-224"}},
	{19, []string{"prime192v1", "secp192r1", "P-192"}},
	{256, []string{"ffdhe2048"}},
	{257, []string{"ffdhe3072"}},
	{258, []string{"ffdhe4096"}},
	{259, []string{"ffdhe6144"}},
	{260, []string{"ffdhe8192"}},
}

// available are the groups of crypto/tls.
func (g *group) available() bool {
	switch g.id {
	case tls.X25519, tls.CurveP256, tls.CurveP384, tls.CurveP521,
		tls.X25519MLKEM768, tls.SecP256r1MLKEM768, tls.SecP384r1MLKEM1024:
		return true
	}
	return false
}

// parseGroups translates a list of ssl_ecdh_curve; nil for "auto". The queue is
// what OpenSSL raises for the name that it does not know; ok is false for a
// failure without one.
func parseGroups(list string) (ids []tls.CurveID, queue []queued, ok bool) {
	seen := map[tls.CurveID]bool{}
	for name := range strings.SplitSeq(list, ":") {
		g := groupByName(name)
		switch {
		case name == "":
			return nil, nil, false
		case g == nil:
			return nil, []queued{errInvalidGroup.with("group '" + name + "' cannot be set")}, false
		case seen[g.id]:
			return nil, nil, false
		}
		seen[g.id] = true
		if g.available() {
			ids = append(ids, g.id)
		}
	}
	return ids, nil, true
}

func groupByName(name string) *group {
	for i := range groupTable {
		for _, n := range groupTable[i].names {
			if strings.EqualFold(n, name) {
				return &groupTable[i]
			}
		}
	}
	return nil
}

// groups is the value of ssl_ecdh_curve.
func groups(list string) ([]tls.CurveID, error) {
	if list == "" || list == "auto" {
		return nil, nil
	}
	call := fmt.Sprintf("SSL_CTX_set1_curves_list(\"%s\") failed", list)
	ids, queue, ok := parseGroups(list)
	if !ok {
		return nil, fail(call, queue...)
	}
	if len(ids) == 0 {
		return nil, lacking("%s: none of the groups is available", call)
	}
	return ids, nil
}

// GroupName is OpenSSL's short name of a group, or its number in hex
// ($ssl_curve, $ssl_curves).
func GroupName(id tls.CurveID) string {
	for i := range groupTable {
		if groupTable[i].id == id {
			return groupTable[i].names[0]
		}
	}
	return fmt.Sprintf("0x%04x", uint16(id))
}
