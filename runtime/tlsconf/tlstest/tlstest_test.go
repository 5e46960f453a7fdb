package tlstest

import (
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// openssl runs the openssl program, the judge of what this package makes.
func openssl(t *testing.T, args ...string) string {
	t.Helper()
	path, err := exec.LookPath("openssl")
	if err != nil {
		if os.Getenv("REQUIRE_ORACLE") == "1" {
			t.Fatal(err)
		}
		t.Skip("openssl is not installed")
	}
	out, _ := exec.Command(path, args...).CombinedOutput()
	return string(out)
}

func TestOpensslAccepts(t *testing.T) {
	dir := t.TempDir()
	ca := NewCA(t, "Root")
	mid := ca.IssueCA(t, Options{CommonName: "Mid"})
	good, bad := mid.Issue(t, Options{}), mid.Issue(t, Options{RSA: 2048})
	WriteFile(t, dir, "ca.crt", ca.CertPEM())
	WriteFile(t, dir, "mid.crt", mid.CertPEM())
	good.Write(t, dir, "good")
	bad.Write(t, dir, "bad")
	WriteFile(t, dir, "crl", append(mid.CRL(t, bad), ca.CRL(t)...))
	verify := func(extra ...string) string {
		return openssl(t, append([]string{"verify", "-CAfile", dir + "/ca.crt", "-untrusted", dir + "/mid.crt"}, extra...)...)
	}
	if out := verify(dir+"/good.crt", dir+"/bad.crt"); strings.Count(out, ": OK") != 2 {
		t.Errorf("%s", out)
	}
	out := verify("-crl_check_all", "-CRLfile", dir+"/crl", dir+"/good.crt", dir+"/bad.crt")
	if strings.Count(out, ": OK") != 1 || !strings.Contains(out, "certificate revoked") {
		t.Errorf("%s", out)
	}
	old := ca.Issue(t, Options{NotBefore: time.Now().Add(-48 * time.Hour), NotAfter: time.Now().Add(-time.Hour)})
	if out := verify(WriteFile(t, dir, "old.crt", old.CertPEM())); !strings.Contains(out, "certificate has expired") {
		t.Errorf("%s", out)
	}
}

func TestOpensslDecrypts(t *testing.T) {
	dir := t.TempDir()
	for name, o := range map[string]Options{"ecdsa": {}, "rsa": {RSA: 2048}} {
		p := SelfSigned(t, o)
		for form, key := range map[string][]byte{"pkcs8": p.EncryptedKeyPEM(t, "secret"), "legacy": p.LegacyKeyPEM(t, "secret")} {
			f := WriteFile(t, dir, name+form, key)
			if out := openssl(t, "pkey", "-in", f, "-passin", "pass:secret", "-noout"); out != "" {
				t.Errorf("%s %s: %s", name, form, out)
			}
			if out := openssl(t, "pkey", "-in", f, "-passin", "pass:wrong", "-noout"); out == "" {
				t.Errorf("%s %s: a wrong password is accepted", name, form)
			}
		}
	}
}
