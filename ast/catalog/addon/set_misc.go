package addon

import (
	"strings"

	"tidegate/ast/catalog"
)

// SetMiscModule and its directives.
var (
	SetMiscModule = catalog.NewModule("ngx_http_set_misc_module", "Variables from functions of texts.",
		SetEncodeBase64, SetDecodeBase64, SetEncodeBase64url, SetDecodeBase64url, SetDecodeHex, SetEncodeHex,
		SetHMACSHA1, SetHMACSHA256, SetMD5, SetSHA1, SetUnescapeURI, SetEscapeURI, SetQuoteSQLStr,
		SetQuotePgSQLStr, SetQuoteJSONStr, SetIfEmpty, SetHashedUpstream, SetMiscBase32Padding,
		SetBase32Padding, SetBase32Alphabet, SetEncodeBase32, SetDecodeBase32, SetLocalToday,
		SetFormattedGMTTime, SetFormattedLocalTime, SetRandom, SetSecureRandomAlphanum,
		SetSecureRandomLcalpha, SetRotate)

	SetEncodeBase64 = catalog.Custom(catalog.Spec{Name: "set_encode_base64", In: anywhere, Args: "<var> [<tmpl>]", Repeat: catalog.Many, Origin: catalog.Bundled, Runs: bundled,
		Doc: "Encodes in Base64."}, decodeSetVariable)
	SetDecodeBase64 = catalog.Custom(catalog.Spec{Name: "set_decode_base64", In: anywhere, Args: "<var> [<tmpl>]", Repeat: catalog.Many, Origin: catalog.Bundled, Runs: bundled,
		Doc: "Decodes Base64."}, decodeSetVariable)
	SetEncodeBase64url = catalog.Custom(catalog.Spec{Name: "set_encode_base64url", In: anywhere, Args: "<var> [<tmpl>]", Repeat: catalog.Many, Origin: catalog.Bundled, Runs: bundled,
		Doc: "Encodes in the form of Base64 for addresses."}, decodeSetVariable)
	SetDecodeBase64url = catalog.Custom(catalog.Spec{Name: "set_decode_base64url", In: anywhere, Args: "<var> [<tmpl>]", Repeat: catalog.Many, Origin: catalog.Bundled, Runs: bundled,
		Doc: "Decodes the form of Base64 for addresses."}, decodeSetVariable)
	SetDecodeHex = catalog.Custom(catalog.Spec{Name: "set_decode_hex", In: anywhere, Args: "<var> [<tmpl>]", Repeat: catalog.Many, Origin: catalog.Bundled, Runs: bundled,
		Doc: "Decodes hexadecimal digits."}, decodeSetVariable)
	SetEncodeHex = catalog.Custom(catalog.Spec{Name: "set_encode_hex", In: anywhere, Args: "<var> [<tmpl>]", Repeat: catalog.Many, Origin: catalog.Bundled, Runs: bundled,
		Doc: "Encodes in hexadecimal digits."}, decodeSetVariable)
	SetHMACSHA1 = catalog.Custom(catalog.Spec{Name: "set_hmac_sha1", In: anywhere, Args: "<var> <tmpl> <tmpl>", Repeat: catalog.Many, Origin: catalog.Bundled, Runs: bundled,
		Doc: "Signs with HMAC-SHA1."}, decodeSetVariable)
	SetHMACSHA256 = catalog.Custom(catalog.Spec{Name: "set_hmac_sha256", In: anywhere, Args: "<var> <tmpl> <tmpl>", Repeat: catalog.Many, Origin: catalog.Bundled, Runs: bundled,
		Doc: "Signs with HMAC-SHA256."}, decodeSetVariable)
	SetMD5 = catalog.Custom(catalog.Spec{Name: "set_md5", In: anywhere, Args: "<var> [<tmpl>]", Repeat: catalog.Many, Origin: catalog.Bundled, Runs: bundled,
		Doc: "Gives the MD5 digest."}, decodeSetVariable)
	SetSHA1 = catalog.Custom(catalog.Spec{Name: "set_sha1", In: anywhere, Args: "<var> [<tmpl>]", Repeat: catalog.Many, Origin: catalog.Bundled, Runs: bundled,
		Doc: "Gives the SHA-1 digest."}, decodeSetVariable)
	SetUnescapeURI = catalog.Custom(catalog.Spec{Name: "set_unescape_uri", In: anywhere, Args: "<var> [<tmpl>]", Repeat: catalog.Many, Origin: catalog.Bundled, Runs: bundled,
		Doc: "Decodes percent signs."}, decodeSetVariable)
	SetEscapeURI = catalog.Custom(catalog.Spec{Name: "set_escape_uri", In: anywhere, Args: "<var> [<tmpl>]", Repeat: catalog.Many, Origin: catalog.Bundled, Runs: bundled,
		Doc: "Encodes with percent signs."}, decodeSetVariable)
	SetQuoteSQLStr = catalog.Custom(catalog.Spec{Name: "set_quote_sql_str", In: anywhere, Args: "<var> [<tmpl>]", Repeat: catalog.Many, Origin: catalog.Bundled, Runs: bundled,
		Doc: "Quotes for MySQL."}, decodeSetVariable)
	SetQuotePgSQLStr = catalog.Custom(catalog.Spec{Name: "set_quote_pgsql_str", In: anywhere, Args: "<var> [<tmpl>]", Repeat: catalog.Many, Origin: catalog.Bundled, Runs: bundled,
		Doc: "Quotes for PostgreSQL."}, decodeSetVariable)
	SetQuoteJSONStr = catalog.Custom(catalog.Spec{Name: "set_quote_json_str", In: anywhere, Args: "<var> [<tmpl>]", Repeat: catalog.Many, Origin: catalog.Bundled, Runs: bundled,
		Doc: "Quotes for JSON."}, decodeSetVariable)
	SetIfEmpty = catalog.Custom(catalog.Spec{Name: "set_if_empty", In: anywhere, Args: "<var> <tmpl>", Repeat: catalog.Many, Origin: catalog.Bundled, Runs: bundled,
		Doc: "Sets a variable that is empty."}, decodeSetItself)
	SetHashedUpstream = catalog.Custom(catalog.Spec{Name: "set_hashed_upstream", In: anywhere, Args: "<var> <name> <tmpl>", Repeat: catalog.Many, Origin: catalog.Bundled, Runs: bundled,
		Doc: "Chooses one of a list by a hash."}, decodeHashedUpstream)
	SetMiscBase32Padding = catalog.Alias(catalog.Spec{Name: "set_misc_base32_padding", In: anywhere, Args: "on|off", Origin: catalog.Bundled, Runs: bundled,
		Doc: "Fills Base32 up with \"=\"."}, SetBase32Padding)
	SetBase32Padding = catalog.Flag(catalog.Spec{Name: "set_base32_padding", In: anywhere, Origin: catalog.Bundled, Runs: bundled,
		Doc: "Fills Base32 up with \"=\"."})
	SetBase32Alphabet = catalog.Custom(catalog.Spec{Name: "set_base32_alphabet", In: anywhere, Args: "<text>", Origin: catalog.Bundled, Runs: bundled,
		Doc: "Chooses the digits of Base32."}, decodeBase32Alphabet)
	SetEncodeBase32 = catalog.Custom(catalog.Spec{Name: "set_encode_base32", In: anywhere, Args: "<var> [<tmpl>]", Repeat: catalog.Many, Origin: catalog.Bundled, Runs: bundled,
		Doc: "Encodes in Base32."}, decodeSetVariable)
	SetDecodeBase32 = catalog.Custom(catalog.Spec{Name: "set_decode_base32", In: anywhere, Args: "<var> [<tmpl>]", Repeat: catalog.Many, Origin: catalog.Bundled, Runs: bundled,
		Doc: "Decodes Base32."}, decodeSetVariable)
	SetLocalToday = catalog.Custom(catalog.Spec{Name: "set_local_today", In: anywhere, Args: "<var>", Repeat: catalog.Many, Origin: catalog.Bundled, Runs: bundled,
		Doc: "Gives the date."}, decodeSetVariable)
	SetFormattedGMTTime = catalog.Custom(catalog.Spec{Name: "set_formatted_gmt_time", In: anywhere, Args: "<var> <format>", Repeat: catalog.Many, Origin: catalog.Bundled, Runs: bundled,
		Doc: "Gives the time in UTC."}, decodeSetVariable)
	SetFormattedLocalTime = catalog.Custom(catalog.Spec{Name: "set_formatted_local_time", In: anywhere, Args: "<var> <format>", Repeat: catalog.Many, Origin: catalog.Bundled, Runs: bundled,
		Doc: "Gives the local time."}, decodeSetVariable)
	SetRandom = catalog.Custom(catalog.Spec{Name: "set_random", In: anywhere, Args: "<var> <tmpl> <tmpl>", Repeat: catalog.Many, Origin: catalog.Bundled, Runs: bundled,
		Doc: "Gives a number at random between two."}, decodeSetVariable)
	SetSecureRandomAlphanum = catalog.Custom(catalog.Spec{Name: "set_secure_random_alphanum", In: anywhere, Args: "<var> [<tmpl>]", Repeat: catalog.Many, Origin: catalog.Bundled, Runs: bundled,
		Doc: "Gives random letters and digits."}, decodeSetVariable)
	SetSecureRandomLcalpha = catalog.Custom(catalog.Spec{Name: "set_secure_random_lcalpha", In: anywhere, Args: "<var> [<tmpl>]", Repeat: catalog.Many, Origin: catalog.Bundled, Runs: bundled,
		Doc: "Gives random letters."}, decodeSetVariable)
	SetRotate = catalog.Custom(catalog.Spec{Name: "set_rotate", In: anywhere, Args: "<var> <int> <int>", Repeat: catalog.Many, Origin: catalog.Bundled, Runs: bundled,
		Doc: "Counts in a circle."}, decodeSetItself)
)

// decodeBase32Alphabet follows ngx_http_set_misc_base32_alphabet.
func decodeBase32Alphabet(c *catalog.Call) (string, bool) {
	const digits = 32
	if n := len(c.Text(1)); n != digits {
		return "", c.Fail(1, `"set_base32_alphabet" directive takes an alphabet of %d bytes but %d expected`, n, digits)
	}
	return c.Text(1), true
}

// HashedUpstream is one set_hashed_upstream directive.
type HashedUpstream struct {
	// List is the name of an upstream_list; "" if it has variables.
	List string
}

// decodeHashedUpstream follows the beginning of ngx_http_set_hashed_upstream: it
// looks for the list, of which the checker knows, before it reads the rest.
func decodeHashedUpstream(c *catalog.Call) (HashedUpstream, bool) {
	if strings.Contains(c.Text(2), "$") {
		return HashedUpstream{}, true
	}
	return HashedUpstream{c.Text(2)}, true
}

// SetHashedVariable reads the rest of a set_hashed_upstream directive whose list
// is known.
func SetHashedVariable(c *catalog.Call, h HashedUpstream) {
	if h.List == "" {
		setVariable(c, 1, 0, 2, 4)
		return
	}
	setVariable(c, 1, 0, 3, 4)
}
