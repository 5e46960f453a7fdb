// Package rules holds the rules of the linter, one file for each, or for a
// family that shares its code.
//
// All lists them; a rule that is not in the list does not exist. Each rule is a
// value of type lint.Rule with its reasons and with examples, which a test runs.
// To write one: declare it in a file of its own, add it to the list, and add a
// configuration with "# want" comments to testdata (rules_test.go tells how).
//
// Rules read typed values through the handles of the catalogue and report spans
// of the tree. They refuse to parse words, to read files, and to guess: where a
// rule cannot know, it is silent.
package rules

import "tidegate/lint"

// All returns every rule, by group and then by name.
func All() []*lint.Rule {
	return []*lint.Rule{
		AddHeaderContentType,
		AddHeaderGenerated,
		AddHeaderInheritance,
		HeaderMisspelt,
		HeaderName,
		HeaderNewline,
		HeaderTwice,
		HSTSInvalid,
		HSTSPlainHTTP,
		HSTSShort,
		HSTSWithoutAlways,
		ListInheritance,
		LuaFileSyntax,
		LuaFileUnreadable,
		LuaModuleMissing,
		LuaUnknownAPI,
		LuaWrongPhase,
		ParamInheritance,
		ProxySetHeaderInheritance,
		StreamDeadPeers,
		StreamPrereadTooSmall,
		StreamServerNameWithoutTLS,
		StreamServerUnlogged,
		StreamServerUnreachable,
		StreamSSLPrereadBehindTLS,
		StreamSSLPrereadUnused,
		StreamTargetWithoutPort,
		StreamTargetWithoutResolver,
		StreamTwoHandlers,
		StreamUDPSessionsPileUp,
		StreamVariableEmpty,
		StreamWrongTransport,
		VersionDisclosure,
	}
}
