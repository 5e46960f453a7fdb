package codec

import (
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha1"
	"encoding/hex"
	"hash/crc32"
	"strings"
)

// MD5 is ngx.md5: 32 lowercase hexadecimal digits.
func MD5(s string) string {
	sum := md5.Sum([]byte(s))
	return hex.EncodeToString(sum[:])
}

// MD5Bin is ngx.md5_bin: 16 bytes.
func MD5Bin(s string) string {
	sum := md5.Sum([]byte(s))
	return string(sum[:])
}

// SHA1Bin is ngx.sha1_bin: 20 bytes.
func SHA1Bin(s string) string {
	sum := sha1.Sum([]byte(s))
	return string(sum[:])
}

// HMACSHA1 is ngx.hmac_sha1: 20 bytes.
func HMACSHA1(key, s string) string {
	h := hmac.New(sha1.New, []byte(key))
	h.Write([]byte(s))
	return string(h.Sum(nil))
}

// CRC32 is ngx.crc32_short and ngx.crc32_long, which differ in their tables only: the IEEE polynomial.
func CRC32(s string) uint32 { return crc32.ChecksumIEEE([]byte(s)) }

var sqlQuoter = strings.NewReplacer("\x00", `\0`, "\b", `\b`, "\n", `\n`, "\r", `\r`, "\t", `\t`, "\x1a", `\Z`,
	`\`, `\\`, `'`, `\'`, `"`, `\"`)

// QuoteSQL is ngx.quote_sql_str: s as a MySQL string literal.
func QuoteSQL(s string) string { return "'" + sqlQuoter.Replace(s) + "'" }
