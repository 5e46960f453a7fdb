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

import (
	"cmp"
	"slices"

	"tidegate/lint"
)

// All returns every rule, by name.
func All() []*lint.Rule {
	all := slices.Concat(luaRules(), otherRules(), baseRules())
	slices.SortFunc(all, func(a, b *lint.Rule) int { return cmp.Compare(a.Name, b.Name) })
	return all
}

// luaRules are the rules about Lua code.
func luaRules() []*lint.Rule {
	return []*lint.Rule{
		LuaBlockingCall,
		LuaBodyUnread,
		LuaCaptureRemote,
		LuaCommandInjection,
		LuaConnectionClosed,
		LuaConnectionShared,
		LuaDecodeRaises,
		LuaErrorIgnored,
		LuaExitReturns,
		LuaExitWithoutReturn,
		LuaFileSyntax,
		LuaFileUnreadable,
		LuaFilterPieces,
		LuaGetKeys,
		LuaGetenvUndeclared,
		LuaGlobalWrite,
		LuaHeaderAfterOutput,
		LuaLogInjection,
		LuaModuleFunction,
		LuaModuleMissing,
		LuaOSExit,
		LuaOpenRedirect,
		LuaOutdatedFunction,
		LuaRedisKey,
		LuaRedisNull,
		LuaRegexOptions,
		LuaResultUnchecked,
		LuaReturnStatus,
		LuaSQLInjection,
		LuaSecret,
		LuaShadowedAssignment,
		LuaSharedDictUndeclared,
		LuaSharedDictUnused,
		LuaSocketKept,
		LuaSocketTimeout,
		LuaString,
		LuaTLSNoAuthorities,
		LuaTLSUnverified,
		LuaThreadDropped,
		LuaTimerPremature,
		LuaTimerUnchecked,
		LuaUndefinedGlobal,
		LuaUnknownAPI,
		LuaUnlimitedArgs,
		LuaUntrustedAddress,
		LuaUntrustedCode,
		LuaUntrustedKey,
		LuaUntrustedPath,
		LuaUntrustedPattern,
		LuaUnusedLocal,
		LuaVariableInLoop,
		LuaVariableReadOnly,
		LuaVariableUnknown,
		LuaWrongPhase,
	}
}

// otherRules are the rules about http.
func otherRules() []*lint.Rule {
	return []*lint.Rule{
		AccessReopened,
		AccessRuleUnreached,
		AddHeaderContentType,
		AddHeaderGenerated,
		AddHeaderInheritance,
		AliasTraversal,
		AliasWithoutCapture,
		AliasWithoutSlash,
		AllowWithoutDeny,
		AuthBasicWithoutFile,
		CaptureMissing,
		ClientChosenTarget,
		DoubleSlash,
		ErrorPageNotIntercepted,
		ErrorPageRelative,
		FilesystemRoot,
		HeaderInjection,
		HeaderMisspelt,
		HeaderName,
		HeaderNewline,
		HeaderTwice,
		HSTSInvalid,
		HSTSPlainHTTP,
		HSTSShort,
		HSTSWithoutAlways,
		IfDisablesTryFiles,
		IfOverridden,
		InterceptWithoutPage,
		LimitExceptOpen,
		ListInheritance,
		LocationEscapesProtection,
		NamedLocationMissing,
		OpenRedirect,
		ParamInheritance,
		ProxyPassDropsPath,
		ProxyPassPathUnused,
		ProxyPassSlash,
		ProxySetHeaderInheritance,
		ReturnBeforeAccess,
		SatisfyAnyOpen,
		TryFilesLast,
		TryFilesProxy,
		VersionDisclosure,
	}
}

// baseRules are the rules about stream, TLS, the core, tables and groups, names
// without a use, and versions.
func baseRules() []*lint.Rule {
	return []*lint.Rule{
		BackslashNewline,
		CertificatePerHandshake,
		CertificateWithoutSSL,
		CiphersIgnored,
		CiphersTLS13Names,
		ClientCertificateUnchecked,
		ConfCommandUnsafe,
		ConnectTimeoutLong,
		ControlBytes,
		DebuggingLeft,
		DHEWithoutDhparam,
		EarlyDataReplay,
		ErrorLogDebug,
		ErrorLogDiscarded,
		ErrorLogOff,
		FileIncludedTwice,
		FileInSharedFolder,
		GeoEntryRedundant,
		HashKeyConstant,
		InvisibleCharacters,
		LimitDryRun,
		ListenAddressInUse,
		LoadModuleOrder,
		MailCleartextLogin,
		MapEntryUnreachable,
		MapRegexWithoutTilde,
		MapWildcardWithoutHostnames,
		MasterProcessOff,
		MissingSemicolon,
		NextUpstreamTooLate,
		NotUTF8,
		ProtocolsOldDefault,
		ProxyProtocolMismatch,
		ProxySSLNameUnused,
		ProxySSLUnverified,
		QuoteInsideWord,
		RealIPFromAnyone,
		SecurityLevelZero,
		ServerNameNeverMatches,
		ServerNameRegexWithoutTilde,
		SessionCacheBuiltin,
		SessionTicketKeyStatic,
		SizeWithoutUnit,
		SlowEventMethod,
		SplitClientsIncomplete,
		StaplingWithoutOCSP,
		StaplingWithoutResolver,
		StreamAccessRuleUnreachable,
		StreamAllowWithoutDeny,
		StreamDeadPeers,
		StreamPrereadTooSmall,
		StreamProxyLoop,
		StreamServerNameWithoutTLS,
		StreamServerUnlogged,
		StreamServerUnreachable,
		StreamSSLPrereadBehindTLS,
		StreamSSLPrereadUnused,
		StreamTargetMayBeEmpty,
		StreamTargetWithoutPort,
		StreamTargetWithoutResolver,
		StreamTwoHandlers,
		StreamUDPSessionsPileUp,
		StreamVariableEmpty,
		StreamWrongTransport,
		ThreadPoolUnused,
		TimeInMilliseconds,
		TypographicQuotes,
		UnusedLogFormat,
		UnusedUpstream,
		UnusedVariable,
		UnusedZone,
		UpstreamAllDown,
		UpstreamParameterIgnored,
		UpstreamParameterUnsupported,
		UpstreamPlaceholderReachable,
		UpstreamServerRepeated,
		UserRoot,
		WeakCiphers,
		WeakCurve,
		WeakProxyTLSProtocols,
		WeakTLSProtocols,
		WorkerConnectionsExceedFiles,
		WorkerProcessesMissing,
		WorkerProcessesZero,
	}
}
