package tlsconf

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"regexp"
	"strings"
	"testing"
	"time"

	"tidegate/runtime/tlsconf/tlstest"
)

// chainCase is a chain sent by a server and the authorities of the client.
type chainCase struct {
	name  string
	sent  []*tlstest.Pair
	roots []*tlstest.Pair
	crl   []byte
	depth int
}

func chainCases(t *testing.T) []chainCase {
	type o = tlstest.Options
	now := time.Now()
	past := o{NotBefore: now.Add(-48 * time.Hour), NotAfter: now.Add(-time.Hour)}
	future := o{NotBefore: now.Add(time.Hour)}
	root, other := tlstest.NewCA(t, "Root"), tlstest.NewCA(t, "Other")
	mid := root.IssueCA(t, o{CommonName: "Mid"})
	low := mid.IssueCA(t, o{CommonName: "Low"})
	narrow := root.IssueCA(t, o{CommonName: "Narrow", MaxPathLen: 1})
	under := narrow.IssueCA(t, o{CommonName: "Under"}).IssueCA(t, o{CommonName: "Deeper"})
	oldMid := root.IssueCA(t, o{CommonName: "OldMid", NotBefore: past.NotBefore, NotAfter: past.NotAfter})
	leaf, midLeaf, lowLeaf := root.Issue(t, o{}), mid.Issue(t, o{}), low.Issue(t, o{})
	fakeRoot := tlstest.NewCA(t, "Root")
	self := tlstest.SelfSigned(t, o{})
	clientOnly := root.Issue(t, o{Usages: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}})
	serverUse := root.Issue(t, o{Usages: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}})
	leafAsCA := leaf.Issue(t, o{CommonName: "under a leaf"})
	pairs := func(p ...*tlstest.Pair) []*tlstest.Pair { return p }
	return []chainCase{
		{"good", pairs(leaf), pairs(root), nil, 1},
		{"good, root sent too", pairs(leaf, root), pairs(root), nil, 1},
		{"good, with an intermediate", pairs(midLeaf, mid), pairs(root), nil, 1},
		{"an intermediate that is not sent", pairs(midLeaf), pairs(root), nil, 1},
		{"an intermediate that is trusted", pairs(midLeaf), pairs(root, mid), nil, 1},
		{"only the intermediate is trusted", pairs(midLeaf, mid), pairs(mid), nil, 1},
		{"only the intermediate is trusted and not sent", pairs(midLeaf), pairs(mid), nil, 1},
		{"unknown root", pairs(leaf), pairs(other), nil, 1},
		{"unknown root, sent", pairs(leaf, root), pairs(other), nil, 1},
		{"unknown root, intermediate sent", pairs(midLeaf, mid), pairs(other), nil, 1},
		{"unknown root, all sent", pairs(midLeaf, mid, root), pairs(other), nil, 2},
		{"self-signed", pairs(self), pairs(root), nil, 1},
		{"self-signed and trusted", pairs(self), pairs(self), nil, 1},
		{"another root of the same name", pairs(leaf), pairs(fakeRoot), nil, 1},
		{"another root of the same name, sent", pairs(leaf, fakeRoot), pairs(root), nil, 1},
		{"two intermediates, depth 2", pairs(lowLeaf, low, mid), pairs(root), nil, 2},
		{"two intermediates, depth 1", pairs(lowLeaf, low, mid), pairs(root), nil, 1},
		{"two intermediates, depth 0", pairs(lowLeaf, low, mid), pairs(root), nil, 0},
		{"one intermediate, depth 0", pairs(midLeaf, mid), pairs(root), nil, 0},
		{"no intermediate, depth 0", pairs(leaf), pairs(root), nil, 0},
		{"two intermediates in disorder", pairs(lowLeaf, mid, low), pairs(root), nil, 2},
		{"expired", pairs(root.Issue(t, past)), pairs(root), nil, 1},
		{"not yet valid", pairs(root.Issue(t, future)), pairs(root), nil, 1},
		{"expired, of an unknown root", pairs(root.Issue(t, past)), pairs(other), nil, 1},
		{"expired intermediate", pairs(oldMid.Issue(t, o{}), oldMid), pairs(root), nil, 1},
		{"expired and self-signed", pairs(tlstest.SelfSigned(t, past)), pairs(root), nil, 1},
		{"for clients only", pairs(clientOnly), pairs(root), nil, 1},
		{"for servers", pairs(serverUse), pairs(root), nil, 1},
		{"issued by a leaf", pairs(leafAsCA, leaf), pairs(root), nil, 1},
		{"path length exceeded", pairs(under.Issue(t, o{}), under, narrowChild(under), narrow), pairs(root), nil, 5},
		{"good, with a list", pairs(leaf), pairs(root), root.CRL(t), 1},
		{"revoked", pairs(leaf), pairs(root), root.CRL(t, leaf), 1},
		{"list of another authority", pairs(leaf), pairs(root), other.CRL(t), 1},
		{"list out of date", pairs(leaf), pairs(root), root.CRLAt(t, now.Add(-2*time.Hour), now.Add(-time.Hour)), 1},
		{"list not yet valid", pairs(leaf), pairs(root), root.CRLAt(t, now.Add(time.Hour), now.Add(2*time.Hour)), 1},
		{"list of a root of the same name", pairs(leaf), pairs(root), fakeRoot.CRL(t), 1},
		{"lists for a chain", pairs(midLeaf, mid), pairs(root), append(root.CRL(t), mid.CRL(t)...), 1},
		{"no list for the intermediate", pairs(midLeaf, mid), pairs(root), mid.CRL(t), 1},
		{"revoked intermediate", pairs(midLeaf, mid), pairs(root), append(root.CRL(t, mid), mid.CRL(t)...), 1},
		{"revoked and of an unknown root", pairs(leaf), pairs(other), root.CRL(t, leaf), 1},
		{"weak leaf", pairs(root.Issue(t, o{RSA: 1024})), pairs(root), nil, 1},
	}
}

// narrowChild is the first authority in the chain of p.
func narrowChild(p *tlstest.Pair) *tlstest.Pair {
	return &tlstest.Pair{Cert: p.Chain[0]}
}

var verifyReturn = regexp.MustCompile(`Verify return code: (\d+) \((.*)\)`)

// TestVerifyAgainstOpenssl lets openssl s_client, whose callback goes on after
// errors like nginx's, judge the same chains.
func TestVerifyAgainstOpenssl(t *testing.T) {
	for _, tt := range chainCases(t) {
		t.Run(tt.name, func(t *testing.T) {
			var sent tls.Certificate
			sent.PrivateKey = tt.sent[0].Key
			var peer []*x509.Certificate
			for _, p := range tt.sent {
				sent.Certificate = append(sent.Certificate, p.Cert.Raw)
				peer = append(peer, p.Cert)
			}
			dir := t.TempDir()
			var roots []byte
			for _, p := range tt.roots {
				roots = append(roots, p.CertPEM()...)
			}
			ca := tlstest.WriteFile(t, dir, "ca", roots)
			crl := ""
			// s_client takes several lists only along with the authorities.
			all := tlstest.WriteFile(t, dir, "all", append(roots, tt.crl...))
			args := []string{"-CAfile", all, "-no-CApath", "-no-CAstore", "-verify_depth", fmt.Sprint(tt.depth)}
			if tt.crl != nil {
				crl = tlstest.WriteFile(t, dir, "crl", tt.crl)
				args = append(args, "-crl_check_all")
			}
			trust, _, err := loadTrust("", ca, crl, tt.depth, DefaultSecurityLevel)
			if err != nil {
				t.Fatal(err)
			}
			got := trust.verify(peer, serverAuth, time.Now())
			out := sClient(t, plainServer(t, sent), args...)
			m := verifyReturn.FindStringSubmatch(out)
			if m == nil {
				t.Fatal(out)
			}
			if want := m[1] + " " + m[2]; fmt.Sprintf("%d %s", int(got), got) != want {
				t.Errorf("%d (%s), openssl says %s\n%s", int(got), got, want, verifyErrors(out))
			}
		})
	}
}

func verifyErrors(out string) string {
	var lines []string
	for l := range strings.Lines(out) {
		if strings.Contains(l, "verify") {
			lines = append(lines, l)
		}
	}
	return strings.Join(lines, "")
}

// plainServer serves a certificate with crypto/tls alone.
func plainServer(t *testing.T, cert tls.Certificate) string {
	t.Helper()
	l, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{Certificates: []tls.Certificate{cert}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func(c net.Conn) {
				defer c.Close()
				c.SetDeadline(time.Now().Add(patience))
				c.Read(make([]byte, 1))
			}(c)
		}
	}()
	return l.Addr().String()
}
