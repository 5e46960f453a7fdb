package ngxlua

import "tidegate/ast/catalog"

const (
	// yieldable are the phases of stream in which Lua code may wait.
	yieldable = catalog.SSLClientHello | catalog.SSLCertificate | catalog.Preread | catalog.Content |
		catalog.ProxySSLCertificate | catalog.ProxySSLVerify | catalog.Timer
	// output are those that may send to the client.
	output = catalog.Preread | catalog.Content

	// httpYieldable, httpContent and httpRequest are the same for http: phases that
	// may wait, that may produce the response, and that have a request.
	httpYieldable = catalog.SSLClientHello | catalog.SSLCertificate | catalog.SSLSessionFetch |
		catalog.ServerRewrite | catalog.Rewrite | catalog.Access | catalog.PreContent | catalog.Content |
		catalog.ProxySSLCertificate | catalog.ProxySSLVerify | catalog.Timer
	httpContent = catalog.ServerRewrite | catalog.Rewrite | catalog.Access | catalog.PreContent | catalog.Content
	httpRequest = catalog.Set | catalog.ServerRewrite | catalog.Rewrite | catalog.Access | catalog.PreContent |
		catalog.Content | catalog.Balancer | catalog.ProxySSLCertificate | catalog.ProxySSLVerify |
		catalog.HeaderFilter | catalog.BodyFilter | catalog.Log
	// httpTLS are those during the handshake of a client.
	httpTLS = catalog.SSLClientHello | catalog.SSLCertificate | catalog.SSLSessionFetch | catalog.SSLSessionStore
	// httpCoroutine are the phases of http that may run coroutines, httpExit those
	// that ngx.exit can end.
	httpCoroutine = catalog.Init | httpYieldable | catalog.HeaderFilter | catalog.BodyFilter
	httpExit      = httpYieldable | catalog.SSLSessionStore | catalog.Balancer | catalog.HeaderFilter
)

var (
	later     = catalog.Refused("it follows in a later version")
	httpOnly  = catalog.Refused("http is not served yet")
	noOpenSSL = catalog.Refused("there is no OpenSSL object to point to")
)

// Functions lists the Lua API, table by table.
func Functions() []*catalog.LuaFunc {
	return []*catalog.LuaFunc{
		&Arg, &Var, &Ctx, &Status, &Header, &GetCtxTable, &ReqIsInternal, &ReqStartTime, &ReqHTTPVersion,
		&ReqRawHeader, &ReqGetMethod, &ReqSetMethod, &ReqSetURI, &ReqSetURIArgs, &ReqGetURIArgs, &ReqGetPostArgs,
		&ReqGetHeaders, &ReqSetHeader, &ReqClearHeader, &ReqReadBody, &ReqDiscardBody, &ReqGetBodyData,
		&ReqGetBodyFile, &ReqSetBodyData, &ReqSetBodyFile, &ReqInitBody, &ReqAppendBody, &ReqFinishBody, &ReqSocket,
		&ReqAddHeader, &Req, &ReqGetOriginalAddr, &LocationCapture, &LocationCaptureMulti, &Exec, &Redirect, &Exit,
		&Sleep, &IsSubrequest, &GetPhase, &OnAbort, &RunWorkerThread, &GetRawPhase, &RespGetHeaders, &RespAddHeader,
		&RespSetStatus, &RespBypassIfChecks, &Resp, &OSGetenv, &Require, &GlobalTable,
		&SendHeaders, &HeadersSent, &Print, &Say, &Flush, &Eof, &PrintGlobal, &Log, &ErrlogSetFilterLevel,
		&ErrlogGetLogs, &ErrlogGetSysFilterLevel, &ErrlogRawLog, &Errlog,
		&EscapeURI, &UnescapeURI, &EncodeArgs, &DecodeArgs, &EncodeBase64, &DecodeBase64, &DecodeBase64MIME,
		&Crc32Short, &Crc32Long, &HMACSHA1, &MD5, &MD5Bin, &SHA1Bin, &QuoteSQLStr, &Today, &Time, &Now, &UpdateTime,
		&Localtime, &Utctime, &CookieTime, &HTTPTime, &ParseHTTPTime, &MonotonicMsec, &MonotonicTime,
		&EncodeBase64URL, &DecodeBase64URL, &Base64,
		&ReMatch, &ReFind, &ReGmatch, &ReSub, &ReGsub, &ReSplit, &ReOpt, &Re,
		&SharedDictTable, &SharedDictGet, &SharedDictGetStale, &SharedDictSet, &SharedDictSafeSet, &SharedDictAdd,
		&SharedDictSafeAdd, &SharedDictReplace, &SharedDictDelete, &SharedDictIncr, &SharedDictLpush,
		&SharedDictRpush, &SharedDictLpop, &SharedDictRpop, &SharedDictLlen, &SharedDictTtl, &SharedDictExpire,
		&SharedDictFlushAll, &SharedDictFlushExpired, &SharedDictGetKeys, &SharedDictCapacity, &SharedDictFreeSpace,
		&SocketStream, &SocketTCP, &TCPBind, &TCPConnect, &TCPGetFd, &TCPSetClientCert, &TCPSetTrustedStore,
		&TCPSSLHandshake, &TCPGetSSLPointer, &TCPGetSSLCtx, &TCPGetSSLSession, &TCPSend, &TCPReceive, &TCPReceiveAny,
		&TCPReceiveUntil, &TCPClose, &TCPSetTimeout, &TCPSetTimeouts, &TCPSetOption, &TCPSetKeepalive,
		&TCPGetReusedTimes, &SocketConnect, &TCPShutdown, &TCPSetTransparent, &TCPGetOption, &SocketUDP, &UDPBind,
		&UDPSetPeerName, &UDPSend, &UDPReceive, &UDPClose, &UDPSetTimeout, &UDPSetOption, &ReqPeek, &ReqReceiveAny,
		&ReqReceive, &ReqReceiveUntil, &ReqSend, &ReqSetTimeout, &ReqSetTimeouts, &ReqShutdown,
		&ReqServerSSLHandshake, &ReqGetFd, &ReqGetOption, &ReqSetOption, &ReqUDPSend, &ReqUDPReceive,
		&ReqUDPSetTimeout,
		&ThreadSpawn, &ThreadWait, &ThreadKill, &CoroutineCreate, &CoroutineResume, &CoroutineYield, &CoroutineWrap,
		&CoroutineRunning, &CoroutineStatus, &Semaphore, &SemaphoreNew, &SemaphorePost, &SemaphoreWait,
		&SemaphoreCount, &TimerAt, &TimerEvery, &TimerRunningCount, &TimerPendingCount,
		&WorkerExiting, &WorkerPid, &WorkerPids, &WorkerCount, &WorkerID, &ConfigSubsystem, &ConfigDebug,
		&ConfigPrefix, &ConfigNginxVersion, &ConfigNginxConfigure, &ConfigNgxLuaVersion, &ProcessType,
		&ProcessEnablePrivilegedAgent, &ProcessSignalGracefulExit, &ProcessGetMasterPid, &Process, &PipeSpawn,
		&PipeSetTimeouts, &PipeWait, &PipePid, &PipeKill, &PipeShutdown, &PipeWrite, &PipeStderrReadAll,
		&PipeStdoutReadAll, &PipeStderrReadLine, &PipeStdoutReadLine, &PipeStderrReadBytes, &PipeStdoutReadBytes,
		&PipeStderrReadAny, &PipeStdoutReadAny, &Pipe,
		&SSL, &SSLClearCerts, &SSLCertPEMToDER, &SSLSetDERCert, &SSLPrivKeyPEMToDER, &SSLSetDERPrivKey,
		&SSLServerName, &SSLServerPort, &SSLRawServerAddr, &SSLExportKeyingMaterial, &SSLExportKeyingMaterialEarly,
		&SSLRawClientAddr, &SSLGetTLS1Version, &SSLGetTLS1VersionStr, &SSLParsePEMCert, &SSLParsePEMPrivKey,
		&SSLParseDERCert, &SSLParseDERPrivKey, &SSLSetCert, &SSLSetPrivKey, &SSLVerifyClient, &SSLGetClientRandom,
		&SSLGetServerRandom, &SSLGetSessionMasterKey, &SSLGetReqSSLPointer, &SSLGetUpstreamSSLPointer,
		&SSLSessionReused, &SSLGetReqSharedSSLCiphers, &ClientHelloServerName, &ClientHelloSupportedVersions,
		&ClientHelloCiphers, &ClientHelloExtPresent, &ClientHelloExt, &ClientHelloSetProtocols, &ClientHello,
		&ProxySSLGetTLS1Version, &ProxySSLGetTLS1VersionStr, &ProxySSL, &ProxySSLCertClearCerts,
		&ProxySSLCertSetDERCert, &ProxySSLCertSetDERPrivKey, &ProxySSLCertSetCert, &ProxySSLCertSetPrivKey,
		&ProxySSLCert, &ProxySSLVerifySetResult, &ProxySSLVerifyGetResult, &ProxySSLVerifyGetCert,
		&ProxySSLVerifyModule, &SSLSessionGetID, &SSLSessionGetSerialized, &SSLSessionSetSerialized, &SSLSession,
		&OCSP, &OCSPGetResponder, &OCSPCreateRequest, &OCSPValidateResponse, &OCSPSetStatusResp,
		&BalancerModule, &BalancerSetCurrentPeer, &BalancerBindToLocalAddr, &BalancerEnableKeepalive,
		&BalancerSetMoreTries, &BalancerGetLastFailure, &BalancerSetTimeouts, &BalancerRecreateRequest,
		&BalancerSetUpstreamTLS, &NDKSetVar,
		&OK, &ErrorCode, &AgainCode, &DoneCode, &DeclinedCode, &Null, &LevelStderr, &LevelEmerg, &LevelAlert,
		&LevelCrit, &LevelErr, &LevelWarn, &LevelNotice, &LevelInfo, &LevelDebug, &HTTPGet, &HTTPHead, &HTTPPut,
		&HTTPPost, &HTTPDelete, &HTTPOptions, &HTTPMkcol, &HTTPCopy, &HTTPMove, &HTTPPropfind, &HTTPProppatch,
		&HTTPLock, &HTTPUnlock, &HTTPPatch, &HTTPTrace, &HTTPContinue, &HTTPSwitchingProtocols, &HTTPOK,
		&HTTPCreated, &HTTPAccepted, &HTTPNoContent, &HTTPPartialContent, &HTTPSpecialResponse,
		&HTTPMovedPermanently, &HTTPMovedTemporarily, &HTTPSeeOther, &HTTPNotModified, &HTTPTemporaryRedirect,
		&HTTPPermanentRedirect, &HTTPBadRequest, &HTTPUnauthorized, &HTTPPaymentRequired, &HTTPForbidden,
		&HTTPNotFound, &HTTPNotAllowed, &HTTPNotAcceptable, &HTTPRequestTimeout, &HTTPConflict, &HTTPGone,
		&HTTPUpgradeRequired, &HTTPTooManyRequests, &HTTPClose, &HTTPIllegal, &HTTPInternalServerError,
		&HTTPNotImplemented, &HTTPMethodNotImplemented, &HTTPBadGateway, &HTTPServiceUnavailable,
		&HTTPGatewayTimeout, &HTTPVersionNotSupported, &HTTPInsufficientStorage,
	}
}
