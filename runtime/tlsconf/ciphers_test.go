package tlsconf

import (
	"os"
	"os/exec"
	"strings"
	"testing"
)

// openssl runs the openssl program and gives its output; it skips the test
// where there is none.
func openssl(t testing.TB, args ...string) (string, error) {
	t.Helper()
	path, err := exec.LookPath("openssl")
	if err != nil {
		if os.Getenv("REQUIRE_ORACLE") == "1" {
			t.Fatal(err)
		}
		t.Skip("openssl is not installed")
	}
	out, err := exec.Command(path, args...).CombinedOutput()
	return string(out), err
}

var cipherStrings = []string{
	"DEFAULT", "HIGH:!aNULL:!MD5", "ALL", "ALL:COMPLEMENTOFALL", "HIGH", "!ALL", "ECDHE-RSA-AES128-GCM-SHA256",
	"ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:AES128-SHA", "ECDHE+AESGCM:DHE+AESGCM:RSA+AES",
	"EECDH+CHACHA20:EECDH+AES128:RSA+AES128:EECDH+AES256:RSA+AES256:!MD5", "HIGH:!aNULL:!kRSA:!PSK:!SRP:!CAMELLIA",
	"HIGH:@STRENGTH", "AES128:AES256:@STRENGTH", "ALL:-AES128:+SHA1:AES128", "ALL:!COMPLEMENTOFDEFAULT:+RSA", "kRSA",
	"aECDSA", "AES:-SHA:+SHA256", "PSK", "SRP", "NULL", "eNULL:aNULL", "ADH:AECDH", "CAMELLIA:ARIA", "AESCCM:AESCCM8", "AESCCM8",
	"TLSv1.2", "SSLv3", "TLSv1", "TLSv1.2+kRSA", "DEFAULT:!kRSA", "DEFAULT:foo", "foo:ALL", "foo", "nonsense", "RC4", "MEDIUM", "LOW",
	"EXPORT", "3DES", "SSLv2", "SHA256+ECDHE", "SHA384 SHA256,SHA1;MD5", "HIGH:!", "HIGH:@FOO", "@SECLEVEL=2:HIGH", "HIGH@SECLEVEL=1",
	"DEFAULT@SECLEVEL=0", "@SECLEVEL=9", "ALL:+HIGH", "ALL:-ALL:AES256", "ECDHE+FOO:AES", "AES128-SHA+kRSA", "kRSA+AES128-SHA", "kRSA+ECDHE",
	"CBC", "DSS", "DHE:EDH", "kEECDH:kDHE", "COMPLEMENTOFDEFAULT", "", ":", "::AES128-SHA::", "AES 128", "AES128-SHA:AES128-SHA", "!AES:ALL", "ALL:!AES:AES",
	"TLS_AES_128_GCM_SHA256", "TLS_AES_128_GCM_SHA256:AES128-SHA", "HIGH:+kRSA:@STRENGTH:!DSS", "FIPS",
}

// TestCipherStrings compares the evaluation with the openssl program's.
func TestCipherStrings(t *testing.T) {
	for _, s := range cipherStrings {
		out, err := openssl(t, "ciphers", s)
		want := ""
		if err == nil {
			var names []string
			for n := range strings.SplitSeq(strings.TrimSpace(out), ":") {
				if !strings.HasPrefix(n, "TLS_") {
					names = append(names, n)
				}
			}
			want = strings.Join(names, ":")
		}
		order, _, q := parseCipherString(s)
		var names []string
		for _, c := range order {
			names = append(names, c.name)
		}
		if got := strings.Join(names, ":"); got != want {
			t.Errorf("%q:\n got %s\nwant %s", s, got, want)
		}
		if q != nil && !strings.Contains(out, q.reason) {
			t.Errorf("%q: error %s, openssl says %s", s, q, out)
		}
	}
}
