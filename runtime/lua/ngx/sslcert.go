package ngx

import (
	"crypto"
	"crypto/x509"
	"encoding/pem"
	"errors"

	"tidegate/runtime/lua/vm"
	"tidegate/runtime/tlsconf"
)

// The functions of ngx.ssl about certificates and private keys. Where the original hands out cdata there are userdata here, as opaque.

func handle[T any](c *vm.Call, i int, what string) T {
	if ud := c.Value(i).AsUserdata(); ud != nil {
		if v, ok := ud.Data.(T); ok {
			return v
		}
	}
	c.ArgError(i, what+" expected")
	panic("not reached")
}

// pointerArg is argument 1 as OpenResty's Lua code hands it to a C function, which takes userdata and nil, as argument 2. ok is false for what
// C then finds to be no T, and for nil.
func pointerArg[T any](c *vm.Call, function string) (v T, ok bool) {
	arg := c.Value(1)
	if ud := arg.AsUserdata(); ud != nil {
		v, ok = ud.Data.(T)
		return v, ok
	}
	if !arg.IsNil() {
		c.Throw("bad argument #2 to '%s' (cannot convert '%s' to 'void *')", function, arg.TypeName())
	}
	return v, false
}

// dataArg is argument 1, whose length OpenResty's Lua code takes before a C function sees it; name is the variable there.
func dataArg(c *vm.Call, name string) []byte {
	v := c.Value(1)
	s, ok := v.AsString()
	if !ok {
		c.Throw("attempt to get length of local '%s' (a %s value)", name, v.TypeName())
	}
	return []byte(s)
}

func sslClearCerts(c *vm.Call) int {
	return changeHandshake(c, func(h *tlsconf.Hello) error {
		h.ClearCertificates()
		return nil
	})
}

// changeHandshake changes the handshake under way. After it a change is taken and has no effect, as in OpenResty.
func changeHandshake(c *vm.Call, change func(*tlsconf.Hello) error) int {
	_, h, problem := secure(c)
	if problem != "" {
		return c.Fail(problem)
	}
	if h != nil {
		if err := change(h); err != nil {
			return c.Fail(err.Error())
		}
	}
	return c.Return(vm.True)
}

func setChain(c *vm.Call, chain []*x509.Certificate) int {
	return changeHandshake(c, func(h *tlsconf.Hello) error { return h.SetChain(chain) })
}

func setKey(c *vm.Call, key crypto.Signer) int {
	return changeHandshake(c, func(h *tlsconf.Hello) error { return h.SetKey(key) })
}

func sslSetCert(c *vm.Call) int {
	needRequest(c)
	chain, ok := pointerArg[[]*x509.Certificate](c, "ngx_lua_ffi_set_cert")
	return changeHandshake(c, func(h *tlsconf.Hello) error {
		if !ok {
			return errors.New("invalid certificate chain")
		}
		return h.SetChain(chain)
	})
}

func sslSetPrivKey(c *vm.Call) int {
	needRequest(c)
	key, ok := pointerArg[crypto.Signer](c, "ngx_lua_ffi_set_priv_key")
	return changeHandshake(c, func(h *tlsconf.Hello) error {
		if !ok {
			return errors.New("invalid private key failed")
		}
		return h.SetKey(key)
	})
}

func sslSetDERCert(c *vm.Call) int {
	data := dataArg(c, "data")
	if _, _, problem := secure(c); problem != "" {
		return c.Fail(problem)
	}
	chain, err := x509.ParseCertificates(data)
	if err != nil || len(chain) == 0 {
		return c.Fail("d2i_X509_bio() failed")
	}
	return setChain(c, chain)
}

func sslSetDERPrivKey(c *vm.Call) int {
	data := dataArg(c, "data")
	if _, _, problem := secure(c); problem != "" {
		return c.Fail(problem)
	}
	key, err := parseKey(data)
	if err != nil {
		return c.Fail("d2i_PrivateKey_bio() failed")
	}
	return setKey(c, key)
}

// parseChain reads all certificates of a PEM text.
func parseChain(text []byte) (chain []*x509.Certificate, der []byte) {
	for block, rest := pem.Decode(text); block != nil; block, rest = pem.Decode(rest) {
		switch block.Type {
		case "CERTIFICATE", "TRUSTED CERTIFICATE", "X509 CERTIFICATE":
			cert, err := x509.ParseCertificate(block.Bytes)
			if err != nil {
				return nil, nil
			}
			chain = append(chain, cert)
			der = append(der, block.Bytes...)
		}
	}
	return chain, der
}

func parseKey(der []byte) (crypto.Signer, error) {
	if k, err := x509.ParsePKCS1PrivateKey(der); err == nil {
		return k, nil
	}
	if k, err := x509.ParseECPrivateKey(der); err == nil {
		return k, nil
	}
	k, err := x509.ParsePKCS8PrivateKey(der)
	if err != nil {
		return nil, err
	}
	s, ok := k.(crypto.Signer)
	if !ok {
		return nil, errors.New("not a signing key")
	}
	return s, nil
}

func sslCertPEMToDER(c *vm.Call) int {
	chain, der := parseChain(dataArg(c, "pem"))
	if len(chain) == 0 {
		return c.Fail("PEM_read_bio_X509_AUX() failed")
	}
	return c.Return(vm.Bytes(der))
}

// readKey reads the first private key of a PEM text, with its passphrase where it is encrypted.
func readKey(text []byte, passphrase string) (crypto.Signer, error) {
	var passwords []string
	if passphrase != "" {
		passwords = []string{passphrase}
	}
	return tlsconf.ParsePrivateKey(text, passwords)
}

func sslPrivKeyPEMToDER(c *vm.Call) int {
	key, err := readKey(dataArg(c, "pem"), c.OptString(2, ""))
	if err != nil {
		return c.Fail("PEM_read_bio_PrivateKey() failed")
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return c.Fail("i2d_PrivateKey() failed")
	}
	return c.Return(vm.Bytes(der))
}

func userdata(c *vm.Call, v any) int { return c.Return(vm.NewUserdata(v, nil).Value()) }

func sslParsePEMCert(c *vm.Call) int {
	chain, _ := parseChain(dataArg(c, "pem"))
	if len(chain) == 0 {
		return c.Fail("PEM_read_bio_X509_AUX() failed")
	}
	return userdata(c, chain)
}

func sslParsePEMPrivKey(c *vm.Call) int {
	key, err := readKey(dataArg(c, "pem"), "")
	if err != nil {
		return c.Fail("PEM_read_bio_PrivateKey() failed")
	}
	return userdata(c, key)
}

func sslParseDERCert(c *vm.Call) int {
	chain, err := x509.ParseCertificates(dataArg(c, "der"))
	if err != nil || len(chain) == 0 {
		return c.Fail("d2i_X509_bio() failed")
	}
	return userdata(c, chain)
}

func sslParseDERPrivKey(c *vm.Call) int {
	key, err := parseKey(dataArg(c, "der"))
	if err != nil {
		return c.Fail("d2i_PrivateKey_bio() failed")
	}
	return userdata(c, key)
}
