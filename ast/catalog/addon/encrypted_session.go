package addon

import "tidegate/ast/catalog"

// EncryptedSessionModule and its directives.
var (
	EncryptedSessionModule = catalog.NewModule("ngx_http_encrypted_session_module", "Encrypted texts that expire.",
		EncryptedSessionKey, EncryptedSessionIV, EncryptedSessionExpires, SetEncryptSession,
		SetDecryptSession)

	EncryptedSessionKey = catalog.Custom(catalog.Spec{Name: "encrypted_session_key", In: anywhere, Args: "<key>", Origin: catalog.Bundled, Runs: bundled,
		Doc: "Sets the key."}, decodeSessionKey)
	EncryptedSessionIV = catalog.Custom(catalog.Spec{Name: "encrypted_session_iv", In: anywhere, Args: "<iv>", Origin: catalog.Bundled, Runs: bundled,
		Doc: "Sets the initial vector."}, decodeSessionIV)
	EncryptedSessionExpires = catalog.Seconds(catalog.Spec{Name: "encrypted_session_expires", In: anywhere, Args: "<time>", Origin: catalog.Bundled, Runs: bundled,
		Doc: "Sets how long a text is valid."})
	SetEncryptSession = catalog.Custom(catalog.Spec{Name: "set_encrypt_session", In: anywhere, Args: "<var> [<tmpl>]", Repeat: catalog.Many, Origin: catalog.Bundled, Runs: bundled,
		Doc: "Encrypts a text."}, decodeSetVariable)
	SetDecryptSession = catalog.Custom(catalog.Spec{Name: "set_decrypt_session", In: anywhere, Args: "<var> [<tmpl>]", Repeat: catalog.Many, Origin: catalog.Bundled, Runs: bundled,
		Doc: "Decrypts a text."}, decodeSetVariable)
)

// decodeSessionKey follows ngx_http_encrypted_session_key.
func decodeSessionKey(c *catalog.Call) (string, bool) {
	const size = 32
	if len(c.Text(1)) != size {
		return "", c.Fail(1, "encrypted_session_key: the key must be of %d bytes long", size)
	}
	return c.Text(1), true
}

// decodeSessionIV follows ngx_http_encrypted_session_iv.
func decodeSessionIV(c *catalog.Call) (string, bool) {
	const size = 16
	if len(c.Text(1)) > size {
		return "", c.Fail(1, "encrypted_session_iv: the init vector must NOT be longer than %d bytes", size)
	}
	return c.Text(1), true
}
