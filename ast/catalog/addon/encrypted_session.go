package addon

import "tidegate/ast/catalog"

// EncryptedSessionModule and its directives.
var (
	EncryptedSessionModule = catalog.NewModule("ngx_http_encrypted_session_module", "Encrypted texts that expire.",
		EncryptedSessionKey, EncryptedSessionIV, EncryptedSessionExpires, SetEncryptSession,
		SetDecryptSession)

	EncryptedSessionKey = catalog.String(catalog.Spec{Name: "encrypted_session_key", In: anywhere, Args: "<key>", Repeat: catalog.Many, Origin: catalog.Bundled, Runs: bundled,
		Doc: "Sets the key."})
	EncryptedSessionIV = catalog.String(catalog.Spec{Name: "encrypted_session_iv", In: anywhere, Args: "<iv>", Repeat: catalog.Many, Origin: catalog.Bundled, Runs: bundled,
		Doc: "Sets the initial vector."})
	EncryptedSessionExpires = catalog.String(catalog.Spec{Name: "encrypted_session_expires", In: anywhere, Args: "<time>", Repeat: catalog.Many, Origin: catalog.Bundled, Runs: bundled,
		Doc: "Sets how long a text is valid."})
	SetEncryptSession = catalog.Custom(catalog.Spec{Name: "set_encrypt_session", In: anywhere, Args: "<var> [<tmpl>]", Repeat: catalog.Many, Origin: catalog.Bundled, Runs: bundled,
		Doc: "Encrypts a text."}, decodeSetVariable)
	SetDecryptSession = catalog.Custom(catalog.Spec{Name: "set_decrypt_session", In: anywhere, Args: "<var> [<tmpl>]", Repeat: catalog.Many, Origin: catalog.Bundled, Runs: bundled,
		Doc: "Decrypts a text."}, decodeSetVariable)
)
